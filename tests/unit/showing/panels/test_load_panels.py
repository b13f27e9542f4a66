"""A load in panels, at every size."""

import re

import pytest
from rich.cells import cell_len

from asyncdemo.base.durations import seconds_text
from asyncdemo.base.histogram import bucket, upper_edge
from asyncdemo.events import events as e
from asyncdemo.known.state import State
from asyncdemo.showing.panels import View, render, render_load
from asyncdemo.showing.panels.load_line import load_lines
from asyncdemo.showing.panels.style import ALARM, STRONG
from tests.loads import bad_day, folded, jam, load_of, load_started, run_started, shown, told

SIZES = [(88, 24), (110, 33), (60, 15), (80, 24), (200, 60), (79, 17), (40, 10)]


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("state", [State(), folded(load_started()), bad_day()], ids=["empty", "begun", "bad day"])
@pytest.mark.parametrize("draw", [render_load, render])
def test_the_panels_fit(width: int, height: int, state: State, draw: object) -> None:
    """Exactly as wide as the terminal, and no higher."""
    drawing = draw(state, 4.0, View(width, height, keys="q end"))  # type: ignore[operator]
    assert len(drawing.lines) <= height
    assert all(sum(cell_len(text) for text, _ in line) == width for line in drawing.lines)


def test_those_who_wait_are_counted() -> None:
    """The survivors alone look fast."""
    screen = shown(bad_day())
    assert "40 got it in the last 1 s or wait; 140 in all; real time" in screen
    assert "waiting               40" in screen
    assert "errors                28" in screen
    assert "20 x 503" in screen
    assert "1/s x 11.25 s = 11.3 workers needed for notifications; 4 there" in screen


def test_a_ramp_means_what_it_comes_to() -> None:
    """Until the first window says what it is now."""
    screen = shown(folded(run_started(), load_started(rate=0.0, rate_end=50.0)))
    assert "5/s x 11.25 s = 56.3 workers needed" in screen


@pytest.mark.parametrize(("speed", "label"), [(1.0, "last 10 s"), (4.0, "last 2.5 s"), (10.0, "last 1 s")])
def test_the_last_seconds_are_as_many_as_are_said(speed: float, label: str) -> None:
    """Of a load of hours too."""
    load = [load_started(speed=speed, seconds=10800.0), told(1, {"200": 3}, 0.4)]
    assert f" {label} " in shown(folded(*load), now=2.0)
    assert f"3 got it in the {label} or wait; 3 in all" in shown(folded(*load), now=2.0)


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (88, 24), (110, 33), (200, 60)])
@pytest.mark.parametrize(("until", "mark"), [(3.0, "the jam grows"), (9.0, "all have left")])
def test_who_still_waits_is_on_the_screen(size: tuple[int, int], until: float, mark: str) -> None:
    """In the figures, in the curve, and beside it with how long by now: before the last one has left, and after."""
    state = folded(*load_of(jam([0.02] * 20 + [60.0] * 40, 10.0), 6.0, until=until))
    screen, waited = shown(state, *size, now=1.0 + until), seconds_text(upper_edge(bucket(until - 2.0)))
    lines = screen.splitlines()
    title = next(number for number, line in enumerate(lines) if "longest wait" in line)
    assert re.search(rf"↑ (still )?waits, now {waited}", lines[title])
    axis = next(number for number in range(title + 1, len(lines)) if " now" in lines[number])
    place = max(line.rfind("↑") for line in lines[title + 1 : axis])
    assert "now" in lines[axis][place - 2 : place + 3]
    assert lines[axis - 1][place - 2 : place + 1] == "░ ░"
    if size[0] >= 80:
        lately = next(line for line in lines if "last 10 s" in line)
        assert lately.count(" - ") == {80: 0, 88: 1}.get(size[0], 2), "those that too few are counted for"
        assert waited in lately


@pytest.mark.parametrize("size", [(60, 15), (88, 24), (110, 33), (200, 60)])
def test_sixty_visitors_fill_the_chart(size: tuple[int, int]) -> None:
    """However many columns it has; when all have their answer, nothing of those who waited is left."""
    state = folded(*load_of(jam([0.5] * 60, 10.0), 6.0, until=7.0))
    lines = shown(state, *size, now=8.0).splitlines()
    title = next(number for number, line in enumerate(lines) if "longest wait" in line)
    axis = next(number for number in range(title, len(lines)) if " 0 s" in lines[number])
    filled = max(len(run) for run in lines[axis - 1].split(" "))
    assert filled >= {60: 51, 88: 46, 110: 61, 200: 120}[size[0]]
    assert "█ █" not in lines[axis - 1]
    assert not {"↑", "░"} & set("".join(lines[title:]))


