"""What panels show, cell by cell, and what reports are made of: as it was drawn, and looked at."""

from functools import cache

import pytest

from tests import frames, report_frames

pytestmark = pytest.mark.checkout
ROOMS = {"showing": frames, "report": report_frames}
KEPT = {room: sorted(path.name for path in frames_of.FOLDER.iterdir()) for room, frames_of in ROOMS.items()}


@cache
def drawn_now(room: str) -> dict[str, str]:
    """File name -> text of each."""
    return dict(ROOMS[room].drawn())


@pytest.mark.parametrize(("room", "name"), [(room, name) for room, names in KEPT.items() for name in names])
def test_a_frame_is_as_it_was_drawn(room: str, name: str) -> None:
    """Draw them anew with `make frames`, and look at what the diff shows."""
    assert drawn_now(room)[name].splitlines() == (ROOMS[room].FOLDER / name).read_text().splitlines()


@pytest.mark.parametrize("room", ROOMS)
def test_all_of_them_are_there(room: str) -> None:
    """None is left over, and none left out."""
    assert sorted(drawn_now(room)) == KEPT[room]
