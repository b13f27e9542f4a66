"""The keys of a run that has not come up, or is of a stage without workers to turn."""

import pytest

from asyncdemo.features.run.run_keys import RunControls
from asyncdemo.known.state import State
from asyncdemo.running.options import RunOptions
from asyncdemo.running.run import Run
from asyncdemo.stages.catalogue import stage_named


def controls_of(stage: str) -> RunControls:
    """The keys of a run that has not begun."""
    return RunControls(Run(RunOptions(stage_named(stage)), lambda event: None), State(), selected="worker.1")


@pytest.mark.parametrize("key", "hwW+-<>KRZX")
def test_a_key_that_has_nothing_to_turn_yet_says_so(key: str) -> None:
    """And asks nothing: the next key is not an answer."""
    controls = controls_of("bonus")
    controls.press(key)
    assert controls.message.startswith("not yet: ")
    assert controls.question is None


@pytest.mark.parametrize("key", "wW+-KRZX")
def test_a_stage_without_worker_processes_says_what_it_has(key: str) -> None:
    """However early: waiting does not help."""
    controls = controls_of("step3")
    controls.press(key)
    assert controls.message == "step3 has slots in the server process: try asyncdemo run bonus"
