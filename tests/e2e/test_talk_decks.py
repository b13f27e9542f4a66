"""Decks as the world writes them, in a real terminal: all of `tests/decks.py`."""

import re
from functools import partial
from pathlib import Path

import pytest

from asyncdemo.deck.deck import Deck
from asyncdemo.deck.reader import read_deck
from tests.decks import DECKS, write
from tests.e2e.screen import OnScreen
from tests.e2e.talk import ENTER, RIGHT, talk
from tests.waiting import until

HALF_BLOCKS = "▀▀"
WITH_PICTURES = ("a meetup with columns", "step by step", "pictures of all sizes")
"""Those whose pictures are looked for on each slide."""


def squeezed(text: str) -> str:
    """Without blanks and line ends: words go on in another line where there is no room."""
    return re.sub(r"\s+", "", text)


def turned(screen: OnScreen, deck: Deck, name: str) -> list[str]:
    """Each slide in its last step, as it is on the screen; on each are the words that are to be seen."""
    found = []
    for number, (slide, words) in enumerate(zip(deck.slides, DECKS[name].seen, strict=True), 1):
        screen.shows(f" {number}/{len(deck.slides)} ")
        for step in range(2, slide.steps + 1):
            screen.presses(RIGHT, "●" * step)
        until(partial(is_seen, screen, words), words)
        found.append(screen.shown)
        screen.presses(RIGHT)
    return found


def is_seen(screen: OnScreen, words: str) -> bool:
    """Whether they are on the screen, wherever their lines end."""
    return squeezed(words) in squeezed(screen.shown)


def given(folder: Path, name: str, *options: str) -> tuple[Deck, OnScreen]:
    """A deck, and the talk that it is."""
    path = write(folder, name)
    return read_deck(path), talk(folder, str(path), *options)


@pytest.mark.parametrize("name", WITH_PICTURES)
def test_slides_are_seen_step_by_step_in_a_terminal(name: str, tmp_path: Path) -> None:
    """With all their words, and pictures in half blocks where there are any; the talk ends well."""
    deck, screen = given(tmp_path, name)
    with screen:
        shown = turned(screen, deck, name)
        pictures = [HALF_BLOCKS in each for each in shown]
        assert pictures == [".png)" in text for text in slides_of(name)]
        screen.presses("q")
        assert screen.ends() == 0


def slides_of(name: str) -> list[str]:
    """What is written for each slide; that of the front matter first, where there is one."""
    text = DECKS[name].text
    front, rest = ([text.split("---\n")[1]], text.split("---\n", 2)[2]) if "title:" in text else ([], text)
    return [*front, *rest.split("<!-- end_slide -->")]


def test_columns_stand_beside_each_other(tmp_path: Path) -> None:
    """A text, and a picture on the same lines; what is behind them stands below both."""
    deck, screen = given(tmp_path, "a meetup with columns")
    with screen:
        screen.shows(f" 1/{len(deck.slides)} ")
        screen.presses(RIGHT, "twelve people", "And we are hiring.")
        until(lambda: HALF_BLOCKS in screen.shown, "the picture")
        lines = screen.shown.split("\n")
        beside = next(line for line in lines if "twelve people" in line)
        assert beside.index("twelve people") < beside.index(HALF_BLOCKS)
        below = next(y for y, line in enumerate(lines) if "And we are hiring." in line)
        assert all(HALF_BLOCKS not in line for line in lines[below:])
        screen.presses("q")
        assert screen.ends() == 0


def test_programs_of_a_deck_run_in_a_terminal(tmp_path: Path) -> None:
    """Two on a slide, one after the other; what is hidden is not shown, and has been run."""
    deck, screen = given(tmp_path, "live code", "--allow-exec")
    with screen:
        assert "SECRET" not in screen.shows("echo hello", "date", f" 1/{len(deck.slides)} ")
        screen.presses(ENTER)
        until(lambda: "hello" in [line.strip(" │") for line in screen.shown.split("\n")], lambda: screen.text)
        screen.shows("it is over: Enter runs the next")
        screen.presses(ENTER, "date: has ended")
        screen.presses("q")
        assert screen.ends() == 0


def test_what_a_program_has_printed_stays_in_another_window(tmp_path: Path) -> None:
    """One that is lower, and one that is higher again; also when it has ended."""
    path = tmp_path / "deck.md"
    path.write_text("```bash +exec\necho hello\n```\n")
    with talk(tmp_path, str(path), "--allow-exec") as screen:
        screen.presses(ENTER, "echo hello: has ended", "│ hello")
        screen.resize(80, 18)
        screen.shows("echo hello: has ended", "│ hello")
        screen.resize(110, 33)
        screen.shows("echo hello: has ended", "│ hello")
        screen.presses("q")
        assert screen.ends() == 0


def test_what_a_program_prints_is_seen_where_the_deck_says(tmp_path: Path) -> None:
    """Beside its code, without a panel, while it runs; and on another slide, as far as it was printed."""
    path = tmp_path / "deck.md"
    path.write_text(
        "<!-- column_layout: [1, 1] -->\n<!-- column: 0 -->\n```bash +exec +id:count\n"
        'for n in 1 2 3; do\n  echo "line $n"\n'
        "done\nsleep 3600\n```\n<!-- column: 1 -->\n<!-- snippet_output: count -->\n\n<!-- end_slide -->\n\n"
        "So it was:\n\n<!-- snippet_output: count -->\n"
    )
    with talk(tmp_path, str(path), "--allow-exec") as screen:
        screen.shows(" 1/2 ", "sleep 3600")
        shown = screen.presses(ENTER, "line 3", "live")
        assert "╭" not in shown
        beside = next(line for line in shown.split("\n") if "line 1" in line)
        assert beside.index("for n in") < beside.index("line 1")
        screen.presses(RIGHT, " 2/2 ", "So it was:", "line 1", "line 3")
        screen.presses("q")
        assert screen.ends() == 0


@pytest.mark.parametrize("name", [name for name in DECKS if name not in WITH_PICTURES])
def test_every_deck_is_given_in_a_terminal(name: str, tmp_path: Path) -> None:
    """Through all of its slides, whose words are seen there; nothing of it ends the talk."""
    deck, screen = given(tmp_path, name)
    with screen:
        assert len(turned(screen, deck, name)) == len(deck.slides)
        screen.presses("q")
        assert screen.ends() == 0
