"""A project of the user's, in lines and panels: what is known of it, and no more."""

from dataclasses import replace

import pytest

from asyncdemo.base.histogram import bucket
from asyncdemo.events import events as e
from asyncdemo.events.stage import Channel, StageEntry, WorkerKind
from asyncdemo.events.wire import decode, encode
from asyncdemo.known.lanes import Lane, Lanes
from asyncdemo.known.state import State
from asyncdemo.measuring.setups import Setup, conditions_of
from asyncdemo.showing.lines.lane_words import calls_in_the_view, crew_of, slow_pages
from asyncdemo.showing.lines.own_lines import slow_words
from asyncdemo.showing.lines.run_lines import PlainLines
from asyncdemo.showing.lines.run_summary import summary
from asyncdemo.showing.panels import View, race, render
from asyncdemo.stages.catalogue import STAGES
from tests.frames import text_of
from tests.histories import RUN

WEB = Channel(name="http.request", short="web", queue=False)
OWN = StageEntry(
    name="mysite", title="a project of yours", worker_kind=WorkerKind.THREADS, channels=(WEB,), page="/slow/", own=True
)
BEGUN = replace(RUN, stage=OWN, general=0, reserved=0, speed=1.0, delays=[], url="http://127.0.0.1:8000/slow/")
VIEW = View(110, 33)
READY = e.Ready(t=1.0, process="asyncdemo")


def folded(*events: e.Event) -> State:
    """What is known after these."""
    state = State()
    for event in events:
        state.fold(event)
    return state


def answered(view_s: float) -> e.Answered:
    """An answer."""
    facts = {"method": "GET", "path": "/slow/", "route": "/slow/", "status": 200, "worker": "thread 1", "name": ""}
    return e.Answered(t=2.0, process="web.1", id="a", total_s=view_s, view_s=view_s, **facts)  # type: ignore[arg-type]


def worker(number: int, *channels: str) -> e.WorkerReady:
    """One that is there."""
    return e.WorkerReady(t=0.5, process="web.1", worker=f"slot {number}", channels=list(channels or ("http.request",)))


@pytest.mark.parametrize(
    ("events", "words"),
    [
        ([], "nobody has come yet"),
        ([answered(0.01)], "no page holds a worker for long"),
        ([answered(2.0)], "GET /slow/ holds a worker for 2.0 s, and whoever comes meanwhile has another"),
    ],
)
def test_what_is_slow_is_said_when_somebody_has_seen_it(events: list[e.Event], words: str) -> None:
    """And not before."""
    assert slow_words(folded(BEGUN, READY, *events)).startswith(words)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://127.0.0.1:8000/slow/", "127.0.0.1:8000/slow/   "),
        ("http://127.0.0.1:8000/slow", "127.0.0.1:8000/slow   "),
        ("http://127.0.0.1:8000/", "127.0.0.1:8000   "),
    ],
)
def test_the_header_has_the_page_as_it_was_typed(url: str, shown: str) -> None:
    """To Django, a slash at its end is another page."""
    state = folded(replace(BEGUN, url=url), READY)
    assert shown in text_of(render(state, 3.0, VIEW), VIEW)


def test_a_race_says_what_is_known_of_a_project() -> None:
    """No delays where nothing of ours is delayed, and no threads that its server has not told of."""
    lanes = Lanes({1: Lane(1, "before"), 2: Lane(2, "after")})
    for number in (1, 2):
        lanes[number].fold(BEGUN)
    assert crew_of(lanes[1]) == ""
    shown = text_of(race(lanes, 3.0, VIEW), VIEW)
    assert "30 s" not in shown
    assert "a thread each" not in shown
    for number in range(1, 5):
        lanes[1].fold(worker(number))
    assert crew_of(lanes[1]) == "4 workers"
    lanes[2].state.fold(RUN)
    assert f"{RUN.delays[0]:g} " in text_of(race(lanes, 3.0, VIEW), VIEW)


def test_a_run_without_delays_is_read_again() -> None:
    """From a recording, and by other terminals; a stage has delays."""
    read = decode(encode(BEGUN))
    assert isinstance(read, e.RunStarted)
    assert (read.stage, read.delays) == (OWN, [])
    with pytest.raises(ValueError, match="not an event"):
        decode(encode(replace(RUN, delays=[])))


def test_a_command_that_repeats_it_has_no_delays_either() -> None:
    """Of a run that has been recorded, whose project has nothing of ours."""
    assert "--delays" not in Setup(OWN).command(conditions_of(BEGUN, None))


