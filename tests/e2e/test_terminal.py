"""One answer for all commands to what the terminal is: its size, its colours, whether anything can be drawn on it."""

import re
from pathlib import Path

import pytest

from asyncdemo.talk.shipped_talk import FOLDER
from tests.e2e.command import ASYNCDEMO, UNSET, asyncdemo
from tests.e2e.screen import OnScreen, stage_on_screen
from tests.e2e.talk import DECK, talk, write_deck
from tests.e2e.terminal import InTerminal
from tests.waiting import until

RECORDING = str(FOLDER / "recordings" / "step1.jsonl")
MISLEADING = [
    {"COLUMNS": "0", "LINES": "0"},
    {"COLUMNS": "40", "LINES": "5"},
    {"COLUMNS": "\N{SUPERSCRIPT THREE}", "LINES": "-1"},
    {"NO_COLOR": ""},
    {"TTY_COMPATIBLE": "0", "TTY_INTERACTIVE": "0"},
    {"FORCE_COLOR": "", "CLICOLOR": "0", "TERMINAL_WIDTH": "0", "TEXTUAL_COLOR_SYSTEM": "none"},
    {"TERM": "xterm-of-tomorrow"},
]
"""Variables that say something else than the terminal does, or nothing."""
FORCED = [
    {"TTY_COMPATIBLE": "1"},
    {"FORCE_COLOR": "1", "CLICOLOR_FORCE": "1"},
    {"GITHUB_ACTIONS": "1", "PY_COLORS": "1"},
]
PIPED = ["--help", "run --help", "show step1 views.py", "diff step1 step2", f"replay {RECORDING}"]
WIDTHS = [{"COLUMNS": "0", "LINES": "0"}, *({"COLUMNS": "80", "TERMINAL_WIDTH": width} for width in ("wide", "0"))]
NOTHING_CAN_BE_DRAWN = ["dumb", "unknown", "", UNSET]
COLOUR = re.compile(rb"\x1b\[[0-9;]*\b(3[0-8]|4[0-8]|9[0-7])(;[0-9;]*)?m")
FOOTS = {"replay": "q quit", "notes": "q ends the notes, not the talk"}
COMMANDS = {"replay": ("replay", RECORDING), "notes": ("talk", "--notes")}


def has_foot(screen: OnScreen, words: str) -> None:
    """Return as soon as these words are in the last row."""
    until(lambda: words in screen.shown.split("\n")[screen.rows - 1], lambda: f"the foot:\n{screen.shown}")


def pictures(screen: OnScreen, name: str) -> None:
    """The panels fill the window, from its first row to its last, whatever size it has, and `q` ends them."""
    for columns, rows in ((88, 24), (100, 30)):
        screen.resize(columns, rows)
        has_foot(screen, FOOTS[name])
        assert screen.shown.split("\n")[0].strip(), screen.shown
    screen.presses("q")
    assert screen.ends() == 0


@pytest.mark.parametrize(("name", "env"), [*(("replay", env) for env in MISLEADING), ("notes", MISLEADING[0])], ids=str)
def test_panels_are_as_the_terminal_is(name: str, env: dict[str, str], tmp_path: Path) -> None:
    """A window that is made larger is filled, whatever variables say; and there are colours."""
    env = env | {"XDG_STATE_HOME": str(tmp_path)}
    with OnScreen(str(ASYNCDEMO), *COMMANDS[name], **env) as screen:
        screen.shows("recorded" if name == "replay" else "No talk")
        pictures(screen, name)
        assert name == "notes" or COLOUR.search(screen.raw)


@pytest.mark.parametrize("env", MISLEADING, ids=str)
def test_a_talk_is_as_the_terminal_is(env: dict[str, str], tmp_path: Path) -> None:
    """Its foot is in the last row of a window that is made larger, and it has its colours."""
    with talk(tmp_path, str(write_deck(tmp_path)), **env) as speaker:
        for columns, rows in ((88, 24), (100, 30)):
            speaker.resize(columns, rows)
            has_foot(speaker, " 1/7 ")
        speaker.presses("q")
        assert speaker.ends() == 0
        assert COLOUR.search(speaker.raw)


