"""Keys as a terminal tells them, and what of them a talk hears."""

import pytest
from textual._keyboard_protocol import FUNCTIONAL_KEYS, MODIFIER_FUNCTIONAL_KEYS
from textual.events import Key

from asyncdemo.showing.panels import help_screen
from asyncdemo.talk.presenter.foot import KEYS_OF_A_TALK, LEAST
from asyncdemo.talk.presenter.keyboard import NOT_MEANT, key_of
from asyncdemo.talk.presenter.speaker import OWN_KEYS


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
