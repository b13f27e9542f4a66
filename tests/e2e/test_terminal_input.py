"""What a terminal sends that is no key says nothing to any command; what is one, is heard, however it is sent."""

import os
import signal
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from asyncdemo.features.hammer import NO_PAGE
from asyncdemo.talk.shipped_talk import FOLDER
from tests.e2e.command import ASYNCDEMO
from tests.e2e.screen import OnScreen
from tests.e2e.talk import DECK, write_deck

RECORDING = str(FOLDER / "recordings" / "step1.jsonl")
ST, BEL = b"\x1b\\", b"\x07"
LETTERS = b"q?<>- Kgn"
"""Keys that would be seen to have been typed."""
NOISE = {
    "mouse (SGR)": b"\x1b[<0;10;10M\x1b[<0;10;10m\x1b[<64;1;1M",
    "mouse (X10)": b"\x1b[Mq<q\x1b[M q!",
    "mouse (urxvt)": b"\x1b[32;10;10M",
    "Alt-q": b"\x1bq\x1b>\x1b?",
    "OSC, BEL": b"\x1b]11;" + LETTERS + BEL,
    "OSC, ST": b"\x1b]11;" + LETTERS + ST,
    "OSC of eight bits": b"\x9d11;" + LETTERS + b"\x9c",
    "DCS": b"\x1bP1$r" + LETTERS + ST,
    "APC": b"\x1b_G" + LETTERS + ST,
    "PM": b"\x1b^" + LETTERS + ST,
    "SOS": b"\x1bX" + LETTERS + ST,
    "a long one": b"\x1b]52;c;" + LETTERS * 3000 + ST,
    "focus": b"\x1b[O\x1b[I",
    "answers": b"\x1b[?1;2c\x1b[>0;276;0c\x1b[12;40R\x1b[?2026;2$y\x1b[?1u\x1b[8;24;80t\x1b[0n",
    "paste": b"\x1b[200~" + LETTERS + b"\x1b[B\r" + LETTERS + b"\x1b[201~",
    "a key that is let go": b"\x1b[113;1:3u\x1b[63;1:3u",
    "keys that are held": b"\x1b[57441;2u\x1b[57358u",
}
LONG = 1000
PATIENT = """
from asyncdemo.showing import keyboard
from asyncdemo.talk.presenter import keyboard as of_a_talk
keyboard.GIVE_UP_S = of_a_talk.ESCAPE_DELAY = 600.0
report, _ = keyboard.KeyParser.__init__.__defaults__
keyboard.KeyParser.__init__.__defaults__ = report, 600.0
from asyncdemo.cli import main
main()
"""
"""The command, which waits for what belongs to a byte however long that takes: whoever types may stand still."""
KITTY_Q, OTHER_Q = b"\x1b[113u", b"\x1b[27;1;113~"
CTRL_BACKSLASH = {"a signal": b"\x1c", "kitty": b"\x1b[92;5u", "modifyOtherKeys": b"\x1b[27;5;92~"}


@contextmanager
def command(name: str, folder: Path, *program: str) -> Iterator[OnScreen]:
    """A command with panels, on the screen; by a program other than the installed one."""
    env = {"XDG_STATE_HOME": str(folder / "state")}
    words, seen = {
        "replay": (("replay", RECORDING), "recorded"),
        "hammer": (("hammer", "http://127.0.0.1:1/", "--rate", "10", "--duration", "1h"), "to leave"),
        "run": (("run", "step1", "--port", "0", "--delays", "0"), "up 0:"),
        "compare": (("compare", "step1", "--speed", "1", "--duration", "600s"), "of 10:00"),
        "notes": (("talk", "--notes"), "No talk"),
        "talk": (("talk", str(write_deck(folder, DECK))), " 1/7 "),
    }[name]
    with OnScreen(*(program or (str(ASYNCDEMO),)), *words, **env) as screen:
        screen.shows(seen)
        yield screen


def hears_a_key(screen: OnScreen, name: str) -> None:
    """The page of the keys comes at `?` and goes at the next key, and nothing has changed."""
    if name != "notes":
        screen.presses("?", "closes")
        screen.type(b"x")
        screen.hides("closes")
    assert " 1/7 " in screen.shown or name != "talk"


def ends_by_keys(screen: OnScreen, name: str) -> None:
    """The rate is the one that was asked for, and `q` alone is the end."""
    if name == "hammer":
        screen.presses(">", " 2 times what was asked for")
    hears_a_key(screen, name)
    screen.presses("q")
    assert screen.ends() in (0, NO_PAGE)


@pytest.mark.parametrize("name", ["hammer", "talk"])
def test_what_is_no_key_says_nothing(name: str, tmp_path: Path) -> None:
    """Neither whole nor byte by byte, and the key behind it is heard: one kind after the other."""
    with command(name, tmp_path, sys.executable, "-c", PATIENT) as screen:
        for noise, sent in NOISE.items():
            print(noise)  # what pytest tells last is the one that failed
            screen.type(sent * 2)
            for byte in sent if len(sent) < LONG else b"":
                screen.type(bytes([byte]))
            hears_a_key(screen, name)
        ends_by_keys(screen, name)


@pytest.mark.parametrize("name", ["replay", "notes", "compare", "run"])
def test_all_commands_hear_by_the_same_ears(name: str, tmp_path: Path) -> None:
    """All of that at once."""
    with command(name, tmp_path, sys.executable, "-c", PATIENT) as screen:
        for noise in NOISE.values():
            screen.type(noise)
        ends_by_keys(screen, name)


@pytest.mark.parametrize("key", [KITTY_Q, OTHER_Q, b"\x1b[200~Kq\x1b[201~q"])
@pytest.mark.parametrize("name", ["replay", "talk"])
def test_a_key_is_heard_however_it_is_sent(name: str, key: bytes, tmp_path: Path) -> None:
    """By the protocols of kitty and of xterm, and right after a text that was pasted."""
    with command(name, tmp_path) as screen:
        screen.type(key)
        assert screen.ends() == 0


@pytest.mark.parametrize("name", ["replay", "hammer", "run", "compare", "notes", "talk"])
def test_ctrl_backslash_gives_the_terminal_back(name: str, tmp_path: Path) -> None:
    """Its settings and its screen; nothing stays, and the exit code says what it was."""
    with command(name, tmp_path) as screen:
        assert screen.raw.count(b"\x1b[?1049h") == 1
        screen.type(CTRL_BACKSLASH["a signal"])
        assert screen.ends() == 128 + signal.SIGQUIT
        assert screen.settings() == usual_settings()
        assert screen.raw.count(b"\x1b[?1049l") == 1
        assert screen.raw.rindex(b"\x1b[?25h") > screen.raw.rindex(b"\x1b[?25l")
        assert "Traceback" not in screen.text


@pytest.mark.parametrize("sent", ["kitty", "modifyOtherKeys"])
@pytest.mark.parametrize("name", ["replay", "talk"])
def test_ctrl_backslash_as_a_sequence(name: str, sent: str, tmp_path: Path) -> None:
    """Where the terminal makes no signal of it."""
    with command(name, tmp_path) as screen:
        screen.type(CTRL_BACKSLASH[sent])
        assert screen.ends() == 131


def usual_settings() -> object:
    """Of a terminal that nobody has touched."""
    keyboard, terminal = os.openpty()
    try:
        return termios.tcgetattr(terminal)
    finally:
        os.close(keyboard)
        os.close(terminal)
