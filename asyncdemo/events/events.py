"""What can happen in a run. Frozen, small, and enough to derive everything that is shown.

Every event has `t`, seconds since the run began on one monotonic clock of the machine, and `process`, the name of the
process that saw it. Events may arrive in any order.

What is over soon is told once, at its end, by `Answered` and `Done`: three events a hello, so that a stage at work
hardly notices that it is watched. `Arrived`, `Taken`, `Sent`, `CallStarted` and `CallDelivered` tell of what lasts, as
soon as it has lasted for `teller.SHORT_S`, with the time when it began.
"""

from dataclasses import dataclass, field, fields

from .stage import StageEntry

ENDLESS_S = 1e9
"""How long a load lasts that ends with what it is sent to: longer than anybody looks."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Event:
    """Something that happened in a run. Two are equal if they are of one kind and tell the same.

    How they compare and are printed stands here once: made for each kind, it would take a command half of the time in
    which it makes the classes, before anything is started.
    """

    t: float
    process: str
    lane: int = 0
    """Of a comparison, which of its runs it happened in: 1, 2 and so on. 0: in none of them, or in a run by itself."""

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and all(getattr(self, name) == getattr(other, name) for name in names(self))

    __hash__ = None  # type: ignore[assignment]  # most hold lists

    def __repr__(self) -> str:
        told = ", ".join(f"{name}={getattr(self, name)!r}" for name in names(self))
        return f"{type(self).__name__}({told})"


def names(event: Event) -> list[str]:
    """Of all that it tells."""
    return [field.name for field in fields(event)]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class RunStarted(Event):
    """The first event of a run: what it is a run of, and what was asked for."""

    stage: StageEntry
    general: int
    """Workers that take everything; 0 where the stage has a thread per request."""
    reserved: int
    """Workers that leave the slow channel alone."""
    speed: float
    delays: list[float]
    """Seconds of the lesson, before the speed."""
    url: str
    redis: str = ""
    """Which Redis it uses, in words; empty for none."""
    database: str = ""
    """In which database its work waits, in words; empty for none."""
    elsewhere: list[str] = field(default_factory=list)
    """What a project of the user's works with that is not on this machine: `database on db.example.com`."""
    choices: list[str] = field(default_factory=list)
    """What else of the stage was asked for, as it is typed: `one-queue`, `priority`, `defaults`."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Ready(Event):
    """The page can be opened."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Stopping(Event):
    """The run is about to end: what ends from now on was told to."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class LaneEnded(Event):
    """A run of a comparison is over."""

    cut: bool = False
    """Whether somebody has ended it before its time."""
    problem: str = ""
    """What it failed at, in words; empty for a run that has come to its end."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Reference(Event):
    """A request to a page that nothing keeps waiting, beside the runs: how long it took, in seconds on the wall."""

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Uses(Event):
    """A project of the user's uses something that others may use too."""

    what: str
    """`database`, `channel layer`, `Celery's broker`."""
    where: str
    """Its host; empty for what is a file or a socket here."""

    def __str__(self) -> str:
        return f"{self.what} on {self.where or 'this machine'}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class CrewChanged(Event):
    """Workers have come or gone, in a stage whose workers are processes: how many are there from now on."""

    general: int
    reserved: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class ProcessStarted(Event):
    """A process of the group runs."""

    pid: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class ProcessEnded(Event):
    """A process of the group is gone. `code` as subprocess has it: negative for a signal."""

    code: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Frozen(Event):
    """A worker was stopped in the middle of things, or goes on."""

    frozen: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Printed(Event):
    """A line of output, made safe to show."""

    line: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class WorkerReady(Event):
    """A worker listens."""

    worker: str
    channels: list[str]
    """From which it takes; none: it has gone, and its process goes on."""
    held_s: float | None = None
    """After how long another gets what this one has when it dies, by its own settings, in seconds on the wall; None:
    it does not tell."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Arrived(Event):
    """A request reached the server, some time ago."""

    id: str
    method: str
    path: str
    name: str | None = None
    """Whom to greet, for a request to the hello page; None for every other page."""


NO_PAGE = "/warm-up"
"""Asked for by who wants any answer of the server: Django says that there is none, and no view hears of it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Answered(Event):
    """A response left the server. Durations in seconds."""

    id: str
    status: int | None
    """None: the visitor left first."""
    total_s: float
    method: str = "GET"
    path: str = "/"
    name: str | None = None
    """As in `Arrived`."""
    route: str = ""
    """Of a project's own, as its URLconf writes it; empty where none was found, or nothing tells."""
    queued_s: float | None = None
    """On the channel; None where there is none, or where no worker took it."""
    view_s: float | None = None
    """In the worker: Django's handler and the view."""
    worker: str = ""
    problem: str = ""
    """Why the server answered by itself: `full`, `time limit`, `too large`, `no host`, `layer`, `view`."""
    reason: str = ""
    """The same as a project of the user's has put it: to which address no connection came about."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Sent(Event):
    """A message is on its channel; told by `Done` where whoever sent it was done soon."""

    id: str
    channel: str
    task: str = ""
    """Of a stage with several kinds of work, which one it is."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Received(Event):
    """A worker has it for itself and has not begun: it is in its pocket."""

    id: str
    channel: str
    worker: str
    task: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Refused(Event):
    """A channel was full; the message is lost."""

    id: str
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Expired(Event):
    """Messages waited for too long; they are lost."""

    ids: list[str]
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Taken(Event):
    """A worker has begun with a message, or a thread with a request, and is still at it."""

    id: str
    channel: str
    worker: str
    age_s: float
    task: str = ""
    """As in `Sent`."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Done(Event):
    """A worker is done with it."""

    id: str
    channel: str
    worker: str
    busy_s: float
    """From the take to now, in seconds."""
    age_s: float = 0.0
    """From the send to the take."""
    failed: bool = False
    task: str = ""
    """As in `Sent`."""
    sent: list[str] = field(default_factory=list)
    """Ids of the notifications that it has sent on the way, as far as no `Sent` tells of them."""
    calls: list[str] = field(default_factory=list)
    """What the outside service has printed on the way of a notification, as far as no `CallDelivered` tells of it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class CallStarted(Event):
    """The pretend outside service was called, and takes its time."""

    id: str
    """The notification's: that of its message, or one of its own where it travels in no message."""
    text: str
    seconds: float
    """How long it will take, on the wall."""
    worker: str
    """Who called it."""
    direct: bool
    """True where the view calls it: such a notification is sent at this moment."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class CallDelivered(Event):
    """The outside service has printed the notification; told by `Done` where a consumer was quick."""

    id: str
    text: str
    direct: bool = False
    """True where the view has called it."""
    worker: str = ""
    """Who called it; empty in recordings of before it was told."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Queues(Event):
    """The channels, measured: the ids of the messages on each, and the age of the oldest in seconds, 0.0 for none."""

    ids: dict[str, list[str]] = field(default_factory=dict)
    ages: dict[str, float] = field(default_factory=dict)
    depths: dict[str, int] = field(default_factory=dict)
    """How many there are on a channel that has more than are named."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class LoadReady(Event):
    """The process that sends is there, and waits to be told when to begin."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class LoadStarted(Event):
    """The load begins: what was asked for. Requests leave from `t` on."""

    url: str
    rate: float
    """Requests a second, on the wall; 0.0 in a closed loop."""
    rate_end: float
    """What a ramp ends with; `rate` without one."""
    seconds: float
    """How long requests leave, on the wall."""
    arrivals: str
    """`even`, `poisson`, or `closed` for a closed loop."""
    visitors: int
    """Of a closed loop; 0 for an open one."""
    timeout_s: float
    speed: float
    seed: int = 1
    """Of the chance in `poisson`; without a meaning in others."""
    slow_s: float = 0.0
    """From where on a wait is slow, on the wall; 0.0 in recordings of format 4 and before: a second of the lesson."""
    other_method: str = ""
    """How it asks, where that is not GET."""

    @property
    def most(self) -> float:
        """Requests a second when they come fastest: a ramp has its end or its start then."""
        return max(self.rate, self.rate_end)

    def rate_at(self, after_s: float) -> float:
        """What was asked for so many seconds after it began, in requests a second: a ramp goes from one to another."""
        return self.rate + (self.rate_end - self.rate) * min(1.0, max(0.0, after_s / self.seconds))


