"""What can happen in a run. Frozen, small, and enough to derive everything that is shown.

Every event has `t`, seconds since the run began on one monotonic clock of the machine, and `process`, the name of the
process that saw it. Events may arrive in any order.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something happened."""

    t: float
    process: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted(Event):
    """The first event of a run: what was asked for."""

    stage: str
    general: int
    """Workers that take everything; 0 where the stage has a thread per request."""
    reserved: int
    """Workers that leave `notify` alone."""
    speed: float
    delays: list[float]
    """Seconds of the lesson, before the speed."""
    url: str
    redis: str = ""
    """Which Redis it uses, in words; empty for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready(Event):
    """The page can be opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopping(Event):
    """The run is about to end: what ends from now on was told to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessStarted(Event):
    """A process of the group runs."""

    pid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessEnded(Event):
    """A process of the group is gone. `code` as subprocess has it: negative for a signal."""

    code: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed(Event):
    """A line of output, made safe to show."""

    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerReady(Event):
    """A worker listens."""

    worker: str
    channels: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived(Event):
    """A request reached the server."""

    id: str
    method: str
    path: str
    name: str | None = None
    """Whom to greet, for a request to the hello page; None for every other page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered(Event):
    """A response left the server. Durations in seconds."""

    id: str
    status: int | None
    """None: the visitor left first."""
    total_s: float
    queued_s: float | None = None
    """On the channel; None where there is none, or where no worker took it."""
    view_s: float | None = None
    """In the worker: Django's handler and the view."""
    worker: str = ""
    hello: bool = False
    """Whether the hello page was asked for."""
    problem: str = ""
    """Why the server answered by itself: `full`, `time limit`, `too large`, `layer`, `view`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent(Event):
    """A message is on its channel."""

    id: str
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused(Event):
    """A channel was full; the message is lost."""

    id: str
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired(Event):
    """Messages waited for too long; they are lost."""

    ids: list[str]
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken(Event):
    """A worker has begun with a message, or a thread with a request."""

    id: str
    channel: str
    worker: str
    age_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Done(Event):
    """A worker is done with it."""

    id: str
    channel: str
    worker: str
    busy_s: float
    """From the take to now, in seconds."""
    failed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CallStarted(Event):
    """The pretend outside service was called."""

    id: str
    """The notification's: that of its message, or one of its own where it travels in no message."""
    text: str
    seconds: float
    """How long it will take, on the wall."""
    worker: str
    """Who called it."""
    direct: bool
    """True where the view calls it: such a notification is sent at this moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallDelivered(Event):
    """The outside service has printed the notification."""

    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Queues(Event):
    """The channels, measured: the ids of the messages on each, and the age of the oldest in seconds, 0.0 for none."""

    ids: dict[str, list[str]] = field(default_factory=dict)
    ages: dict[str, float] = field(default_factory=dict)


KINDS: dict[str, type[Event]] = {kind.__name__: kind for kind in Event.__subclasses__()}
"""Every kind of event, by its name on the wire."""
