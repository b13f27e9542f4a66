"""What a question asks about is run, and a copy is checked: in front of somebody, or to prove the course."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from ...base.errors import StartError, UsageError
from ...course.copies import COPY, begin, experiment_of, on_copy
from ...course.figures import Seen, seen_of
from ...course.lesson import Exercise, Question
from ...course.predictions import is_as_taught
from ...course.verdicts import Verdict, judge_copy, machine_problem
from ...events.events import Event, Printed
from ...events.stage import StageEntry
from ...known.lanes import Lane, Phase, numbers_of
from ...known.tracebacks import BEGIN
from ...measuring.experiment import Attempt, Experiment
from ...measuring.race import Race
from ...running.starting import Interrupted
from ...showing.lines.run_lines import PlainLines
from ...showing.panels import Drawing, View, lanes_screen, render
from .tables import make_tables

BEGIN_AGAIN = "To have the copy as it began: r, or asyncdemo learn reset."
COMPLAINT = re.compile(
    r"^[\w.]*(?:Error|Exception|DoesNotExist|ImproperlyConfigured|ChannelFull)\b.*"
    r"|RuntimeWarning: coroutine .* was never awaited"
    r"|The channel layer does not .*?(?= Trying again\.|$)"
)
"""In a line: what was raised, at the end of a traceback, or as `manage.py` says it; what was called like a function
and is none; and that nothing can be sent."""
LINKS = (
    "The above exception was the direct cause of the following exception:",
    "During handling of the above exception, another exception occurred:",
)
"""Of Python's, between two tracebacks: the first says what was wrong, the second what has become of it."""
PROCESS = re.compile(r"\w+\.\d+(?= )")
TRIES = 3
"""How often something is played on a machine that is too busy to be judged on."""


class BusyMachineError(StartError):
    """Nothing could be judged: this machine had too much else to do, each time."""


class Heard:
    """What the processes of a lane print: it has their log, and what was raised; and what they complain of."""

    def __init__(self, lane: Lane) -> None:
        self.complaint = ""
        """The last one, `worker1.1: The channel layer does not answer: …`, and what that process says."""
        self._lines = PlainLines(lane.state)
        lane.take = self.take

    def take(self, event: Event) -> None:
        """Take in an event."""
        self._lines.take(event)
        found = COMPLAINT.search(event.line) if isinstance(event, Printed) else None
        if found is not None:
            self.complaint = f"{event.process}: {found[0]}"


class Trial:
    """Experiments that are played, side by side if there are several. Can be drawn, and stopped from any thread."""

    def __init__(
        self, experiments: Sequence[Experiment], attempt: type[Attempt] = Attempt, stage: StageEntry | None = None
    ) -> None:
        self._stage = stage
        """What a copy began as."""
        self.seen: tuple[Seen, ...] = ()
        """What each has shown, when all are over."""
        self._race = Race(experiments, attempt=attempt)
        for lane in self._race.lanes:
            lane.label = lane.label if stage is None else COPY
        self._heard = [Heard(lane) for lane in self._race.lanes]

    def play(self, on_tick: Callable[[], None] = lambda: None) -> tuple[Seen, ...]:
        """From the start to the end of all: what each has shown, in their order. `on_tick` is called often.

        Raises Interrupted if it was stopped, StartError naming what failed, with the traceback of the project's own.
        """
        self._race.play(on_tick)
        if self._race.exit_code is not None or any(lane.cut for lane in self._race.lanes):
            raise Interrupted(self._race.exit_code or 0)
        problems = [problem_of(lane) for lane in self._race.lanes if lane.problem]
        if problems:
            raise StartError("\n".join(dict.fromkeys(problems)))
        race = self._race
        outcomes = [replace(race.outcomes[number], row=race.row(number)) for number in sorted(race.outcomes)]
        self.seen = tuple(seen_of(outcome, self._stage) for outcome in outcomes)
        return self.seen

    def stop(self, exit_code: int = 0) -> None:
        """End it before its time. From any thread."""
        self._race.stop(exit_code)

    @property
    def lanes(self) -> list[Lane]:
        """What is known of each so far. Whoever looks holds `lock`, or is told when it is over."""
        return list(self._race.lanes)

    @property
    def numbers(self) -> list[str]:
        """Of those that are side by side; none of one alone."""
        return numbers_of(self._race.lanes)

    @property
    def raised(self) -> list[str]:
        """The last traceback of the project's own code, without the frames of libraries; nothing if there is none."""
        with self._race.lock:
            return list(next(filter(None, map(traceback_of, self._race.lanes)), Raised()).lines)

    @property
    def complaint(self) -> str:
        """The last thing that a process has said to be wrong, and which: `worker1.1: …`; empty for nothing."""
        with self._race.lock:
            return next(filter(None, (heard.complaint for heard in self._heard)), "")

    @property
    def words(self) -> str:
        """How far it is."""
        with self._race.lock:
            lanes = list(self._race.lanes_now)
            return "; ".join(f"{lane.label}: {words_of(lane)}" if len(lanes) > 1 else words_of(lane) for lane in lanes)

    def picture(self, view: View) -> Drawing:
        """Its panels at this moment; of several, their lanes."""
        with self._race.lock:
            now, lanes = self._race.now(), list(self._race.lanes)
            if len(lanes) > 1:
                return lanes_screen(self._race.lanes, now, view)
            return render(lanes[0].state, min(lanes[0].now(now), lanes[0].ended_at), view)


