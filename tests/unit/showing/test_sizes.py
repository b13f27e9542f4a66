"""From which size on a screen has all its panels."""

import pytest
from rich.text import Text

from asyncdemo.known.state import State
from asyncdemo.showing.panels import View, render, render_load
from tests.frames import Draw, text_of, told


@pytest.fixture(scope="module")
def state() -> State:
    """Of a run with a load, in its middle."""
    return told("step3", 6.0)[0]


@pytest.mark.parametrize(
    ("draw", "width", "height", "whole"),
    [
        (render, 80, 24, True),
        (render, 79, 24, False),
        (render, 80, 23, False),
        (render_load, 80, 18, True),
        (render_load, 79, 18, False),
        (render_load, 80, 17, False),
    ],
)
def test_all_panels_or_what_matters_most(draw: Draw, width: int, height: int, whole: bool, state: State) -> None:
    """At 80 columns there is room for them side by side."""
    view = View(width, height)
    drawn = text_of(draw(state, 6.0, view), view)
    assert ("╮╭" in Text.from_ansi(drawn).plain) == whole
    assert len(drawn.splitlines()) == height
