"""The catalogue: one entry a stage says all that the tool knows of it. Another stage is an entry here, and a folder."""

from ..base.errors import UsageError
from ..base.installation import PACKAGE, ROOT, is_checkout
from ..events.stage import Channel, StageEntry, WorkerKind

WEB = Channel(name="http.request", short="web")
NOTIFY = Channel(name="notify", short="notify", slow=True)
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
            channels=(Channel(name="http.request", short="web", queue=False),),
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
    )
}
"""By name, in the order of the talk."""


def stage_named(name: str) -> StageEntry:
    """Raises UsageError for a name that no stage has."""
    try:
        return STAGES[name.lower()]
    except KeyError:
        raise UsageError(f"There is no stage {name!r}. The stages are: {', '.join(STAGES)}.") from None


def with_reserved_workers() -> str:
    """The name of a stage to try where somebody wants what his has not: workers that leave the slow channel alone."""
    return next(stage.name for stage in STAGES.values() if stage.reserved)


def procfile_of(stage: StageEntry) -> str:
    """The text of its Procfile. A checkout has ours at the top, a wheel inside the package."""
    return ((ROOT if is_checkout() else PACKAGE / "procfiles") / stage.procfile).read_text("utf-8")
