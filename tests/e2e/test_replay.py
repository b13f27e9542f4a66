"""Recordings: shown in the same panels without any server, as far as they go, and as pictures."""

import json
import re
import signal
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tests.e2e.command import ASYNCDEMO, CHECKOUT, asyncdemo
from tests.e2e.screen import OnScreen

RECORDING = CHECKOUT / "talk" / "pictures" / "step3.jsonl"
CUT_OFF = "1 of its 201 lines cannot be read; it is cut off"
RACE = CHECKOUT / "talk" / "recordings" / "compare.jsonl"
LEFT, RIGHT = "\x1b[D", "\x1b[C"

pytestmark = pytest.mark.skipif(not RECORDING.exists(), reason="needs the checkout's recordings")


def test_in_a_pipe_a_replay_is_the_lines_of_the_run() -> None:
    """Every hello and notification, and the summary with the books."""
    shown = asyncdemo("replay", str(RECORDING))
    assert shown.returncode == 0
    assert "hello       Ada: 200 in" in shown.stdout
    assert "notified    Hello, Ada!" in shown.stdout
    assert "notifications  " in shown.stdout
    assert shown.stderr == ""


def test_in_a_terminal_the_panels_play_and_the_keys_seek() -> None:
    """It is marked as recorded; arrows go back and forth, space pauses, q ends with the summary."""
    with OnScreen(str(ASYNCDEMO), "replay", str(RECORDING), "--speed", "20") as replay:
        replay.shows("recorded", "4 of 4 busy")
        replay.presses(" ", "paused")
        replay.presses("0", "up 0:00")
        replay.presses(RIGHT * 3, "4 of 4 busy", "up 0:1")
        replay.presses(LEFT * 2, "up 0:0")
        replay.presses("?", "slower, faster")
        replay.presses("x", "paused")
        replay.presses("<", "10 times the recorded speed")
        replay.presses(" ")
        replay.hides("paused")
        replay.presses("q", "hellos")
        assert replay.ends() == 0


def test_in_the_replay_of_a_race_its_lanes_are_chosen() -> None:
    """As in the race: arrows, Enter and Esc; space pauses the time, and a lane can be looked at meanwhile."""
    with OnScreen(str(ASYNCDEMO), "replay", str(RACE)) as replay:
        replay.shows("recorded", "3 workers", "2 + 1 for web", "Enter its panels")
        replay.presses(" ", "paused")
        replay.presses("\x1b[B\r", "lane 1", "lesson time", "worker.1", "Enter all lanes")
        replay.presses("\x1b[B", "lane 2", "webworker.1")
        replay.presses("\x1b", "two setups", "Enter its panels")
        replay.presses("?", "choose a lane", "slower, faster")
        replay.presses("x", "paused")
        replay.presses("q")
        assert replay.ends() == 0


def test_one_frame_as_a_picture(tmp_path: Path) -> None:
    """An SVG that holds the panels of that moment, in the size that was asked for."""
    picture = tmp_path / "frame.svg"
    made = asyncdemo("replay", str(RECORDING), "--svg", str(picture), "--at", "15s", "--size", "110x33")
    assert made.returncode == 0
    assert "https://cdn" not in picture.read_text()
    text = "".join(ET.parse(picture).getroot().itertext())
    for words in ("recorded", "4 of 4 busy", "up 0:15", "longest wait", "log"):
        assert words in text


def damaged(tmp_path: Path, change: str) -> Path:
    """A copy of the recording with something wrong with it."""
    lines = RECORDING.read_bytes().splitlines(keepends=True)
    if change == "another version":
        lines[0] = json.dumps({"kind": "Recording", "format": 99, "asyncdemo": "9.0"}).encode() + b"\n"
    elif change == "cut off":
        lines = [*lines[:200], lines[200][:20]]
    elif change == "lines missing":
        lines[50:60] = [b"\x00garbage\n"] * 10
    elif change == "no recording":
        lines = [b"# Hello\n"]
    elif change == "no run":
        lines = lines[:1]
    path = tmp_path / "damaged.jsonl"
    path.write_bytes(b"".join(lines))
    return path


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("another version", "it is of format 99, by asyncdemo 9.0"),
        ("cut off", "it is cut off"),
        ("lines missing", "10 of its"),
    ],
)
def test_a_damaged_recording_is_shown_as_far_as_it_goes(tmp_path: Path, change: str, words: str) -> None:
    """And what is wrong with it is said."""
    shown = asyncdemo("replay", str(damaged(tmp_path, change)))
    assert shown.returncode == 0
    assert "hello       Ada: 200 in" in shown.stdout
    assert "as far as it goes" in shown.stderr
    assert words in shown.stderr


@pytest.mark.parametrize(
    ("change", "words"), [("no recording", "is no recording of asyncdemo"), ("no run", "holds no run")]
)
def test_what_is_no_recording_is_said(tmp_path: Path, change: str, words: str) -> None:
    """With what to type to make one."""
    shown = asyncdemo("replay", str(damaged(tmp_path, change)))
    assert shown.returncode == 1
    assert words in shown.stderr
    assert "--record" in shown.stderr
    assert "Traceback" not in shown.stderr


def test_the_first_frame(tmp_path: Path) -> None:
    """The moment at which the page could be opened."""
    picture = tmp_path / "frame.svg"
    made = asyncdemo("replay", str(RECORDING), "--svg", str(picture), "--at", "0s")
    assert (made.returncode, made.stderr) == (0, f"svg: {picture}\n")
    assert "up 0:00" in "".join(ET.parse(picture).getroot().itertext())


