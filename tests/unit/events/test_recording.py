"""Recordings that somebody else has made: read as far as they can be believed."""

import json
from pathlib import Path
from typing import Any

import pytest

from asyncdemo.events.recording import RecordingError, read_recording
from asyncdemo.features.replay import write_frame
from asyncdemo.talk.export.film import LONGEST_S, film

HEADER = {"kind": "Recording", "format": 2, "asyncdemo": "0.1.0"}
STARTED = {
    "kind": "RunStarted",
    "t": 0,
    "process": "run",
    "stage": "step1",
    "general": 0,
    "reserved": 0,
    "speed": 1,
    "delays": [5],
    "url": "http://127.0.0.1:1/",
}
READY = {"kind": "Ready", "t": 1, "process": "run"}


def recorded(folder: Path, *events: dict[str, Any]) -> Path:
    """A file of these events."""
    path = folder / "run.jsonl"
    path.write_text("".join(json.dumps(each) + "\n" for each in (HEADER, *events)))
    return path


@pytest.mark.parametrize("t", ["x", None, float("nan"), float("inf"), -1, 1e9, 10**400])
def test_a_time_that_cannot_be_is_damage(t: Any, tmp_path: Path) -> None:
    """It is counted, and the rest is read."""
    recording = read_recording(str(recorded(tmp_path, STARTED, READY, READY | {"t": t})))
    assert (len(recording.events), recording.length_s) == (2, 1)
    assert recording.problem == "1 of its 4 lines cannot be read"


@pytest.mark.parametrize("stage", ["step9", "\x1b[2J", 5, ["step1"]])
def test_a_stage_that_is_not_ours_is_refused(stage: Any, tmp_path: Path) -> None:
    """In words, and none of them does anything to a terminal."""
    with pytest.raises(RecordingError, match="which this asyncdemo does not have") as caught:
        read_recording(str(recorded(tmp_path, STARTED | {"stage": stage})))
    assert "\x1b" not in str(caught.value)


def test_a_moment_of_a_run_that_never_was_ready(tmp_path: Path) -> None:
    """There is only its end."""
    path = recorded(tmp_path, STARTED, {"kind": "Stopping", "t": 3, "process": "run"})
    assert read_recording(str(path)).ready_s == 3
    assert write_frame(str(path), str(tmp_path / "frame.svg"), 5.0, 88, 24) == 0
    assert "step1" in (tmp_path / "frame.svg").read_text()


def test_a_film_has_an_end(tmp_path: Path) -> None:
    """A picture every quarter of a second: not of a day."""
    path = recorded(tmp_path, STARTED, READY, READY | {"t": 24 * 3600})
    with pytest.raises(RecordingError, match=f"room for {LONGEST_S:g} s"):
        film(path, "1")


def test_a_file_that_is_cut_off_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    """In the middle of a line, or where a line ends by itself; whatever is wrong with it is said."""
    path = recorded(tmp_path, STARTED, READY)
    whole = path.read_bytes()
    assert read_recording(str(path)).problem == ""
    path.write_bytes(whole[:-1])
    assert read_recording(str(path)).problem == "it is cut off"
    path.write_bytes(whole[:-5])
    recording = read_recording(str(path))
    assert recording.problem == "1 of its 3 lines cannot be read; it is cut off"
    assert [type(event).__name__ for event in recording.events] == ["RunStarted"]


@pytest.mark.parametrize(("number", "problem"), [*((number, "") for number in range(2, 7)), (7, "newer"), (1, "newer")])
def test_a_format_that_is_not_ours_is_read_as_far_as_it_goes(number: int, problem: str, tmp_path: Path) -> None:
    """A later one may have other events; of the first, none are left."""
    path = tmp_path / "run.jsonl"
    header = HEADER | {"format": number, "asyncdemo": "9.9"}
    path.write_text("".join(json.dumps(each) + "\n" for each in (header, STARTED)))
    words = f"it is of format {number}, by asyncdemo 9.9; this one reads 6"
    assert read_recording(str(path)).problem == (words if problem else "")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is no recording of asyncdemo. Record one: asyncdemo run step3 --record run.jsonl"),
        ("[]\n", "is no recording of asyncdemo."),
        ("{}\n", "is no recording of asyncdemo."),
        ("no JSON\n", "is no recording of asyncdemo."),
        (json.dumps(HEADER | {"kind": "Deck"}) + "\n", "is no recording of asyncdemo."),
        (json.dumps(HEADER) + "\n", "holds no run. Record one:"),
        (json.dumps(HEADER) + "\n" + json.dumps(READY) + "\n", "holds no run. Record one:"),
    ],
)
def test_what_is_no_recording_of_a_run(text: str, words: str, tmp_path: Path) -> None:
    """It is named, with how one is made."""
    path = tmp_path / "run.jsonl"
    path.write_text(text)
    with pytest.raises(RecordingError) as refused:
        read_recording(str(path))
    assert str(refused.value).startswith(f"{path} {words}")


