"""Experiments on a stage that is no more than a web server: when each is over, and what comes of it."""

import signal
import sys
import threading
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from asyncdemo.base.errors import StartError
from asyncdemo.events import events as e
from asyncdemo.events.stage import Channel, StageEntry, Task
from asyncdemo.known.state import WINDOW_S
from asyncdemo.measuring import experiment as measured
from asyncdemo.measuring.experiment import LAST_S, Attempt, Experiment, play, to_warm_up, warming_up
from asyncdemo.running.options import RunOptions
from asyncdemo.running.own.project import OwnProject, find_project
from asyncdemo.stages.catalogue import STAGES
from tests.waiting import until


def asked(stage: StageEntry, **options: Any) -> Experiment:
    values = {"rate": 4.0, "duration": 2.0} | options
    return Experiment(RunOptions(stage, port=0, speed=10.0), **values)


def loads(events: tuple[e.Event, ...]) -> list[str]:
    """What was told of the load, but for its looks."""
    return [type(each).__name__ for each in events if isinstance(each, e.LoadStarted | e.LoadEnded)]


def test_an_experiment_to_its_end(stage: StageEntry) -> None:
    """It is over when the load is, if nothing is queued; what was printed is not kept."""
    outcome = play(asked(stage))
    assert outcome.exit_code is None
    assert (outcome.row.visitors, outcome.row.answered, outcome.row.errors) == (8, 8, 0)
    assert loads(outcome.events) == ["LoadStarted", "LoadEnded"]
    assert not any(isinstance(each, e.Printed) for each in outcome.events)
    started = next(each for each in outcome.events if isinstance(each, e.LoadStarted))
    assert (started.rate, started.seconds, started.speed) == (40.0, pytest.approx(0.2), 10.0)


def test_an_experiment_that_lasts_for_so_long(stage: StageEntry) -> None:
    """Whatever the load does: it may go on, and be long over."""
    seen: list[e.Event] = []
    options = RunOptions(stage, port=0, speed=60.0)
    attempt = Attempt(Experiment(options, rate=1.0, duration=6000.0, lasts=60.0), seen.append)
    assert attempt.state.load.started is None
    ticks: list[float] = []
    assert attempt.play(lambda: ticks.append(attempt.now())) is None
    began = next(each.t for each in seen if isinstance(each, e.LoadStarted))
    assert ticks == sorted(ticks)
    assert ticks[0] < began
    assert attempt.now() >= began + 1.0
    assert ticks[-1] < began + 60.0, "seconds of the lesson"
    assert loads(attempt.outcome.events) == ["LoadStarted", "LoadEnded"]
    assert attempt.outcome.row.load.stopped


def test_an_experiment_that_somebody_ends(stage: StageEntry) -> None:
    """From another thread: with the exit code, and what has come of it so far."""
    attempt = Attempt(asked(stage, duration=600.0), hears_signals=False)

    def end() -> None:
        if attempt.state.load.ended["200"] >= 2:
            threading.Thread(target=attempt.stop, args=(7,)).start()

    assert attempt.play(end) == 7
    assert attempt.outcome.exit_code == 7
    assert attempt.outcome.row.answered >= 2


def test_a_stage_that_does_not_start(stage: StageEntry) -> None:
    Path(stage.procfile).write_text("web: exit 3\n")
    attempt = Attempt(asked(stage))
    with pytest.raises(StartError, match=r"web\.1 ended while own was starting"):
        attempt.play()
    assert attempt.outcome.exit_code is None
    assert attempt.outcome.row.visitors == 0


