"""The screen of a race: a lane for each setup, under one clock."""

from ...known.lanes import Lane, Lanes
from .lines import Drawing, Line, plain, screen
from .run_screen import render
from .view import View, footer


def race(lanes: Lanes, now: float, view: View) -> Drawing:
    """All lanes, one below the other."""
    lines: list[Line] = [plain(f"{lane.label} {lane.phase.value} {lane.state.load.answered}") for lane in lanes]
    return screen(lines, footer(view), view.width, view.height)


def lane_panels(lane: Lane, now: float, view: View) -> Drawing:
    """The panels of one."""
    return render(lane.state, lane.now(now), view)
