"""`asyncdemo redis`: until a signal comes, or the server ends by itself."""

import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from asyncdemo.base.addresses import LOOPBACK
from asyncdemo.base.errors import StartError, UsageError
from asyncdemo.features.redis_server import serve_redis
from asyncdemo.running.ports import claim
from tests.waiting import DEADLINE_S

VERSION = '[ "$1" = --version ] && echo v=7.0.0 && exit 0'


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, patient: None) -> Path:
    """The `redis-server` on PATH: what it does is written into it."""
    program = tmp_path / "redis-server"
    program.touch(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    return program


@contextmanager
def no_longer_than(seconds: float) -> Iterator[None]:
    """Ends what hangs, by SIGHUP."""
    timer = threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGHUP))
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def test_a_server_that_ends_by_itself(server: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Ends the command too, after its last words."""
    server.write_text(f"#!/bin/sh\n{VERSION}\necho out of memory; exit 0\n")
    with no_longer_than(DEADLINE_S), pytest.raises(StartError, match=r"Redis ended by itself\. Its last words are"):
        serve_redis(0, reuse=False)
    assert "out of memory" in capfd.readouterr().out


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 0)])
def test_a_signal_ends_it(number: signal.Signals, code: int, server: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """And the server with it."""
    told = server.with_name("told")
    server.write_text(f"#!/bin/sh\n{VERSION}\necho $$ > {told}; kill -{number.value} {os.getpid()}; exec sleep 600\n")
    with no_longer_than(DEADLINE_S):
        assert serve_redis(0, reuse=False) == code
    with pytest.raises(ProcessLookupError):
        os.kill(int(told.read_text()), 0)
    assert "redis-server at redis://127.0.0.1:" in capfd.readouterr().out


def test_a_port_that_somebody_has() -> None:
    """Whoever it is, it is in use."""
    with socket.create_server((LOOPBACK, 0)) as other, no_longer_than(DEADLINE_S):
        port = other.getsockname()[1]
        with pytest.raises(StartError, match=f"Port {port} on 127.0.0.1 is in use"):
            serve_redis(port, reuse=False)


def test_alone_though_it_would_wait(server: Path) -> None:
    """There is nobody to wait beside."""
    server.write_text(f"#!/bin/sh\n{VERSION}\nexit 1\n")
    with no_longer_than(DEADLINE_S), pytest.raises(StartError, match="ended by itself"):
        serve_redis(claim(LOOPBACK, 0), reuse=True)


def test_what_is_no_port() -> None:
    with pytest.raises(UsageError, match="--port 65536"):
        serve_redis(65536, reuse=False)