@pytest.mark.parametrize("whole", [True, False])
def test_a_process_of_a_project_that_fails_in_the_middle(stage: StageEntry, tmp_path: Path, whole: bool) -> None:
    """Ends what is one whole, and is told with its last words; the others go on without it."""
    other = "until [ -e go ]; do sleep 0.05; done; echo there is no room; exit 3"
    served = Path(stage.procfile).read_text().replace("$HOST", "127.0.0.1")
    (tmp_path / "Procfile").write_text(f"{served}other: {other}\n")
    project = find_project(str(tmp_path), sys.executable, "127.0.0.1", None)
    options = RunOptions(project.entry("/"), port=0, project=project)
    failed: list[e.Event] = []
    seen: list[e.Event] = []
    attempt = Attempt(Experiment(options, rate=4.0, duration=6000.0, whole=whole), seen.append)

    def look() -> None:
        if any(isinstance(each, e.LoadStarted) for each in seen):
            (tmp_path / "go").touch()
        failed.extend(each for each in seen if isinstance(each, e.ProcessEnded) and each.process == "other.1")
        if failed and not whole:
            attempt.stop(0)

    if not whole:
        assert attempt.play(look) == 0
        return
    with pytest.raises(StartError, match=rf"other\.1 ended while {project.name} was running") as told:
        attempt.play(look)
    assert str(told.value).endswith("there is no room")


def test_its_names_and_what_repeats_it() -> None:
    """Options of the lesson, as they are typed."""
    experiment = Experiment(RunOptions(STAGES["bonus"], 4, 1, speed=5.0), rate=0.5, names=("Ada",))
    assert experiment.setup.label == "bonus, 3+1 reserved"
    assert experiment.command == "asyncdemo run bonus --workers 4 --reserved-web 1 --speed 5 --hammer 0.5"
    load = experiment.load("http://127.0.0.1:8000/")
    assert (load.rate, load.duration, load.arrivals, load.speed, load.names) == (0.5, 60.0, "even", 5.0, ("Ada",))
    assert load.target.url == "http://127.0.0.1:8000/"


def test_visitors_that_come_by_chance() -> None:
    """The seed says which; what repeats them is a comparison."""
    experiment = Experiment(RunOptions(STAGES["step3"], delays=(1.0,)), arrivals="poisson", seed=3)
    load = experiment.load("http://127.0.0.1:8000/")
    assert (load.arrivals, load.seed) == ("poisson", 3)
    assert experiment.command == "asyncdemo compare step3 --delays 1 --arrivals poisson --seed 3 --speed 1"


@pytest.mark.parametrize(("duration", "window_s"), [(60.0, 130.0), (3599.0, 3669.0), (3600.0, WINDOW_S)])
def test_how_far_a_lane_looks_back(duration: float, window_s: float) -> None:
    """On all of its load and what follows; on one that nobody waits for, as any run does."""
    lane = Experiment(RunOptions(STAGES["step1"]), duration=duration).lane(3)
    assert (lane.number, lane.state.window_s) == (3, window_s)


