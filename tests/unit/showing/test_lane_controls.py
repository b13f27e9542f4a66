"""The keys of lanes side by side."""

import pytest

from asyncdemo.showing.lane_controls import CHOOSE, OPENED, LaneControls


def controls(*numbers: str, selected: str = "", opened: bool = False) -> LaneControls:
    return LaneControls(numbers=lambda: list(numbers), selected=selected, opened=opened)


def pressed(keys: str, lanes: LaneControls) -> tuple[str, bool]:
    """Which lane is chosen, and whether it is seen by itself."""
    for key in keys.split():
        lanes.press(key)
    return lanes.selected, lanes.opened


@pytest.mark.parametrize(
    ("keys", "selected"),
    [
        ("down", "3"),
        ("up", "7"),
        ("down down", "5"),
        ("down down down down", "7"),
        ("up up", "5"),
        ("up up up up", "3"),
        ("down x", "3"),
    ],
)
def test_up_and_down_choose_a_lane(keys: str, selected: str) -> None:
    """The first or the last where none is chosen; at the end of them it stays."""
    assert pressed(keys, controls("3", "5", "7")) == (selected, False)


def test_a_lane_that_is_gone_is_not_chosen_any_more() -> None:
    """Another heat has others: one chooses from its ends."""
    assert pressed("down", controls("3", "5", selected="1")) == ("3", False)
    assert pressed("enter", controls("3", "5", selected="1")) == ("3", True)


def test_enter_opens_a_lane_and_goes_back_to_all() -> None:
    """The first, where none is chosen; it stays chosen."""
    lanes = controls("3", "5")
    assert pressed("enter", lanes) == ("3", True)
    assert pressed("down", lanes) == ("5", True)
    assert pressed("enter", lanes) == ("5", False)


def test_esc_goes_back_a_step() -> None:
    """From a lane to all of them, then to none chosen."""
    lanes = controls("3", "5", selected="5", opened=True)
    assert pressed("escape", lanes) == ("5", False)
    assert pressed("escape", lanes) == ("", False)


@pytest.mark.parametrize("key", ["up", "down", "enter"])
def test_one_alone_is_not_chosen(key: str) -> None:
    assert pressed(key, controls()) == ("", False)


def test_the_foot_names_what_can_be_done() -> None:
    assert controls().lanes_in_short == ""
    assert controls("3", "5").lanes_in_short == CHOOSE
    assert controls("3", "5", opened=True).lanes_in_short == OPENED
    assert LaneControls().lanes_in_short == ""
    assert LaneControls(numbers=lambda: ["3", "5"]).lanes_in_short == CHOOSE, "all are seen in the beginning"


def test_at_first_all_lanes_are_seen() -> None:
    """None is chosen, and none is seen by itself."""
    lanes = LaneControls(numbers=lambda: ["1", "2"])
    assert (lanes.selected, lanes.opened, lanes.lanes_in_short) == ("", False, CHOOSE)
    assert pressed("down", lanes) == ("1", False)
