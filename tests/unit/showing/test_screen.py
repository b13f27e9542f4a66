"""What is written to a terminal: the rows that have changed, and all of them where others may have written."""

import errno
import os
import time
from queue import SimpleQueue
from typing import Any

import pyte
import pytest
from rich.console import Console, ConsoleDimensions
from rich.style import Style

from asyncdemo.base.errors import NO_ROOM, CannotTurnError
from asyncdemo.known.state import State
from asyncdemo.showing.panels import Drawing, View
from asyncdemo.showing.screen import FRAME_S, NEWS_S, NO_KEY, QUIT, Controls, Question, Screen

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
        self.gone = False

    def write(self, text: str) -> None:
        if self.gone:
            raise OSError(errno.EIO, "Input/output error")
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
        self.views: list[View] = []
        file: Any = self.file
        shown = self

        class Sized(Console):
            @property  # type: ignore[misc]  # nobody sets it
            def size(self) -> ConsoleDimensions:
                return shown.size

        self.console = console = Sized(file=file, force_terminal=True, color_system="standard", legacy_windows=False)
        self.gone: list[bool] = []
        looks: Any = {"picture": self.draw, "on_gone": lambda: self.gone.append(True)}
        self.controls = Idle()
        self.screen = Screen(self.controls, lambda: 0.0, State, console, self.pressed, **looks)

    def draw(self, state: State, now: float, view: View) -> Drawing:
        self.views.append(view)
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
        for _ in range(17):  # 4.75 s after the first picture
            shown.tick()
        assert shown.seen == [""] * HEIGHT
        shown.tick()
    assert shown.seen == ["one", "two", "three", "foot"]