def test_who_is_warmed_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each by a page that the view never hears of, and for fifteen seconds at the most."""
    asked: list[tuple[str, float]] = []
    keep_from_the_end: list[bool] = []

    def ask(*page: Any) -> None:
        asked.append(page)
        keep_from_the_end.append(not threading.current_thread().daemon)

    monkeypatch.setattr(measured, "ask", ask)
    run: Any = SimpleNamespace(server_url="http://127.0.0.1:8000/", options=RunOptions(STAGES["bonus"], 3))
    until(warming_up(run), "their answers")
    assert asked == [("http://127.0.0.1:8000/warm-up", 15.0)] * 3
    assert not any(keep_from_the_end)


def test_a_load_that_breaks_off(stage: StageEntry) -> None:
    """Though its stage goes on, nothing is measured any more."""
    lane = (experiment := asked(stage, duration=600.0)).lane(0)

    def kill() -> None:
        if lane.state.load.started is not None:
            for child in psutil.Process().children():
                with suppress(psutil.NoSuchProcess):  # it is over by now
                    if any("asyncdemo.load" in part for part in child.cmdline()):
                        child.kill()

    with pytest.raises(StartError, match="The load broke off"):
        Attempt(experiment, lane=lane).play(kill)


def test_a_load_that_is_never_ready(stage: StageEntry, monkeypatch: pytest.MonkeyPatch) -> None:
    """Has a minute, beside all that starts with it."""
    began, clock, ahead_s = threading.Event(), time.monotonic, [0.0]

    class Never:
        def __init__(self, *asked: object, **held: bool) -> None:
            began.set()

        def __enter__(self) -> "Never":
            return self

        def __exit__(self, *exception: object) -> None:
            """Nothing has begun."""

        def check(self, told: bool) -> None:
            """It is there."""

        def end(self) -> None:
            """Nothing has begun."""

    later = iter([30.0, 60.0])

    def look() -> None:
        ahead_s[0] = next(later) if began.is_set() else 0.0

    monkeypatch.setattr(measured, "LoadProcess", Never)
    monkeypatch.setattr(time, "monotonic", lambda: clock() + ahead_s[0])
    with pytest.raises(StartError, match=r"^The load was not ready within 60 s\. Is the machine very busy\?"):
        Attempt(asked(stage)).play(look)
    assert ahead_s == [60.0]


@pytest.mark.parametrize(
    ("stage", "workers", "count"),
    [("step1", None, 1), ("step1", 4, 4), ("step2", None, 4), ("bonus", 3, 3), ("bonus", 0, 0)],
)
def test_who_is_cold(stage: str, workers: int | None, count: int) -> None:
    """Every worker by itself; one stands for a thread a request; where nobody is, nobody."""
    assert to_warm_up(RunOptions(STAGES[stage], workers)) == count


def test_what_is_queued_when_the_load_is_over_is_waited_for(stage: StageEntry) -> None:
    """For as long as it may wait itself, in seconds of the lesson; here nobody ever takes it."""
    stage = replace(stage, channels=(Channel(name="notify", short="notify", slow=True),))
    experiment = Experiment(RunOptions(stage, port=0, speed=60.0), rate=4.0, duration=2.0)
    lane = experiment.lane(0)
    attempt = Attempt(experiment, lane=lane)

    def send() -> None:
        if lane.state.load.started is not None and not lane.state.books.queued:
            lane.fold(e.Sent(t=attempt.now(), process="web.1", id="a", channel="notify"))

    assert attempt.play(send) is None
    assert lane.state.books.queued == 1
    assert attempt.now() >= lane.state.load.ended_at + LAST_S / 60.0


def test_what_is_queued_for_ever_is_not_waited_for(stage: StageEntry) -> None:
    """The queues of tasks keep what comes: the row is that of the moment at which its load is over."""
    channels = (Channel(name="long", short="notify", slow=True),)
    stage = replace(stage, channels=channels, tasks=(Task(name="notify", short="notify", greeting="", slow=True),))
    experiment = Experiment(RunOptions(stage, port=0, speed=2.0), rate=4.0, duration=2.0)
    lane = experiment.lane(0)
    attempt = Attempt(experiment, lane=lane)

    def send() -> None:
        if lane.state.load.started is not None and not lane.state.books.queued:
            lane.fold(e.Sent(t=attempt.now(), process="web.1", id="a", channel="long", task="notify"))

    assert attempt.play(send) is None
    assert lane.state.books.queued == 1
    assert attempt.now() < lane.state.load.ended_at + LAST_S / 2.0


@pytest.mark.parametrize("started", [False, True])
def test_an_experiment_whose_broker_is_gone(started: bool, stage: StageEntry) -> None:
    """It ends with the reason, also where it has not begun; what was queued is known to be lost."""
    stage = replace(stage, broker="redis")
    experiment = Experiment(RunOptions(stage, port=0, speed=10.0, redis_url="redis://x", redis_is_ours=True), rate=4.0)
    attempt = Attempt(experiment, hears_signals=False)

    def lose() -> None:
        if attempt.state.load.started is not None and not attempt.outcome.exit_code:
            attempt.lost_its_broker()

    if not started:
        attempt.lost_its_broker()
    with pytest.raises(StartError, match=r"^Redis ended in the middle of the comparison\.$"):
        attempt.play(lose)
    ends = [(each.process, each.code) for each in attempt.outcome.events if isinstance(each, e.ProcessEnded)]
    assert ("redis", -9) in ends


USES = """
import sys, time
from pathlib import Path
from asyncdemo.events.events import Uses
from asyncdemo.events.sending import Emitter
emitter = Emitter.from_environment()
for what, where in (("database", "db.example.com"), ("cache", "far"), ("broker", "127.0.0.1")):
    emitter.emit(Uses, what=what, where=where)