def test_a_moment_that_was_not_recorded(tmp_path: Path) -> None:
    """The last frame, and it is said that it is one."""
    last, later = tmp_path / "last.svg", tmp_path / "later.svg"
    assert asyncdemo("replay", str(RECORDING), "--svg", str(last)).stderr == f"svg: {last}\n"
    made = asyncdemo("replay", str(RECORDING), "--svg", str(later), "--at", "1h")
    assert made.returncode == 0
    assert re.fullmatch(
        rf"asyncdemo: --at 3600s is past the end, [\d.]+ s: the last frame is written\.\nsvg: {later}\n", made.stderr
    )
    assert texts_of(later) == texts_of(last)


def texts_of(picture: Path) -> list[str]:
    """What can be read in it; the names in it are of its own."""
    return [text.strip() for text in ET.parse(picture).getroot().itertext() if "{" not in text]


@pytest.mark.parametrize(
    ("typed", "flags"),
    [
        (["--at", "1s"], "--at"),
        (["--size=88x24", "--at", "1s"], "--at and --size"),
        (["--animate"], "--animate"),
        (["--animate", "--at", "1s", "--speed", "2"], "--at and --animate"),
    ],
)
def test_a_frame_that_nobody_writes(typed: list[str], flags: str) -> None:
    """Is a mistake where it is typed; a variable is for the frames of another time."""
    shown = asyncdemo("replay", str(RECORDING), *typed)
    assert (shown.returncode, shown.stdout) == (2, "")
    assert shown.stderr == f"asyncdemo: {flags}: of the picture that --svg writes. Add --svg FILE.\n"
    assert asyncdemo("replay", str(RECORDING), ASYNCDEMO_AT="1s", ASYNCDEMO_SIZE="88x24").returncode == 0


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (
            ["--animate", "--at", "5s"],
            "--at is the moment of one frame, and --animate shows them all. Leave out one of the two.",
        ),
        (["--speed", "2"], "--speed is of what plays, and a frame does not. Add --animate, or leave it out."),
        (["--animate", "--speed", "0"], "--speed 0: type a number above 0 and up to 1000, like 2."),
        (["--animate", "--size", "big"], "--size 'big'"),
    ],
)
def test_options_that_do_not_go_together(tmp_path: Path, typed: list[str], said: str) -> None:
    """What is wrong, and what to type; nothing is written."""
    picture = tmp_path / "film.svg"
    shown = asyncdemo("replay", str(RECORDING), "--svg", str(picture), *typed)
    assert (shown.returncode, shown.stdout) == (2, "")
    assert shown.stderr.startswith(f"asyncdemo: {said}")
    assert not picture.exists()


def test_variables_of_a_frame_are_for_another_time(tmp_path: Path) -> None:
    """A moment where all are shown, a speed where nothing plays."""
    frame, film = tmp_path / "frame.svg", tmp_path / "film.svg"
    made = asyncdemo("replay", str(RECORDING), "--svg", str(frame), ASYNCDEMO_REPLAY_SPEED="5")
    assert (made.returncode, made.stderr) == (0, f"svg: {frame}\n")
    made = asyncdemo("replay", str(RECORDING), "--svg", str(film), "--animate", ASYNCDEMO_AT="1s")
    assert (made.returncode, made.stderr) == (0, f"svg: {film}\n")


@pytest.mark.parametrize("typed", [[], ["--animate"]], ids=["frame", "film"])
def test_a_picture_of_what_is_damaged(tmp_path: Path, typed: list[str]) -> None:
    """Of as much as can be read, and it is said."""
    picture, recording = tmp_path / "picture.svg", damaged(tmp_path, "cut off")
    made = asyncdemo("replay", str(recording), "--svg", str(picture), *typed)
    assert made.returncode == 0
    assert made.stderr == f"svg: {picture}\nasyncdemo: {recording} is shown as far as it goes: {CUT_OFF}.\n"
    assert "step3" in "".join(ET.parse(picture).getroot().itertext())


def test_a_signal_leaves_the_terminal_as_it_was() -> None:
    """The exit code says which; there is the summary."""
    with OnScreen(str(ASYNCDEMO), "replay", str(RECORDING)) as replay:
        before = replay.settings()
        replay.shows("recorded")
        assert replay.stop(signal.SIGTERM) == 143
        replay.shows("hellos")
        assert replay.settings() == before
        assert replay.raw.count(b"\x1b[?1049l") == 1
        assert replay.raw.rindex(b"\x1b[?25h") > replay.raw.rindex(b"\x1b[?25l")


def test_a_closed_window_ends_it() -> None:
    """Whichever way it says so."""
    with OnScreen(str(ASYNCDEMO), "replay", str(RECORDING)) as replay:
        replay.shows("recorded")
        replay.close_the_window()
        assert replay.ends() in (129, 141)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["/nowhere.jsonl"], 1, "cannot be read"),
        ([str(RECORDING), "--speed", "0"], 2, "--speed 0"),
        ([str(RECORDING), "--svg", "/nowhere/x.svg"], 1, "--svg"),
        ([str(RECORDING), "--svg", "x.png"], 2, "--svg 'x.png': what is written is SVG. Name it like x.svg."),
        ([str(RECORDING), "--svg", "x.svg", "--at", "soon"], 2, "--at 'soon'"),
        ([str(RECORDING), "--svg", "x.svg", "--size", "big"], 2, "--size 'big'"),
    ],
)
def test_wrong_words(arguments: list[str], code: int, words: str) -> None:
    """A message, an exit code, no traceback."""
    shown = asyncdemo("replay", *arguments)
    assert shown.returncode == code
    assert words in shown.stderr
    assert "Traceback" not in shown.stderr
