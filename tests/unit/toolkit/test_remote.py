"""The remote's server: whatever is connected to it, the speaker's phone is answered."""

import json
import socket
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from asyncdemo.toolkit.errors import UsageError
from asyncdemo.toolkit.talk import present, presenter, remote
from asyncdemo.toolkit.talk.parse import parse_deck
from asyncdemo.toolkit.talk.place import Place
from asyncdemo.toolkit.talk.remote import MOST_CONNECTIONS, Remote, Wanted, reachable
from asyncdemo.toolkit.talk.standing import Standing, standing_at

DECK = parse_deck("One\n===\n\n<!-- end_slide -->\n\nTwo\n===\n", Path("deck.md"))
PATIENCE_S = 5.0


def standing(slide: int = 0) -> Standing:
    return standing_at(DECK, Place(slide), None, 0.0, "", "")


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Remote]:
    """On this machine, whose name nobody has to look up."""
    monkeypatch.setattr(socket, "getfqdn", lambda name="": pytest.fail("the network was asked"))
    one = Remote(Wanted(), lambda button: None, standing)
    yield one
    one.close()


def connect(served: Remote) -> socket.socket:
    parts = urlsplit(served.address)
    return socket.create_connection((str(parts.hostname), int(parts.port or 0)), timeout=PATIENCE_S)


def title(served: Remote) -> str:
    with urllib.request.urlopen(f"{served.address}/standing", timeout=PATIENCE_S) as answer:
        return str(json.load(answer)["title"])


def test_many_connections_keep_nobody_out(served: Remote) -> None:
    """The oldest of them has to go."""
    idle = [connect(served) for _ in range(MOST_CONNECTIONS + 1)]
    assert idle[0].recv(1) == b""
    assert title(served) == "One"
    for each in idle:
        each.close()


def test_a_slow_one_has_to_go(served: Remote, monkeypatch: pytest.MonkeyPatch) -> None:
    """However often it says something."""
    monkeypatch.setattr(remote, "CONNECTION_S", 0.2)
    with connect(served) as slow:
        slow.sendall(b"GET /")
        assert slow.recv(1) == b""
    assert title(served) == "One"


def test_an_address_for_all_is_shown_as_one_of_this_machine() -> None:
    """A phone cannot open 0.0.0.0, nor this machine's own loopback."""
    assert not reachable("0.0.0.0").startswith(("0.", "127."))
    assert reachable("127.0.0.1") == "127.0.0.1"


def test_the_remote_tells_what_was_told_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not what it works out in a thread of its own, while the deck may be exchanged."""
    told: list[Any] = []

    class Asked:
        address = "http://127.0.0.1:1/token"

        def __init__(self, wanted: Wanted, press: Any, standing: Any) -> None:
            self.standing = standing
            told.append(standing)

        def close(self) -> None:
            pass

    def run(app: Any, mouse: bool) -> None:
        app.standing = standing(1)
        told.append(told[0]())

    def refuse(demo: Any) -> Any:
        raise UsageError("not here")

    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setattr(present, "Remote", Asked)
    monkeypatch.setattr(presenter.Presenter, "run", run)
    assert present.present(presenter.Presenting(DECK, refuse, remote=Wanted())) == 0
    assert told[1].title == "Two"
