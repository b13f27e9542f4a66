"""What was asked for: the options of `compare`, as one value."""

from dataclasses import dataclass

from ..load.visitor import VISITORS
from ..measuring.experiment import Experiment
from ..measuring.setups import SETUPS, Setup
from ..running.options import DELAYS, RunOptions


def is_slowed(setup: Setup) -> bool:
    """Whether it has the outside service that `--delays` is of."""
    return setup.project is None or setup.project.has_outside_service


@dataclass(frozen=True)
class CompareOptions:
    """What is compared: rate, duration and delays are of the lesson, and the same for all setups."""

    setups: tuple[Setup, ...] = SETUPS
    rate: float = 1.0
    duration: float = 60.0
    speed: float = 10.0
    record: str | None = None
    """A file for all its runs."""
    delays: tuple[float, ...] = DELAYS
    """What the outside service takes, in turn."""
    arrivals: str = "even"
    seed: int = 1
    """Of the chance in `poisson`: the same visitors come to every setup."""
    confirmed: bool = False
    """Whether projects of the user's may be loaded, whatever they work with elsewhere."""
    in_turn: bool = False
    """One after the other, in place of side by side."""

    def check(self) -> None:
        """Raises UsageError for what cannot be run or sent, before anything is."""
        for setup in self.setups:
            self.experiment(setup).load("http://127.0.0.1:8000/")

    def experiment(self, setup: Setup) -> Experiment:
        """Of one row, on any free port; the load is the same for all."""
        options = RunOptions(
            setup.stage,
            setup.workers,
            reserved_web=setup.reserved,
            choices=setup.choices,
            project=setup.project,
            confirmed=self.confirmed,
            port=0,
            speed=self.speed,
            delays=self.delays if is_slowed(setup) or not any(map(is_slowed, self.setups)) else DELAYS,
        )
        names = () if setup.project is not None else VISITORS
        return Experiment(options, self.rate, self.duration, self.arrivals, self.seed, names)
