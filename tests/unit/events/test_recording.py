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
