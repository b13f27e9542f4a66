"""What `compare` is asked for becomes an experiment for each setup, all under one load."""

import pytest

from asyncdemo.base.errors import UsageError
from asyncdemo.features.compare_options import CompareOptions
from asyncdemo.features.report_files import told_of
from asyncdemo.load.visitor import VISITORS
from asyncdemo.measuring.setups import SETUPS, setup_with
from asyncdemo.stages.catalogue import STAGES

ASKED = CompareOptions(
    (setup_with(STAGES["bonus"], 6, 1), setup_with(STAGES["step3"], 8)),
    rate=2.0,
    duration=30.0,
    speed=20.0,
    delays=(1.0, 2.0),
    arrivals="poisson",
    seed=4,
)
URL = "http://127.0.0.1:8000/"


def test_everything_reaches_each_experiment() -> None:
    """Its own stage and workers, the same delays, and the same visitors at the same moments."""
    bonus, step3 = map(ASKED.experiment, ASKED.setups)
    assert (bonus.setup, step3.setup) == ASKED.setups
    assert (bonus.options.total_workers, bonus.options.reserved_web, step3.options.total_workers) == (6, 1, 8)
    for experiment in (bonus, step3):
        assert (experiment.options.delays, experiment.options.speed, experiment.options.port) == ((1, 2), 20, 0)
    load = bonus.load(URL)
    assert load == step3.load(URL)
    assert (load.rate, load.duration, load.speed) == (2, 30, 20)
    assert (load.arrivals, load.seed, load.names) == ("poisson", 4, VISITORS)


def test_the_usual_comparison() -> None:
    """Six setups side by side, a visitor a second."""
    usual = CompareOptions()
    usual.check()
    assert (usual.setups, usual.in_turn) == (SETUPS, False)
    assert usual.experiment(SETUPS[0]).command == "asyncdemo run step1 --speed 10 --hammer 1"


@pytest.mark.parametrize("wrong", [{"arrivals": "odd"}, {"seed": -1}, {"speed": 61.0}, {"rate": 1e6}])
def test_what_cannot_be_sent_is_refused(wrong: dict[str, float]) -> None:
    """Before anything is started."""
    with pytest.raises(UsageError):
        CompareOptions(**wrong).check()  # type: ignore[arg-type]


def test_a_report_tells_what_was_asked_for() -> None:
    """The seed where chance had a part in it."""
    assert dict(told_of(ASKED)) == {
        "load": "2 requests a second for 30 s of the lesson, poisson (seed 4)",
        "outside service": "1, 2 s, in turn",
        "speed": "x20",
    }
    assert dict(told_of(CompareOptions()))["load"] == "1 request a second for 60 s of the lesson"