def test_what_was_on_the_terminal_is_there_afterwards(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    """The picture has a screen of its own, without a cursor, and what is pasted is no key there: all of it is written,
    though a signal ends a write with a part.
    """
    written: list[str] = []

    def a_part(_: int, data: bytes) -> int:
        written.append(data[:9].decode())
        return len(written[-1])

    monkeypatch.setattr(os, "write", a_part)
    with shown.screen:
        assert "".join(written) == "\x1b[?1049h\x1b[H\x1b[?25l\x1b[?2004h"
        written.clear()
    assert "".join(written) == "\x1b[?2004l\x1b[?25h\x1b[?1049l"


def test_a_smaller_screen_is_written_as_a_whole(shown: Shown) -> None:
    """Fewer rows than before."""
    shown.size = ConsoleDimensions(WIDTH, HEIGHT - 1)
    assert "one" in shown.tick()
    shown.size = ConsoleDimensions(WIDTH, HEIGHT)
    assert "foot" in shown.tick()
    assert shown.seen == ["one", "two", "three", "foot"]


# What keys do


class Turning(Controls):
    """Keys that can be refused, that ask, and that find no room."""

    done: list[str]

    def do(self, key: str) -> None:
        if key == "r":
            raise CannotTurnError("not now")
        if key in errors:
            raise errors[key]
        if key == "a":
            self.question = Question(lambda: f"End {len(self.done)}?", self.end)
        elif key == "A":
            self.question = Question(lambda: "End it?", self.end, QUIT)
        else:
            self.done.append(key)
            self.say(f"{key} is done")

    def end(self) -> str:
        self.done.append("end")
        return "ended"


errors: dict[str, Exception] = {
    "n": OSError(errno.EAGAIN, "Resource temporarily unavailable"),
    "t": RuntimeError("can't start new thread"),
    "o": OSError(errno.ENOENT, "No such file"),
    "e": RuntimeError("a fault of ours"),
}


@pytest.fixture
def controls() -> Turning:
    made = Turning(clock=lambda: now[0])
    made.done = []
    return made


now = [0.0]


@pytest.fixture(autouse=True)
def at_the_beginning() -> None:
    now[0] = 50.0


def test_what_was_done_is_told_for_four_seconds(controls: Turning) -> None:
    """Or until the next key, which may say nothing."""
    controls.press("x")
    assert controls.said == ("x is done", False)
    now[0] = 54.0
    assert controls.said == ("x is done", False)
    now[0] = 54.01
    assert controls.said == ("", False)
    controls.press("x")
    assert controls.said == ("x is done", False)
    controls.press(" ")
    assert controls.said == ("", False)


@pytest.mark.parametrize(("key", "words"), [("r", "not now"), ("n", NO_ROOM), ("t", NO_ROOM)])
def test_why_something_could_not_be_done_is_told_for_a_while(key: str, words: str, controls: Turning) -> None:
    """As what was done is."""
    controls.press(key)
    assert controls.said == (words, True)
    now[0] += NEWS_S + 0.1
    assert controls.said == ("", False)
    controls.press(key)
    controls.press("x")
    assert controls.said == ("x is done", False)


@pytest.mark.parametrize("key", ["o", "e"])
def test_a_fault_of_ours_is_no_message(key: str, controls: Turning) -> None:
    with pytest.raises(type(errors[key])):
        controls.press(key)


@pytest.mark.parametrize(
    ("asks", "answer", "done"),
    [
        *[
            ("a", "y", True),
            ("a", "Y", True),
            ("a", "q", False),
            ("a", "a", False),
            ("a", " ", False),
            ("a", "?", False),
            ("a", NO_KEY, False),
        ],
        *[("A", "q", True), ("A", "Q", True), ("A", "y", True), ("A", "n", False)],
    ],
)
def test_a_question_is_answered_by_one_key(asks: str, answer: str, done: bool, controls: Turning) -> None:
    """Yes, or anything else; which does nothing else."""
    controls.press("x")
    controls.press(asks)
    assert controls.done == ["x"]
    yes = "y yes, others no" if asks == "a" else "y or q yes, others no"
    assert controls.said == (f"{'End 1?' if asks == 'a' else 'End it?'}  {yes}", True)
    now[0] += 1000.0
    assert controls.said[1], "it is asked until it is answered"
    controls.press(answer)
    assert controls.done == ["x", *["end"] * done]
    assert controls.said == ("ended" if done else "", False)
    assert (controls.paused, controls.helping) == (False, False)
    controls.press("y")
    assert controls.done[-1] == "y", "it is a key again"


def test_a_question_tells_of_the_moment(controls: Turning) -> None:
    controls.press("a")
    assert controls.said[0].startswith("End 0?")
    controls.done.append("by somebody else")
    assert controls.said[0].startswith("End 1?")


def test_the_page_of_the_keys_goes_by_any_key(controls: Turning) -> None:
    """Which does nothing else; and the picture is held, and goes on, by the same key."""
    controls.press("?")
    assert controls.helping
    controls.press("x")
    controls.press("?")
    controls.press(NO_KEY)
    assert (controls.helping, controls.done) == (False, [])
    controls.press("x")
    assert controls.done == ["x"]
    assert [controls.press(" ") or controls.paused for _ in range(3)] == [True, False, True]


def test_a_held_picture_stays_as_it_was(shown: Shown) -> None:
    """As long as it fits the terminal; the foot is that of now."""
    shown.pressed.put(" ")
    shown.tick()
    shown.rows[0] = "news"
    shown.tick()
    assert shown.seen[0] == "one"
    shown.size = ConsoleDimensions(WIDTH - 2, HEIGHT)
    shown.tick()
    assert shown.seen[0] == "news", "another size has another picture"
    shown.rows[0] = "more news"
    shown.tick()
    assert shown.seen[0] == "news", "which is held in its turn"
    shown.pressed.put(" ")
    shown.tick(0.0)
    assert shown.seen[0] == "more news"[: WIDTH - 2]


def test_a_picture_is_looked_at_as_the_keys_have_set_it(shown: Shown) -> None:
    """In a terminal with colours, or one without."""
    keys = shown.controls
    keys.selected, keys.opened, keys.mark, keys.foot, keys.holds_picture = "2", True, "recorded", "q end", False
    keys.paused = True
    keys.complain("no room")
    shown.tick()
    how: Any = {"selected": "2", "opened": True, "message": "no room", "loud": True, "mark": "recorded"}
    assert shown.views[-1] == View(WIDTH, HEIGHT, colour=True, paused=True, keys="q end", **how)
    shown.console.no_color = True
    shown.tick()
    assert not shown.views[-1].colour


def test_the_page_of_the_keys_is_in_the_place_of_the_picture(shown: Shown) -> None:
    shown.pressed.put("?")
    shown.tick(0.0)
    assert "one" not in shown.seen
    shown.pressed.put("x")
    shown.tick(0.0)
    assert "one" in shown.seen


def test_pictures_come_four_times_a_second_and_at_once_after_a_key(shown: Shown) -> None:
    shown.rows[0] = "news"
    assert shown.tick(0.24) == ""
    assert "news" in shown.tick(0.01)
    shown.rows[0] = "more"
    shown.pressed.put("x")
    assert "more" in shown.tick(0.0)


def test_a_terminal_that_has_gone_is_told_of_once(shown: Shown) -> None:
    """Whoever closes its window has ended what ran there; nothing is written there any more."""
    shown.file.gone = True
    shown.tick()
    shown.tick()
    assert shown.gone == [True]