def play_question(
    question: Question,
    on_tick: Callable[[], None] = lambda: None,
    *,
    on_trial: Callable[[Trial], None] = lambda trial: None,
    on_busy: Callable[[str], None] = lambda words: None,
    attempt: type[Attempt] = Attempt,
) -> tuple[Seen, ...]:
    """Run what it asks about: what each run has shown.

    `on_trial` gets what begins now, `on_busy` why it is played once more: what is not as the lesson has it may be the
    machine's. Raises Interrupted, StartError, and BusyMachineError if no run could be judged.
    """

    def fits(seen: tuple[Seen, ...]) -> bool:
        return is_as_taught(question, seen)

    began = question.beginning
    if began is None:
        return played(question.experiments, on_tick, on_trial, on_busy, attempt, fits=fits)
    with TemporaryDirectory(prefix="asyncdemo-learn-") as made:
        folder = Path(made) / "copy"
        begin(began, folder)
        copied = [on_copy(began, experiment, folder) for experiment in question.experiments]
        return played(copied, on_tick, on_trial, on_busy, attempt, began.stage, fits)


def play_check(
    exercise: Exercise,
    folder: Path,
    on_tick: Callable[[], None] = lambda: None,
    *,
    speed: float | None = None,
    on_trial: Callable[[Trial], None] = lambda trial: None,
    on_busy: Callable[[str], None] = lambda words: None,
    attempt: type[Attempt] = Attempt,
    doubts: int = 1,
) -> Verdict:
    """Run the copy in a folder, under the load of its exercise, and judge it.

    A copy that does not run, or is no project any more, does not pass: that is a verdict too. So often one that does
    not pass is doubted: it is played again where this machine was busy. Raises Interrupted, BusyMachineError.
    """
    trials: list[Trial] = []

    def begins(trial: Trial) -> None:
        trials.append(trial)
        on_trial(trial)

    def fits(seen: tuple[Seen, ...]) -> bool:
        return len(trials) > doubts or judge_copy(exercise, seen[0]).passed

    try:
        experiment = experiment_of(exercise, folder, speed)
        seen = played([experiment], on_tick, begins, on_busy, attempt, exercise.stage, fits)
    except (Interrupted, BusyMachineError):
        raise
    except UsageError as error:
        return Verdict(passed=False, words=(str(error), BEGIN_AGAIN))
    except StartError as error:
        return Verdict(passed=False, words=(str(error),))
    verdict = judge_copy(exercise, seen[0])
    if verdict.passed:
        return verdict
    busy = machine_problem(seen, fits=False)
    doubtful = [f"{busy} That may be why."] if busy else []
    return Verdict(False, (*verdict.words, *doubtful, *why(trials[-1], verdict.words)))


