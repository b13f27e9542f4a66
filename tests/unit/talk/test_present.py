"""A talk's end, however it comes: with a presenter that shows nothing."""

import json
import os
import signal
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from asyncdemo.base.errors import UsageError
from asyncdemo.deck.place import Place
from asyncdemo.deck.reader import parse_deck
from asyncdemo.running.ports import in_use
from asyncdemo.talk.demos.show import Show
from asyncdemo.talk.followers.remote import RemoteOptions
from asyncdemo.talk.followers.talk_progress import file_of, progress_at
from asyncdemo.talk.presenter.present import present
from asyncdemo.talk.presenter.presenter import Presenter, TalkOptions
from tests.waiting import DEADLINE_S

DECK = parse_deck("One\n===\n\n<!-- end_slide -->\n\nTwo\n===\n", Path("deck.md"))


def refuse(demo: Any) -> Any:
    raise UsageError("not here")


@pytest.fixture
def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., int]]:
    """Gives a talk that has written down where it is, does this, and ends with that: the exit code."""
    presenters: list[Any] = []
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))

    def give(return_code: int | None, do: Callable[[Presenter], None] = lambda app: None, **asked: Any) -> int:
        class Unseen(Presenter):
            """Without a terminal. With no code for its end, it does not even get so far as to run."""

            def run(self, *, mouse: bool) -> None:  # type: ignore[override]
                presenters.append(self)
                self.progress_file.write(progress_at(DECK, Place(), None, 0.0, "", ""))
                do(self)
                if return_code is not None:
                    super().run(headless=True, mouse=mouse, auto_pilot=self.end)

            async def end(self, pilot: object) -> None:
                self.exit(return_code=return_code)

        return present(TalkOptions(DECK, refuse, **asked), show=Unseen)

    yield give
    for app in presenters:
        app.progress_file.remove()


@pytest.mark.parametrize(("return_code", "code"), [(0, 0), (None, 1), (1, 1), (143, 143)])
def test_only_a_clean_end_forgets_the_place(given: Callable[..., int], return_code: int | None, code: int) -> None:
    """A fault of Textual's or ours has no code."""
    assert given(return_code) == code
    assert file_of(DECK.path).exists() == (code != 0)


def test_ctrl_c_while_it_ends_changes_nothing(given: Callable[..., int]) -> None:
    """The demos need a moment to go; the end is what was asked for, and the place is forgotten."""

    pressed = []

    class Slow(Show):
        """Somebody presses Ctrl-C while it is being ended."""

        def play(self) -> None:
            self.stopping.wait()

        def stop(self) -> None:
            os.kill(os.getpid(), signal.SIGINT)
            pressed.append("ctrl+c")
            super().stop()

    before = signal.getsignal(signal.SIGINT)
    assert given(0, lambda app: app.speaker.show_pool.begin(Slow())) == 0
    assert pressed == ["ctrl+c"]
    assert not file_of(DECK.path).exists()
    assert signal.getsignal(signal.SIGINT) is before


def test_the_remote_tells_what_was_told_last(given: Callable[..., int]) -> None:
    """Not what it works out in a thread of its own, while the deck may be exchanged."""
    told = []

    def asked(app: Presenter) -> str:
        with urllib.request.urlopen(f"{app.speaker.address}/progress", timeout=DEADLINE_S) as answer:
            return str(json.load(answer)["title"])

    def turn(app: Presenter) -> None:
        app.speaker.go(Place(1))
        told.append(asked(app))
        app.progress = app.speaker.progress
        told.append(asked(app))

    assert given(0, turn, remote=RemoteOptions()) == 0
    assert told == ["One", "Two"]


def test_who_wants_the_remotes_port_is_told_whose_it_is(given: Callable[..., int]) -> None:
    """As soon as it is written down where the talk stands."""
    told = []

    def ask(app: Presenter) -> None:
        app.progress_file.write(app.speaker.progress)
        port = urlsplit(app.speaker.address).port or 0
        told.append(in_use("127.0.0.1", port))

    assert given(0, ask, remote=RemoteOptions()) == 0
    assert f"the remote of your own talk, process {os.getpid()}. End that with q" in told[0]
