"""A run as plain lines: each kind of event."""

from dataclasses import replace
from typing import Any

import pytest

from asyncdemo.events import events as e
from asyncdemo.events.stage import MIGRATE, StageEntry, WorkerKind
from asyncdemo.known.state import State
from asyncdemo.known.tracebacks import BEGIN
from asyncdemo.showing.lines.run_lines import PlainLines, told_elsewhere
from asyncdemo.showing.lines.run_words import exit_text, held_for, held_text
from asyncdemo.stages.catalogue import STAGES

from .run_events import at, run_started

LOOKED_IN_VAIN = "migrations  nobody knows whether all are applied: python manage.py migrate --check has failed"


def told(*history: e.Event) -> list[str]:
    """The lines of the last event, after the others, without the times."""
    plain = PlainLines(State())
    lines: list[str] = []
    begun = history[0] if isinstance(history[0], e.RunStarted) else run_started("bonus")
    for event in (begun, *(each for each in history if each is not begun)):
        lines = [line[12:] for line in plain.take(event)]
    return lines


def answered(**values: Any) -> e.Event:
    facts = {"status": 200, "total_s": 0.0123, "worker": "slot 1", "name": "Ada"}
    return at(2, e.Answered, id="r", **(facts | values))


LOAD = {
    "url": "u",
    "rate": 10.0,
    "rate_end": 10.0,
    "seconds": 6.0,
    "arrivals": "even",
    "visitors": 0,
    "timeout_s": 60.0,
}
NOTIFIED = {"id": "a", "text": "Hello, Ada!"}
HISTORIES: dict[str, tuple[list[e.Event], list[str]]] = {
    "the start of step1": (
        [run_started("step1", general=0)],
        [
            "stage       step1: Django alone, a slow call in the view",
            "workers     a thread per request, no bound",
            "delays      the outside service takes 5, 0.5 s in turn",
        ],
    ),
    "ready": (
        [run_started(), at(1, e.Ready, "asyncdemo")],
        ["ready       http://127.0.0.1:8000/", "try         curl 'http://127.0.0.1:8000/?name=Ada'"],
    ),
    "output": ([at(1, e.Printed, "web.1", line="Starting")], ["web.1       Starting"]),
    "output of redis": ([at(1, e.Printed, "redis", line="Ready to accept connections")], []),
    "an empty line": ([at(1, e.Printed, "web.1", line="")], []),
    "output that events tell better": ([at(1, e.Printed, "web.1", line="Hello, Ada!")], []),
    "a hello": ([answered()], ["hello       Ada: 200 in 0.012 s by slot 1"]),
    "a hello without a name": ([answered(name="")], ["hello       : 200 in 0.012 s by slot 1"]),
    "a hello that waited": (
        [answered(total_s=4.5, queued_s=4.4)],
        ["hello       Ada: 200 in 4.5 s by slot 1, after 4.4 s in the queue"],
    ),
    "a hello whose wait is not worth a word": (
        [answered(queued_s=0.049)],
        ["hello       Ada: 200 in 0.012 s by slot 1"],
    ),
    "a hello that nobody took": (
        [answered(status=503, total_s=120.0, worker="", problem="time limit")],
        ["hello       Ada: 503 in 120 s (time limit)"],
    ),
    "a hello while Redis is stopped": (
        [answered(status=503, total_s=0.01, worker="", problem="layer")],
        ["hello       Ada: 503 in 0.010 s (Redis away)"],
    ),
    "a visitor who left": ([answered(status=None, total_s=3.0)], ["hello       Ada: left after 3.0 s"]),
    "a visitor who had left before": (
        [answered(status=None, total_s=0.05)],
        ["hello       Ada: left 0.050 s after the server took it in"],
    ),
    "another page": (
        [answered(name=None, path="/nope", method="POST", status=404)],
        ["request     POST /nope: 404 in 0.012 s by slot 1"],
    ),
    "a notification": (
        [at(3, e.Sent, "web.1", id="a", channel="notify"), at(8, e.CallDelivered, "worker.1", **NOTIFIED)],
        ["notified    Hello, Ada! by worker.1, 5.0 s after it was sent"],
    ),
    "a notification whose sending is not told yet": (
        [at(8, e.CallDelivered, "worker.1", **NOTIFIED)],
        ["notified    Hello, Ada! by worker.1"],
    ),
    "a notification that was quick": (
        [at(8, e.Done, "worker.1", id="a", channel="notify", worker="worker.1", busy_s=0.2, age_s=4, calls=["Hello!"])],
        ["notified    Hello! by worker.1, 4.2 s after it was sent"],
    ),
    "a call of the view that was quick": (
        [at(8, e.CallDelivered, id="r", text="Hello!", direct=True, worker="thread 2")],
        ["notified    Hello! by thread 2"],
    ),
    "a call of which nobody says who made it": (
        [at(8, e.CallDelivered, id="r", text="Hello!", direct=True)],
        ["notified    Hello! by web.1"],
    ),
    "a notification of a slot": (
        [at(8, e.Done, id="a", channel="notify", worker="slot 3", busy_s=0.2, age_s=4, calls=["Hello!"])],
        ["notified    Hello! by slot 3, 4.2 s after it was sent"],
    ),
    "work without a notification": ([at(8, e.Done, id="r", channel="http.request", worker="slot 1", busy_s=0.02)], []),
    "a full channel": (
        [at(3, e.Refused, "web.1", id="a", channel="notify")],
        ["lost        a message to notify: the channel is full"],
    ),
    "expired ones": (
        [run_started(speed=10.0), at(9, e.Expired, "web.1", ids=["a", "b"], channel="notify")],
        ["lost        2 on notify: nobody took them within 6.0 s"],
    ),
    "a visitor's request, which is no notification that is lost, to a channel that is full": (
        [at(3, e.Refused, "web.1", id="a", channel="http.request")],
        ["refused     a message to web: the channel is full"],
    ),
    "a visitor's request that waited for too long": (
        [run_started(speed=10.0), at(9, e.Expired, "web.1", ids=["a"], channel="http.request")],
        ["expired     1 on web: nobody took it within 6.0 s"],
    ),
    "a process that ends": ([at(3, e.ProcessEnded, "worker.1", code=-9)], ["worker.1    ended: killed by signal 9"]),
    "the migration that ends well": ([at(3, e.ProcessEnded, "migrate", code=0)], []),
    "the migration that fails": ([at(3, e.ProcessEnded, "migrate", code=1)], ["migrate     ended: exit code 1"]),
    "a turn of the load": (
        [
            run_started(speed=10.0),
            at(1, e.LoadStarted, "load.1", speed=10.0, **LOAD),
            at(9, e.LoadTurned, "load.1", factor=2.0),
        ],
        ["load        turned to 20/s, real time"],
    ),
    "a turn of a load of which nobody has told": ([at(9, e.LoadTurned, "load.1", factor=2.0)], []),
    "workers that came": (
        [at(9, e.CrewChanged, "asyncdemo", general=3, reserved=1)],
        ["workers     3 + 1 reserved there now"],
    ),
    "the end": ([at(9, e.Stopping, "asyncdemo")], ["stopping    everything that was started"]),
    "a process that ends because it was told to": (
        [at(9, e.Stopping, "asyncdemo"), at(9, e.ProcessEnded, "worker.1", code=-9)],
        [],
    ),
    "what the panels will show": ([at(9, e.Queues, "asyncdemo", ids={"notify": ["a"]})], []),
}