REFUSED, UNREACHABLE = "refused", "unreachable"
"""How a request ends that finds no server."""
NOT_SENT = "not sent in time"
"""This machine was so late that the time limit was over before it could leave."""
NO_SOCKET = "no socket"
"""This machine had none left to give."""
TIMED_OUT = "timed out"
"""Its visitor has left: it took longer than anybody waits."""
ERRORS_FROM = 400
"""A status below it is what was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class LoadTold(Event):
    """What the load has seen since it last told, and who waits now.

    A time slice is 1/240 of the load's seconds, by when a request was *meant* to leave; a bucket is one of
    `histogram`'s. Latency counts from that moment, service time from when the request did leave, lag is between them.
    At every moment, all that were to leave so far are those that have ended so far, and those that wait.
    """

    number: int
    """1, 2, … of the load."""
    scheduled: int
    """Requests that were to leave since then."""
    sent: int
    """Requests that left."""
    ended: dict[str, int] = field(default_factory=dict)
    """How requests ended: `200`, `503`, `timed out`, `refused`, `cut off`, `closed unanswered`, `no HTTP`, …"""
    again: dict[str, int] = field(default_factory=dict)
    """Requests that were sent on another connection, by why the first was no good: `closed while idle`, …"""
    by_end: dict[str, list[tuple[int, int, int]]] = field(default_factory=dict)
    """Latency: how requests ended -> [slice, bucket, count] of those that ended so. The counts are those of `ended`."""
    latency: list[tuple[int, int, int]] = field(default_factory=list)
    """In recordings of format 3 and before, in place of `by_end`: of those answered, with any status, timed out, cut
    off, closed unanswered, or answered by no response, together."""
    service: list[tuple[int, int]] = field(default_factory=list)
    """[bucket, count] of those answered with a status below 400; in format 3 and before, with any."""
    lag: list[tuple[int, int]] = field(default_factory=list)
    """[bucket, count] of those that left."""
    waiting: list[tuple[int, int, int]] = field(default_factory=list)
    """[slice, bucket, count] of those without an end now, at their wait so far, those that could not leave yet too."""
    rate: float = 0.0
    """Requests a second that are to leave now, on the wall."""
    first_waited: int = 0
    """Which visitor, counted from 1, was the first to wait for longer than `LoadStarted.slow_s`; 0: none so far."""
    problem: str = ""
    """What the newest failure says, in words; empty when there was none."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class LoadTurned(Event):
    """Somebody has turned the rate: from now on it is another."""

    factor: float
    """So many times what was asked for; 0.0: nobody comes."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class LoadEnded(Event):
    """No request is under way any more."""

    unfinished: int
    """Requests that were on their way when somebody ended the load before its time: nobody knows how they would have
    ended."""


KINDS: dict[str, type[Event]] = {kind.__name__: kind for kind in Event.__subclasses__()}
"""Every kind of event, by its name on the wire."""


def delivered(event: Event) -> list[str]:
    """The notifications that an event says were printed."""
    return [event.text] if isinstance(event, CallDelivered) else event.calls if isinstance(event, Done) else []


def is_answer(end: str) -> bool:
    """Whether a request of a load that ended so got what it asked for: a status below 400."""
    return end.isdecimal() and int(end) < ERRORS_FROM
