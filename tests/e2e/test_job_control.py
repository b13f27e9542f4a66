"""A shell's jobs: Ctrl-Z and `fg`, `&`, `nohup`, and a command without a keyboard."""

import shlex
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.e2e.command import ASYNCDEMO, CHECKOUT, Command
from tests.e2e.screen import OnScreen
from tests.tools import needs
from tests.waiting import until

RECORDING = CHECKOUT / "talk" / "pictures" / "step3.jsonl"
ALTERNATE, ORDINARY = b"\x1b[?1049h", b"\x1b[?1049l"
CTRL_Z, FORGET_LINE = "\x1a", "\x15"


@contextmanager
def shell() -> Iterator[OnScreen]:
    """A shell with job control, in a terminal."""
    needs("bash")
    with OnScreen(str(shutil.which("bash")), "--norc", "--noprofile", "-i", PS1="$ ", HISTFILE="") as bash:
        bash.shows("$")
        yield bash
        until(lambda: "$" in bash.shown.rstrip().splitlines()[-1], lambda: f"the shell's turn:\n{bash.shown}")
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
    "compare": (line("compare", "step1"), "busy"),
    "hammer": (line("hammer", "http://localhost:1/"), "to leave"),
    "replay": (line("replay", str(RECORDING)), "recorded"),
    "notes": (line("talk", "--notes"), "No talk is being given"),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_ctrl_z_gives_the_terminal_back_and_fg_takes_it_again(name: str) -> None:
    """The shell has its own screen; afterwards keys are heard without Enter, as before."""
    if name == "replay" and not RECORDING.exists():
        pytest.skip("needs the checkout's recordings")
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
