"""What was asked for: the options of `run`, as one value."""

import shlex
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from importlib.util import find_spec
from math import inf
from typing import Any

from ..base.addresses import LOOPBACK, is_loopback
from ..base.durations import check_speed
from ..base.errors import UsageError
from ..base.text import without_password
from ..events.stage import StageEntry
from ..stages.catalogue import STAGES, procfile_of, with_choice, with_database, with_reserved_workers
from . import redis
from .own.project import OwnProject
from .ports import check_port

MAX_WORKERS = 64
WHY_NOT = {
    "reserved-web": "no worker of {stage} serves the page, so it is fast whatever they do; what waits is the mails. A "
    "worker is reserved for what is short.",
    "reserved-short": "the workers of {stage} serve the page, and it is the page that a worker is reserved for.",
}
"""An option of reserved workers -> why a stage that has others has none such."""
DELAYS = (5.0, 5.0, 5.0, 30.0)
"""What the outside service of the talk takes, in turn: seconds of the lesson."""


Example = Callable[[StageEntry, int, int], str]
"""How a stage, all of its workers and the reserved ones are typed."""


@dataclass(frozen=True)
class RunOptions:
    """The options of `run`, checked one by one and against each other."""

    stage: StageEntry
    workers: int | None = None
    """All workers; None: the stage's own number."""
    reserved_web: int = 0
    """How many of them leave the slow channel alone."""
    choices: tuple[str, ...] = ()
    """What else of the stage is asked for: names of its choices."""
    host: str = LOOPBACK
    port: int = 8000
    """0: any free one."""
    speed: float = 1.0
    delays: tuple[float, ...] = DELAYS
    """What the outside service takes, in turn: seconds of the lesson."""
    redis_url: str | None = None
    """None: a Redis of this run's own."""
    redis_is_ours: bool = False
    """Whether that one was started by whoever starts the run: it need not be tried, and is swept by its own end."""
    database_url: str | None = None
    """A PostgreSQL; None: an SQLite file of this run's own."""
    for_s: float | None = None
    """End by itself after so many seconds of the lesson."""
    open_browser: bool = False
    record: str | None = None
    """A file for every event of the run."""
    confirmed: bool = False
    """Whether a project of the user's may be loaded, whatever it works with elsewhere."""
    project: OwnProject | None = None
    """Where it is no stage: that of the user, of which `stage` is the entry."""
    django_debug: bool = False
    """Whether an error in a view is Django's own page, which shows source, settings and environment."""

    def __post_init__(self) -> None:
        check(self)

    @property
    def procfile(self) -> str:
        """The text of its Procfile."""
        return procfile_of(self.stage) if self.project is None else self.project.processes

    @property
    def has_outside_service(self) -> bool:
        """Whether it calls ours, which takes as long as is asked for."""
        return self.project is None or self.project.has_outside_service

    @property
    def others(self) -> list[str]:
        """The processes of a project of the user's that do not serve its page; empty for a stage."""
        return [] if self.project is None else self.project.others

    @property
    def what(self) -> str:
        """What is run, in a sentence."""
        return "the stage" if self.project is None else "the project"

    @property
    def ends_after_s(self) -> float:
        """How long it is up before it ends by itself, on the clock; inf if it does not."""
        return inf if self.for_s is None else self.for_s / self.speed

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
    if options.project is not None:
        check_own(options, options.project)
    stage, least = options.stage, 0 if options.stage.general or options.workers is None else 1
    if not least <= options.total_workers <= MAX_WORKERS:
        enough = MAX_WORKERS if options.total_workers > MAX_WORKERS else stage.default_workers or 4
        raise UsageError(
            f"--workers {options.total_workers}: {stage.name} runs with {least} to {MAX_WORKERS} workers. "
            f"Type it like --workers {enough}."
        )
    check_reserved(stage, options.total_workers, options.reserved_web, run_with)
    check_choices(stage, options.choices, options.reserved_web)
    check_stores(options)
    check_extra(stage)
    check_speed(options.speed)
    check_port(options.port)
    if options.django_debug:
        check_who_sees_debug(options)


def check_stores(options: RunOptions) -> None:
    """Raises UsageError for a Redis or a database of the user's that the stage has no use for, or cannot reach."""
    stage = options.stage
    if options.redis_url is not None and not stage.broker:
        raise UsageError(
            f"{stage.name} uses no Redis. Leave --redis out, or try: asyncdemo run {with_reserved_workers().name}"
        )
    if options.redis_url is not None and "celery" in stage.probes:
        redis.check_for_celery(options.redis_url)
    if options.database_url is not None and not stage.database:
        raise UsageError(
            f"{stage.name} keeps nothing in a database. Leave --database out, or try: asyncdemo run {with_database()}"
        )
    if options.database_url is not None:
        from . import postgres  # for which other runs need not wait

        postgres.conninfo_of(options.database_url)


