"""Which Redis is started: the first that is new enough."""

from pathlib import Path

import pytest

from asyncdemo.running.redis import find_server


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH of one folder, with nothing in it."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def install(path: Path, name: str, script: str) -> str:
    """Put a program on PATH: where it is."""
    program = path / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o700)
    return str(program)


@pytest.mark.parametrize("version", ["6.2", "6.2.0", "6.10.1", "7.0.15", "10.0"])
def test_one_that_is_new_enough_is_taken(version: str, path: Path) -> None:
    """By its numbers, not by its letters."""
    program = install(path, "redis-server", f"echo Redis server v={version} sha=0")
    server = find_server()
    assert (server.program, server.name) == (program, "redis-server")


@pytest.mark.parametrize("version", ["2.8", "5.0.7", "6.0.16", "6.1.99"])
def test_one_that_is_too_old_is_passed_over(version: str, path: Path) -> None:
    """For another one; and that is said."""
    install(path, "redis-server", f"echo Redis server v={version} sha=0")
    program = install(path, "valkey-server", "echo Valkey server v=8.0.1 sha=0")
    server = find_server()
    why = f"redis-server on PATH is {version}: the lowest that will do is 6.2"
    assert (server.program, server.name) == (program, f"valkey-server ({why})")


@pytest.mark.parametrize("script", ["echo no version", "exit 127"])
def test_one_that_does_not_say_how_old_it_is_is_taken(script: str, path: Path) -> None:
    """Whoever starts it hears what is wrong with it."""
    program = install(path, "redis-server", script)
    assert find_server().program == program