@pytest.mark.parametrize(("history", "lines"), HISTORIES.values(), ids=HISTORIES.keys())
def test_each_event_has_its_line(history: list[e.Event], lines: list[str]) -> None:
    """Or none, where another line tells it."""
    assert told(*history) == lines


def test_a_line_begins_with_its_time() -> None:
    """Seconds since the start of the run."""
    (line,) = PlainLines(State()).take(at(12.345, e.Printed, "web.1", line="Starting"))
    assert line == "   12.35 s  web.1       Starting"


WORKERS = [
    ("step1", {"general": 4}, "4 waitress threads"),
    ("step2", {"general": 4}, "4 in the server process, one message at a time each"),
    ("bonus", {"general": 3}, "3 general: each takes web and notify, one message at a time"),
    ("bonus", {"general": 2, "reserved": 1}, "3: 2 general + 1 reserved for web, which leaves notify alone"),
    ("bonus", {"general": 1, "reserved": 2}, "3: 1 general + 2 reserved for web, which leave notify alone"),
    (
        "bonus",
        {"general": 0, "speed": 10.0},
        "none: each visitor waits 12.0 s and then gets 503, since nobody takes the request",
    ),
]


@pytest.mark.parametrize(("stage", "values", "text"), WORKERS)
def test_the_start_says_which_workers_there_are(stage: str, values: dict[str, Any], text: str) -> None:
    """How many, how many of them reserved, and what visitors get where there is none."""
    assert told(run_started(stage, **values))[1] == f"workers     {text}"


