"""A comparison while it goes on: what it says, draws and ends with, of lanes that are told what happens in them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest

from asyncdemo.base.errors import StartError
from asyncdemo.events import events as e
from asyncdemo.events.recording import read_recording
from asyncdemo.features.compare_options import CompareOptions
from asyncdemo.features.comparison import Comparison
from asyncdemo.known.lanes import Phase
from asyncdemo.measuring.experiment import Attempt
from asyncdemo.measuring.setups import SETUPS
from asyncdemo.showing.panels import View
from tests.simulated_race import Race

TWO = (SETUPS[0], SETUPS[2])
NAMES = ("step1", "step2")
TOLD = list(Race(*NAMES).events())


class Simulated(Attempt):
    """Hears what happens in a simulated run, and starts nothing."""

    failed: ClassVar[dict[int, str]] = {}

    def play(self, on_tick: Callable[[], None] = lambda: None) -> int | None:
        number = self.lane.number
        if number in self.failed:
            raise StartError(self.failed[number])
        self._listen(e.Printed(t=0.0, process="web.1", line="a secret"))
        for event in TOLD:
            if event.lane == number and not isinstance(event, e.LaneEnded):
                self._listen(replace(event, lane=0))
        return None


def comparison(
    *, in_turn: bool = False, record: Path | None = None, speed: float = 10.0, failed: dict[int, str] | None = None
) -> tuple[Comparison, list[str]]:
    """One of two setups, and what it says."""
    said: list[str] = []
    options = CompareOptions(TWO, speed=speed, in_turn=in_turn, record=str(record) if record else None)
    attempt = type("Attempts", (Simulated,), {"failed": failed or {}})
    return Comparison(options, said.append, hears_signals=False, attempt=attempt), said


def text(comparison: Comparison, opened: bool = False, selected: str = "") -> str:
    """What it draws."""
    drawing = comparison.picture(View(88, 24, selected=selected, opened=opened))
    return "\n".join("".join(part for part, _ in line) for line in drawing.lines)


def test_side_by_side_it_says_who_begins_and_how_each_ends() -> None:
    """Once each; the clock first, and the end of every lane though nobody looked in between."""
    compared, said = comparison()
    assert compared.side_by_side
    assert compared.play() == 0
    assert said[0] == "x10: all seconds are those of the lesson"
    assert said[1] == "2 setups side by side: step1; step2"
    assert len([line for line in said if "side by side" in line]) == 1
    assert len([line for line in said if "place" in line or "over:" in line]) == 2
    assert [row.label for row in compared.rows] == ["step1", "step2"]
    assert [row.visitors for row in compared.rows] == [60, 60]


def test_in_turn_each_is_announced() -> None:
    """By its number and its title; in the lesson's seconds as all else of it, with its end, and no place."""
    compared, said = comparison(in_turn=True)
    assert not compared.side_by_side
    assert compared.play() == 0
    assert said[0] == "x10: all seconds are those of the lesson"
    begun = [line for line in said if line.startswith(("1/2 ", "2/2 "))]
    assert begun == [f"{number}/2 {each.label}: {each.stage.title}" for number, each in enumerate(TWO, 1)]
    assert not any("place" in line for line in said)
    assert [line for line in said if line.endswith("over: 60 of 60 answered")]


def test_at_the_speed_of_the_lesson_there_is_one_clock() -> None:
    """Nothing is said of it."""
    compared, said = comparison(speed=1.0)
    compared.play()
    assert not any(line.startswith("x1") for line in said)


def test_one_that_fails_is_in_the_exit_code() -> None:
    """The others have their rows, and it has the reason."""
    compared, said = comparison(failed={2: "port 8000 is taken."})
    assert compared.play() == 1
    assert [(row.label, row.problem) for row in compared.rows] == [("step1", ""), ("step2", "port 8000 is taken.")]
    assert [line for line in said if line.endswith("failed: port 8000 is taken.")]


def test_where_all_fail_nothing_was_compared() -> None:
    """A reason that all have is said once."""
    with pytest.raises(StartError) as caught:
        comparison(failed={1: "no Redis.", 2: "no Redis."})[0].play()
    assert str(caught.value) == "no Redis."


def test_who_ends_it_says_the_exit_code() -> None:
    """Nothing was measured, and no row is shown."""
    compared, said = comparison()
    compared.stop(130)
    assert (compared.play(), compared.rows) == (130, [])
    assert said[1:] == ["2 setups side by side: step1; step2"], "what would have been"


def test_rows_of_all_at_every_moment() -> None:
    """Those to come are empty, those that go on have what is known, those that are over all of it."""
    compared, _ = comparison()
    assert [(row.label, row.visitors, row.over) for row in compared.rows_now()] == [
        ("step1", 0, False),
        ("step2", 0, False),
    ]
    for event in Race(*NAMES).events():
        if event.lane == 1 and event.t < 4.0:
            compared.race.lanes.fold(event)
    first, second = compared.rows_now()
    assert (0 < first.visitors < 60, first.over, second.visitors) == (True, False, 0)
    compared.play()
    assert [(row.visitors, row.over) for row in compared.rows_now()] == [(60, True)] * 2


def test_what_is_drawn() -> None:
    """All lanes; the panels of the one that is opened, if there is such a one; in the end the rows."""
    compared, _ = comparison()
    for event in Race(*NAMES).events():
        if event.t < 4.0:
            compared.race.lanes.fold(event)
    both = text(compared)
    assert "step1" in both
    assert "step2" in both
    assert text(compared, True, "2") != both
    assert "channels" in text(compared, True, "2")
    assert [label in text(compared, True, "7") for label in NAMES] == [True, True]
    assert [label in text(compared, True, "x") for label in NAMES] == [True, True]
    compared.play()
    assert "60/60" in text(compared)
    assert [lane.phase for lane in compared.race.lanes] == [Phase.OVER] * 2


def test_all_is_recorded_but_what_was_printed(tmp_path: Path) -> None:
    """In the order in which it came."""
    path = tmp_path / "race.jsonl"
    compared, _ = comparison(record=path)
    compared.play()
    assert "secret" not in path.read_text()
    recorded = [event for event in read_recording(str(path)).events if event.lane == 2]
    assert len(recorded) == len([event for event in Race(*NAMES).events() if event.lane == 2])
