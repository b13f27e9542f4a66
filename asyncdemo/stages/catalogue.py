"""The catalogue: one entry a stage says all that the tool knows of it. Another stage is an entry here, and a folder."""

from ..base.errors import UsageError
from ..base.installation import PACKAGE, ROOT, is_checkout
from ..events.stage import Channel, Choice, StageEntry, Task, WorkerKind

WEB = Channel(name="http.request", short="web")
NOTIFY = Channel(name="notify", short="notify", slow=True)
PAGE = Channel(name="http.request", short="web", queue=False)
LONG = Channel(name="long", short="notify", slow=True)
SHORT = Channel(name="short", short="mail", background=True)
TASKS = (
    Task(name="notify", short="notify", greeting="Hello, {}!", slow=True),
    Task(name="password_mail", short="mail", greeting="A new password for {}.", seconds=0.5),
)
ONE_QUEUE = Choice(
    name="one-queue",
    variables=("SHORT_QUEUE=long",),
    channels=(PAGE, Channel(name="long", short="tasks", slow=True)),
    reserves=False,
)
DEFAULTS = Choice(name="defaults", variables=("CELERY_DEFAULTS=1", "CELERY_POOL=prefork"))
PRIORITY = Choice(name="priority", variables=("MAIL_PRIORITY=10",))
WAITRESS = (
    'cd asyncdemo/stages/step1 && exec "${PYTHON:-python}" -m waitress '
    '--threads="$WORKERS" --listen="$HOST:$PORT" --server-name="$HOST" hello.wsgi:application'
)
"""step1 with a bound on its threads, as most production sites have it."""

STAGES = {
    stage.name: stage
    for stage in (
        StageEntry(
            name="step1",
            title="Django alone, a slow call in the view",
            story="The view calls an outside service and waits: every visitor waits 5 to 30 s. A thread per request.",
            folder="asyncdemo/stages/step1",
            procfile="Procfile.step1",
            worker_kind=WorkerKind.THREADS,
            web_with_workers=WAITRESS,
            channels=(PAGE,),
            probes=("calls", "wsgi", "waitress"),
            compared=((None, 0), (4, 0)),
        ),
        StageEntry(
            name="step2",
            title="Channels installed, the view unchanged",
            story="HTTP now travels over a channel to 4 workers in the server. Installing it alone makes nothing "
            "faster.",
            folder="asyncdemo/stages/step2",
            procfile="Procfile.step2",
            worker_kind=WorkerKind.SLOTS,
            default_workers=4,
            channels=(WEB,),
            probes=("calls", "channels"),
            time_limit_s=60,
            compared=((None, 0),),
        ),
        StageEntry(
            name="step3",
            title="the slow call goes over a notify channel",
            story="The page is fast, until a few slow notifications occupy all 4 workers: then it gums up.",
            folder="asyncdemo/stages/step3",
            procfile="Procfile.step3",
            worker_kind=WorkerKind.SLOTS,
            default_workers=4,
            channels=(WEB, NOTIFY),
            probes=("calls", "channels"),
            time_limit_s=60,
            compared=((None, 0),),
        ),
        StageEntry(
            name="bonus",
            title="Redis, daphne, and workers of their own",
            story="Any number of workers. The key: one that never takes notify (--reserved-web 1) keeps the page fast.",
            folder="asyncdemo/stages/bonus",
            procfile="Procfile.bonus",
            worker_kind=WorkerKind.PROCESSES,
            default_workers=3,
            general="worker",
            reserved="webworker",
            broker="redis",
            channels=(WEB, NOTIFY),
            probes=("calls", "channels", "daphne"),
            time_limit_s=120,
            compared=((3, 0), (3, 1)),
        ),
        StageEntry(
            name="today",
            title="Django's own tasks, in the database",
            story="The page is fast, whatever the workers do. The mails wait behind newsletters, unless a worker takes "
            "nothing else (--reserved-short 1).",
            folder="asyncdemo/stages/today",
            procfile="Procfile.today",
            worker_kind=WorkerKind.PROCESSES,
            default_workers=3,
            general="worker",
            reserved="shortworker",
            channels=(PAGE, LONG, SHORT),
            probes=("calls", "wsgi", "waitress", "tasks"),
            tasks=TASKS,
            keeps=True,
            reserved_option="reserved-short",
            choices=(ONE_QUEUE, PRIORITY),
            database=True,
            compared=((3, 0), (3, 1)),
        ),
        StageEntry(
            name="today_celery",
            title="the same with Celery, on Redis",
            story="Tasks are acknowledged when they are done. Left as it comes (--defaults), Celery has mails in the "
            "pockets of busy workers.",
            folder="asyncdemo/stages/today_celery",
            procfile="Procfile.today_celery",
            worker_kind=WorkerKind.PROCESSES,
            default_workers=3,
            general="worker",
            reserved="shortworker",
            broker="redis",
            channels=(PAGE, LONG, SHORT),
            probes=("calls", "wsgi", "waitress", "celery"),
            tasks=TASKS,
            keeps=True,
            held_s=3600.0,
            reserved_option="reserved-short",
            choices=(ONE_QUEUE, DEFAULTS),
            extra="celery",
            compared=((3, 0), (3, 1)),
        ),
    )
}
"""By name, in the order of the talk."""


