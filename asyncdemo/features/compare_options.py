"""What is compared: the options of `compare`, as one value."""

from dataclasses import dataclass

from ..load.visitor import VISITORS
from ..measuring.experiment import Experiment
from ..measuring.setups import SETUPS, Setup
from ..running.options import RunOptions


@dataclass(frozen=True)
class CompareOptions:
    """What is compared: rate and duration are of the lesson."""

    setups: tuple[Setup, ...] = SETUPS
    rate: float = 1.0
    duration: float = 60.0
    speed: float = 10.0
    in_turn: bool = False
    """Whether one goes after the other, not side by side."""
    record: str | None = None
    """A file for all its runs."""

    def check(self) -> None:
        """Raises UsageError for what cannot be run or sent, before anything is."""
        for setup in self.setups:
            self.experiment(setup).load("http://127.0.0.1:8000/")

    def experiment(self, setup: Setup) -> Experiment:
        """Of one row, on any free port; the load is the same for all."""
        workers, reserved = setup.workers, setup.reserved
        options = RunOptions(setup.stage, workers, reserved_web=reserved, port=0, speed=self.speed)
        return Experiment(options, self.rate, self.duration, names=VISITORS)
