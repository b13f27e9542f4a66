"""The remote's server: whatever is connected to it, the speaker's phone is answered."""

import json
import socket
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from asyncdemo.deck.place import Place
from asyncdemo.deck.reader import parse_deck
from asyncdemo.running import ports
from asyncdemo.talk.followers.remote import Remote, RemoteOptions, reachable
from asyncdemo.talk.followers.talk_progress import TalkProgress, progress_at
from asyncdemo.web import server
from asyncdemo.web.server import MOST_CONNECTIONS
from tests.waiting import DEADLINE_S

DECK = parse_deck("One\n===\n\n<!-- end_slide -->\n\nTwo\n===\n", Path("deck.md"))


def progress(slide: int = 0) -> TalkProgress:
    return progress_at(DECK, Place(slide), None, 0.0, "", "")


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Remote]:
    """On this machine, whose name nobody has to look up."""
    monkeypatch.setattr(socket, "getfqdn", lambda name="": pytest.fail("the network was asked"))
    one = Remote(RemoteOptions(), lambda button: None, progress)
    yield one
    one.close()


def connect(served: Remote) -> socket.socket:
    parts = urlsplit(served.address)
    return socket.create_connection((str(parts.hostname), int(parts.port or 0)), timeout=DEADLINE_S)


def title(served: Remote) -> str:
    with urllib.request.urlopen(f"{served.address}/progress", timeout=DEADLINE_S) as answer:
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
    with monkeypatch.context() as patience, connect(served) as slow:
        patience.setattr(server, "CONNECTION_S", 0.2)
        slow.sendall(b"GET /")
        assert slow.recv(1) == b""
    assert title(served) == "One"


def test_an_address_for_all_is_shown_as_one_of_this_machine() -> None:
    """A phone cannot open 0.0.0.0, nor this machine's own loopback."""
    assert not reachable("0.0.0.0").startswith(("0.", "127."))
    assert reachable("127.0.0.1") == "127.0.0.1"


def test_after_a_crash_it_is_where_it_was() -> None:
    """The phone need not be told again; where somebody else has the port by now, or another is asked for, it must."""
    first = Remote(RemoteOptions(), lambda button: None, progress)
    first.close()
    again = Remote(RemoteOptions(), lambda button: None, progress, first.address)
    assert again.address == first.address
    assert title(again) == "One"
    other = Remote(RemoteOptions(), lambda button: None, progress, first.address)
    asked = Remote(RemoteOptions(port=ports.claim("127.0.0.1", 0)), lambda button: None, progress, first.address)
    for each in (other, asked):
        assert urlsplit(each.address).port != urlsplit(first.address).port
        assert urlsplit(each.address).path != urlsplit(first.address).path
    for each in (again, other, asked):
        each.close()
