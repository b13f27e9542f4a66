"""The panels at the sizes that they are designed for: nothing cut, nothing too long, nothing hostile."""

import re
from collections.abc import Callable

import pytest

from asyncdemo.events import events as e
from asyncdemo.known.state import State
from asyncdemo.showing.panels import KEYS_OF_A_RUN, View, help_screen, render, render_load
from asyncdemo.showing.panels.lines import Drawing, box, in_room, length, plain
from asyncdemo.stages.catalogue import STAGES
from tests.histories import notification
from tests.unit.showing.panels.gummed_up import NOW, SIZES, drawn, gummed_up


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


@pytest.mark.parametrize(("width", "height"), SIZES[2:])
def test_how_long_a_notification_took_is_beside_the_books(width: int, height: int) -> None:
    """From its sending until it was done; nothing before there is any."""
    state, view = gummed_up(), View(width, height)
    assert re.search(r"sent +110 +until done.*\n.*delivered +0 +p50 - ", "\n".join(drawn(state, view)))
    for event in notification(1000, 50.0, "worker.1", "delivered"):
        state.fold(event)
    text = "\n".join(drawn(state, view))
    assert re.search(r"delivered +1 +p50 6\.0 s.*\n.*running .* p95 6\.0 s.*\n.*queued .* max 6\.0 s", text)


def test_at_60x15_the_workers_and_a_line_of_latency_are_left() -> None:
    """The smallest screen shows who is busy, how long visitors wait, and what was lost."""
    text = "\n".join(drawn(gummed_up(), View(60, 15)))
    for words in ("worker.3", "p95", "now 11.0 s, 1 waits", "60 lost 60 expired"):
        assert words in text


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
