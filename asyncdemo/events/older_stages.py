"""The four stages of recordings of format 2, which know them by name alone: what a replay reads of an entry.

What stages are today stands in the catalogue, and in the first event of what is recorded today.
"""

from .stage import Channel, StageEntry, WorkerKind

WEB = Channel(name="http.request", short="web")
NOTIFY = Channel(name="notify", short="notify", slow=True)

OLDER_STAGES = {
    stage.name: stage
    for stage in (
        StageEntry(
            name="step1",
            title="Django alone, a slow call in the view",
            worker_kind=WorkerKind.THREADS,
            channels=(Channel(name="http.request", short="web", queue=False),),
        ),
        StageEntry(
            name="step2",
            title="Channels installed, the view unchanged",
            worker_kind=WorkerKind.SLOTS,
            default_workers=4,
            channels=(WEB,),
            time_limit_s=60,
        ),
        StageEntry(
            name="step3",
            title="the slow call goes over a notify channel",
            worker_kind=WorkerKind.SLOTS,
            default_workers=4,
            channels=(WEB, NOTIFY),
            time_limit_s=60,
        ),
        StageEntry(
            name="bonus",
            title="Redis, daphne, and workers of their own",
            worker_kind=WorkerKind.PROCESSES,
            default_workers=3,
            general="worker",
            reserved="webworker",
            broker="redis",
            channels=(WEB, NOTIFY),
            time_limit_s=120,
        ),
    )
}
"""By name."""
