"""All that the tool knows of a stage: its entry in the catalogue, which a run's first event carries.

So a replay needs no catalogue, and what is known, shown and reported of a run asks the entry and no list of names.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum

MIGRATE = "migrate"
"""The process that makes the tables of a run's database, and ends."""


class WorkerKind(StrEnum):
    """Who runs the view."""

    THREADS = "request threads"
    SLOTS = "slots in the server process"
    PROCESSES = "processes of their own"


class Sort(StrEnum):
    """What work is, whatever it is called: each has its colour."""

    PAGE = "page"
    """A visitor waits for it."""
    SLOW = "slow"
    """It calls the outside service, and no visitor waits."""
    QUICK = "quick"
    """No visitor waits for it either, and it is soon done."""
    STRANGE = "strange"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """What work waits on for a worker."""

    name: str
    short: str
    """How an audience calls it: `web`."""
    slow: bool = False
    """Whether what waits on it calls the outside service: it holds the notifications, and no requests."""
    background: bool = False
    """Whether it holds work that no visitor waits for, and that is quick: it is in the books, as what is slow is."""
    queue: bool = True
    """Whether anything can wait on it; False where each request has a thread at once."""
    capacity: int = 100
    """How many messages it holds. What an entry says of limits is shown; the project's own settings are what acts."""
    expiry_s: float = 60.0
    """How long it keeps one, in seconds of the lesson."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A kind of work that is done in the background, where a stage has several."""

    name: str
    """As the code has it: `password_mail`."""
    short: str
    """How an audience calls it: `mail`."""
    greeting: str
    """What the outside service prints of it, with the name for the braces."""
    slow: bool = False
    """Whether it takes as long as the outside service is told to."""
    seconds: float = 0.0
    """What one takes that is not slow, in seconds of the lesson."""

    @property
    def soon_s(self) -> float:
        """What one takes at the most until it is done where a worker is free, which may look for work once a second: in
        seconds of the lesson."""
        return self.seconds + 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What can be asked of a stage besides its workers."""

    name: str
    """As it is typed: `one-queue`."""
    variables: tuple[str, ...]
    """What its processes are told of it, in their environment: `SHORT_QUEUE=long`."""
    channels: tuple[Channel, ...] = ()
    """The channels that there are then, in place of the entry's; empty: the same."""
    reserves: bool = True
    """Whether a worker can be reserved then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageEntry:
    """One step of the lesson. Names of processes are those of its Procfile."""

    name: str
    title: str
    """What it is, in a few words."""
    story: str = ""
    """What the talk says about it, in a sentence or two."""
    folder: str = ""
    """Its Django project, seen from where the commands of Procfiles start, or absolute."""
    procfile: str = ""
    """Its Procfile: the name of one that comes with asyncdemo, or an absolute path."""
    worker_kind: WorkerKind
    default_workers: int = 0
    """How many there are unless `--workers` says otherwise; 0: a thread per request."""
    web: str = "web"
    """The process that serves the page: the run ends when it does."""
    general: str = ""
    """The process of a worker that takes everything; empty where workers are no processes."""
    reserved: str = ""
    """The process of a worker that leaves the slow channel alone; empty where there is none."""
    broker: str = ""
    """The process of the broker that holds the channels: a run starts a Redis of its own instead. Empty for none."""
    web_with_workers: str = ""
    """The shell line that serves the page where `--workers` is given; empty where the Procfile's does."""
    channels: tuple[Channel, ...] = ()
    """In the order in which they are told."""
    probes: tuple[str, ...] = ()
    """The modules of `probes` that tell what happens in its processes: `calls` for the outside service; `channels` for
    HTTP over a channel layer, or `wsgi`; a server's own, `daphne` or `waitress`, attaches to that server alone."""
    tasks: tuple[Task, ...] = ()
    """The kinds of work that a hello sends, the slow one first; empty where there is only the notification."""
    keeps: bool = False
    """Whether what a worker has in hand outlives it: it is held, and not lost with it."""
    held_s: float | None = None
    """After how long a held task goes to another worker, in seconds on the wall, unless its worker tells otherwise;
    None: never."""
    reserved_option: str = "reserved-web"
    """The option that says how many workers are reserved."""
    choices: tuple[Choice, ...] = ()
    """What else can be asked of it."""
    database: bool = False
    """Whether its work waits in its database: the tables are there before its processes, and `--database` can name
    another than the run's own."""
    extra: str = ""
    """What of asyncdemo's extras must be installed for it, by the name of its module too; empty for nothing."""
    time_limit_s: float | None = None
    """How long a visitor waits for a worker before the server answers 503, in seconds of the lesson; None: for ever."""
    page: str = "/"
    """The path of the page that greets."""
    parameter: str = "name"
    """What in its query says whom."""
    greeting: str = "Hello, {}!"
    """What the outside service prints of a notification, as the view words it, with the name for the braces."""
    own: bool = False
    """Whether it is a project of the user's: every page of it counts, by its route."""
    compared: tuple[tuple[int | None, int], ...] = ()
    """(all workers or None for its own number, reserved ones) of each of its rows where it is compared; empty: one,
    with its own number."""

    def with_choices(self, names: Collection[str]) -> "StageEntry":
        """As it is when these of its choices are asked for."""
        others = [choice for choice in self.choices if choice.name in names and choice.channels]
        if not others:
            return self
        return replace(self, channels=others[-1].channels, reserved=self.reserved if others[-1].reserves else "")

    @property
    def job(self) -> str:
        """What one of those is called that its books count, as far as that is known."""
        return "task" if self.tasks or self.own else "notification"

    @property
    def slow(self) -> str:
        """The name of its slow channel; empty where the view makes the slow call itself."""
        return next((channel.name for channel in self.channels if channel.slow), "")

    @property
    def background(self) -> frozenset[str]:
        """The names of the channels that hold what no visitor waits for: what is on them is in the books."""
        return frozenset(channel.name for channel in self.channels if channel.slow or channel.background)

    def in_background(self, channel: str) -> bool:
        """Whether what is on a channel is in the books; of a project of the user's, whose channels nobody has listed,
        whatever is no page."""
        if self.own:
            return all(channel != known.name or known.slow for known in self.channels)
        return channel in self.background

    def task(self, name: str) -> Task:
        """What is known of a kind of work; of a strange one, its name."""
        return next((task for task in self.tasks if task.name == name), Task(name=name, short=name, greeting=""))

    @property
    def holder(self) -> str:
        """The process with which goes what is on the channels; empty where they outlive a run, or there are none."""
        return self.broker or (f"{self.web}.1" if self.worker_kind is WorkerKind.SLOTS else "")

    @property
    def queues(self) -> tuple[Channel, ...]:
        """The channels on which something can wait."""
        return tuple(channel for channel in self.channels if channel.queue)

    def channel(self, name: str) -> Channel:
        """What is known of a channel; of a strange one, its name."""
        return next((channel for channel in self.channels if channel.name == name), Channel(name=name, short=name))

    @property
    def quick(self) -> Task | None:
        """The kind of work that is worth watching: it is done in no time, unless it waits behind what is slow."""
        return next((task for task in self.tasks if not task.slow), None)

    @property
    def task_that_is_slow(self) -> str:
        """How an audience calls it; empty where there are no tasks."""
        return next((task.short for task in self.tasks if task.slow), "")

    @property
    def reserved_for(self) -> str:
        """What workers are kept for that leave the slow channel alone: `web`, `mail`."""
        kept = (channel for channel in self.channels if not channel.slow and (channel.background or not self.tasks))
        return " and ".join(channel.short for channel in kept)

    @property
    def taken(self) -> list[str]:
        """What a worker takes that takes everything, as an audience calls it."""
        if self.tasks:
            return [task.short for task in self.tasks]
        return [channel.short for channel in self.channels]

    @property
    def one_queue(self) -> bool:
        """Whether all kinds of work wait on the same one."""
        return len(self.tasks) > 1 and len(self.background) == 1

    @property
    def bounded(self) -> bool:
        """Whether its channels hold so many messages, for so long: the queues of a task framework keep what comes."""
        return not self.tasks

    def sort_of(self, work: str) -> Sort:
        """What work on a channel is, or that of a kind, by its name."""
        for task in self.tasks:
            if task.name == work:
                return Sort.SLOW if task.slow else Sort.QUICK
        for channel in self.channels:
            if channel.name == work:
                return Sort.SLOW if channel.slow else Sort.QUICK if channel.background else Sort.PAGE
        return Sort.STRANGE

    def short_of(self, work: str) -> str:
        """How an audience calls work on a channel, or that of a kind, by its name."""
        return self.task(work).short if work in {task.name for task in self.tasks} else self.channel(work).short

    def takes(self, channels: "list[str] | tuple[str, ...]") -> str:
        """What whoever listens on these takes, in short: `web + notify`. A request thread: `web`."""
        if self.one_queue and channels:
            return " + ".join(task.short for task in self.tasks)
        names = [self.channel(name).short for name in channels]
        return " + ".join(names) or next((channel.short for channel in self.channels if not channel.slow), "")

    def is_notification(self, line: str) -> bool:
        """Whether this line of output is the outside service at work; of a project of the user, who may print anything,
        nobody knows by the line alone."""
        return not self.own and any(before and line.startswith(before) for before, _, _ in self._greetings)

    def greeted(self, text: str) -> str:
        """Whom a notification greets: `Ada` for `Hello, Ada!`."""
        for before, _, after in self._greetings:
            if text.startswith(before):
                return text.removeprefix(before).removesuffix(after)
        return text

    @property
    def _greetings(self) -> list[tuple[str, str, str]]:
        """What is printed, around the name, of each kind of work."""
        return [
            words.partition("{}") for words in dict.fromkeys((*(task.greeting for task in self.tasks), self.greeting))
        ]


NO_STAGE = StageEntry(name="", title="", worker_kind=WorkerKind.THREADS)
"""Of a load on a server that is none of ours."""
