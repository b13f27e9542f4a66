"""`asyncdemo talk` in a real terminal: turned, resized, edited, killed."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.e2e.command import ASYNCDEMO
from tests.e2e.screen import OnScreen
from tests.e2e.talk import DECK, ENTER, LEFT, LIVE, RECORDED, RIGHT, TITLES, goes_to, talk, write_deck
from tests.waiting import DEADLINE_S, until


def test_through_the_deck_and_back(tmp_path: Path) -> None:
    """Every step forward, every step back; q ends it, and nothing is remembered."""
    with talk(tmp_path, str(write_deck(tmp_path))) as speaker:
        speaker.shows("A small talk", "1/7")
        speaker.presses(RIGHT, "The slow view", "Every visitor waits", "●○")
        speaker.hides("nobody else")
        speaker.presses(" ", "nobody else", "●●")
        speaker.presses("\x1b[6~", "The code", "▌ def hello")
        speaker.presses(ENTER, "▌     notify")
        speaker.presses("n", "●●●")
        for title in TITLES[3:]:
            speaker.presses(RIGHT, title)
        speaker.presses(RIGHT, "the last slide")
        for title in TITLES[5:2:-1]:
            speaker.presses(LEFT, title)
        speaker.presses("\x1b[5~", "The code", "●●●")
        speaker.presses("\x7f", "▌     notify")
        speaker.presses("p", "▌ def hello")
        speaker.presses(LEFT, "nobody else")
        speaker.presses(LEFT * 2, "1/7")
        speaker.presses("q")
        assert speaker.ends() == 0
        assert list((tmp_path / "state" / "asyncdemo").iterdir()) == []


def test_search_overview_blank_and_help(tmp_path: Path) -> None:
    """They lie over the slide, and go again."""
    with talk(tmp_path, str(write_deck(tmp_path))) as speaker:
        speaker.shows("1/7")
        speaker.presses(f"/four slots{ENTER}", "Gumming up")
        speaker.presses(f"/nowhere{ENTER}", "no slide says 'nowhere'")
        speaker.presses("g99", "go to slide: 99")
        speaker.presses(ENTER, "there are slides 1 to 7")
        speaker.presses("o", "▸   4", "Enter goes there")
        speaker.presses("\x1b[B\x1b[B\x1b[B" + ENTER, "Thank you")
        speaker.presses("b")
        until(lambda: not speaker.shown.strip(), "a blank screen")
        speaker.presses(" ", "Thank you")
        speaker.presses("?", "its recording instead")
        speaker.presses("?", "Thank you")
        speaker.presses("\x1b[H", "1/7")
        speaker.presses("\x1b[F", "7/7")
        speaker.presses("\x03")
        assert speaker.ends() == 0


def test_the_slide_follows_the_window(tmp_path: Path) -> None:
    """60x20 and back; a window that is too small says so; a slide longer than it scrolls."""
    long = DECK.replace("Thank you.", "\n\n".join(f"Line {number}." for number in range(1, 31)))
    with talk(tmp_path, str(write_deck(tmp_path, long))) as speaker:
        goes_to(speaker, 4)
        speaker.presses(ENTER, "0 of 4 busy", "up 0:", "─ notifications ─")
        speaker.resize(60, 20)
        speaker.shows("slot 4", "hello last")
        speaker.hides("─ notifications ─")
        speaker.resize(50, 10)
        speaker.shows("50x10: a slide needs 60x15")
        speaker.resize(110, 33)
        speaker.shows("Four slots.", "─ notifications ─")
        speaker.resize(88, 24)
        goes_to(speaker, 7)
        speaker.shows("Line 1.", "more rows: down")
        speaker.presses("\x1b[B" * 40, "Line 30.")
        speaker.presses("\x1b[A" * 40, "Line 1.")
        speaker.presses("q")
        assert speaker.ends() == 0


def test_an_edited_deck_is_shown_at_the_same_place(tmp_path: Path) -> None:
    """A slide more before it; then an error, which is said and ends nothing; then mended."""
    deck = write_deck(tmp_path)
    with talk(tmp_path, str(deck)) as speaker:
        goes_to(speaker, 4)
        speaker.presses(ENTER, "0 of 4 busy", "up 0:")
        deck.write_text(DECK.replace("The code\n", "Before\n===\n\nNew.\n\n---\n\nThe code\n"))
        speaker.shows(" 5/8 ", LIVE)
        deck.write_text(DECK + "\n```python {9}\nx\n```\n")
        speaker.shows("! deck.md:", "the code has lines 1 to 1", " 5/8 ", LIVE)
        deck.write_text(DECK)
        speaker.hides("the code has lines")
        speaker.shows(" 4/7 ", LIVE)
        speaker.presses("qy")
        assert speaker.ends() == 0


def test_killed_it_leaves_nothing_and_reopens_where_it_was(tmp_path: Path) -> None:
    """SIGKILL with a demo running: no process, no folder. The next start is at that slide; a clean end forgets it."""
    deck = write_deck(tmp_path)
    with talk(tmp_path, str(deck)) as speaker:
        goes_to(speaker, 5)
        speaker.presses(ENTER, " busy ", "up 0:")
        speaker.send(signal.SIGKILL)
        assert speaker.ends() == -signal.SIGKILL
    with talk(tmp_path, str(deck)) as speaker:
        speaker.shows("With Redis", "back where the last presenter was")
        speaker.presses("q")
        assert speaker.ends() == 0
    with talk(tmp_path, str(deck)) as speaker:
        speaker.shows("1/7")
        speaker.presses("q")
        assert speaker.ends() == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_and_its_demo(tmp_path: Path, number: signal.Signals) -> None:
    """With the exit code that goes with it, and the terminal as it was. Whoever was cut off goes on there."""
    with talk(tmp_path, str(write_deck(tmp_path))) as speaker:
        before = speaker.settings()
        goes_to(speaker, 4)
        speaker.presses(ENTER, "0 of 4 busy", "up 0:")
        assert speaker.stop(number) == (0 if number == signal.SIGINT else 128 + number)
        assert speaker.settings() == before
    with talk(tmp_path, str(tmp_path / "deck.md")) as speaker:
        speaker.shows("1/7" if number == signal.SIGINT else "4/7")
        speaker.presses("q")
        assert speaker.ends() == 0


def test_stopped_for_a_while_it_goes_on(tmp_path: Path) -> None:
    """By whatever means, and as often as you like; every key is heard once."""
    with talk(tmp_path, str(write_deck(tmp_path))) as speaker:
        goes_to(speaker, 2)
        for number in (signal.SIGSTOP, signal.SIGTSTP, signal.SIGSTOP, signal.SIGSTOP):
            speaker.send(number)
            if number == signal.SIGTSTP:  # it gives the terminal away, and takes it again at once, without old keys
                speaker.shows("no shell is here to go back to")
            speaker.type(RIGHT.encode())
            speaker.send(signal.SIGCONT)
            speaker.shows(" 2/7 ●● ")
            speaker.presses(LEFT, " 2/7 ●○ ")
        speaker.presses("q")
        assert speaker.ends() == 0


def test_the_window_is_closed_in_the_middle_of_the_talk(tmp_path: Path) -> None:
    """Nothing is left."""
    with talk(tmp_path, str(write_deck(tmp_path))) as speaker:
        goes_to(speaker, 4)
        speaker.presses(ENTER, "0 of 4 busy", "up 0:")
        speaker.close_the_window()
        speaker.ends()


def test_no_color_has_no_colours(tmp_path: Path) -> None:
    """NO_COLOR is heard; bold and reverse are not colours."""
    with talk(tmp_path, str(write_deck(tmp_path)), NO_COLOR="1") as speaker:
        goes_to(speaker, 3)
        goes_to(speaker, 4)
        speaker.presses("f", RECORDED, "up 0:")
        speaker.presses("q")
        assert speaker.ends() == 0
        colours = {str(number) for number in [*range(30, 39), *range(40, 49), *range(90, 98), *range(100, 108)]}
        assert [sgr for sgr in sgrs(speaker) if colours & set(sgr)] == []


def sgrs(screen: OnScreen) -> list[list[str]]:
    """The parameters of every escape sequence that sets colours."""
    parts = screen.raw.decode("utf-8", "replace").split("\x1b[")[1:]
    return [part.split("m")[0].split(";") for part in parts if part.lstrip("0123456789;:").startswith("m")]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere.md"], "nowhere.md cannot be read"),
        (["--theme", "pink"], "--theme 'pink'"),
        (["--host", "::1"], "Add --remote"),
        (["--notes"], "needs a terminal"),
        (["--check", "--export", "out.html"], "--check and --export: type one"),
        (["--plain", "--new", "mine"], "--plain and --new: type one"),
        (["deck.md", "--new", "mine"], "leave deck.md out"),
        (["--plain", "--size", "60x20"], "Add --check"),
        ([], "needs a terminal"),
    ],
)
def test_wrong_words(arguments: list[str], words: str) -> None:
    """A message and an exit code; no traceback."""
    shown = subprocess.run(
        [str(ASYNCDEMO), "talk", *arguments], capture_output=True, text=True, timeout=DEADLINE_S, env=os.environ
    )
    assert shown.returncode in (1, 2)
    assert words in shown.stderr
    assert "Traceback" not in shown.stderr