while b'"127.0.0.1"' not in Path(sys.argv[1]).read_bytes():
    time.sleep(0.01)
"""
"""It tells what it uses, and ends when that has been heard: what two processes tell has no order among it."""


@pytest.mark.parametrize("typed", [{}, {"confirmed": True}])
def test_what_works_elsewhere_is_not_loaded_unless_somebody_says_so(typed: dict[str, Any], stage: StageEntry) -> None:
    """It is named, and nobody is sent there; what is on this machine is not meant."""
    folder, procfile = Path(stage.folder), Path(stage.procfile)
    (folder / "uses.py").write_text(USES)
    record = str(folder / "record.jsonl")
    uses = f"{sys.executable} {folder / 'uses.py'} {record}"
    procfile.write_text(procfile.read_text().replace("web: ", f"web: {uses} && "))
    options = RunOptions(stage, port=0, speed=10.0, record=record, **typed)
    attempt = Attempt(Experiment(options, rate=4.0, duration=2.0))
    if typed:
        assert attempt.play() is None
        assert attempt.outcome.row.answered == 8
        return
    with pytest.raises(StartError) as caught:
        attempt.play()
    assert str(caught.value) == (
        "It works with what is not on this machine, its cache on far and its database on db.example.com: nothing was "
        "sent to it. If it may be loaded, add --yes."
    )
    assert not attempt.state.load.ready


def test_somebody_adds_a_reserved_worker_once(stage: StageEntry) -> None:
    """So many seconds of the lesson after the first request."""
    with Path(stage.procfile).open("a") as procfile:
        procfile.write("webworker: exec sleep 1000\n")
    attempt = Attempt(asked(replace(stage, reserved="webworker"), reserve_at=5.0, lasts=8.0))
    attempt.play()
    starts = [each for each in attempt.outcome.events if isinstance(each, e.ProcessStarted)]
    (added,) = [each for each in starts if each.process.startswith("webworker")]
    assert added.process == "webworker.1"
    assert attempt.state.load.started is not None
    assert added.t >= attempt.state.load.started.t + 0.5


def test_a_project_of_the_users_is_called_by_its_folder() -> None:
    """And typed like it."""
    project = OwnProject(Path("/mine"), "mine", "./mine", "web: x $PORT", True, "web", None, None, "PATH")
    experiment = Experiment(RunOptions(project.entry("/"), project=project), rate=2.0)
    assert experiment.setup.project is project
    assert experiment.command.startswith("asyncdemo run ./mine ")
    assert "--hammer 2" in experiment.command


def test_somebody_kills_whoever_waits_for_a_call(stage: StageEntry) -> None:
    """So many seconds of the lesson after the first request, or as soon as there is one; once."""
    with Path(stage.procfile).open("a") as procfile:
        procfile.write("worker: exec sleep 1000\n")
    channels = (Channel(name="notify", short="notify", slow=True),)
    stage = replace(stage, general="worker", default_workers=1, channels=channels)
    attempt = Attempt(asked(stage, kill_at=3.0, lasts=6000.0))

    def ended() -> list[e.ProcessEnded]:
        ends = [each for each in attempt.outcome.events if isinstance(each, e.ProcessEnded)]
        return [each for each in ends if each.process == "worker.1"]

    def call() -> None:
        load, calls = attempt.state.load.started, attempt.state.workers.callers()
        if ended():
            attempt.stop(5)
        elif load is not None and not calls and attempt.now() > load.t + 0.4:
            by: dict[str, Any] = {"t": attempt.now(), "process": "worker.1", "worker": "worker.1", "id": "n"}
            attempt.lane.fold(e.Taken(channel="notify", age_s=0.0, **by))
            attempt.lane.fold(e.CallStarted(text="Hello, Ada!", seconds=60.0, direct=False, **by))

    assert attempt.play(call) == 5
    (killed,) = ended()
    assert killed.code == -signal.SIGKILL
    assert attempt.state.load.started is not None
    assert killed.t >= attempt.state.load.started.t + 0.4
