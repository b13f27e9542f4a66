"""The chart of the longest waits: as high as the screen allows and no less, with scale, axis and marks."""

import re
from itertools import takewhile

import pytest

from asyncdemo.events import events as e
from asyncdemo.known.marks import Mark
from asyncdemo.known.state import State
from asyncdemo.showing.panels import View, render, render_load
from asyncdemo.showing.panels.chart import FREE, Axis, axis_line, chart_lines, eighths, put
from asyncdemo.showing.panels.lines import Drawing, Line, length
from asyncdemo.showing.panels.style import ALARM, ALARM_BODY, DIM, WEB, WEB_BODY
from asyncdemo.stages.catalogue import STAGES
from tests.histories import hello

SIZES = [(60, 15), (60, 26), (80, 24), (88, 24), (100, 28), (110, 33), (160, 50), (200, 60)]
NOW = 61.0
ROWS = {(60, 15): 3, (60, 26): 8, (80, 24): 6, (88, 24): 6, (110, 33): 9, (160, 50): 30}
"""Of bars, at the least."""


def run_of(stage: str, general: int, *, ready: bool = True) -> State:
    """A run that has just begun."""
    state = State()
    facts = {"stage": STAGES[stage], "general": general, "reserved": 0, "speed": 1.0, "delays": [5.0, 30.0]}
    state.fold(e.RunStarted(t=0.0, process="asyncdemo", url="http://127.0.0.1:8000/", **facts))
    if ready:
        state.fold(e.Ready(t=1.0, process="asyncdemo"))
    return state


def worker(state: State, name: str, t: float = 1.0) -> None:
    """One more."""
    state.fold(e.ProcessStarted(t=t, process=name, pid=1))
    state.fold(e.WorkerReady(t=t, process=name, worker=name, channels=["http.request", "notify"]))


def loaded(state: State, *, problem: str = "") -> None:
    """A load, and perhaps something wrong with it."""
    asked = {"rate": 1.0, "rate_end": 1.0, "seconds": 60.0, "arrivals": "even", "visitors": 0, "timeout_s": 120.0}
    state.fold(e.LoadStarted(t=1.0, process="load.1", url="http://127.0.0.1:8000/", speed=1.0, **asked))
    lag = [(-40, 50)] if problem else []
    told = {"number": 1, "scheduled": 1, "sent": 1, "rate": 1.0, "problem": problem, "lag": lag}
    state.fold(e.LoadTold(t=2.0, process="load.1", **told))


def text(line: Line) -> str:
    return "".join(text for text, _ in line)


def chart_rows(drawing: Drawing) -> list[str]:
    """The rows between the chart's title and its axis."""
    lines = [text(line) for line in drawing.lines]
    title = next(number for number, line in enumerate(lines) if "longest wait" in line)
    return list(takewhile(lambda line: " now" not in line, lines[title + 1 :]))


@pytest.mark.parametrize("size", SIZES)
def test_its_height_is_that_of_the_screen(size: tuple[int, int]) -> None:
    """Neither workers that come, nor a load, nor what is wrong with it take a row from it."""
    view, state = View(*size), run_of("bonus", 3, ready=False)
    heights = [len(chart_rows(render(state, NOW, view)))]
    state = run_of("bonus", 3)
    for number in (1, 2, 3):
        worker(state, f"worker.{number}")
    heights.append(len(chart_rows(render(state, NOW, view))))
    loaded(state)
    heights.append(len(chart_rows(render(state, NOW, view))))
    worker(state, "webworker.1", 30.0)
    heights.append(len(chart_rows(render(state, NOW, view))))
    loaded(state, problem="http://127.0.0.1:8000/ refuses connections")
    heights.append(len(chart_rows(render(state, NOW, view))))
    for event in hello(1, 50.0, 1.0, status=503):
        state.fold(event)
    heights.append(len(chart_rows(render(state, NOW, view))))
    assert len(set(heights[size[0] >= 150 :])) == 1, heights
    assert heights[0] >= ROWS.get(size, 6)


@pytest.mark.parametrize("size", SIZES)
def test_threads_that_nobody_has_counted_take_no_row_from_it(size: tuple[int, int]) -> None:
    """A thread for each visitor."""
    state, view = run_of("step1", 0), View(*size)
    before = len(chart_rows(render(state, NOW, view)))
    for number in range(12):
        taken = {"id": f"r{number}", "channel": "request", "worker": f"thread {number}", "age_s": 0.0}
        state.fold(e.Taken(t=40.0, process="web.1", **taken))
    assert len(chart_rows(render(state, NOW, view))) == before


@pytest.mark.parametrize("size", SIZES)
def test_ten_seconds_are_on_its_scale(size: tuple[int, int]) -> None:
    """Whether or not there is a row for each decade."""
    rows = chart_rows(render(run_of("step3", 4), NOW, View(*size)))
    labels = [match[0] for row in rows if (match := re.search(r"\d+ m?s", row[:12]))]
    assert {"10 s", "1 s", "0 s"} <= set(labels)
    if len(rows) >= 6:
        assert labels == ["10 s", "1 s", "100 ms", "10 ms", "0 s"]


