"""The rows of a comparison: which stages it runs, and with how many workers."""

from dataclasses import dataclass

from ..base.durations import number_text
from ..base.text import counted
from ..events.events import RunStarted
from ..events.stage import StageEntry, WorkerKind
from ..stages.catalogue import STAGES


@dataclass(frozen=True)
class Setup:
    """One row: a stage, and how many workers it has."""

    stage: StageEntry
    workers: int | None = None
    """None: the stage's own number."""
    reserved: int = 0

    @property
    def label(self) -> str:
        """`bonus, 2+1 reserved`."""
        name = self.stage.name
        if self.stage.worker_kind is WorkerKind.PROCESSES:
            total = self.workers or self.stage.default_workers
            kinds = f"{total - self.reserved}+{self.reserved} reserved" if self.reserved else f"{total} general"
            return f"{name}, {kinds}"
        return name if self.workers is None else f"{name}, {counted(self.workers, 'worker')}"

    def command(self, rate: float, speed: float) -> str:
        """What repeats it, to be watched."""
        workers = "" if self.workers is None else f" --workers {self.workers}"
        reserved = f" --reserved-web {self.reserved}" if self.reserved else ""
        fast = "" if speed == 1 else f" --speed {number_text(speed)}"
        return f"asyncdemo run {self.stage.name}{workers}{reserved}{fast} --hammer {number_text(rate)}"


def setups_of(stage: StageEntry) -> tuple[Setup, ...]:
    """The rows of one stage: those that its entry has in a comparison of all, else one with its own number."""
    return tuple(Setup(stage, *counts) for counts in stage.compared or ((None, 0),))


SETUPS = tuple(setup for stage in STAGES.values() if stage.compared for setup in setups_of(stage))
"""The rows of a comparison of all."""


def setup_of(run: RunStarted) -> Setup:
    """That of a run that has been recorded."""
    stage, total = run.stage, run.general + run.reserved
    own = total == stage.default_workers and stage.worker_kind is not WorkerKind.PROCESSES
    return Setup(stage, None if own else total, run.reserved)
