"""The screen of a race: nothing cut, nothing too long, and all that it says is true at that moment."""

import re
from collections.abc import Iterator
from dataclasses import replace
from math import inf

import pytest
from rich.text import Text

from asyncdemo.base.durations import seconds_text
from asyncdemo.events import events as e
from asyncdemo.known.lanes import Lanes, Phase
from asyncdemo.showing.lines.lane_words import in_words, longest_wait_s, tasks_text
from asyncdemo.showing.panels import View, lane_panels, race
from asyncdemo.showing.panels.lines import length
from asyncdemo.showing.panels.race import Layout
from asyncdemo.showing.panels.race_lane import SELECTED, Course, notify_counts, page_counts
from tests.frames import text_of
from tests.simulated_race import MORE, Race
from tests.simulation import READY_S, SIX

KEYS = "up down a lane  Enter its panels  space pause  ? keys  q end"
SIZES = [(40, 10), (60, 15), (60, 40), (80, 24), (88, 15), (88, 24), (110, 33), (160, 50), (220, 60)]
MOMENTS = (0.0, READY_S + 0.03, 0.5, 0.62, 1.2, 3.3, 4.7, 6.6, 9.8, 13.1, 40.0)
PROBLEM = "step3 did not start: port 8003 is taken by another program. Its last lines:\n  one\n  Address already in use"
RACES = {
    "six": Race(*SIX, linger_s=60),
    "two": Race("bonus", "reserved"),
    "one": Race("step3"),
    "eight": Race(*SIX, *MORE),
    "failed": Race(*SIX, failed={4: PROBLEM}),
    "cut": Race(*SIX, cut_at=4.5),
    "today": Race("reserved", "today", "priority", "today reserved"),
    "all failed": Race("step3", "bonus", failed={1: PROBLEM, 2: PROBLEM}),
}


def text(lanes: Lanes, now: float, width: int = 88, height: int = 24, **how: object) -> str:
    """The screen, without its colours."""
    view = View(width, height, keys=KEYS, **how)  # type: ignore[arg-type]
    return Text.from_ansi(text_of(race(lanes, now, view), view)).plain


def at_all_moments(name: str) -> Iterator[tuple[float, Lanes]]:
    """A race as it goes on."""
    return zip(MOMENTS, RACES[name].lanes_at(*MOMENTS), strict=True)


@pytest.mark.parametrize("name", RACES)
def test_it_fits_every_size_exactly(name: str) -> None:
    """Every line is as wide as the screen, and there are as many as it has."""
    for now, lanes in at_all_moments(name):
        for width, height in SIZES:
            drawing = race(lanes, now, View(width, height, keys=KEYS, selected="1"))
            assert len(drawing.lines) == height
            assert {length(line) for line in drawing.lines} == {width}, (now, width, height)


@pytest.mark.parametrize("name", ["six", "two", "one", "eight", "cut", "today"])
def test_nothing_is_cut_at_the_sizes_it_is_made_for(name: str) -> None:
    """No name, no figure and no sentence."""
    for now, lanes in at_all_moments(name):
        for width, height in ((60, 15), (80, 24), (88, 24), (110, 33), (160, 50)):
            assert "…" not in text(lanes, now, width, height), now


def test_a_screen_that_is_too_small_says_what_it_needs() -> None:
    """Instead of lanes that nobody could read."""
    lanes = RACES["eight"].lanes(4.7)
    assert "39x24: a race of eight needs 40x10" in text(lanes, 4.7, 39, 24)
    assert "40x9: a race of eight needs 40x10" in text(lanes, 4.7, 40, 9)
    assert "needs" not in text(lanes, 4.7, 40, 10)


@pytest.mark.parametrize("name", RACES)
def test_the_figures_add_up(name: str) -> None:
    """Who has the page, who waits and who got none are all who came; so with the notifications."""
    for lane in (lane for _, lanes in at_all_moments(name) for lane in lanes):
        page, notify = page_counts(lane), notify_counts(lane)
        if page.done == "-":
            assert not lane.visitors
            continue
        assert int(page.done) + int(page.wait) + int(page.lost) == lane.visitors
        assert int(page.wait) >= 0
        parts = re.findall(r"\d+", f"{notify.done} {notify.wait} {notify.lost}")
        assert sum(map(int, parts)) == lane.state.books.sent


@pytest.mark.parametrize("size", [(88, 24), (60, 15), (110, 33)])
def test_the_figures_stand_on_the_screen(size: tuple[int, int]) -> None:
    """As they are known."""
    lanes = RACES["six"].lanes(4.7)
    shown = text(lanes, 4.7, *size)
    for lane in lanes:
        counts = page_counts(lane)
        assert re.search(rf"\b{counts.done} +{counts.wait} +{counts.lost}\b", shown)
        assert f"{longest_wait_s(lane, 4.7) * 10:.1f} s" in shown or lane.number == 6