@pytest.mark.parametrize("rows", [1, 2, 3, 4, 5, 6, 7, 9, 10, 30])
@pytest.mark.parametrize("wait", [1e-9, 0.00099, 0.0101, 0.0999, 0.1, 0.99, 1.0, 2.15, 9.999, 10.0, 31.0, 99.9, 1e6])
def test_a_row_is_lit_from_its_label_on(rows: int, wait: float) -> None:
    """By a bar of so long, and by none that is shorter."""
    lines = chart_lines([wait], 0.5, Axis(0.0, 1.0, 0.0), [], rows + 1)[:rows]
    lit = {text(line)[:6].strip(): text(line)[7] != " " for line in lines if text(line)[:6].strip()}
    assert "0 s" in lit
    for label, is_lit in lit.items():
        number, unit = label.split()
        assert is_lit == (wait >= float(number) / (1000 if unit == "ms" else 1)), label


@pytest.mark.parametrize("rows", [1, 2, 3, 4, 5, 6, 7, 9, 10, 30])
def test_a_longer_wait_is_no_lower_bar(rows: int) -> None:
    """From an eighth of a row for any wait to the whole height, and never beyond it."""
    bars = [eighths(10 ** (number / 50 - 5), rows) for number in range(400)]
    assert (bars[0], bars[-1], bars) == (1, 8 * rows, sorted(bars))
    assert eighths(0.0, rows) == 0
    assert set(bars) == set(range(1, 8 * rows + 1)) or rows == 30


def test_a_bar_is_bright_at_its_end_and_dark_below() -> None:
    """Red for who has waited too long. What is there at all leaves a tick."""
    lines = chart_lines([9.0, 0.02, 0.0005, 0.0], 1.0, Axis(0.0, 4.0, 0.0), [], 6)
    columns = [
        [{style for letters, style in cells(line)[7 + number : 8 + number]} for line in lines[:5]]
        for number in range(4)
    ]
    assert [style for row in columns[0] for style in row if style in (ALARM, ALARM_BODY)] == [ALARM, *[ALARM_BODY] * 3]
    assert [style for row in columns[1] for style in row if style in (WEB, WEB_BODY)] == [WEB, WEB_BODY]
    assert text(lines[4])[7:11] == "██▁ "


def cells(line: Line) -> list[tuple[str, object]]:
    return [(letter, style) for letters, style in line for letter in letters]


@pytest.mark.parametrize(
    ("axis", "cells", "labels"),
    [
        (Axis(0.0, 6.0, 0.0), 60, [(57, "6 s"), (40, "4 s"), (20, "2 s"), (0, "0 s")]),
        (Axis(2.0, 8.0, 1.0), 60, [(50, "6 s"), (30, "4 s"), (10, "2 s")]),
        (Axis(0.0, 6.0, 0.0, now_s=6.0), 30, [(27, "now"), (25, "5 s"), (0, "0 s")]),
        (Axis(1.0, 1.005, 1.0), 60, [(53, "0.005 s"), (48, "0.004 s"), (36, "0.003 s"), (24, "0.002 s")]),
    ],
)
def test_a_label_stands_where_its_moment_is(axis: Axis, cells: int, labels: list[tuple[int, str]]) -> None:
    """None before the chart begins, none behind its end, whose moment is in the last cell."""
    assert list(axis.labels(cells))[: len(labels)] == labels
    assert min(place for place, _ in axis.labels(cells)) >= 0
    assert [axis.place(t, cells) for t in (axis.begin_s, axis.end_s)] == [0, cells - 1]


def test_what_is_written_into_a_row_keeps_a_blank_on_both_sides() -> None:
    """What does not fit is not written, and it is told whether it was."""
    row = [FREE] * 9
    assert put(row, 3, "abc", DIM)
    assert [put(list(row), place, "x", DIM) for place in range(-1, 10)] == [
        False, True, True, False, False, False, False, False, True, True, False,
    ]  # fmt: skip
    assert not put(row, 8, "xy", DIM)
    assert text(row) == "   abc   "


def test_the_axis_has_round_moments() -> None:
    """Seconds before now for a window, seconds of the load for a load."""
    assert text(axis_line(Axis(1.0, 61.0, 61.0, "now"), [], 60)).split() == ["-60", "s", "-40", "s", "-20", "s", "now"]
    assert text(axis_line(Axis(1.0, 13.0, 13.0, "now"), [], 45)).split() == ["-10", "s", "-5", "s", "now"]
    assert text(axis_line(Axis(3.0, 63.0, 3.0), [], 45)).split() == ["0", "s", "20", "s", "40", "s", "60", "s"]
    assert text(axis_line(Axis(0.0, 1e9, 0.0), [], 45)).split()[-1] == "s"
    for width in range(1, 100):
        for span in (0.3, 1.0, 6.0, 8.571, 60.0, 3600.0, 1e9):
            assert length(axis_line(Axis(-span, 0.0, 0.0, "now"), [], width)) == width


