"""The panels at the sizes that they are designed for: nothing cut, nothing too long, nothing hostile."""

import io
import re
from collections.abc import Callable

import pytest
from rich.console import Console

from asyncdemo.events import events as e
from asyncdemo.known.state import State
from asyncdemo.showing.panels import KEYS_OF_A_RUN, View, help_screen, render, render_load
from asyncdemo.showing.panels.hello import errors_words, listed
from asyncdemo.showing.panels.lines import Drawing, box, in_room, length, plain
from asyncdemo.stages.catalogue import STAGES
from tests.histories import hello, notification
from tests.loads import jam, load_of

SIZES = [(60, 15), (80, 24), (88, 24), (110, 33), (200, 60)]
NOW = 61.0


def gummed_up(workers: int = 3, name: str = "Ada") -> State:
    """Three workers with a notification each, visitors who wait, and sixty notifications lost."""
    state = State()
    run = {"stage": STAGES["bonus"], "general": workers, "reserved": 0, "speed": 1.0, "delays": [5.0, 5.0, 5.0, 30.0]}
    state.fold(e.RunStarted(t=0.0, process="asyncdemo", url="http://127.0.0.1:8000/", **run))
    state.fold(e.Ready(t=1.0, process="asyncdemo"))
    for number in range(1, workers + 1):
        worker = f"worker.{number}"
        channels = ["http.request", "notify"]
        state.fold(e.WorkerReady(t=1.0, process=worker, worker=worker, channels=channels))
        for event in notification(number, 40.0, worker, "running"):
            state.fold(event)
        call = {"id": f"n{number}", "text": f"Hello, {name}!", "seconds": 30.0, "worker": worker, "direct": False}
        state.fold(e.CallStarted(t=41.5, process=worker, **call))
    for number in range(100):
        for event in hello(number, 10.0 + number * 0.3, 0.2):
            state.fold(event)
    state.fold(e.Arrived(t=50.0, process="web.1", id="w1", method="GET", path="/", name=name))
    for number in range(100, 160):
        for event in notification(number, 1.0, "worker.1", "expired"):
            state.fold(event)
    ids = [f"q{number}" for number in range(47)]
    depths = {"http.request": ["w1"], "notify": ids}
    state.fold(e.Queues(t=60.5, process="web.1", ids=depths, ages={"http.request": 10.5, "notify": 45.5}))
    for number in range(40):
        state.log.add(float(number), "hello", f"{name}: 200 in 0.2 s")
    return state


def drawn(state: State, view: View) -> list[str]:
    """The screen as lines of text."""
    return as_text(render(state, NOW, view), view)


def as_text(drawing: Drawing, view: View) -> list[str]:
    console = Console(file=io.StringIO(), width=view.width, height=view.height, color_system=None)
    with console.capture() as capture:
        console.print(drawing, end="")
    return capture.get().splitlines()


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("workers", [1, 3, 9, 40])
def test_the_screen_fits(width: int, height: int, workers: int) -> None:
    """As many lines as the terminal has, each as long as it is wide: nothing is cut by whoever prints it."""
    lines = render(gummed_up(workers), NOW, View(width, height)).lines
    assert len(lines) == height
    assert {length(line) for line in lines} == {width}


@pytest.mark.parametrize("width", [*range(1, 13), 20, 79, 80])
@pytest.mark.parametrize("height", [1, 2, 3, 8, 15, 20, 30])
def test_any_size_shows_something(width: int, height: int) -> None:
    """A pane that somebody has made as small as it goes does not end a run."""
    state, view = gummed_up(), View(width, height)
    asked = {"rate": 1.0, "rate_end": 1.0, "seconds": 60.0, "arrivals": "even", "visitors": 0, "timeout_s": 120.0}
    for load in (False, True):
        if load:
            state.fold(e.LoadStarted(t=1.0, process="load.1", url="http://127.0.0.1:8000/", speed=1.0, **asked))
            state.fold(e.LoadTold(t=2.0, process="load.1", number=1, scheduled=1, sent=1, latency=[[3, 600, 1]]))
        for drawing in (
            render(state, NOW, view),
            render_load(state, NOW, view),
            help_screen(KEYS_OF_A_RUN, *size(view)),
        ):
            assert len(drawing.lines) == height
            assert {length(line) for line in drawing.lines} == {width}


def size(view: View) -> tuple[int, int]:
    return view.width, view.height


@pytest.mark.parametrize(("width", "height"), SIZES[1:])
def test_what_matters_is_whole(width: int, height: int) -> None:
    """The books with the reasons of the loss, the waiting visitor, the depth and the age are all there, uncut."""
    text = "\n".join(drawn(gummed_up(), View(width, height)))
    for words in (
        "60 expired",
        "47 of 100",
        "oldest 46.0 s",
        "running    3",
        "queued     47",
        "now 11.0 s, 1 waits",
        "lost       60",
    ):
        assert words in text
    assert "3 of 3 busy" in text
    assert "notify Ada" in text
    assert "19.5/30 s" in text


