"""The notes terminal's page, and what the presenter writes down for it."""

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from asyncdemo.deck.place import Place
from asyncdemo.deck.reader import parse_deck
from asyncdemo.talk.followers.notes import AROUND, Notes, Scroll, notes_page, qr_lines
from asyncdemo.talk.followers.talk_progress import (
    FORGOTTEN_S,
    TalkProgress,
    TalkProgressFile,
    file_of,
    left_by_crash,
    locked,
    presented,
    progress_at,
)
from tests.waiting import DEADLINE_S

TEXT = """\
One
===

<!-- // time: 1m -->
<!-- speaker_note: Say hello. -->
<!-- end_slide -->

_Two_
===

<!-- // time: 2m -->
<!-- speaker_note: Say more. -->
"""
DIES = """
import json, os, sys
from pathlib import Path
from asyncdemo.talk.followers.talk_progress import TalkProgress, TalkProgressFile
progress = TalkProgress(**json.loads(sys.argv[1]))
file = TalkProgressFile(Path(progress.deck))
assert file.write(progress) == ""
os._exit(9)
"""
"""A presenter that does not end cleanly."""


@pytest.fixture
def progress(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TalkProgress:
    """On the first slide, since 1000 s, the talk begun at 900 s."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    deck = parse_deck(TEXT, tmp_path / "deck.md")
    return progress_at(deck, Place(), 900.0, 1000.0, "live", "http://192.0.2.7:1/token")


def text(progress: TalkProgress | None, now: float, width: int = 88, height: int = 24, code: bool = False) -> str:
    """The page's words."""
    drawing = notes_page(progress, now, width, height, code)
    lines = ["".join(part for part, _ in line) for line in drawing.lines]
    assert len(lines) == height
    assert {cell_len(line) for line in lines} == {width}
    return "\n".join(lines)


def test_it_waits_for_a_talk() -> None:
    """And says how one is given."""
    assert "asyncdemo talk" in text(None, 0.0)


@pytest.mark.parametrize(
    ("began", "now", "words"),
    [
        (None, 1000.0, "the clock has not begun"),
        (1000.0, 1030.0, "0:30 of 3:00   on time"),
        (900.0, 1030.0, "2:10 of 3:00   1:40 behind"),
        (1010.0, 1030.0, "0:20 of 3:00   0:10 ahead"),
        (900.0, 1200.0, "5:00 of 3:00, 2:00 over   4:00 behind"),
    ],
)
def test_the_pace_is_told_in_words(progress: TalkProgress, began: float | None, now: float, words: str) -> None:
    """Beside the bar of time; the slide's own time runs from when it came."""
    assert words in text(replace(progress, began=began), now)


def test_this_slide_and_the_next(progress: TalkProgress) -> None:
    """Title and notes of both; the last has no next."""
    shown = text(progress, 1000.0)
    for words in ("One", "Say hello.", " Two ", "Say more.", "1/2", "demo live"):
        assert words in shown
    assert "(the end)" in text(replace(progress, next_title="", next_notes=""), 1000.0)


@pytest.mark.parametrize("size", [(40, 24), (60, 30), (88, 24), (110, 40)])
def test_the_code_of_the_remote(progress: TalkProgress, size: tuple[int, int]) -> None:
    """Only when it is wanted, and then all of it."""
    drawn = [line[0][0] for line in qr_lines(progress.address)]
    shown = text(progress, 1000.0, *size, code=True)
    assert all(line in shown for line in drawn)
    assert progress.address in shown
    assert "▀" not in text(progress, 1000.0, *size)
    assert len(set(map(len, drawn))) == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_an_address_that_no_phone_can_open_has_no_code(progress: TalkProgress, host: str) -> None:
    """It says how to get one."""
    shown = text(replace(progress, address=f"http://{host}:1/token"), 1000.0, code=True)
    assert "▀" not in shown
    assert f"http://{host}:1/token" in shown
    assert "--host 0.0.0.0" in shown


@pytest.mark.parametrize("code", [True, False])
def test_the_notes_fit_any_window(progress: TalkProgress, code: bool) -> None:
    """In a small one the remote's address is told without its code, in a tiny one what is needed."""
    drawn = qr_lines(progress.address)
    for width in (1, 2, 5, 29, 30, 39, 40, 60, 88):
        for height in (1, 2, 10, 14, 15, 16, 22, 23, 24):
            shown = text(replace(progress, notes="w" * 99 + " x" * 99), 1000.0, width, height, code)
            assert ("▀" in shown) == (code and height > len(drawn) + AROUND and width >= 30)
    assert "the notes need 30x15" in text(progress, 1000.0, 60, 14, code)
    assert ("its code needs a window of" in text(progress, 1000.0, 60, 15, code)) == code


def test_long_notes_are_wrapped_by_cells_and_say_that_they_go_on(progress: TalkProgress) -> None:
    """A letter that takes two cells takes two; nothing is lost without a word."""
    japanese = replace(progress, notes="".join(chr(0x3041 + number) for number in range(80)))
    shown = text(japanese, 1000.0, 60, 24)
    assert all(letter in shown for letter in japanese.notes)
    shown = text(replace(progress, notes="\n".join(f"line {number}." for number in range(40))), 1000.0)
    assert [f"line {number}." in shown for number in (0, 12, 13)] == [True, True, False]
    assert "▼ 27 more" in shown


NUMBERED = "\n".join(f"line {number}." for number in range(40))


def test_notes_that_do_not_fit_are_scrolled(progress: TalkProgress) -> None:
    """By a row, or a page; the foot says so, and only then. What is above and what is below is counted."""
    long, scroll = replace(progress, notes=NUMBERED, next_notes="x\n" * 40), Scroll()

    def seen() -> tuple[str, str, int, int]:
        """The first row of the notes and the last, and the numbers of the first and the last line between."""
        drawing = notes_page(long, 1000.0, 88, 24, scroll=scroll)
        lines = ["".join(part for part, _ in line).strip("│ ") for line in drawing.lines]
        box = lines[5 : next(number for number, line in enumerate(lines) if line.startswith("╰"))]
        numbers = [int(line.removeprefix("line ").rstrip(".")) for line in box if line.startswith("line")]
        assert numbers == list(range(numbers[0], numbers[-1] + 1))
        assert lines[-1].startswith("up down the notes  c code of the remote  q ends the notes")
        return box[0], box[-1], numbers[0], numbers[-1]

    first = seen()
    assert first == ("line 0.", f"▼ {39 - first[3]} more", 0, first[3])
    for key, begin in (("down", 2), ("down", 3), ("up", 2), ("up", 0), ("up", 0), ("x", 0), (" ", 13)):
        scroll.press(key)
        assert seen()[2] == begin, key
    assert seen()[:2] == ("▲ 13 more", "▼ 15 more")
    for key in ("end", "down", "pagedown"):
        scroll.press(key)
        assert (seen()[1], seen()[3]) == ("line 39.", 39), key
    scroll.press("up")
    assert seen()[1] == "▼ 2 more"
    for key in ("pageup", "home"):
        scroll.press(key)
    assert seen() == first
    scroll.press("end")
    long = replace(long, notes="line 0.\nline 1.")
    assert "up down" not in text(long, 1000.0)


def test_notes_have_their_room_before_the_next_ones(progress: TalkProgress) -> None:
    """Of which the title is seen in any case."""
    notes = "\n".join(f"line {number}." for number in range(14))
    shown = text(replace(progress, notes=notes, next_notes=NUMBERED), 1000.0)
    assert ("line 13." in shown, " Two " in shown, "more" in shown) == (True, True, False)
    assert "▼ 28 more" in text(replace(progress, notes="x", next_notes=NUMBERED), 1000.0)


class Faulty(Console):
    """Cannot print."""

    def print(self, *objects: object, **options: object) -> None:
        raise ZeroDivisionError


def test_a_fault_leaves_the_terminal_as_it_was(progress: TalkProgress, capfd: pytest.CaptureFixture[str]) -> None:
    """Its cursor, and the screen that was there before."""
    notes = Notes(Faulty(force_terminal=True, legacy_windows=False))
    with pytest.raises(ZeroDivisionError):
        notes.show()
    written = capfd.readouterr().out
    for on, off in (("\x1b[?1049h", "\x1b[?1049l"), ("\x1b[?25l", "\x1b[?25h")):
        assert written.index(on) < written.index(off)


def test_it_is_followed_until_it_ends(progress: TalkProgress) -> None:
    """A talk whose presenter is there is one, at every turn; the file is the user's alone."""
    deck = Path(progress.deck)
    file = TalkProgressFile(deck)
    assert presented() is None
    for slide in (0, 1, 0):
        turned = replace(progress, slide=slide)
        assert file.write(turned) == ""
        assert presented() == turned
    assert progress.pid == os.getpid()
    assert file_of(deck).stat().st_mode & 0o077 == 0
    assert left_by_crash(deck) is None
    file.remove()
    assert presented() is None
    assert list(file_of(deck).parent.iterdir()) == []


def test_of_two_talks_the_one_that_was_named_is_followed(progress: TalkProgress, tmp_path: Path) -> None:
    """Without a name, the one whose speaker did something last."""
    here, there = Path(progress.deck), tmp_path / "other.md"
    elsewhere = replace(progress, deck=str(there), slide=1)
    first, second = TalkProgressFile(here), TalkProgressFile(there)
    first.write(progress)
    second.write(elsewhere)
    os.utime(file_of(here), (0, time.time() - 60))
    assert [presented(), presented(here), presented(there)] == [elsewhere, progress, elsewhere]
    second.remove()
    assert [presented(), presented(here), presented(there)] == [progress, progress, None]
    first.remove()


@pytest.mark.parametrize("said", ['{"pid": "a"}', "[]", "[" * 10_000, "null"])
def test_whatever_stands_in_it_is_no_error(progress: TalkProgress, said: str) -> None:
    """And who else may have put something there, a pipe for instance, is not waited for."""
    file = file_of(Path(progress.deck))
    file.parent.mkdir(parents=True)
    values = asdict(progress) | json.loads(said) if said.startswith("{") else None
    file.write_text(said if values is None else json.dumps(values))
    assert (presented(), left_by_crash(Path(progress.deck))) == (None, None)
    file.unlink()
    os.mkfifo(file)
    assert (presented(), left_by_crash(Path(progress.deck))) == (None, None)


def test_a_pipe_in_the_place_of_a_talks_progress(progress: TalkProgress) -> None:
    """Nobody waits for its other end, and a talk takes its place."""
    place = file_of(Path(progress.deck))
    place.parent.mkdir(parents=True)
    os.mkfifo(place)
    assert not locked(place)
    file = TalkProgressFile(Path(progress.deck))
    assert file.write(progress) == ""
    assert place.is_file()
    file.remove()
    assert not place.exists()


def crash(progress: TalkProgress) -> None:
    """Its presenter writes it, and dies."""
    died = subprocess.run([sys.executable, "-c", DIES, json.dumps(asdict(progress))], timeout=DEADLINE_S)
    assert died.returncode == 9


def test_a_crash_leaves_its_place(progress: TalkProgress) -> None:
    """Nobody's talk, but the next presenter's beginning, whoever has the process's number by now: here, we have it."""
    crash(replace(progress, slide=1))
    deck = Path(progress.deck)
    assert presented() is None
    left = left_by_crash(deck)
    assert left is not None
    assert (left.slide, left.pid) == (1, os.getpid())
    os.utime(file_of(deck), (0, time.time() - FORGOTTEN_S))  # a rehearsal of yesterday
    assert left_by_crash(deck) is None
    os.utime(file_of(deck))
    TalkProgressFile(deck).remove()  # who comes back and ends at once, has written nothing
    assert left_by_crash(deck) is None
    file_of(deck).write_text("{")
    assert left_by_crash(deck) is None


def test_of_two_presenters_each_takes_away_what_is_its_own(progress: TalkProgress) -> None:
    """The one that turned last is followed, also when the other ends; and it leaves its place when it dies."""
    deck = Path(progress.deck)
    first, second = TalkProgressFile(deck), TalkProgressFile(deck)
    first.write(progress)
    second.write(replace(progress, slide=1))
    first.remove()
    assert presented() == replace(progress, slide=1)
    second.remove()
    assert presented() is None
    first.write(progress)
    crash(replace(progress, slide=1))
    assert presented() is None
    first.write(progress)
    assert presented() == progress
    first.remove()


def test_a_folder_that_cannot_be_written_is_said(
    progress: TalkProgress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The talk goes on without notes."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    assert "notes cannot follow" in TalkProgressFile(Path(progress.deck)).write(progress)


def test_a_user_without_a_home_is_followed_all_the_same(
    progress: TalkProgress, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a container that gives a number instead of a name."""

    def nobody() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setenv("TMPDIR", os.environ["XDG_STATE_HOME"])
    monkeypatch.setattr(tempfile, "tempdir", None)
    Path(os.environ["XDG_STATE_HOME"]).mkdir()
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.setattr(Path, "home", nobody)
    file = TalkProgressFile(Path(progress.deck))
    assert file.write(progress) == ""
    assert presented() == progress
    file.remove()
