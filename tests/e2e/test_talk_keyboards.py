"""`asyncdemo talk` at keyboards, and with hands, that are not those of the textbook."""

import signal
from pathlib import Path

import pytest

from tests.e2e.talk import DECK, ENTER, LIVE, goes_to, talk, write_deck
from tests.waiting import until

CONTROL, CTRL_C = "\x1b[57442;5u", "\x1b[99;5u"
"""As a terminal with the kitty protocol tells of Ctrl alone, and of Ctrl-C."""
SHIFT, SHIFT_Y = "\x1b[57441;2u", "\x1b[121;2;89u"


@pytest.mark.parametrize("keys", [(CONTROL + CTRL_C, CONTROL + CTRL_C), ("q", SHIFT + SHIFT_Y)])
def test_a_terminal_that_tells_of_shift_and_control(tmp_path: Path, keys: tuple[str, str]) -> None:
    """They answer no question."""
    with talk(tmp_path, str(write_deck(tmp_path))) as speaker:
        goes_to(speaker, 4)
        speaker.presses(ENTER, "0 of 4 busy", "up 0:", LIVE)
        speaker.presses(keys[0], "Quit? A demo runs.")
        speaker.presses(keys[1])
        assert speaker.ends() == 0


@pytest.mark.parametrize("noise", [b"\xe9x", b"\xff\xfe", b"\x1b[1:2;2u"])
def test_what_is_no_key_ends_nothing(tmp_path: Path, noise: bytes) -> None:
    """A line that crackles, or a keyboard of another encoding. What comes together with it may have to be repeated."""
    with talk(tmp_path, str(write_deck(tmp_path))) as speaker:
        speaker.shows("1/7")
        for number in (3, 2):
            speaker.type(noise)
            until(lambda: "go to slide" in speaker.presses("g"), "a key that is heard")
            speaker.presses(f"{number}{ENTER}", f" {number}/7 ")
        speaker.presses("q")
        assert speaker.ends() == 0


def test_ctrl_c_after_q_forgets_the_place_all_the_same(tmp_path: Path) -> None:
    """The demo needs a moment to go."""
    deck = write_deck(tmp_path, DECK.replace("--workers 1", "--workers 4"))
    with talk(tmp_path, str(deck)) as speaker:
        before = speaker.settings()
        goes_to(speaker, 5)
        speaker.presses(ENTER, "0 of 4 busy", "up 0:", LIVE)
        speaker.presses("qy")
        until(lambda: speaker.settings() == before, "the terminal as it was")
        speaker.send(signal.SIGINT)
        assert speaker.ends() == 0
    assert list((tmp_path / "state" / "asyncdemo").iterdir()) == []
