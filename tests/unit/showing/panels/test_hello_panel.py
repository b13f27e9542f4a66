"""The panel of the visitors: how long they waited, how they ended, and who is among the figures."""

import re

import pytest

from asyncdemo.events import events as e
from asyncdemo.known.state import State
from asyncdemo.showing.panels import View, render, render_load
from asyncdemo.showing.panels.hello import errors_words, listed
from asyncdemo.stages.catalogue import STAGES
from tests.histories import hello
from tests.loads import jam, load_of
from tests.unit.showing.panels.gummed_up import NOW, SIZES, as_text, drawn, gummed_up


@pytest.mark.parametrize(("width", "height"), SIZES[1:])
def test_who_is_among_the_figures_is_said_whole(width: int, height: int) -> None:
    """With thousands of visitors too."""
    state = gummed_up()
    for number in range(1000, 3000):
        for event in hello(number, 50.0, 0.2):
            state.fold(event)
    text = "\n".join(drawn(state, View(width, height)))
    assert "hello: the page, unanswered too " in text
    assert re.search(r" counted .*\n.* 60 s .* 2101 .*\n.* 5 s .* 1 ", text)


def test_the_panel_of_the_hellos_has_one_window() -> None:
    """Whoever was answered before it is in none of its figures."""
    state = gummed_up()
    for event in [*hello(1000, NOW - 70, 1.0, status=500), *hello(1001, 50.0, 1.0, status=404)]:
        state.fold(event)
    text = "\n".join(drawn(state, View(88, 24)))
    assert re.search(r" 60 s .* 101 .*\n.*\n.* 100 answered, 1 error, median 1\.0 s: 1 x 404 ", text)
    assert "500" not in text


def test_how_long_errors_took_is_on_the_clock_of_the_lesson() -> None:
    """At ten times its speed."""
    state = State(in_lesson=True)
    asked = {"general": 4, "reserved": 0, "speed": 10.0, "delays": [5.0], "url": "http://127.0.0.1:8000/"}
    for event in [
        e.RunStarted(t=0.0, process="asyncdemo", stage=STAGES["step2"], **asked),
        *hello(1, NOW - 1, 0.2, status=503),
    ]:
        state.fold(event)
    assert "0 answered, 1 error, median 2.0 s: 1 x 503" in "\n".join(drawn(state, View(88, 24)))


@pytest.mark.parametrize(
    ("room", "text"),
    [
        (80, "172 errors, median 60.0 s: 91 x 503 time limit, 81 x 500"),
        (50, "172 errors, median 60.0 s: 91 x 503 time limit, …"),
        (40, "172 errors: 91 x 503 time limit, …"),
        (22, "91 x 503 time limit, …"),
        (10, "91 x 503 time limit"),
    ],
)
def test_whoever_got_an_error_is_told_why_before_how_long_it_took(room: int, text: str) -> None:
    """The wait is their median, and no span in which they came; the most frequent reason is always named."""
    assert errors_words(["91 x 503 time limit", "81 x 500"], 172, "60.0 s", room) == text


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_fast_refusals_are_beside_the_page(width: int, height: int) -> None:
    """Hundreds that were sent away in 6 ms do not make the page fast: its figures are of those who got it."""
    state = State()
    asked = {"general": 4, "reserved": 0, "speed": 1.0, "delays": [5.0], "url": "http://127.0.0.1:8000/"}
    state.fold(e.RunStarted(t=0.0, process="asyncdemo", stage=STAGES["step2"], **asked))
    pages = [event for number in range(31) for event in hello(number, 50.0, 5.0)]
    refused = [event for number in range(100, 669) for event in hello(number, 50.0, 0.006, status=503)]
    for event in [*pages, *refused]:
        state.fold(event)
    text = "\n".join(drawn(state, View(width, height)))
    assert "5.0 s" in text
    assert "p50 0.006" not in text
    assert ("569 errors, median 0.006 s: 569 x 503" in text) != ("569 err" in text.replace("569 errors", ""))


@pytest.mark.parametrize(("width", "height"), [*SIZES, (72, 19)])
def test_nothing_took_0_s_before_there_was_anything(width: int, height: int) -> None:
    """What was not measured has no figure."""
    view = View(width, height)
    state = State()
    state.fold(e.Queues(t=1.0, process="web.1", ids={"http.request": []}, ages={"http.request": 0.0}))
    assert "0.000 s" not in "\n".join(drawn(state, view))
    asked = {"rate": 1.0, "rate_end": 1.0, "seconds": 60.0, "arrivals": "even", "visitors": 0, "timeout_s": 120.0}
    state.fold(e.LoadStarted(t=1.0, process="load.1", url="http://127.0.0.1:8000/", speed=1.0, **asked))
    assert "0.000 s" not in "\n".join(as_text(render_load(state, NOW, view), view))


def test_how_hellos_ended_is_listed_whole() -> None:
    """In as many rows as there are; no item is parted, and what is left out is marked."""
    items = ["35 x 503 time limit", "34 x 200", "9 x 500"]
    assert listed(items, 28, 2) == ["35 x 503 time limit,", "34 x 200, 9 x 500"]
    assert listed(items, 28, 1) == ["35 x 503 time limit, …"]
    assert listed(items[:1], 28, 2) == items[:1]
    assert listed([f"{number} x 404" for number in range(10, 20)], 28, 2)[1].endswith(" …")


@pytest.mark.parametrize("size", [(88, 24), (110, 33), (60, 15)])
def test_who_waits_outside_is_on_the_screen(size: tuple[int, int]) -> None:
    """A server has taken in one who had left, and answers nobody: nothing looks fast, and somebody waits."""
    state = State()
    run = {"stage": STAGES["step1"], "general": 4, "reserved": 0, "speed": 1.0, "delays": [5.0, 5.0, 5.0, 30.0]}
    state.fold(e.RunStarted(t=0.0, process="asyncdemo", url="http://127.0.0.1:8000/", **run))
    state.fold(e.Ready(t=0.5, process="asyncdemo"))
    for event in load_of(jam([15.0] * 60, 1.0, "timed out"), 60.0, until=40.0, timeout_s=15.0):
        state.fold(event)
    state.fold(e.Answered(t=40.9, process="web.1", id="h1", status=None, total_s=0.02, name="Ada"))
    shown = "\n".join("".join(part for part, _ in line) for line in render(state, 41.0, View(*size)).lines)
    assert re.search(r"longest wait.*now 13\.\d s, 14 wait", shown), shown
    assert re.search(r"60 s:? +(p50 +)?1[45]\.\d s", shown), shown
    assert "0.020 s" not in shown
