"""Where a figure of a picture ends: on both sides of it."""

import pytest

from asyncdemo.known.lanes import Lane
from asyncdemo.showing.lines.lane_words import page_wait_s
from asyncdemo.showing.panels import FOOT_OF_A_PROJECT, KEYS_OF_A_PROJECT, KEYS_OF_A_RUN, View, help_screen
from asyncdemo.showing.panels.chart import eighths
from asyncdemo.showing.panels.lines import length
from asyncdemo.showing.panels.race import race
from asyncdemo.showing.panels.race_lane import Course, strip_lines
from asyncdemo.showing.screen import ENTER, LEAVE
from tests.histories import LOAD, RUN, hello
from tests.simulated_race import Race
from tests.simulation import SIX


def test_the_keys_of_a_project() -> None:
    """Those of a run, but for what its workers are asked for: nobody here starts or ends them."""
    keys = [keys for keys, _ in KEYS_OF_A_PROJECT]
    assert keys == ["h", "space", "up down", "K", "R", "Z", "<  >", "X", "?", "q"]
    assert {key for key, _ in KEYS_OF_A_RUN} - set(keys) == {"w  W", "+  -"}
    assert [key for key, _ in FOOT_OF_A_PROJECT] == ["h", "w", "+", "<", "K", "space", "?", "q"]


@pytest.mark.parametrize(("width", "whole"), [(23, False), (24, True), (25, True)])
def test_a_panel_has_twenty_four_cells_and_is_cut_on_fewer(width: int, whole: bool) -> None:
    """What is cut is marked as such."""
    first = "".join(text for text, _ in help_screen(KEYS_OF_A_RUN, width, 6).lines[0])
    assert len(first) == width
    assert first.endswith("…") != whole


@pytest.mark.parametrize(("later_s", "told"), [(0.1, True), (1.7, True), (2.1, False), (2.9, False)])
def test_the_longest_wait_of_the_last_two_seconds_is_told(later_s: float, told: bool) -> None:
    """Where nobody waits any more."""
    lane = Lane(1, "bonus")
    for event in (RUN, LOAD, *hello(1, 2.0, 3.0)):
        lane.fold(event)
    assert page_wait_s(lane, 5.0 + later_s) == (pytest.approx(3.0) if told else 0.0)


def test_the_scale_ends_at_a_hundred_seconds() -> None:
    """Between it and ten seconds a bar grows by an eighth for each step of the logarithm."""
    rows = 20  # four for each power of ten
    assert eighths(10 * 10 ** (31.01 / 32), rows) == 8 * rows
    assert eighths(10 * 10 ** (30.99 / 32), rows) == 8 * rows - 1


def test_a_screen_of_its_own_has_no_cursor() -> None:
    """And leaves the terminal with one, on the screen that was there."""
    assert ENTER.startswith("\x1b[?1049h")
    assert "\x1b[?25l" in ENTER
    assert "\x1b[?25h" in LEAVE
    assert LEAVE.endswith("\x1b[?1049l")


@pytest.mark.parametrize(("width", "there"), [(92, False), (93, True)])
def test_a_curve_of_twenty_cells_has_an_axis(width: int, there: bool) -> None:
    """One of nineteen has none."""
    drawing = race(Race(*SIX).lanes(4.7), 4.7, View(width, 14))
    lines = ["".join(text for text, _ in line).strip() for line in drawing.lines]
    assert any(line.startswith("0 s") for line in lines) == there


@pytest.mark.parametrize(("width", "strip"), [(50, 2), (51, 3), (63, 3), (64, 4)])
def test_thirteen_threads_have_room_beside_each_other(width: int, strip: int) -> None:
    """From the first on, when there are six, so that their strips do not become shorter with each that comes."""
    lanes = Race("step1").lanes(1.2)
    (line,) = strip_lines(lanes[1], Course.of(lanes, 1.2), View(110, 33), width, 1)
    assert length(line) == 6 * strip + 5


def test_a_worker_has_twelve_cells_for_its_name_beside_its_strip() -> None:
    """Where there is a row for each."""
    lanes = Race("step3").lanes(1.2)
    lines = strip_lines(lanes[1], Course.of(lanes, 1.2), View(110, 33), 40, 5)
    assert [line[0][0] for line in lines[:4]] == [f"slot {number}".ljust(12) for number in (1, 2, 3, 4)]
    assert [length(line) for line in lines] == [40] * 4 + [0]
