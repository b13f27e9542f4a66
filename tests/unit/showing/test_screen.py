"""What is written to a terminal: the rows that have changed, and all of them where others may have written."""

import time
from queue import SimpleQueue
from typing import Any

import pyte
import pytest
from rich.console import Console, ConsoleDimensions
from rich.style import Style

from asyncdemo.known.state import State
from asyncdemo.showing.panels import Drawing
from asyncdemo.showing.screen import FRAME_S, WHOLE_S, Controls, Screen

WIDTH, HEIGHT = 12, 4
RED = Style(color="red")


class Idle(Controls):
    """Keys that do nothing."""

    def do(self, key: str) -> None:
        pass


class Written:
    """A file that a terminal reads."""

    def __init__(self) -> None:
        self.terminal = pyte.Screen(WIDTH, HEIGHT)
        self._stream = pyte.Stream(self.terminal)
        self.parts: list[str] = []

    def write(self, text: str) -> None:
        self.parts.append(text)
        self._stream.feed(text.replace("\n", "\r\n"))  # as a terminal has it from its line discipline

    def flush(self) -> None:
        pass

    def taken(self) -> str:
        """What has been written since it was asked last."""
        text = "".join(self.parts)
        self.parts.clear()
        return text


class Shown:
    """A screen on a terminal, whose picture and clock are ours."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.rows, self.now, self.size = ["one", "two", "three", "foot"], 100.0, ConsoleDimensions(WIDTH, HEIGHT)
        self.styles = [Style.null()] * HEIGHT
        self.file, self.pressed = Written(), SimpleQueue[str]()
        monkeypatch.setattr(time, "monotonic", lambda: self.now)
        file: Any = self.file
        shown = self

        class Sized(Console):
            @property  # type: ignore[misc]  # nobody sets it
            def size(self) -> ConsoleDimensions:
                return shown.size

        console = Sized(file=file, force_terminal=True, color_system="standard", legacy_windows=False)
        self.screen = Screen(Idle(), lambda: 0.0, State, console, self.pressed, picture=self.draw)

    def draw(self, *_: object) -> Drawing:
        width, height = self.size
        rows = zip(self.rows[:height], self.styles, strict=False)
        return Drawing([[(text.ljust(width)[:width], style)] for text, style in rows], (width, height))

    def tick(self, seconds: float = FRAME_S) -> str:
        """What is written at the next look."""
        self.now += seconds
        self.screen.tick()
        return self.file.taken()

    @property
    def seen(self) -> list[str]:
        return [line.rstrip() for line in self.file.terminal.display]


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    made = Shown(monkeypatch)
    made.tick()
    return made


def test_a_picture_is_there_whole(shown: Shown) -> None:
    """The first one is."""
    assert shown.seen == ["one", "two", "three", "foot"]


def test_only_rows_that_have_changed_are_written(shown: Shown) -> None:
    """In their place; a row that is only of another colour has changed; where none has, no row is written."""
    assert not any(word in shown.tick() for word in ("one", "two", "three", "foot"))
    shown.rows[1], shown.styles[2] = "another", RED
    written = shown.tick()
    assert "one" not in written
    assert "foot" not in written
    assert "31m" in written
    assert shown.seen == ["one", "another", "three", "foot"]


@pytest.mark.parametrize("by", ["a key", "time", "fg", "another size"])
def test_what_others_have_written_over_it_is_repaired(by: str, shown: Shown) -> None:
    """At once by a key and where the terminal was somebody else's for a while; else after some seconds."""
    shown.file.terminal.reset()
    assert shown.tick() == shown.tick()
    assert shown.seen == [""] * HEIGHT
    if by == "a key":
        shown.pressed.put("x")
        shown.tick(0.01)
    elif by == "fg":
        with shown.screen:  # which has the terminal from now on
            shown.tick(0.01)
    elif by == "another size":
        shown.size = ConsoleDimensions(WIDTH - 1, HEIGHT)
        shown.tick()
    else:
        for _ in range(round(WHOLE_S / FRAME_S)):
            shown.tick()
    assert shown.seen == ["one", "two", "three", "foot"]


def test_a_smaller_screen_is_written_as_a_whole(shown: Shown) -> None:
    """Fewer rows than before."""
    shown.size = ConsoleDimensions(WIDTH, HEIGHT - 1)
    assert "one" in shown.tick()
    shown.size = ConsoleDimensions(WIDTH, HEIGHT)
    assert "foot" in shown.tick()
    assert shown.seen == ["one", "two", "three", "foot"]
