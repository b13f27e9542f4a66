"""A shell's jobs: Ctrl-Z and `fg`, `&`, `nohup`, and a command without a keyboard."""

import os
import shlex
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.command import ASYNCDEMO, CHECKOUT, Command
from tests.e2e.screen import OnScreen
from tests.e2e.talk import RIGHT, talk, write_deck
from tests.tools import needs
from tests.waiting import until

DECK = CHECKOUT / "talk" / "deck.md"
RECORDING = CHECKOUT / "talk" / "pictures" / "step3.jsonl"
ALTERNATE, ORDINARY = b"\x1b[?1049h", b"\x1b[?1049l"
CTRL_Z, FORGET_LINE = "\x1a", "\x15"


@contextmanager
def shell() -> Iterator[OnScreen]:
    """A shell with job control, in a terminal."""
    needs("bash")
    words = (str(shutil.which("bash")), "--norc", "--noprofile", "-i")
    with (
        tempfile.TemporaryDirectory() as state,
        OnScreen(*words, PS1="$ ", HISTFILE="", XDG_STATE_HOME=state) as bash,
    ):
        bash.shows("$")
        yield bash
        until(lambda: os.tcgetpgrp(bash.keyboard) == bash.process.pid, "what ends to leave the shell its keys")
        bash.type(b"clear\n")
        until(lambda: bash.shown.rstrip().endswith("$"), lambda: f"the shell's turn:\n{bash.shown}")
        bash.type(f"{FORGET_LINE}exit 0\n".encode())
        assert bash.ends() == 0


def in_bash(script: str) -> Command:
    """A script whose last command is the one to be watched."""
    needs("bash")
    return Command("bash", "-c", script)


def line(*arguments: str) -> str:
    """As it is typed."""
    return shlex.join([str(ASYNCDEMO), *arguments]) + "\n"


COMMANDS = {
    "run": (line("run", "step1", "--port", "0", "--delays", "0"), "up 0:"),
    "compare": (line("compare", "step1", "--duration", "600s"), "of 10:00"),
    "hammer": (line("hammer", "http://localhost:1/"), "to leave"),
    "replay": (line("replay", str(RECORDING)), "recorded"),
    "notes": (line("talk", "--notes"), "No talk is being given"),
    "talk": (line("talk", str(DECK)), "? keys"),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_ctrl_z_gives_the_terminal_back_and_fg_takes_it_again(name: str) -> None:
    """The shell has its own screen; afterwards keys are heard without Enter, as before."""
    if name in ("replay", "talk") and not RECORDING.exists():
        pytest.skip("needs the checkout's recordings and its talk")
    command, words = COMMANDS[name]
    with shell() as bash:
        bash.presses(command, words)
        bash.presses(CTRL_Z, "Stopped")
        assert (bash.raw.count(ALTERNATE), bash.raw.count(ORDINARY)) == (1, 1)
        assert bash.raw.index(ORDINARY) < bash.raw.index(b"Stopped")
        bash.presses("echo $((6*7))\n", "42")
        bash.presses("fg\n")
        until(lambda: bash.raw.count(ALTERNATE) == 2, "the panels")
        bash.shows(words)
        bash.presses("?", "closes it" if name != "notes" else words)  # these have no page of keys
        bash.presses("xq")
        until(lambda: bash.raw.count(ORDINARY) == 2, "the end")


def test_a_talk_that_is_sent_to_the_background_stays_stopped(tmp_path: Path) -> None:
    """Nobody sees it there. What is typed meanwhile is the shell's, and turns no slide."""
    with shell() as bash:
        bash.presses(line("talk", str(write_deck(tmp_path))), " 1/7 ")
        bash.presses(RIGHT, " 2/7 ")
        bash.presses(CTRL_Z, "Stopped")
        bash.presses("clear; bg\n", "&")
        until(lambda: bash.presses("jobs\n").count("Stopped"), lambda: f"the talk to be stopped:\n{bash.shown}")
        bash.presses("fg\n", "The slow view", " 2/7 ")
        bash.presses("q")
        until(lambda: bash.raw.count(ORDINARY) == 2, "the end")


def test_a_talk_without_a_shell_says_so(tmp_path: Path) -> None:
    """Ctrl-Z in a window of its own: nobody could bring it back. Neither does `kill` stop it there."""
    with talk(tmp_path, str(write_deck(tmp_path))) as speaker:
        speaker.shows(" 1/7 ")
        speaker.presses(CTRL_Z, "no shell is here to go back to")
        speaker.presses(RIGHT, " 2/7 ")
        speaker.hides("no shell")
        speaker.send(signal.SIGTSTP)
        speaker.shows("no shell is here to go back to")
        speaker.presses("q")
        assert speaker.ends() == 0


def test_a_script_that_gives_a_talk_stops_with_it(tmp_path: Path) -> None:
    """As it would by the terminal's own Ctrl-Z: else nobody had the terminal."""
    script = tmp_path / "give.sh"
    script.write_text(f"{ASYNCDEMO} talk {write_deck(tmp_path)}\necho the script goes on\n")
    with shell() as bash:
        bash.presses(f"sh {script}\n", " 1/7 ")
        bash.presses(CTRL_Z, "Stopped")
        bash.presses("fg\n", " 1/7 ")
        bash.presses("q", "the script goes on")


@pytest.mark.parametrize("plain", [[], ["--plain"]])
def test_in_the_background_there_are_no_keys_until_fg(plain: list[str]) -> None:
    """`asyncdemo run step1 &` says what happens, and does not stop; what is typed meanwhile is the shell's."""
    with shell() as bash:
        bash.presses(line("run", "step1", "--port", "0", "--delays", "0", *plain).rstrip() + " &\n", "stop    ")
        bash.presses("echo $((6*7))\n", "42")
        assert ALTERNATE not in bash.raw
        bash.presses("fg\n")
        until(lambda: "hellos" in bash.presses("q"), lambda: f"the end:\n{bash.shown}")


def test_nohup_is_heard() -> None:
    """A terminal that closes is not the end of a run that was told to ignore that."""
    with in_bash(f"trap '' HUP; exec {ASYNCDEMO} run step1 --port 0 --delays 0") as run:
        assert run.hello()[0] == 200
        run.send(signal.SIGHUP)
        assert run.hello()[0] == 200
        assert run.stop() == 0


def test_standard_input_may_be_closed() -> None:
    """There are no keys, then."""
    with in_bash(f"exec {ASYNCDEMO} run step1 --port 0 --delays 0 <&-") as run:
        assert run.hello()[0] == 200
        assert run.stop() == 0
        assert "Traceback" not in run.text
