"""From which size on a screen has all its panels."""

import re
from dataclasses import replace

import pytest
from rich.text import Text

from asyncdemo.events import events as e
from asyncdemo.known.state import State
from asyncdemo.showing.panels import View, render, render_load
from asyncdemo.showing.panels.books import books_panel, channels_panel
from asyncdemo.showing.panels.style import ALARM
from asyncdemo.stages.catalogue import STAGES
from tests.frames import Draw, text_of, told
from tests.histories import RUN, fold


@pytest.fixture(scope="module")
def state() -> State:
    """Of a run with a load, in its middle."""
    return told("step3", 6.0)[0]


@pytest.mark.parametrize(
    ("draw", "width", "height", "whole"),
    [
        (render, 80, 24, True),
        (render, 79, 24, False),
        (render, 80, 23, False),
        (render_load, 80, 22, True),
        (render_load, 79, 22, False),
        (render_load, 80, 21, False),
    ],
)
def test_all_panels_or_what_matters_most(draw: Draw, width: int, height: int, whole: bool, state: State) -> None:
    """At 80 columns there is room for them side by side."""
    view = View(width, height)
    drawn = text_of(draw(state, 6.0, view), view)
    assert ("╮╭" in Text.from_ansi(drawn).plain) == whole
    assert len(drawn.splitlines()) == height


@pytest.mark.parametrize("draw", [render, render_load])
@pytest.mark.parametrize("width", [60, 80, 160])
@pytest.mark.parametrize("height", [15, 18, 20, 21, 22, 24, 50])
def test_a_chart_has_rows_to_climb(draw: Draw, width: int, height: int, state: State) -> None:
    """On every screen that is worth one: at least three of them are labelled."""
    drawn = Text.from_ansi(text_of(draw(state, 6.0, View(width, height)), View(width, height))).plain
    labels = re.findall(r"^(?:│ )? *(?:10 s|1 s|100 ms|10 ms|0 s) ", drawn, re.MULTILINE)
    assert len(labels) >= 3, drawn


@pytest.mark.parametrize(
    ("width", "height", "panels"),
    [
        (79, 19, 0),
        (79, 20, 1),
        (79, 60, 1),
        (80, 29, 3),
        (80, 30, 4),
        (150, 35, 4),
        (149, 36, 4),
        (150, 36, 3),
    ],
)
def test_a_run_has_the_panels_that_there_is_room_for(width: int, height: int, panels: int, state: State) -> None:
    """Below another: the workers in a frame, then the figures and the chart, then the log, which has its place beside
    the chart on a wide screen."""
    view = View(width, height)
    drawn = Text.from_ansi(text_of(render(state, 6.0, view), view)).plain
    assert len([line for line in drawn.splitlines() if line.startswith(("╭", "├"))]) == panels
    assert ("─ log ─" in drawn) == (height >= 30 and width >= 80)


@pytest.mark.parametrize(("width", "times"), [(31, False), (32, True)])
def test_how_long_notifications_took_stands_where_there_is_room(width: int, times: bool, state: State) -> None:
    lines = ["".join(text for text, _ in line) for line in books_panel(state, width, 9)]
    assert ("until done" in lines[1]) == times
    assert {len(line) for line in lines} == {width}


@pytest.mark.parametrize(("width", "more"), [(22, False), (23, True)])
def test_the_channels_say_what_waits_where_there_is_room(width: int, more: bool, state: State) -> None:
    """Without a word that is cut."""
    top = "".join(text for text, _ in channels_panel(state, 6.0, width, 8)[0])
    assert top.strip("╭─╮ ") == ("channels, waiting" if more else "channels")


def test_what_is_lost_is_loud_and_nothing_else_is() -> None:
    """Its count, and why."""
    lost = [e.Refused(t=2.0, process="web.1", id=f"n{number}", channel="notify") for number in range(7)]
    for events, loud in ((lost, ["7", "7 refused"]), ([], [])):
        panel = books_panel(fold([RUN, *events]), 32, 9)
        assert [text.strip() for line in panel for text, style in line if style == ALARM] == loud
        assert any("nothing lost" in text for line in panel for text, _ in line) == (not loud)


def test_channels_that_nobody_has_measured() -> None:
    """Their server begins with its first visitor: before, nobody has come, and after, it is about to."""
    state = State()
    for event, words in (
        (replace(RUN, stage=STAGES["step2"]), "not measured yet"),
        (e.Ready(t=1.0, process="asyncdemo"), "nobody has come yet"),
        (e.Arrived(t=2.0, process="web.1", id="h1", method="GET", path="/", name="Ada"), "not measured yet"),
    ):
        state.fold(event)
        assert words in "".join(text for line in channels_panel(state, 30.0, 32, 8) for text, _ in line)


def test_what_is_oldest_stands_apart_from_its_bar() -> None:
    """However many digits it has."""
    run = replace(RUN, stage=STAGES["step3"], speed=1.0)
    queues = e.Queues(t=10.0, process="web.1", ids={"notify": ["n1"]}, ages={"notify": 0.014})
    ready = e.WorkerReady(t=1.0, process="web.1", worker="slot 1", channels=["notify"])
    line = "".join(text for text, _ in channels_panel(fold([run, ready, queues]), 10.0, 36, 4)[2])
    assert "oldest 0.014 s █" in line
