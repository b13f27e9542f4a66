"""What was asked for: the options of `run`, as one value."""

from dataclasses import dataclass

from ..base.addresses import LOOPBACK, is_loopback
from ..base.durations import check_speed
from ..base.errors import UsageError
from ..base.text import without_password
from ..events.stage import StageEntry
from ..stages.catalogue import with_reserved_workers
from .ports import check_port

MAX_WORKERS = 64


@dataclass(frozen=True)
class RunOptions:
    """The options of `run`, checked one by one and against each other."""

    stage: StageEntry
    workers: int | None = None
    """All workers; None: the stage's own number."""
    reserved_web: int = 0
    """How many of them leave the slow channel alone."""
    host: str = LOOPBACK
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
    django_debug: bool = False
    """Whether an error in a view is Django's own page, which shows source, settings and environment."""

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
        return bool(self.stage.broker) and self.redis_url is None


def check(options: RunOptions) -> None:
    """Raises UsageError for what cannot be done, with what to type instead."""
    stage, total, reserved = options.stage, options.total_workers, options.reserved_web
    another = f"asyncdemo run {with_reserved_workers()}"
    least = 0 if stage.general or options.workers is None else 1
    if not least <= total <= MAX_WORKERS:
        raise UsageError(f"--workers {total}: {stage.name} runs with {least} to {MAX_WORKERS} workers.")
    if reserved < 0:
        raise UsageError(f"--reserved-web {reserved}: type a number from 0 up to that of --workers.")
    if reserved and not stage.reserved:
        raise UsageError(
            f"{stage.name} has no reserved workers: all of its {stage.worker_kind.value} take the same work. "
            f"Try: {another} --workers 3 --reserved-web {reserved}"
        )
    if reserved > total:
        raise UsageError(
            f"--reserved-web {reserved} of --workers {total}: --workers counts all, the reserved ones too. "
            f"Try: {another} --workers {reserved + 2} --reserved-web {reserved}"
        )
    if options.redis_url is not None and not stage.broker:
        raise UsageError(f"{stage.name} uses no Redis. Leave --redis out, or try: {another}")
    check_speed(options.speed)
    check_port(options.port)
    if options.django_debug:
        check_who_sees_debug(options)


def check_who_sees_debug(options: RunOptions) -> None:
    """Raises UsageError where Django's page for an error could be seen by others, or shows a password."""
    if not is_loopback(options.host):
        raise UsageError(
            f"--django-debug --host {options.host}: Django's page for an error shows source and settings to whoever "
            "comes there, so it is for this machine alone. Leave one of them out, or try: --host 127.0.0.1"
        )
    url = options.redis_url or ""
    if without_password(url) != url:
        raise UsageError(
            "--django-debug: Django's page for an error would show the user and password of the Redis. "
            "Leave it out, or leave --redis and REDIS_URL out."
        )