@pytest.mark.parametrize("size", [(88, 24), (60, 15), (88, 15)])
def test_what_is_not_known_is_not_nothing(size: tuple[int, int]) -> None:
    """Before anybody has come there is no figure; a lane says whether it is ready."""
    starting, ready = (text(RACES["six"].lanes(now), now, *size) for now in (0.0, READY_S + 0.03))
    assert not re.search(r" 0 +(\d|0|$)", starting, re.MULTILINE)
    assert starting.count(" - ") >= 6
    assert "0 of 6 ready" in starting
    assert starting.count("starting") == 6
    assert "3 of 6 ready" in ready
    assert ready.count("starting") == 3


def test_the_clock_is_that_of_the_lesson_and_says_so() -> None:
    """At x10, 4.2 s on the wall are 42 s."""
    shown = text(RACES["six"].lanes(4.7), 4.7)
    assert "lesson 0:42 of 1:00" in shown
    assert "seconds of the lesson" in shown
    real = Race("step3", speed=1.0).lanes(42.5)
    assert "0:42 of 1:00" in text(real, 42.5)
    assert "lesson" not in text(real, 42.5)


def test_the_axis_grows_when_all_have_come() -> None:
    """While visitors come it ends with the last one; then, as long as any waits for the page."""
    lanes = RACES["six"].lanes
    assert Course.of(lanes(4.7), 4.7).span_s == pytest.approx(6.0)
    assert Course.of(lanes(9.8), 9.8).span_s == pytest.approx(9.3)
    over = Course.of(lanes(), 99.0)
    assert over.end == pytest.approx(max(lane.state.load.ended_at for lane in lanes()))
    assert "┊" not in text(lanes(4.7), 4.7)
    assert "┊ 60 s" in text(lanes(9.8), 9.8)
    assert "┊ 60 s: all came" in text(lanes(9.8), 9.8, 110, 33)


def test_who_is_done_has_a_place() -> None:
    """Once the last visitor has the page; a lane in which somebody got none has no place."""
    shown = text(RACES["six"].lanes(9.8), 9.8)
    assert re.search(r"bonus +1st", shown)
    assert re.search(r"step1 +2nd", shown)
    over = text(RACES["six"].lanes(), 99.0)
    assert "3rd" not in over
    assert len(re.findall(r"(step\d|bonus) +over", over)) == 4


def test_a_lane_that_fails_says_why_and_the_others_go_on() -> None:
    """In the place of its curve, and in words."""
    lanes = RACES["failed"].lanes(4.7)
    shown = text(lanes, 4.7)
    assert lanes[4].phase is Phase.FAILED
    assert "step3 did not start: port 8003 is taken by another program:" in shown
    assert re.search(r"Address\s.*\s+already in use", shown, re.DOTALL)
    assert shown.count("notify  ") == 5
    for size in ((60, 15), (88, 15), (60, 40), (110, 33), (88, 17)):
        assert "failed" in text(lanes, 4.7, *size)


def test_a_lane_that_fails_in_its_middle_keeps_its_figures() -> None:
    """They add up still."""
    lanes = RACES["six"].lanes(4.7)
    lanes.fold(e.LaneEnded(t=4.7, process="asyncdemo", lane=4, problem="web.1 ended with exit code 1"))
    shown = text(lanes, 5.0)
    assert "web.1 ended with exit code 1" in shown
    counts = page_counts(lanes[4])
    assert re.search(rf"page +{counts.done} +{counts.wait} +{counts.lost}\b", shown)
    assert lanes[4].visitors == int(counts.done) + int(counts.wait) + int(counts.lost)


def test_a_race_that_is_cut_shows_what_was_measured() -> None:
    """And who waited then."""
    shown = text(RACES["cut"].lanes(), 9.0)
    assert len(re.findall(r"(step\d|bonus) +cut", shown)) == 6
    assert "over, lesson 0:40" in shown
    assert re.search(r"ended before its time: \d+ visitors waited then", shown)


def test_the_selected_lane_is_marked() -> None:
    """On each of its rows, whatever the size; and what happens in it is said first."""
    lanes = RACES["six"].lanes(4.7)
    for size, rows in (((88, 24), 3), ((60, 15), 1), ((110, 33), 4)):
        shown = text(lanes, 4.7, *size, selected="2")
        marked = [line for line in shown.splitlines() if line.startswith(SELECTED)]
        assert len(marked) == rows
        assert marked[0].startswith(f"{SELECTED}step1")
        assert SELECTED not in text(lanes, 4.7, *size)
    assert in_words(lanes, 4.7, "2")[0].lane == 2
    assert "hold all 4 threads" in text(lanes, 4.7, selected="2")


def test_words_are_said_only_when_they_are_true() -> None:
    """step3 is fast, until notifications hold all its slots; then the page waits."""
    lanes = RACES["six"].lanes
    early = {news.lane: news.words for news in in_words(lanes(0.9), 0.9)}
    assert early[4] == ": the page is fast, the slow call is out of the request"
    late = {news.lane: news.words for news in in_words(lanes(4.7), 4.7)}
    assert late[4] == " fast until visitor 5: notifications hold all 4 slots, the page waits behind them"
    assert "hold all" not in late[6]
    assert "the page is fast, 1 worker is kept for it" in late[6]
    over = {news.lane: news.words for news in in_words(lanes(), 99.0)}
    assert over[6].startswith(": all 60 got the page in ")
    assert "fast until" not in over[4]