@pytest.mark.parametrize(("channels", "lost"), [(("http.request", "notify"), 1), (("http.request",), 0)])
def test_what_waits_in_a_server_goes_with_it(channels: tuple[str, ...], lost: int) -> None:
    """Where its own workers take it, it is nowhere else; of another queue nobody knows that."""
    sent = e.Sent(t=2.0, process="web.1", id="n", channel="notify")
    measured = e.Queues(t=3.0, process="web.1", ids={"notify": ["n"]}, ages={"notify": 1.0})
    events = [BEGUN, worker(1, *channels), READY, sent, measured]
    state = folded(*events, e.ProcessEnded(t=4.0, process="web.1", code=-15))
    assert (state.books.lost, state.books.queued + state.books.unknown) == (lost, 1 - lost)
    assert any(line.startswith("  tasks  ") for line in summary(state))


def test_what_a_call_prints_is_told_once() -> None:
    """As a call, by whoever made it; the same line of somebody else is a line."""
    call = {"process": "web.1", "id": "n", "worker": "slot 1", "text": "Hello, Ada!"}
    plain = PlainLines(State())
    for event in (BEGUN, e.CallStarted(t=1.0, seconds=5.0, direct=False, **call)):  # type: ignore[arg-type]
        plain.take(event)
    printed = [plain.take(e.Printed(t=2.0, process=name, line="Hello, Ada!")) for name in ("web.1", "web.1", "b.1")]
    assert [len(lines) for lines in printed] == [0, 1, 1]
    told = plain.take(e.CallDelivered(t=2.0, direct=False, **call))  # type: ignore[arg-type]
    assert "notified    Hello, Ada! by slot 1" in told[0]


def lane_of(*events: e.Event, waits: int, seconds: float = 5.0) -> Lane:
    """A lane in which so many have waited for so long, after these events."""
    lane = Lane(1, "mysite")
    asked = {"rate": 1.0, "rate_end": 1.0, "seconds": 60.0, "arrivals": "even", "visitors": 0, "timeout_s": 60.0}
    load = e.LoadStarted(t=1.0, process="load.1", url="u", speed=1.0, **asked)  # type: ignore[arg-type]
    waiting = [(0, bucket(seconds), waits)] if waits else []
    seen = e.LoadTold(t=7.0, process="load.1", number=1, scheduled=waits, sent=waits, waiting=waiting)
    for event in (*events, load, seen):
        lane.fold(event)
    return lane


def busy(number: int) -> list[e.Event]:
    """One that is there, and has a page in hand."""
    taken = {"id": f"r{number}", "channel": "http.request", "worker": f"slot {number}", "age_s": 0.0}
    return [worker(number), e.Taken(t=2.0, process="web.1", **taken)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("busy_workers", "waits", "words"),
    [
        (0, 0, ""),
        (0, 1, ": 1 visitor waits for the page"),
        (0, 2, ": 2 visitors wait for the page"),
        (1, 1, ": 1 visitor waits for the page"),
        (1, 2, ": its pages hold the one worker, 1 more waits for one to be free"),
        (4, 6, ": its pages hold all 4 workers, 2 more wait for one to be free"),
    ],
)
def test_who_waits_for_a_page_of_a_project_is_counted(busy_workers: int, waits: int, words: str) -> None:
    """Those whom a worker has in hand are none of those who wait for one."""
    events = [event for number in range(busy_workers) for event in busy(number + 1)]
    assert slow_pages(lane_of(BEGUN, READY, *events, waits=waits), 7.0) == words
    assert slow_pages(lane_of(BEGUN, READY, waits=waits, seconds=0.5), 7.0) == "", "nobody has waited for long"


@pytest.mark.parametrize(
    ("general", "waits", "words"),
    [
        (0, 1, ": 1 visitor waits for a slow call, none for another: a thread for each"),
        (0, 2, ": 2 visitors wait for a slow call each, none for another: a thread for each"),
        (1, 2, ": the view's slow calls hold the one thread, 1 more waits for one to be free"),
        (2, 2, ": whoever comes waits for the slow call in the view"),
        (2, 4, ": the view's slow calls hold all 2 threads, 2 more wait for one to be free"),
        (0, 0, ""),
    ],
)
def test_who_waits_for_the_call_in_the_view_is_counted(general: int, waits: int, words: str) -> None:
    """With a thread for each, or with so many."""
    run = replace(BEGUN, stage=STAGES["step1"], general=general, delays=[5.0])
    events = [event for number in range(general or waits) for event in busy(number + 1)]
    assert calls_in_the_view(lane_of(run, READY, *events, waits=waits), run, 7.0) == words
