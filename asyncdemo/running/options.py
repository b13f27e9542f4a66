"""What was asked for: the options of `run`, as one value."""

from dataclasses import dataclass

from ..base.errors import UsageError
from ..stages.catalogue import STAGES, Stage, WorkerKind
from .ports import check_port

MAX_SPEED = 60.0
"""Beyond it the constants of the machine are no longer small against the delays of the lesson."""
MAX_WORKERS = 64


@dataclass(frozen=True)
class RunOptions:
    """The options of `run`, checked one by one and against each other."""

    stage: Stage
    workers: int | None = None
    """All workers; None: the stage's own number."""
    reserved_web: int = 0
    """How many of them leave `notify` alone."""
    host: str = "127.0.0.1"
    port: int = 8000
    """0: any free one."""
    speed: float = 1.0
    delays: tuple[float, ...] = (5.0, 5.0, 5.0, 30.0)
    """What the outside service takes, in turn: seconds of the lesson."""
    redis_url: str | None = None
    """None: a Redis of this run's own."""
    for_s: float | None = None
    """End by itself after so many seconds of the lesson."""
    open_browser: bool = False
    record: str | None = None
    """A file for every event of the run."""

    def __post_init__(self) -> None:
        check(self)

    @property
    def total_workers(self) -> int:
        """How many workers there will be; 0 for a thread per request."""
        return self.stage.default_workers if self.workers is None else self.workers

    @property
    def general_workers(self) -> int:
        """How many of them take everything."""
        return self.total_workers - self.reserved_web

    @property
    def needs_own_redis(self) -> bool:
        """Whether a Redis has to be started for it."""
        return self.stage.workers is WorkerKind.PROCESSES and self.redis_url is None


def stage_named(name: str) -> Stage:
    """Raises UsageError for a name that no stage has."""
    try:
        return STAGES[name.lower()]
    except KeyError:
        raise UsageError(f"There is no stage {name!r}. The stages are: {', '.join(STAGES)}.") from None


def check(options: RunOptions) -> None:
    """Raises UsageError for what cannot be done, with what to type instead."""
    stage, total = options.stage, options.total_workers
    least = 0 if stage.workers is WorkerKind.PROCESSES or options.workers is None else 1
    if not least <= total <= MAX_WORKERS:
        raise UsageError(f"--workers {total}: {stage.name} runs with {least} to {MAX_WORKERS} workers.")
    if options.reserved_web < 0:
        raise UsageError(f"--reserved-web {options.reserved_web}: type a number from 0 up to that of --workers.")
    if options.reserved_web and stage.workers is not WorkerKind.PROCESSES:
        raise UsageError(
            f"{stage.name} has no reserved workers: all of its {stage.workers.value} take the same work. "
            f"Try: asyncdemo run bonus --workers 3 --reserved-web {options.reserved_web}"
        )
    if options.reserved_web > total:
        raise UsageError(
            f"--reserved-web {options.reserved_web} of --workers {total}: --workers counts all, the reserved ones too. "
            f"Try: asyncdemo run bonus --workers {options.reserved_web + 2} --reserved-web {options.reserved_web}"
        )
    if options.redis_url is not None and stage.workers is not WorkerKind.PROCESSES:
        raise UsageError(f"{stage.name} uses no Redis. Leave --redis out, or try: asyncdemo run bonus")
    if not 0 < options.speed <= MAX_SPEED:
        raise UsageError(f"--speed {options.speed:g}: type a number above 0 and up to {MAX_SPEED:g}, like 10.")
    check_port(options.port)
