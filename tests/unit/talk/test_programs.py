"""Programs in a slide: what they print is what a terminal shows."""

import re
import tempfile
from pathlib import Path

import pytest

from asyncdemo.deck.deck import Demo
from asyncdemo.talk.demos.emulator import Emulator
from asyncdemo.talk.demos.program_show import ProgramShow
from asyncdemo.talk.try_demo import try_program
from tests.waiting import DEADLINE_S, until

PRINTED = {
    "a tab": (b"a\tb", ["a       b"]),
    "a return": (b"10 %\r20 %", ["20 %"]),
    "a prompt without an end": (b"name: ", ["name:"]),
    "a long line": (b"x" * 25, ["x" * 20, "x" * 5]),
    "a screen that is cleared": (b"old\r\n\x1b[2J\x1b[Hnew", ["new"]),
    "letters in halves": ("\N{SNOWMAN}".encode(), ["\N{SNOWMAN}"]),
    "wide letters": ("日本".encode(), ["日本"]),
    "a title of the window": (b"\x1b]0;pwn\x07x", ["x"]),
    "more than there is room for": (b"1\r\n2\r\n3\r\n4\r\n5", ["2", "3", "4", "5"]),
    "a password": (b"redis://:s@host", ["redis://:***@host"]),
}


def shown(emulator: Emulator) -> list[str]:
    return ["".join(text for text, _ in line).rstrip() for line in emulator.lines]


@pytest.mark.parametrize(("printed", "lines"), PRINTED.values(), ids=PRINTED.keys())
def test_what_is_printed_is_what_a_terminal_shows(printed: bytes, lines: list[str]) -> None:
    """In whatever pieces it comes."""
    emulator = Emulator(20, 4)
    for number in range(len(printed)):
        emulator.feed(printed[number : number + 1])
    assert shown(emulator) == lines


RESIZED = {
    "lower, with room for all": (b"1\r\n2\r\n", (20, 3), b"x", ["1", "2", "x"]),
    "lower, for the last rows": (b"1\r\n2\r\n3\r\n4", (20, 2), b"\r\nx", ["4", "x"]),
    "lower, and the cursor is at the top": (b"1\r\n2\r\n3\r\n4\x1b[H", (20, 2), b"x", ["x", "2"]),
    "higher": (b"1\r\n2\r\n3\r\n4", (20, 6), b"\r\nx", ["1", "2", "3", "4", "x"]),
    "narrower": (b"123456", (4, 4), b"x", ["1234", "x"]),
    "wider": (b"123456", (30, 4), b"x", ["123456x"]),
    "the same": (b"1\r\n2", (20, 4), b"x", ["1", "2x"]),
}


@pytest.mark.parametrize(("printed", "size", "then", "lines"), RESIZED.values(), ids=RESIZED.keys())
def test_what_was_printed_stays_in_another_size(
    printed: bytes, size: tuple[int, int], then: bytes, lines: list[str]
) -> None:
    """As far as there is room, and what comes then is printed where the cursor is."""
    emulator = Emulator(20, 4)
    emulator.feed(printed)
    assert shown(emulator)
    emulator.resize(*size)
    emulator.feed(then)
    assert shown(emulator) == lines


def test_what_was_cut_off_stays_cut_off() -> None:
    """It is not there again when there is room again."""
    emulator = Emulator(20, 4)
    emulator.feed(b"123456")
    emulator.resize(4, 4)
    emulator.resize(20, 4)
    assert shown(emulator) == ["1234"]


def test_colours_are_the_programs() -> None:
    """Those of the room by their names, others as they are."""
    emulator = Emulator(20, 4)
    emulator.feed(b"\x1b[1;31mred\x1b[0m \x1b[33mbrown\x1b[0m \x1b[38;2;255;136;0mown")
    styles = {text.strip(): str(style) for text, style in emulator.lines[0] if text.strip()}
    assert styles == {"red": "bold red", "brown": "yellow", "own": "#ff8800"}


def test_a_program_runs_in_a_terminal_of_the_size_of_its_panel(tmp_path: Path) -> None:
    """In the folder of its deck, and it finds nothing to read."""
    script = "test -t 1 && stty size <&1; pwd; printf 'prompt> '; cat; exit 0"
    show = ProgramShow(Demo(("test",), 1, script=script, shell="sh"), tmp_path)
    show.set_size((150, 20))
    show.begin([])
    until(lambda: show.over, "its end")
    said = ["".join(text for text, _ in line).strip("│ ") for line in show.drawing.lines]
    assert show.problem == ""
    assert said[1:4] == ["17 146", str(tmp_path), "prompt>"]


def test_a_program_that_fails_says_so(tmp_path: Path) -> None:
    """What it printed stays."""
    show = ProgramShow(Demo(("false",), 1, script="echo why; exit 3", shell="sh"), tmp_path)
    show.begin([])
    until(lambda: show.over, "its end")
    assert show.problem == "false ended with code 3"
    assert any("why" in text for line in show.drawing.lines for text, _ in line)


TRIED = {
    "true": "",
    "sleep 3600": "",
    "echo why; exit 3": "sh ended with code 3: why",
    "kill -9 $$": "sh ended with code -9: it said nothing",
    "nosuchprogram --x": "sh ended with code 127: sh: 1: nosuchprogram: not found",
    "test -f deck.md": "",
}


@pytest.mark.parametrize(("script", "problem"), TRIED.items())
def test_a_program_is_tried_as_on_stage(
    script: str, problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In its deck's folder; one that does not end by itself has begun, and is ended. A problem has its last words."""
    (tmp_path / "deck.md").touch()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    told = try_program(Demo(("sh",), 1, script=script, shell="sh"), tmp_path, 1.0 if "sleep" in script else DEADLINE_S)
    assert re.sub(r"sh: (line )?1:", "sh: 1:", told).replace("command not", "not") == problem
    assert [path.name for path in tmp_path.iterdir()] == ["deck.md"], "nothing of it is left"


def test_a_program_ends_with_its_slide(tmp_path: Path) -> None:
    """And all that it has started."""
    script = f"echo $$ > {tmp_path}/pid; sleep 600 & sleep 600"
    show = ProgramShow(Demo(("sleep",), 1, script=script, shell="sh"), tmp_path)
    show.begin([])
    until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text().strip() != "", "its start")
    pid = (tmp_path / "pid").read_text().strip()
    show.stop()
    until(lambda: show.over, "its end")
    until(lambda: not Path(f"/proc/{pid}").exists(), "the end of its process")
