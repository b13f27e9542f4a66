"""The time of a replay: it goes on by what has passed, at the speed that the keys have set."""

import pytest

from asyncdemo.features.replay import ReplayControls


def test_time_goes_on_and_a_stopped_process_goes_on_where_it_was() -> None:
    """A step takes what has passed; a minute of Ctrl-Z, or of a closed laptop, is none of the recording's."""
    clock = 100.0
    controls = ReplayControls(begin_s=1.0, end_s=90.0, speed=2.0, clock=lambda: clock)
    for passed, at in ((0.5, 2.0), (0.25, 2.5), (60.0, 4.5), (0.5, 5.5)):
        clock += passed
        controls.step()
        assert controls.at == pytest.approx(at)
    controls.press(" ")
    clock += 0.5
    controls.step()
    assert controls.at == pytest.approx(5.5)
    controls.press(" ")
    clock += 0.25
    controls.step()
    assert controls.at == pytest.approx(6.0), "a pause is not made up for"