@pytest.mark.parametrize("now", [1.0, 2.0, 4.7, 8.0])
def test_a_jam_is_told_of_a_lane_in_which_every_taker_is_held(now: float) -> None:
    """By what the workers have in hand, not by the name of the stage."""
    for lane in (lanes := RACES["eight"].lanes(now)):
        words = next((news.words for news in in_words(lanes, now) if news.lane == lane.number), "")
        rows = lane.state.workers.rows()
        held = [row for row in rows if lane.state.workers.at_work(row) and row.work == "notify"]
        if "notifications hold" in words:
            assert len(held) == len(rows)
            assert longest_wait_s(lane, now) > lane.state.slow_s


def test_what_has_to_be_said_comes_first() -> None:
    """That a machine is too small is above all that happens."""
    lanes = RACES["six"].lanes(4.7)
    view = View(88, 24, keys=KEYS, selected="4")
    shown = text_of(race(lanes, 4.7, view, "This machine is too small for six lanes"), view)
    assert shown.index("too small") < shown.index("fast until")


def test_colour_is_not_the_only_sign() -> None:
    """What a worker does is drawn with other marks where there are no colours."""
    lanes = RACES["six"].lanes(4.7)
    assert "▓" in text(lanes, 4.7, colour=False)
    assert "▓" not in text(lanes, 4.7)


def test_the_panels_of_a_lane_say_which_it_is() -> None:
    """The number that it has among the others."""
    view = View(88, 24, keys="Esc back  q end", selected="4", mark="recorded")
    shown = Text.from_ansi(text_of(lane_panels(RACES["six"].lanes(4.7)[4], 4.7, view), view)).plain
    assert "recorded lane 4 " in shown.splitlines()[0]
    assert shown.splitlines()[-1].startswith("Esc back")
    assert "slot 4" in shown


@pytest.mark.parametrize("size", [(60, 15), (88, 24), (110, 33), (160, 50)])
def test_the_panels_of_a_lane_are_in_the_seconds_of_the_race(size: tuple[int, int]) -> None:
    """Those of the lesson, and they say so: a call of 5 s takes 5 s, and who waits longest waits as long as in the
    race."""
    lanes, view = RACES["six"].lanes(4.7), View(*size)
    shown = Text.from_ansi(text_of(lane_panels(lanes[4], 4.7, view), view)).plain
    assert "lesson time" in shown.splitlines()[0]
    assert "real time" not in shown
    longest = seconds_text(lanes[4].state.visitors.longest_wait(4.7) * 10)
    assert f"now {longest}" in shown
    assert re.search(r"\d\.\d/5 s", shown)
    assert re.search(r"\d\.\d/30 s", shown)
    assert not re.search(r"/0\.5 s|/3 s", shown)


def test_a_worker_that_is_killed_from_outside_is_told_in_words() -> None:
    """Of its lane, the newest first; what is older than that stands below."""
    lanes = RACES["two"].lanes(4.7)
    lanes.fold(e.ProcessEnded(t=4.6, process="worker.2", code=-9, lane=1))
    (first, *_) = in_words(lanes, 4.7)
    assert (first.since, first.lane, first.words) == (4.6, 1, ": worker.2 ended, killed by signal 9")
    assert "worker.2 ended, killed by signal 9" in text(lanes, 4.7)


def test_a_slot_of_time_is_as_long_as_somebody_needs_to_come() -> None:
    """Sixty visitors leave no gap in a wide curve."""
    lines = text(RACES["six"].lanes(6.4), 6.4, 220, 60).splitlines()
    layout = Layout.of(View(220, 60), 6)
    axis = next(number for number, line in enumerate(lines) if re.search(r"^ +0 s .* 60 s$", line))
    bottom = lines[axis - 1][layout.before_curve :][: layout.curve]
    assert set(bottom[: int(layout.curve * 0.95)]) == {"█"}


def test_a_lane_of_an_unknown_number_is_none_of_these() -> None:
    """It changes nothing that is shown."""
    lanes = RACES["two"].lanes(4.7)
    before = text(lanes, 4.7)
    strange = replace(e.LaneEnded(t=4.7, process="asyncdemo", problem="no"), lane=7)
    lanes.fold(strange)
    assert text(lanes, 4.7) == before
    assert lanes.begun_at < inf


@pytest.mark.parametrize("name", ["six", "today"])
def test_nothing_keeps_a_page_that_nobody_has(name: str) -> None:
    """Nor is it fast, before the first answer; and a stage without quick tasks is not said to have any."""
    for lane in RACES[name].lanes(READY_S + 0.03):
        run = lane.state.run
        assert run is None or tasks_text(lane, run, 1.0) == ""