def test_a_mark_stands_where_it_happened_with_what_it_was_done_to() -> None:
    """Its key at least; labels make room for it."""
    axis = Axis(0.0, 60.0, 60.0, "now")
    line = text(axis_line(axis, [Mark(30.0, "w", "webworker.1")], 60))
    assert line[30:43] == "w webworker.1"
    assert line.endswith("now")
    assert text(axis_line(axis, [Mark(58.9, "w", "webworker.1")], 60))[46:59] == "webworker.1 w"
    two = text(axis_line(axis, [Mark(30.0, "K", "worker.1"), Mark(33.0, "R", "worker.1")], 60))
    assert (two[30], two[33:43]) == ("K", "R worker.1")
    assert text(axis_line(axis, [Mark(60.0, "w", "webworker.1")], 60))[-1] == "w"


def test_a_mark_runs_up_to_the_top_above_its_bar() -> None:
    """So that the turn of the waits is seen to be its doing."""
    lines = chart_lines([5.0, 5.0, 0.01, 0.01], 1.0, Axis(0.0, 4.0, 4.0, "now"), [Mark(2.0, "w", "webworker.1")], 7)
    column = [text(line)[9] for line in lines[:6]]
    assert column == ["┊", "┊", "┊", "┊", "▁", "█"]


@pytest.mark.parametrize("size", SIZES)
def test_after_a_key_success_is_seen_at_once(size: tuple[int, int]) -> None:
    """The last few seconds stand beside the last sixty, and the key on the chart."""
    state = run_of("bonus", 3)
    for number in range(40):
        for event in hello(number, 10.0 + number / 2, 20.0):
            state.fold(event)
    worker(state, "webworker.1", 50.0)
    for number in range(40, 60):
        for event in hello(number, NOW - 4.0 + (number - 40) * 0.15, 0.004):
            state.fold(event)
    shown = "\n".join(text(line) for line in render(state, NOW, View(*size)).lines)
    if size[0] < 80:
        assert re.search(r"last 60 s: +p50 20\.0 s .*\n.*last 5 s: +p50 0\.004 s  p95 0\.004 s", shown)
    else:
        assert re.search(r" 60 s +20\.0 s .* 60 .*\n.* 5 s +0\.004 s 0\.004 s .* 20 ", shown)
    assert re.search(r" (w webworker\.1|webworker\.1 w) ", shown)


@pytest.mark.parametrize("size", SIZES)
def test_quick_errors_are_no_success(size: tuple[int, int]) -> None:
    """A page that nobody gets is not fast, in neither window; who waits for it is counted."""
    state = run_of("bonus", 3)
    for number in range(20):
        for event in hello(number, NOW - 4.0 + number * 0.15, 0.004, status=503):
            state.fold(event)
    shown = "\n".join(text(line) for line in render(state, NOW, View(*size)).lines)
    assert not re.search(r"0\.004 s +0\.004 s|p50 0\.004", shown)
    assert size[0] < 80 or "0 answered, 20 errors, median 0.004 s: 20 x 503" in shown
    state.fold(e.Arrived(t=NOW - 9.0, process="web.1", id="w", method="GET", path="/", name="Ada"))
    shown = "\n".join(text(line) for line in render(state, NOW, View(*size)).lines)
    assert len(re.findall(r"(last)? +\d+ s:? .*9\.0 s.*9\.0 s", shown)) == 2


def test_a_load_has_its_own_axis_and_its_turns_on_it() -> None:
    """Seconds since it began."""
    state = State()
    loaded(state)
    state.fold(e.LoadTurned(t=31.0, process="load.1", factor=2.0))
    for size in [(60, 15), (80, 24), (88, 24), (110, 33), (160, 50)]:
        lines = [text(line) for line in render_load(state, NOW, View(*size)).lines]
        axis = next(line for line in lines if " 0 s " in line and "60 s" in line)
        assert " > 2/s" in axis


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (88, 24), (110, 33), (160, 50)])
def test_the_chart_of_a_load_keeps_its_height(size: tuple[int, int]) -> None:
    """What is wrong, and what was sent again, have rows of their own."""
    heights = set()
    for problem in ("", "http://127.0.0.1:8000/ refuses connections"):
        state = State()
        loaded(state, problem=problem)
        lines = [text(line) for line in render_load(state, NOW, View(*size)).lines]
        title = next(number for number, line in enumerate(lines) if "longest wait" in line)
        heights.add(next(number for number in range(title, len(lines)) if "60 s" in lines[number]) - title)
    assert len(heights) == 1
    assert heights.pop() >= min(7, size[1] // 3)
