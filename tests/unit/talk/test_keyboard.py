"""Keys as a terminal tells them, what of them a talk hears, and where it tells of them: the foot, and whole pages."""

from pathlib import Path

import pytest
from textual._keyboard_protocol import FUNCTIONAL_KEYS, MODIFIER_FUNCTIONAL_KEYS
from textual.events import Key

from asyncdemo.deck.reader import parse_deck
from asyncdemo.showing.panels import help_screen
from asyncdemo.talk.presenter.foot import KEYS_OF_A_TALK, LEAST, foot, overview
from asyncdemo.talk.presenter.keyboard import NOT_MEANT, key_of
from asyncdemo.talk.presenter.layout import split, starting
from asyncdemo.talk.presenter.speaker import OWN_KEYS

LIVE_KEYS = "Esc back  w W + - workers  h hello  < > rate  ? keys"


def test_keys_that_are_held_beside_others_say_nothing() -> None:
    """With whatever else is held at that time."""
    silent = {name for name in FUNCTIONAL_KEYS.values() if key_of(Key(name, None)) == ""}
    assert silent >= {*MODIFIER_FUNCTIONAL_KEYS, "caps_lock", "num_lock", "scroll_lock", "raise_volume", "media_play"}
    assert not silent & OWN_KEYS.keys()
    assert not silent & {"escape", "backspace", "f1", "delete", "menu", "0"}
    assert all(key_of(Key(f"alt+ctrl+{name}", None)) == "" for name in silent)


@pytest.mark.parametrize(
    ("name", "character", "key"),
    [
        ("left_square_bracket", "[", "["),
        ("ctrl+left_square_bracket", None, "ctrl+left_square_bracket"),
        ("space", " ", " "),
        ("left", None, "left"),
        ("ctrl+left", None, "ctrl+left"),
        ("escape", "\x1b", "escape"),
        ("ctrl+j", "\n", "enter"),
        ("Y", "Y", "Y"),
    ],
)
def test_a_key_is_its_character_or_its_name(name: str, character: str | None, key: str) -> None:
    """As a Speaker takes it."""
    assert key_of(Key(name, character)) == key
    assert NOT_MEANT.fullmatch(name) is None


def test_the_page_of_keys_is_whole_on_the_least_screen() -> None:
    """No word of it is cut."""
    shown = ["".join(text for text, _ in line) for line in help_screen(KEYS_OF_A_TALK, *LEAST).lines]
    assert all(any(what in line for line in shown) for _, what in KEYS_OF_A_TALK)


@pytest.mark.parametrize(
    ("words", "width", "loud", "shows"),
    [
        (LIVE_KEYS, 110, False, f"{LIVE_KEYS}  12:34 of 22:00"),
        (LIVE_KEYS, 88, False, "Esc back  w W + - workers  < > rate  ? keys  12:34 of 22:00"),
        (LIVE_KEYS, 60, False, "Esc back  12:34 of 22:00"),
        ("Kill worker.1?  y yes, others no", 60, True, "Kill worker.1?  y yes, others no"),
    ],
)
def test_keys_leave_the_clock_its_room(words: str, width: int, loud: bool, shows: str) -> None:
    """Some of them go, as in the foot of a run; a question has all the room there is."""
    line = foot("19/28", ["live", "KEYS: DEMO"], words, "12:34 of 22:00", width, loud=loud)
    told = "".join(text for text, _ in line)
    assert (len(told), told.split()) == (width, ["19/28", "live", "KEYS:", "DEMO", *shows.split()])


def test_a_demo_that_is_starting_has_a_foot() -> None:
    """Which says nothing: its frame is whole above it."""
    panels, says = split(starting("asyncdemo run step3", 40, 10))
    assert says == ("", False)
    assert "".join(text for text, _ in panels.lines[-1]) == "╰" + "─" * 38 + "╯"
    assert len(panels.lines) == 9


@pytest.mark.parametrize(
    ("chosen", "title"), [(0, "Many: 1 to 21 of 28"), (14, "Many: 5 to 25 of 28"), (27, "Many: 8 to 28 of 28")]
)
def test_an_overview_says_which_slides_it_shows(chosen: int, title: str) -> None:
    """Where it has not room for all; the chosen one is among them."""
    deck = parse_deck("---\ntitle: Many\n---\n" + "<!-- end_slide -->\n".join(["x\n"] * 27), Path("deck.md"))
    lines = ["".join(text for text, _ in line) for line in overview(deck, chosen, 88, 24).lines]
    assert lines[0].startswith(f"╭─ {title} ─")
    assert any(line.startswith(f"│ ▸ {chosen + 1:3}") for line in lines)
    whole = ["".join(text for text, _ in line) for line in overview(deck, chosen, 88, 40).lines]
    assert whole[0].startswith("╭─ Many ─")
