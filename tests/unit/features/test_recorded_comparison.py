"""A recording of several runs: each played by itself, above the table that puts them side by side."""

from dataclasses import replace
from io import FileIO
from pathlib import Path

import pytest

from asyncdemo.events import events as e
from asyncdemo.events.recording import Recording, open_record, read_recording, record
from asyncdemo.features.compare_options import CompareOptions
from asyncdemo.features.comparison import Comparison
from asyncdemo.features.players import AnyPlayer, player_of
from asyncdemo.measuring.setups import SETUPS, Setup, setup_of
from asyncdemo.showing.panels import View
from tests.simulation import READY_S, events_of

RUNS = ("step3", "bonus", "reserved")
LABELS = ("step3", "bonus, 3 general", "bonus, 2+1 reserved")


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    """Three runs, one after the other, written to a file and read again."""
    path, begin_s = tmp_path / "three.jsonl", 0.0
    with open_record(str(path)) as file:
        for name in RUNS:
            told = [replace(event, t=begin_s + event.t) for event in events_of(name)]
            begin_s = told[-1].t
            for event in told:
                record(file, event)
    return read_recording(str(path))


def drawn(player: AnyPlayer, at: float, size: tuple[int, int] = (88, 24)) -> str:
    """What is on the screen at a moment."""
    player.seek(at)
    return "\n".join("".join(text for text, _ in line) for line in player.picture(player.state, at, View(*size)).lines)


def test_a_recording_knows_its_runs(recording: Recording) -> None:
    """Each begins with what was asked for; the page can be opened when that of the first one can."""
    assert [run[0].stage.name for run in recording.runs if isinstance(run[0], e.RunStarted)] == [
        "step3",
        "bonus",
        "bonus",
    ]
    assert [event for run in recording.runs for event in run] == recording.events
    assert recording.ready_s == READY_S


def test_the_run_of_the_moment_plays_above_the_table(recording: Recording) -> None:
    """Those that are done have all their figures, the one that goes on is marked, those to come have none."""
    player = player_of(recording)
    for number in (0, 2, 1, 0, 1):  # forward and back
        screen = drawn(player, recording.runs[number][0].t + 4.0)
        assert screen.startswith(f" {LABELS[number].partition(',')[0]} ")
        table = screen.splitlines()[-4:-1]
        assert [line.lstrip("▸ ").startswith(label) for line, label in zip(table, LABELS, strict=True)] == [True] * 3
        assert [line.startswith("▸") for line in table] == [place == number for place in range(3)]
        assert ["/" in line for line in table] == [place <= number for place in range(3)]


def test_a_run_is_marked_before_its_first_visitor(recording: Recording) -> None:
    """It starts, and has no figures yet."""
    player = player_of(recording)
    table = drawn(player, recording.runs[1][0].t).splitlines()[-4:-1]
    assert [line.startswith("▸") for line in table] == [False, True, False]


def test_the_end_has_every_row(recording: Recording) -> None:
    """As the comparison itself ended."""
    player = player_of(recording)
    table = drawn(player, recording.length_s, (110, 33)).splitlines()[-4:-1]
    assert [line.startswith(label) for line, label in zip(table, LABELS, strict=True)] == [True] * 3
    assert "60/60" in table[2]
    words = "\n".join(player.summary())
    assert all(label in words for label in LABELS)
    assert "asyncdemo run bonus --workers 3 --reserved-web 1 --speed 10 --hammer 1" in " ".join(words.split())


def test_a_player_tells_of_every_run(recording: Recording) -> None:
    """Also when it is asked for the end at once."""
    lines = player_of(recording).seek(recording.length_s)
    assert [line.partition(":")[0] for line in lines if line[1:3] == "/3"] == [
        f"{number}/3 {label}" for number, label in enumerate(LABELS, 1)
    ]
    assert [line.split()[0] for line in lines].count("20") == 3


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_disk_that_is_full_ends_the_recording_alone() -> None:
    """The comparison goes on, and it is said once."""
    said: list[str] = []
    comparison = Comparison(CompareOptions(), said.append)
    with FileIO("/dev/full", "w") as comparison._record:
        for event in (*events_of("step3"), *events_of("bonus")):
            comparison._tell(event)
    assert said == ["the recording ends here: No space left on device"]


def test_a_run_that_is_alone_has_no_table() -> None:
    """It is a run."""
    player = player_of(Recording(list(events_of("step3"))))
    assert "answered  errors" not in drawn(player, 4.0)
    assert not player.compares


@pytest.mark.parametrize("setup", SETUPS)
def test_a_row_is_called_as_it_was(setup: Setup) -> None:
    """By what was recorded of its start."""
    count = setup.workers or setup.stage.default_workers
    facts = {"speed": 10.0, "delays": [5.0], "url": "http://127.0.0.1:1/"}
    counts = {"general": count - setup.reserved, "reserved": setup.reserved}
    assert setup_of(e.RunStarted(t=0.0, process="asyncdemo", stage=setup.stage, **counts, **facts)) == setup