@pytest.mark.parametrize("term", NOTHING_CAN_BE_DRAWN)
def test_where_nothing_can_be_drawn_there_are_lines(term: str) -> None:
    """Without a single control code; `q` ends it all the same. A talk says what lacks."""
    with InTerminal(str(ASYNCDEMO), "run", "step1", "--port", "0", "--delays", "0", TERM=term) as run:
        run.line(r"stop +q or Ctrl-C")
        run.type(b"q")
        assert run.ends() == 0
        assert b"\x1b" not in run.raw
    with InTerminal(str(ASYNCDEMO), "talk", TERM=term) as speaker:
        assert speaker.ends() == 2
        assert f"TERM is {term.removeprefix(UNSET)!r}" in speaker.text
        assert "export TERM=xterm-256color" in speaker.text


@pytest.mark.parametrize("term", ["vt100", "xterm"])
def test_a_terminal_without_colours_is_sent_none(term: str) -> None:
    """As terminfo has it."""
    with OnScreen(str(ASYNCDEMO), "replay", RECORDING, TERM=term) as replay:
        replay.shows("recorded")
        replay.presses("q")
        assert replay.ends() == 0
        assert bool(COLOUR.search(replay.raw)) == (term == "xterm")


@pytest.mark.parametrize("env", FORCED, ids=str)
@pytest.mark.parametrize("line", PIPED)
def test_nothing_makes_a_terminal_of_a_pipe(line: str, env: dict[str, str]) -> None:
    """What goes to another program is text."""
    done = asyncdemo(*line.split(), **env)
    assert done.returncode == 0, done.stderr
    assert done.stdout
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize("line", ["--help", "run --help", "run x --bogus", "run", "nothing"])
@pytest.mark.parametrize("env", WIDTHS, ids=str)
def test_help_and_mistakes_are_told_whatever_the_width_is_said_to_be(line: str, env: dict[str, str]) -> None:
    """As they are without."""
    usual, done = (asyncdemo(*line.split(), **each) for each in ({"COLUMNS": "80"}, env))
    assert (done.returncode, done.stdout, done.stderr) == (usual.returncode, usual.stdout, usual.stderr)
    assert "Traceback" not in done.stderr
    assert done.stdout or done.stderr


def test_the_columns_of_a_pipe_are_those_that_are_asked_for() -> None:
    """Nobody else says how wide its boxes are to be."""
    for columns in (60, 140):
        lines = asyncdemo("run", "--help", COLUMNS=str(columns)).stdout.splitlines()
        assert {len(line) for line in lines if line.startswith("╭")} == {columns}


def test_a_talk_is_drawn_on_the_terminal_wherever_its_errors_go(tmp_path: Path) -> None:
    """Into a file, say."""
    deck, errors = write_deck(tmp_path, DECK), tmp_path / "errors"
    command = f"exec {ASYNCDEMO} talk {deck} 2>{errors}"
    with OnScreen("/bin/sh", "-c", command, XDG_STATE_HOME=str(tmp_path / "state")) as speaker:
        speaker.shows("A small talk", " 1/7 ")
        speaker.presses("q")
        assert speaker.ends() == 0
    assert errors.read_bytes() == b""


def test_the_panels_of_a_stage_have_room_in_a_window_that_grows() -> None:
    """Even where COLUMNS and LINES are exported."""
    with stage_on_screen("step3", "--delays", "0", COLUMNS="88", LINES="24") as run:
        run.shows("0 of 4 busy", "up 0:")
        run.resize(110, 33)
        has_foot(run, "q quit")
        run.presses("q")
        assert run.ends() == 0