def why(trial: Trial, told: Sequence[str]) -> Iterator[str]:
    """What a copy has said itself of why it does not pass, and is not `told` yet: its last traceback, or a line."""
    if raised := trial.raised:
        yield "\n".join(raised)
    elif trial.complaint and not any(trial.complaint.partition(": ")[2] in words for words in told):
        yield trial.complaint


def played(
    experiments: Sequence[Experiment],
    on_tick: Callable[[], None],
    on_trial: Callable[[Trial], None],
    on_busy: Callable[[str], None],
    attempt: type[Attempt],
    stage: StageEntry | None = None,
    fits: Callable[[tuple[Seen, ...]], bool] = lambda seen: True,
) -> tuple[Seen, ...]:
    """What they have shown, on a machine that had time for them; played again where it had not, or where it may be at
    fault for what was shown, since that is not what `fits`."""
    for number in range(1, TRIES + 1):
        for experiment in experiments:
            make_tables(experiment, on_tick)
        trial = Trial(experiments, attempt, stage)
        on_trial(trial)
        seen = trial.play(on_tick)
        problem = machine_problem(seen, fits=fits(seen))
        if not problem:
            return seen
        if number < TRIES:
            on_busy(problem)
    raise BusyMachineError(
        f"{problem} That was so {TRIES} times, and nothing is judged by it. End what else runs here, and try again."
    )


def words_of(lane: Lane) -> str:
    """How far one is: `4 have come, 3 have the page`."""
    visitors = f"{lane.visitors} have come, {lane.answered} have the page"
    return (
        f"{lane.label}: "
        + {
            Phase.STARTING: "starting",
            Phase.READY: "ready, visitors are about to come",
            Phase.COMING: visitors,
            Phase.DRAINING: f"{visitors}; what is still queued is waited for",
            Phase.OVER: "over",
            Phase.CUT: "stopped",
            Phase.FAILED: "failed",
        }[lane.phase]
    )


def problem_of(lane: Lane) -> str:
    """What it failed at: in place of all that its processes have printed, the traceback of the project's own code."""
    raised, first = traceback_of(lane), lane.problem.partition("\n")[0]
    return "\n".join([first, *raised.lines]) if raised and not raised.is_of_another(first) else lane.problem


@dataclass(frozen=True)
class Raised:
    """The last traceback in a log, from its head to the line that names the error; empty if there is none."""

    who: str = ""
    lines: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.lines)

    def is_of_another(self, problem: str) -> bool:
        """Whether what failed is one process, and this was raised in another: `redis.1 ended …`."""
        named = PROCESS.match(problem)
        return named is not None and named[0] != self.who


def traceback_of(lane: Lane) -> Raised:
    """What was raised last, after what it has come of."""
    lines = [(who, what) for _, who, what in lane.state.log.lines]
    process = next((who for who, what in reversed(lines) if what == BEGIN), "")
    said = [what for who, what in lines if who == process]
    begins = [place for place, what in enumerate(said) if what == BEGIN]
    if not begins:
        return Raised()
    begin = last = begins.pop()
    while begins and leads_to_another(said[begins[-1] : begin]):
        begin = begins.pop()
    rest = said[last + 1 :]
    end = next((place for place, what in enumerate(rest) if not what.startswith(" ")), len(rest) - 1)
    return Raised(process, (*said[begin : last + 1], *rest[: end + 1]))


def leads_to_another(lines: Sequence[str]) -> bool:
    """Whether a traceback, with what stands between it and the next one, is told with that (PEP 3134)."""
    *frames, _, link = lines[1:] if len(lines) > 2 else ("", "", "")
    return link in LINKS and all(frame.startswith(" ") for frame in frames)
