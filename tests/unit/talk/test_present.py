"""A talk's end, however it comes: with a presenter that shows nothing."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from asyncdemo.base.errors import UsageError
from asyncdemo.deck.place import Place
from asyncdemo.deck.reader import parse_deck
from asyncdemo.talk.followers.remote import RemoteOptions
from asyncdemo.talk.followers.talk_progress import Standing, file_of, standing_at
from asyncdemo.talk.presenter import present
from asyncdemo.talk.presenter.presenter import Presenter, TalkOptions

DECK = parse_deck("One\n===\n\n<!-- end_slide -->\n\nTwo\n===\n", Path("deck.md"))


def standing(slide: int = 0) -> Standing:
    return standing_at(DECK, Place(slide), None, 0.0, "", "")


def refuse(demo: Any) -> Any:
    raise UsageError("not here")


@pytest.fixture
def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., int]]:
    """Gives a talk that does this, ends with that, and has written down where it was: the exit code."""
    presenters: list[Any] = []
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))

    def give(return_code: int | None, do: Callable[[Presenter], None] = lambda app: None, **asked: Any) -> int:
        def run(app: Any, mouse: bool) -> None:
            presenters.append(app)
            app.standing_file.write(standing())
            do(app)
            app._return_code = return_code

        monkeypatch.setattr(Presenter, "run", run)
        return present.present(TalkOptions(DECK, refuse, **asked))

    yield give
    for app in presenters:
        app.standing_file.remove()


@pytest.mark.parametrize(("return_code", "code"), [(0, 0), (None, 1), (1, 1), (143, 143)])
def test_only_a_clean_end_forgets_the_place(given: Callable[..., int], return_code: int | None, code: int) -> None:
    """A fault of Textual's or ours has no code."""
    assert given(return_code) == code
    assert file_of(DECK.path).exists() == (code != 0)


def test_ctrl_c_while_it_ends_changes_nothing(given: Callable[..., int]) -> None:
    """The demos need a moment to go; the end is what was asked for, and the place is forgotten."""

    def press_while_it_ends(app: Presenter) -> None:
        app.speaker.backstage.end = lambda timeout_s: os.kill(os.getpid(), signal.SIGINT)  # type: ignore[method-assign]

    before = signal.getsignal(signal.SIGINT)
    assert given(0, press_while_it_ends) == 0
    assert not file_of(DECK.path).exists()
    assert signal.getsignal(signal.SIGINT) is before


def test_the_remote_tells_what_was_told_last(given: Callable[..., int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Not what it works out in a thread of its own, while the deck may be exchanged."""
    told: list[Any] = []

    class Asked:
        address = "http://127.0.0.1:1/token"

        def __init__(self, wanted: RemoteOptions, press: Any, standing: Any, before: str) -> None:
            told.append(standing)

        def close(self) -> None:
            pass

    def turn(app: Presenter) -> None:
        app.standing = standing(1)
        told.append(told[0]())

    monkeypatch.setattr(present, "Remote", Asked)
    assert given(0, turn, remote=RemoteOptions()) == 0
    assert told[1].title == "Two"