def test_a_slow_wait_is_one_of_the_lesson() -> None:
    """Half a second at ten times the speed is five: the panels raise the alarm that the table raises."""
    hello = {"id": "h", "status": 200, "total_s": 0.5, "name": "Ada", "worker": "slot 1"}
    state = folded(
        run_started(), load_started(), told(1, {"200": 10}, 0.5), e.Answered(t=3.0, process="web.1", **hello)
    )
    for draw in (render, render_load):
        drawn = [part for line in draw(state, 4.0, View(88, 24)).lines for part in line]
        styles = {style for text, style in drawn if text.strip() in ("0.50 s", "0.51 s")}
        assert ALARM in styles
        assert STRONG not in styles


WHOLE_CLAUSES = {
    "unbounded": (run_started("step1", 0), "11.3 workers needed"),
    "bounded": (run_started("step1", 4), "11.3 workers needed; 4 there"),
    "reserved": (run_started("bonus", 2, 1), "11.3 workers needed; 2 there"),
}


@pytest.mark.parametrize("width", [80, 88])
@pytest.mark.parametrize("case", WHOLE_CLAUSES)
def test_beside_a_run_a_load_is_told_in_whole_clauses(case: str, width: int) -> None:
    """Where a room reads along, no sentence is cut in the middle of a word: neither what it means nor a warning."""
    run, end = WHOLE_CLAUSES[case]
    load = [load_started(), told(1, {"200": 10}, 0.4), told(2, {"200": 10}, 0.4)]
    line = "".join(text for text, _ in render(folded(run, *load), 4.0, View(width, 24)).lines[1])
    assert line.rstrip().endswith(end if width > 80 else end.split(";")[0])
    late = [load_started(), told(1, {"200": 10}, 0.4, lag=[[bucket(0.5), 10]])]
    rows = render(folded(run, *late), 4.0, View(width, 24)).lines[1:3]
    figures, warning = ("".join(text for text, _ in row) for row in rows)
    assert figures.startswith(" load  ")
    assert "sent, " in figures
    assert warning.rstrip().endswith("this machine could not keep the schedule")


LATE = "no answer from 127.0.0.1:8000 within 15.0 s"


@pytest.mark.parametrize(("width", "rows"), [(80, 2), (85, 2), (88, 1), (110, 1)])
def test_trouble_stands_beside_the_figures_of_a_load(width: int, rows: int) -> None:
    """Or below them; in no place of theirs."""
    load = [load_started(), told(1, {"timed out": 10}, 0.4), told(2, {"timed out": 10}, 0.4, problem=LATE)]
    lines = load_lines(folded(run_started("bonus", 2, 1), *load), width)
    texts = ["".join(text for text, _ in line) for line in lines]
    assert len(texts) == rows
    assert "sent, 0.0/s answered" in texts[0]
    assert LATE in texts[-1]
    assert all(len(text) <= width for text in texts)


@pytest.mark.parametrize("ends", [{"200": 10}, {"503": 10}])
@pytest.mark.parametrize("size", [(80, 24), (88, 24), (60, 20), (110, 33)])
@pytest.mark.parametrize("crew", [("bonus", 0, 0), ("bonus", 2, 1), ("step1", 0, 0)])
def test_what_is_sent_and_what_is_answered_come_first(
    ends: dict[str, int], size: tuple[int, int], crew: tuple[str, int, int]
) -> None:
    """Just when all of it fails: what it means for the workers is what there may be no room for."""
    load = [load_started(), told(1, ends, 0.4), told(2, ends, 0.4)]
    line = "".join(text for text, _ in render(folded(run_started(*crew), *load), 4.0, View(*size)).lines[1])
    answered = "1.0/s" if "200" in ends else "0.0/s"
    assert line.startswith(f" load  lesson: 1.0/s sent, {answered} answered")
    assert ("workers needed" in line) == (size[0] >= 80)