@pytest.mark.parametrize(("width", "height"), SIZES[1:])
def test_what_is_on_a_channel_that_nobody_can_look_at_is_not_known(width: int, height: int) -> None:
    """It is neither 0 nor what it was: Redis is stopped, or its news have ceased."""
    state = gummed_up()
    assert "not known" not in "\n".join(drawn(state, View(width, height)))
    state.fold(e.ProcessEnded(t=60.8, process="redis", code=-9))
    text = "\n".join(drawn(state, View(width, height)))
    assert text.count("not known") == 2
    assert "Redis is stopped" in text
    assert "of 100" not in text
    assert "empty" not in text
    state = gummed_up()
    assert state.channels_unknown(NOW) == ""
    assert state.channels_unknown(NOW + 5.0) == "no news of it"
    assert State().channels_unknown(NOW) == ""


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_that_nobody_takes_from_a_channel_is_seen(width: int, height: int) -> None:
    """However it came to it; what waits there and how old it is stay."""
    state = gummed_up(2)
    assert "nobody" not in "\n".join(drawn(state, View(width, height)))
    state.fold(e.WorkerReady(t=2.0, process="webworker.1", worker="webworker.1", channels=["http.request"]))
    state.fold(e.ProcessEnded(t=60.0, process="worker.1", code=-9))
    assert "nobody" not in "\n".join(drawn(state, View(width, height)))
    state.fold(e.ProcessEnded(t=60.0, process="worker.2", code=0))
    text = "\n".join(drawn(state, View(width, height)))
    assert text.count("nobody takes") + text.count("no taker") == 1
    if (width, height) == SIZES[0]:
        assert "nobody takes notify" in text
    else:
        assert "47 of 100" in text
        assert "oldest" in text


def test_where_workers_do_not_come_and_go_nobody_is_missed() -> None:
    """Nor before a run is up, or of one that nothing is known of."""
    for name, workers in (("step1", 0), ("step3", 4)):
        state = State()
        run = {
            "stage": STAGES[name],
            "general": workers,
            "reserved": 0,
            "speed": 1.0,
            "delays": [5.0],
            "url": "http://h/",
        }
        state.fold(e.RunStarted(t=0.0, process="asyncdemo", **run))
        state.fold(e.Ready(t=1.0, process="asyncdemo"))
        assert state.left_alone == []
    assert State().left_alone == []


def test_why_a_server_answered_by_itself_is_in_plain_words() -> None:
    """No word of its code."""
    state = gummed_up()
    for number, problem in enumerate(("layer", "full", "too large", "view", "time limit")):
        answer = {"status": 503, "total_s": 0.01, "name": "Ada", "problem": problem}
        state.fold(e.Answered(t=50.0, process="web.1", id=f"p{number}", **answer))
    words = ("Redis away", "queue full", "body too large", "view failed", "time limit")
    assert {f"503 {each}" for each in words} <= set(state.statuses)
    assert "1 x 503 layer" not in "\n".join(drawn(state, View(200, 60)))


def test_the_head_tells_how_many_workers_are_there_now() -> None:
    """Not how many there were at the start."""
    state = gummed_up(3)
    assert " bonus  3 general   " in drawn(state, View(88, 24))[0]
    state.fold(e.WorkerReady(t=2.0, process="webworker.1", worker="webworker.1", channels=["http.request"]))
    assert "3 general + 1 reserved" in drawn(state, View(88, 24))[0]
    state.fold(e.ProcessEnded(t=50.0, process="worker.3", code=-9))
    assert "2 general + 1 reserved" in drawn(state, View(88, 24))[0]


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


@pytest.mark.parametrize(("width", "height"), SIZES[2:])
def test_how_long_a_notification_took_is_beside_the_books(width: int, height: int) -> None:
    """From its sending until it was done; nothing before there is any."""
    state, view = gummed_up(), View(width, height)
    assert re.search(r"sent +110 +until done.*\n.*delivered +0 +p50 - ", "\n".join(drawn(state, view)))
    for event in notification(1000, 50.0, "worker.1", "delivered"):
        state.fold(event)
    text = "\n".join(drawn(state, view))
    assert re.search(r"delivered +1 +p50 6\.0 s.*\n.*running .* p95 6\.0 s.*\n.*queued .* max 6\.0 s", text)


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


def test_at_60x15_the_workers_and_a_line_of_latency_are_left() -> None:
    """The smallest screen shows who is busy, how long visitors wait, and what was lost."""
    text = "\n".join(drawn(gummed_up(), View(60, 15)))
    for words in ("worker.3", "p95", "now 11.0 s, 1 waits", "60 lost 60 expired"):
        assert words in text


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


def test_there_is_no_log_at_88x24_and_one_at_110x33() -> None:
    """A projector's screen has no row to spare."""
    assert "─ log ─" not in "\n".join(drawn(gummed_up(), View(88, 24)))
    assert "─ log ─" in "\n".join(drawn(gummed_up(), View(110, 33)))


