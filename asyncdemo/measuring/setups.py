"""The rows of a comparison: which stages it runs, with how many workers, and under which conditions."""

import shlex
from dataclasses import dataclass, replace
from importlib.util import find_spec

from ..base.durations import number_text
from ..base.text import counted
from ..events.events import LoadStarted, RunStarted
from ..events.stage import StageEntry, WorkerKind
from ..running.options import DELAYS
from ..running.own.project import OwnProject
from ..stages.catalogue import STAGES


@dataclass(frozen=True)
class Conditions:
    """What all rows have in common, as `compare` has it unless it is told otherwise; of the lesson, but for speed."""

    rate: float = 1.0
    """Requests a second."""
    duration: float = 60.0
    """Seconds in which they leave."""
    speed: float = 10.0
    delays: tuple[float, ...] = DELAYS
    """Seconds that the outside service takes, in turn."""
    arrivals: str = "even"
    seed: int = 1
    """Of the chance in `poisson`."""


@dataclass(frozen=True)
class Setup:
    """One row: a stage, and how many workers it has."""

    stage: StageEntry
    workers: int | None = None
    """None: the stage's own number."""
    reserved: int = 0
    choices: tuple[str, ...] = ()
    """What else of the stage is asked for: names of its choices."""
    project: OwnProject | None = None
    """Of the user's, of which `stage` is the entry; None for a stage of ours."""

    @property
    def label(self) -> str:
        """`bonus, 2+1 reserved`."""
        name = self.stage.name
        if self.project is not None:
            return self.project.typed.removeprefix("./")
        if self.stage.worker_kind is WorkerKind.PROCESSES:
            kinds = f"{self._counts} reserved" if self.reserved else f"{self._counts} general"
            return ", ".join([name, kinds, *(choice.replace("-", " ") for choice in self.choices)])
        return name if self.workers is None else f"{name}, {counted(self.workers, 'worker')}"

    @property
    def typed(self) -> str:
        """As it is typed after `asyncdemo compare`: `step1`, `bonus:3`, `bonus:2+1`, `'today --priority'`, `./mine`."""
        if self.project is not None:
            return shlex.quote(self.project.typed)
        if self.choices:
            return shlex.quote(f"{self.stage.name}{self._options}")
        processes = self.stage.worker_kind is WorkerKind.PROCESSES
        return f"{self.stage.name}:{self._counts}" if processes or self.workers is not None else self.stage.name

    def command(self, conditions: Conditions) -> str:
        """What repeats it, to be watched; without a load, where it had none.

        The load of `run` is even: another is repeated by a comparison of one row.
        """
        if conditions.arrivals == "poisson":
            return f"asyncdemo compare {self.typed}{in_words(conditions, Conditions())}"
        alike = replace(conditions, speed=1.0, delays=DELAYS)  # but for what a run would have by itself
        load = f" --hammer {number_text(conditions.rate)}" if conditions.rate else ""
        name = self.stage.name if self.project is None else self.typed
        path = f" --path {self.stage.page}" if self.project is not None and self.stage.page != "/" else ""
        return f"asyncdemo run {name}{self._options}{path}{in_words(conditions, alike)}{load}"

    @property
    def _options(self) -> str:
        """` --workers 3 --reserved-web 1`."""
        workers = "" if self.workers is None else f" --workers {self.workers}"
        reserved = f" --{self.stage.reserved_option} {self.reserved}" if self.reserved else ""
        return f"{workers}{reserved}{''.join(f' --{choice}' for choice in self.choices)}"

    @property
    def _counts(self) -> str:
        total = self.stage.default_workers if self.workers is None else self.workers
        return f"{total - self.reserved}+{self.reserved}" if self.reserved else str(total)


def in_words(conditions: Conditions, usual: Conditions) -> str:
    """The options that say in what they differ from the usual ones: ` --delays 1,2 --speed 5`."""
    delays = tuple(",".join(map(number_text, each.delays)) for each in (conditions, usual))
    options = (
        ("--rate", number_text(conditions.rate), number_text(usual.rate)),
        ("--duration", f"{number_text(conditions.duration)}s", f"{number_text(usual.duration)}s"),
        ("--delays", *delays),
        ("--arrivals", conditions.arrivals, usual.arrivals),
        ("--seed", str(conditions.seed), str(usual.seed)),
        ("--speed", number_text(conditions.speed), number_text(usual.speed)),
    )
    return "".join(f" {flag} {value}" for flag, value, as_usual in options if value != as_usual)


def setup_with(
    stage: StageEntry, workers: int | None = None, reserved: int = 0, choices: tuple[str, ...] = ()
) -> Setup:
    """The one way to write a setup: a number of workers that is the stage's own is not said, but of processes."""
    total = stage.default_workers if workers is None else workers
    own = total == stage.default_workers and stage.worker_kind is not WorkerKind.PROCESSES
    return Setup(stage, None if own else total, reserved, choices)


def setups_of(stage: StageEntry) -> tuple[Setup, ...]:
    """The rows of one stage: those of its entry, else one with its own number."""
    return tuple(setup_with(stage, *counts) for counts in stage.compared or ((None, 0),))


SETUPS = (
    Setup(STAGES["step1"]),
    Setup(STAGES["step1"], 4),
    Setup(STAGES["step2"]),
    Setup(STAGES["step3"]),
    Setup(STAGES["bonus"], 3),
    Setup(STAGES["bonus"], 3, 1),
)
"""The rows of a comparison: those of the talk, whatever stages are added."""


def all_setups() -> tuple[Setup, ...]:
    """The rows of every stage that there is, and can be run with what is installed."""
    there = (stage for stage in STAGES.values() if not stage.extra or find_spec(stage.extra) is not None)
    return tuple(setup for stage in there for setup in setups_of(stage))


def setup_of(run: RunStarted) -> Setup:
    """That of a run that has been recorded."""
    return setup_with(run.stage, run.general + run.reserved, run.reserved, tuple(run.choices))


def conditions_of(run: RunStarted, load: LoadStarted | None) -> Conditions:
    """Those of a run that has been recorded; without a load, a rate of 0."""
    if load is None:
        return Conditions(0.0, speed=run.speed, delays=tuple(run.delays) or DELAYS)
    rate, duration = load.most / load.speed, load.seconds * load.speed
    return Conditions(rate, duration, run.speed, tuple(run.delays) or DELAYS, load.arrivals, load.seed)