def test_a_recording_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"cannot be read: No such file or directory\. Record one:"):
        read_recording(str(tmp_path / "none.jsonl"))


def test_events_are_in_the_order_of_their_times(tmp_path: Path) -> None:
    """However they came; and no run goes on for longer than a week."""
    week = 7 * 24 * 3600
    path = recorded(tmp_path, STARTED, READY | {"t": week}, READY | {"t": 2}, READY | {"t": week + 1})
    recording = read_recording(str(path))
    assert [event.t for event in recording.events] == [0, 2, week]
    assert recording.problem == "1 of its 5 lines cannot be read"


def test_runs_one_after_the_other(tmp_path: Path) -> None:
    """Each from its start to the next one's; the page can be opened when it last could, after a restart."""
    printed = {"kind": "Printed", "process": "a", "line": ""}
    first = [printed | {"t": 0}, STARTED, READY, READY | {"t": 4}, printed | {"t": 5}]
    path = recorded(tmp_path, *first, STARTED | {"t": 6}, READY | {"t": 7})
    recording = read_recording(str(path))
    assert [[event.t for event in run] for run in recording.runs] == [[0, 0, 1, 4, 5], [6, 7]]
    assert (recording.side_by_side, recording.ready_s, recording.length_s) == (False, 4, 7)


def test_runs_side_by_side(tmp_path: Path) -> None:
    """By their lanes; what is of none is of no run. Their beginning is that of their visitors."""
    load = {
        "kind": "LoadStarted",
        "process": "load.1",
        "url": "http://127.0.0.1:1/",
        "rate": 1,
        "rate_end": 1,
        "seconds": 5,
        "arrivals": "even",
        "seed": 1,
        "visitors": 0,
        "timeout_s": 10,
        "speed": 1,
        "slow_s": 1,
    }
    begun = [STARTED | {"lane": lane} for lane in (2, 1)]
    path = recorded(
        tmp_path, *begun, READY | {"lane": 1}, load | {"t": 3, "lane": 2}, load | {"t": 2, "lane": 1}, READY
    )
    recording = read_recording(str(path))
    assert [[event.lane for event in run] for run in recording.runs] == [[1] * 3, [2] * 2]
    assert (recording.problem, recording.side_by_side, recording.ready_s) == ("", True, 2)
    apart = read_recording(str(recorded(tmp_path, begun[1], READY | {"lane": 1}, begun[0] | {"t": 1})))
    assert (len(apart.runs), apart.side_by_side) == (2, False), "one begins when the other is over"


@pytest.mark.parametrize("header", ["[" * 100_000, "x" * 5000, ""])
def test_of_what_is_no_recording_no_more_is_read(header: str, tmp_path: Path) -> None:
    """It is said at once, of a file without an end too, and of brackets that nobody has counted."""
    path = tmp_path / "run.jsonl"
    path.write_text(header + "\n" + json.dumps(STARTED) + "\n")
    with pytest.raises(RecordingError, match="is no recording of asyncdemo"):
        read_recording(str(path))
    endless = Path("/dev/zero")
    if endless.exists():
        with pytest.raises(RecordingError, match="is no recording of asyncdemo"):
            read_recording(str(endless))


@pytest.mark.parametrize("fact", ["format", "asyncdemo"])
def test_a_header_does_nothing_to_a_terminal(fact: str, tmp_path: Path) -> None:
    """What it says of itself is shown, and no more."""
    path = tmp_path / "run.jsonl"
    header = HEADER | {"format": 7, fact: "\x1b[2J"}
    path.write_text("".join(json.dumps(each) + "\n" for each in (header, STARTED, READY)))
    assert "\N{REPLACEMENT CHARACTER}[2J" in read_recording(str(path)).problem
    assert "\x1b" not in read_recording(str(path)).problem