def test_the_start_says_what_the_speed_does() -> None:
    """And which Redis is used."""
    lines = told(run_started("bonus", speed=10.0, redis="redis://127.0.0.1:6379/0"))
    assert lines[2:] == [
        "delays      the outside service takes 5, 0.5 s in turn, x10: real time is that much shorter",
        "redis       redis://127.0.0.1:6379/0",
    ]


def test_the_start_says_where_the_tasks_wait() -> None:
    """In which database."""
    lines = told(run_started("today", database="postgresql://ada:***@db.example.com/tasks"))
    assert lines[3:] == ["database    postgresql://ada:***@db.example.com/tasks"]


ACCESS_LINES = [
    '[22/Nov/2026 13:00:00] "GET / HTTP/1.1" 200 12',
    '127.0.0.1 - - [22/Nov/2026:13:00:00] "GET /" 200 12',
    "Hello, Ada!",
]


@pytest.mark.parametrize("line", ACCESS_LINES)
def test_a_servers_own_line_about_a_request_is_not_repeated(line: str) -> None:
    """The access log of runserver, of daphne, and the notification itself."""
    assert told_elsewhere(line, STAGES["step3"])


@pytest.mark.parametrize("line", ["Traceback (most recent call last):", "[22/Nov/2026] note", 'say "GET /"', "hello"])
def test_any_other_line_is_shown(line: str) -> None:
    """An error above all."""
    assert not told_elsewhere(line, STAGES["step3"])


def test_an_exit_code_and_a_signal_are_told_apart() -> None:
    """As subprocess counts them."""
    assert [exit_text(1), exit_text(-15)] == ["exit code 1", "killed by signal 15"]


def worker(number: int, *channels: str, kind: str = "worker") -> e.Event:
    """A worker process that listens."""
    name = f"{kind}.{number}"
    return at(number, e.WorkerReady, name, worker=name, channels=list(channels))


def test_that_nobody_takes_notify_is_said_at_the_start() -> None:
    """All workers are reserved: it starts, and says so."""
    nobody = run_started("bonus", general=0, reserved=3)
    lines = told(nobody)
    assert any(line.endswith("which leave notify alone: nobody takes notify") for line in lines)
    lines = told(nobody, worker(1, "http.request", kind="webworker"), at(4, e.Ready, "asyncdemo"))
    assert lines[-1] == "workers     nobody takes notify: what is sent there is lost after 60.0 s"
    today = run_started("today", general=0, reserved=3)
    assert any(line.endswith("for mail, which leave notify alone: nobody takes notify") for line in told(today))
    lines = told(today, worker(1, "short", kind="shortworker"), at(4, e.Ready, "asyncdemo"))
    assert lines[-1] == "workers     nobody takes notify: what is sent there waits until somebody does"