def meant_by(name: str) -> str:
    """The stage that a name may be meant for, by its number or by how it is written; empty where none is like it."""
    if f"step{name}" in STAGES:
        return f"step{name}"
    from difflib import get_close_matches  # only where somebody has mistyped

    return next(iter(get_close_matches(name.lower(), STAGES, 1)), "")


def did_you_mean(name: str) -> str:
    """` Did you mean step3?`, behind what is wrong with a name; empty where none is like it."""
    return f" Did you mean {nearest}?" if (nearest := meant_by(name)) else ""


def no_stage(name: str) -> str:
    """What to say of a name that no stage has."""
    return f"There is no stage {name!r}. The stages are: {', '.join(STAGES)}."


def stage_named(name: str) -> StageEntry:
    """Raises UsageError for a name that no stage has."""
    try:
        return STAGES[name.lower()]
    except KeyError:
        raise UsageError(f"{no_stage(name)}{did_you_mean(name)}") from None


def with_reserved_workers(option: str = "reserved-web") -> StageEntry:
    """A stage to try where somebody wants what his has not: workers reserved by this option."""
    return next(stage for stage in STAGES.values() if stage.reserved and stage.reserved_option == option)


ENGINES = {"tasks": "today", "celery": "today_celery"}
"""What does today's work -> the stage where it does."""


def with_engine(stage: StageEntry, engine: str) -> StageEntry:
    """The stage in which another engine does the same. Raises UsageError."""
    if engine.lower() not in ENGINES:
        raise UsageError(f"--engine {engine!r}: type one of {', '.join(ENGINES)}.")
    if stage.name not in ENGINES.values():
        raise UsageError(
            f"{stage.name} has no other engine. Leave --engine out, or try: asyncdemo run {ENGINES['tasks']} "
            f"--engine {engine.lower()}"
        )
    return STAGES[ENGINES[engine.lower()]]


def with_choice(choice: str) -> str:
    """The name of a stage to try where somebody wants a choice that his has not."""
    return next(stage.name for stage in STAGES.values() if choice in [one.name for one in stage.choices])


def with_database() -> str:
    """The name of a stage to try where somebody wants a database, and his has no use for one."""
    return next(stage.name for stage in STAGES.values() if stage.database)


def procfile_of(stage: StageEntry) -> str:
    """The text of its Procfile. A checkout has ours at the top, a wheel inside the package."""
    return ((ROOT if is_checkout() else PACKAGE / "procfiles") / stage.procfile).read_text("utf-8")
