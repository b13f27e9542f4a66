"""The rows of a comparison: which stages it runs, and with how many workers."""

from dataclasses import dataclass

from ..base.durations import number_text
from ..base.text import counted
from ..events.events import RunStarted
from ..stages.catalogue import STAGES, WorkerKind


@dataclass(frozen=True)
class Setup:
    """One row: a stage, and how many workers it has."""

    stage: str
    workers: int | None = None
    """None: the stage's own number."""
    reserved: int = 0

    @property
    def label(self) -> str:
        """`bonus, 2+1 reserved`."""
        if STAGES[self.stage].workers is WorkerKind.PROCESSES:
            total = self.workers or STAGES[self.stage].default_workers
            kinds = f"{total - self.reserved}+{self.reserved} reserved" if self.reserved else f"{total} general"
            return f"{self.stage}, {kinds}"
        return self.stage if self.workers is None else f"{self.stage}, {counted(self.workers, 'worker')}"

    def command(self, rate: float, speed: float) -> str:
        """What repeats it, to be watched."""
        workers = "" if self.workers is None else f" --workers {self.workers}"
        reserved = f" --reserved-web {self.reserved}" if self.reserved else ""
        fast = "" if speed == 1 else f" --speed {number_text(speed)}"
        return f"asyncdemo run {self.stage}{workers}{reserved}{fast} --hammer {number_text(rate)}"


SETUPS = (
    Setup("step1"),
    Setup("step1", workers=4),
    Setup("step2"),
    Setup("step3"),
    Setup("bonus", workers=3),
    Setup("bonus", workers=3, reserved=1),
)


def setup_of(run: RunStarted) -> Setup:
    """That of a run that has been recorded."""
    stage = STAGES[run.stage]
    total = run.general + run.reserved
    own = total == stage.default_workers and stage.workers is not WorkerKind.PROCESSES
    return Setup(run.stage, None if own else total, run.reserved)