def check_own(options: RunOptions, project: OwnProject) -> None:
    """Raises UsageError for what a stage has and a project of the user's has not."""
    if options.workers is not None or options.reserved_web:
        flag, variable = f"--{options.stage.reserved_option if options.reserved_web else 'workers'}", project.counts_by
        how = "Change its Procfile, or its server's options."
        if variable and options.workers is not None:
            run = f"{variable}={options.workers} asyncdemo run {shlex.quote(project.typed)}"
            how = f"Its Procfile says how many by {variable}. Try: {run}"
        raise UsageError(f"{flag}: {project.name} is a project of yours, and its workers are what it starts. {how}")
    if options.redis_url is not None:
        raise UsageError(f"--redis: {project.name} is a project of yours, and uses the Redis of its settings.")
    if options.django_debug:
        raise UsageError(f"--django-debug: {project.name} is a project of yours: DEBUG is in its settings.")
    if project.has_outside_service:
        return
    if options.speed != 1 or options.delays != DELAYS:
        flag = "--speed" if options.speed != 1 else "--delays"
        raise UsageError(
            f"{flag}: {project.name} has no outside service of ours, which alone can be sped up or slowed down. "
            "Leave it out."
        )


def run_with(stage: StageEntry, total: int, reserved: int) -> str:
    """`asyncdemo run bonus --workers 3 --reserved-web 1`."""
    return f"asyncdemo run {stage.name} --workers {total} --{stage.reserved_option} {reserved}"


def check_reserved(stage: StageEntry, total: int, reserved: int, example: Example) -> None:
    """Raises UsageError for reserved workers that a stage cannot have."""
    option, enough = f"--{stage.reserved_option}", min(reserved, MAX_WORKERS - 2)
    if reserved < 0:
        raise UsageError(f"{option} {reserved}: type a number from 0 up to that of --workers.")
    if reserved and not stage.reserved:
        another = with_reserved_workers(stage.reserved_option)
        raise UsageError(
            f"{stage.name} has no reserved workers: all of its {stage.worker_kind.value} take the same work. "
            f"Try: {example(another, max(3, enough), enough)}"
        )
    if reserved > total:
        raise UsageError(
            f"{option} {reserved} of --workers {total}: --workers counts all, the reserved ones too. "
            f"Try: {example(stage, enough + 2, enough)}"
        )


def reserved_of(stage: StageEntry, typed: Mapping[str, Any], example: Example) -> int:
    """How many reserved workers were typed, by the options `reserved_web` and `reserved_short`.

    Raises UsageError for the option of another stage.
    """
    total = typed["workers"] if typed["workers"] is not None else stage.default_workers
    for option in WHY_NOT:
        check_option(stage, option, typed[named(option)], total, example)
    return int(typed[named(stage.reserved_option)])


def choices_of(typed: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of the choices that were typed, of all that stages offer."""
    offered = dict.fromkeys(choice.name for stage in STAGES.values() for choice in stage.choices)
    return tuple(name for name in offered if typed[named(name)])


def named(option: str) -> str:
    """`reserved-web` as a parameter is called."""
    return option.replace("-", "_")


def check_extra(stage: StageEntry) -> None:
    """Raises UsageError where something that a stage needs is not installed."""
    if stage.extra and find_spec(stage.extra) is None:
        raise UsageError(
            f"{stage.name} needs {stage.extra}, which is not installed: it comes with an extra. "
            f"Type: python -m pip install 'asyncdemo[{stage.extra}]'"
        )


def check_option(stage: StageEntry, option: str, reserved: int, total: int, example: Example) -> None:
    """Raises UsageError for the option of another stage's reserved workers, with why this one has none such."""
    if option == stage.reserved_option or not reserved:
        return
    if not stage.reserved:
        check_reserved(replace(stage, reserved_option=option), total, reserved, example)
    enough = max(1, min(reserved, MAX_WORKERS - 2))
    why = WHY_NOT[option].format(stage=stage.name)
    raise UsageError(f"--{option} {reserved}: {why} Try: {example(stage, max(total, enough + 1), enough)}")


def check_choices(stage: StageEntry, choices: Collection[str], reserved: int) -> None:
    """Raises UsageError for choices that a stage does not offer, or that leave nobody to reserve."""
    there = {choice.name: choice for choice in stage.choices}
    for name in choices:
        if name not in there:
            raise UsageError(
                f"{stage.name} has no --{name}. Leave it out, or try: asyncdemo run {with_choice(name)} --{name}"
            )
        if reserved and not there[name].reserves:
            raise UsageError(
                f"--{name} --{stage.reserved_option} {reserved}: with one queue for all there is nothing that a worker "
                f"could leave alone. Leave one of them out."
            )


def check_who_sees_debug(options: RunOptions) -> None:
    """Raises UsageError where Django's page for an error could be seen by others, or shows a password."""
    if not is_loopback(options.host):
        raise UsageError(
            f"--django-debug --host {options.host}: Django's page for an error shows source and settings to whoever "
            "comes there, so it is for this machine alone. Leave one of them out, or try: --host 127.0.0.1"
        )
    stores = (("Redis", "--redis and REDIS_URL", options.redis_url), ("database", "--database", options.database_url))
    for store, flags, url in stores:
        if url and without_password(url) != url:
            raise UsageError(
                f"--django-debug: Django's page for an error would show the user and password of the {store}. "
                f"Leave it out, or leave {flags} out."
            )