@pytest.mark.parametrize("code", [0, -9])
def test_that_nobody_takes_notify_any_more_is_said_and_that_somebody_does_again(code: int) -> None:
    """Whether the last one was told to go or has died; who is told of it is told once."""
    crew = [
        run_started("bonus", general=1, reserved=1, speed=10.0),
        worker(1, "http.request", "notify"),
        worker(1, "http.request", kind="webworker"),
        at(4, e.Ready, "asyncdemo"),
    ]
    assert not any("nobody" in line for line in told(*crew))
    gone = at(5, e.ProcessEnded, "worker.1", code=code)
    assert told(*crew, gone)[1:] == ["workers     nobody takes notify: what is sent there is lost after 6.0 s"]
    other_gone = at(6, e.ProcessEnded, "webworker.1", code=code)
    assert told(*crew, gone, other_gone)[1:] == [
        "workers     nobody takes web: each visitor waits 12.0 s and then gets 503"
    ]
    assert told(*crew, gone, worker(7, "http.request", "notify")) == ["workers     notify is taken again"]
    stopping = at(6, e.Stopping, "asyncdemo")
    assert told(*crew, stopping, gone) == []
    assert told(*crew, gone, stopping, other_gone) == [], "in the end nobody takes anything, and nobody needs to"


@pytest.mark.parametrize(
    ("printed", "code", "said"),
    [
        ("", 0, []),
        ("", 1, ["migrations  some are not applied, and are left so: python manage.py migrate"]),
        (BEGIN, 1, [LOOKED_IN_VAIN]),
        ("CommandError: no such database", 1, [LOOKED_IN_VAIN]),
        ("", 126, [LOOKED_IN_VAIN]),
    ],
)
def test_migrations_of_a_project_of_the_users(printed: str, code: int, said: list[str]) -> None:
    """What `migrate --check` ends with is no answer where it has failed."""
    own = StageEntry(name="mysite", title="", worker_kind=WorkerKind.THREADS, own=True)
    begun = at(0, e.RunStarted, "asyncdemo", stage=own, general=0, reserved=0, speed=1.0, delays=[1.0], url="")
    line, end = at(1, e.Printed, MIGRATE, line=printed), at(2, e.ProcessEnded, MIGRATE, code=code)
    assert told(begun, line, end) == said


def test_a_server_that_has_died_is_told_once_for_each_error() -> None:
    """Before its page could be opened and afterwards, whatever else it prints."""
    plain = PlainLines(State())
    plain.take(run_started())
    dies = ["Exception in thread django-main-thread:", BEGIN]

    def printed(*lines: str) -> list[str]:
        events = [at(1, e.Printed, line=line) for line in lines]
        return [line[12:] for event in events for line in plain.take(event) if "mended" in line]

    never = "web.1       cannot come up until this is mended: "
    assert printed(*dies, "KeyError: 'name'", "more") == [f"{never}KeyError: 'name'"]
    assert printed(*dies, "NameError: x", "more") == [f"{never}NameError: x"]
    for event in (at(2, e.Ready, "asyncdemo"), answered()):
        plain.take(event)
    assert printed("more", *dies, "NameError: x") == ["web.1       serves nothing until this is mended: NameError: x"]


def test_on_the_clock_of_a_lesson() -> None:
    """At ten times its speed a second on the wall is ten of it: of what took some, and of what will."""
    held = replace(STAGES["today"], held_s=8.0)
    state = State(in_lesson=True)
    plain = PlainLines(state)
    [*plain.take(replace(run_started("today", speed=10.0), stage=held))]
    quick = at(8, e.Done, "worker.1", id="a", channel="notify", worker="w", busy_s=0.2, age_s=0.4, calls=["Hello!"])
    assert [line[12:] for line in plain.take(quick)] == ["notified    Hello! by w, 6.0 s after it was sent"]
    assert held_for(state) == "for 80 s"
    assert held_text(held, state.clock) == "until it is given out again, 80 s after its worker got it"
