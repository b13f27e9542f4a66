"""The catalogue: the four stages of the talk, and what of each can be turned."""

from dataclasses import dataclass
from enum import Enum

from ..base.installation import PACKAGE, ROOT, is_checkout


class WorkerKind(Enum):
    """Who runs the view."""

    THREADS = "request threads"
    SLOTS = "slots in the server process"
    PROCESSES = "processes of their own"


@dataclass(frozen=True)
class Stage:
    """One step of the talk."""

    name: str
    title: str
    """What it is, in a few words."""
    story: str
    """What the talk says about it, in a sentence or two."""
    workers: WorkerKind
    default_workers: int
    """How many there are unless `--workers` says otherwise; 0: a thread per request."""

    @property
    def procfile(self) -> str:
        """The text of its Procfile. A checkout has it at the top, a wheel inside the package."""
        name = f"Procfile.{self.name}"
        path = ROOT / name if is_checkout() else PACKAGE / "procfiles" / name
        return path.read_text(encoding="utf-8")


STAGES = {
    stage.name: stage
    for stage in [
        Stage(
            "step1",
            "Django alone, a slow call in the view",
            "The view calls an outside service and waits: every visitor waits 5 to 30 s. A thread per request.",
            WorkerKind.THREADS,
            0,
        ),
        Stage(
            "step2",
            "Channels installed, the view unchanged",
            "HTTP now travels over a channel to 4 workers in the server. Installing it alone makes nothing faster.",
            WorkerKind.SLOTS,
            4,
        ),
        Stage(
            "step3",
            "the slow call goes over a notify channel",
            "The page is fast, until a few slow notifications occupy all 4 workers: then it gums up.",
            WorkerKind.SLOTS,
            4,
        ),
        Stage(
            "bonus",
            "Redis, daphne, and workers of their own",
            "Any number of workers. The key: one that never takes notify (--reserved-web 1) keeps the page fast.",
            WorkerKind.PROCESSES,
            3,
        ),
    ]
}