def test_too_many_workers_are_folded() -> None:
    """The rest is counted in a line."""
    text = "\n".join(drawn(gummed_up(40), View(88, 24)))
    assert "40 of 40 busy" in text
    rows = set(re.findall(r"worker\.\d+", text))
    assert f"+{40 - len(rows)} more, {40 - len(rows)} of them busy" in text
    assert rows


def test_markup_in_a_name_is_shown_as_it_is() -> None:
    """A visitor chose the name."""
    lines = drawn(gummed_up(name="[/][red]"), View(110, 33))
    assert "notify [/][red]" in "\n".join(lines)


def test_without_colours_the_channels_differ_by_their_glyphs() -> None:
    """Colour is never the only sign."""
    with_colour = "\n".join(drawn(gummed_up(), View(88, 24, colour=True)))
    without = "\n".join(drawn(gummed_up(), View(88, 24, colour=False)))
    assert "▓" in without
    assert "▓" not in with_colour


def test_a_page_that_cannot_be_opened_yet_is_not_up() -> None:
    """The header says that it is starting, until it is ready."""
    state = State()
    facts = {
        "stage": STAGES["step3"],
        "general": 4,
        "reserved": 0,
        "speed": 1.0,
        "delays": [5.0],
        "url": "http://127.0.0.1:8000/",
    }
    state.fold(e.RunStarted(t=0.0, process="asyncdemo", **facts))
    assert drawn(state, View(88, 24))[0].rstrip().endswith("starting")
    state.fold(e.Ready(t=NOW - 5, process="asyncdemo"))
    assert drawn(state, View(88, 24))[0].rstrip().endswith("up 0:05")


def test_how_hellos_ended_is_listed_whole() -> None:
    """In as many rows as there are; no item is parted, and what is left out is marked."""
    items = ["35 x 503 time limit", "34 x 200", "9 x 500"]
    assert listed(items, 28, 2) == ["35 x 503 time limit,", "34 x 200, 9 x 500"]
    assert listed(items, 28, 1) == ["35 x 503 time limit, …"]
    assert listed(items[:1], 28, 2) == items[:1]
    assert listed([f"{number} x 404" for number in range(10, 20)], 28, 2)[1].endswith(" …")


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_worker_that_is_frozen_or_dead_is_seen_to_be(width: int, height: int) -> None:
    """Until it goes on; how it died is beside it."""
    state = gummed_up()
    assert "frozen" not in "\n".join(drawn(state, View(width, height)))
    state.fold(e.Frozen(t=60.0, process="worker.2", frozen=True))
    assert "\n".join(drawn(state, View(width, height))).count("frozen") == 1
    state.fold(e.Frozen(t=60.5, process="worker.2", frozen=False))
    assert "frozen" not in "\n".join(drawn(state, View(width, height)))
    state.fold(e.ProcessEnded(t=60.6, process="worker.1", code=-9))
    state.fold(e.ProcessEnded(t=60.6, process="worker.3", code=1))
    text = "\n".join(drawn(state, View(width, height)))
    assert "signal 9" in text
    assert "exit 1" in text


def test_what_a_key_has_done_is_in_the_place_of_the_keys() -> None:
    """Loud where it is a problem or a question."""
    for loud in (False, True):
        view = View(88, 24, keys="h hello  q quit", message="worker.4 starts", loud=loud)
        foot = render(gummed_up(), NOW, view).lines[-1]
        text = "".join(part for part, _ in foot)
        assert text.strip() == "worker.4 starts"
        assert any(style.bold for part, style in foot if part.strip()) == loud
    keys = "".join(part for part, _ in render(gummed_up(), NOW, View(88, 24, keys="h hello  q quit")).lines[-1])
    assert keys.strip() == "h hello  q quit"


@pytest.mark.parametrize("draw", [render, render_load])
def test_that_a_picture_is_held_stands_at_its_head(draw: Callable[..., Drawing]) -> None:
    for paused in (False, True):
        head = "".join(part for part, _ in draw(gummed_up(), NOW, View(88, 24, paused=paused)).lines[0])
        assert ("paused" in head) == paused


@pytest.mark.parametrize(
    ("room", "words", "shown"),
    [
        (60, "pages: all of them, lesson time, unanswered too", "pages: all of them, lesson time, unanswered too ─"),
        (46, "pages: all of them, lesson time", "pages: all of them, lesson time ─"),
        (30, "pages: all of them", "pages: all of them ─"),
        (17, "pages", "pages ─"),
        (5, "pages", "pages ─"),
        (3, "pages", "pag…─"),
    ],
)
def test_a_title_says_what_there_is_room_for(room: int, words: str, shown: str) -> None:
    """What it says last is left out first; no word is cut, unless nothing can be left out."""
    title = [*plain("pages"), *plain(": all of them, lesson time, unanswered too")]
    assert "".join(text for text, _ in in_room(title, room)) == words
    top = "".join(text for text, _ in box(title, [], room + 6, 2)[0])
    assert length(plain(top)) == room + 6
    assert top.startswith(f"╭─ {shown}")


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
