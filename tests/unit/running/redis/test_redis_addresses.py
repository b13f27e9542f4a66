"""The Redis of a run: where it is, whether it answers, what is shown of it, and what is removed from it at the end."""

import os
import shlex
import socket
import sys
from pathlib import Path

import pytest

from asyncdemo.base.errors import StartError, UsageError
from asyncdemo.running import redis
from tests.conftest import Valkey

SERVER = redis.Server("/bin/redis server", "redis-server")


def test_a_private_one_listens_on_its_socket_alone(tmp_path: Path) -> None:
    """In the run's folder, for this user, and saves nothing."""
    words = shlex.split(redis.private_command(SERVER, tmp_path / "redis.sock"))
    assert words[:2] == ["exec", "/bin/redis server"]
    options = dict(zip(words[2::2], words[3::2], strict=True))
    assert options == {
        "--port": "0",
        "--unixsocket": str(tmp_path / "redis.sock"),
        "--unixsocketperm": "600",
        "--dir": str(tmp_path),
        "--save": "",
        "--appendonly": "no",
        "--daemonize": "no",
        "--loglevel": "warning",
    }


def test_a_public_one_listens_on_this_machine_alone(tmp_path: Path) -> None:
    words = shlex.split(redis.public_command(SERVER, 6380, tmp_path))
    options = dict(zip(words[2::2], words[3::2], strict=True))
    assert (options["--bind"], options["--port"], options["--dir"]) == ("127.0.0.1", "6380", str(tmp_path))
    assert options["--save"] == ""


@pytest.mark.skipif(sys.platform != "linux", reason="107 bytes are Linux's")
def test_as_long_as_the_path_of_a_socket_can_be() -> None:
    """What the system takes is taken, and no more; the message names the mend."""
    longest = Path("/" + "x" * 106)
    redis.private_command(SERVER, longest)
    with socket.socket(socket.AF_UNIX) as probe:
        with pytest.raises(OSError, match=r"No such file|Permission denied"):
            probe.connect(os.fspath(longest))
        with pytest.raises(OSError, match="too long"):
            probe.connect(f"{longest}x")
    for path in (Path(f"{longest}x"), Path("/" + "ä" * 54)):
        with pytest.raises(StartError, match=r"too long for the path of a socket\. .*export TMPDIR=~/\.tmp"):
            redis.private_command(SERVER, path)


def test_it_is_known_when_it_listens(valkey: Valkey, tmp_path: Path) -> None:
    """Before and after, nobody does."""
    assert redis.accepts(valkey.socket)
    assert not redis.accepts(tmp_path / "redis.sock")
    left = tmp_path / "left.sock"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(left))
    assert not redis.accepts(left)


def test_a_folder_whose_name_is_no_text() -> None:
    """Cannot be in a URL as redis-py reads it: it is said before anything is started."""
    with pytest.raises(StartError, match=r"is no text in UTF-8.*export TMPDIR=~/\.tmp$"):
        redis.url_of(Path("/tmp/caf\udce9/redis.sock"))


@pytest.mark.usefixtures("patient")
def test_one_that_answers(valkey: Valkey) -> None:
    """Is good, by whatever kind of URL."""
    redis.check(redis.url_of(valkey.socket))


@pytest.mark.parametrize("url", ["http://localhost:6379/0", "localhost", "", "redis://localhost:port/0"])
def test_what_is_no_url(url: str) -> None:
    """Is answered with one."""
    with pytest.raises(UsageError, match=r"Type it like redis://127\.0\.0\.1:6379/0"):
        redis.check(url)


def test_one_that_does_not_answer() -> None:
    """Its password is not shown."""
    with pytest.raises(StartError, match=r"The Redis at redis://:\*\*\*@127\.0\.0\.1:1/0 does not answer \(.*\)\. "):
        redis.check("redis://:secret@127.0.0.1:1/0")


@pytest.mark.usefixtures("patient")
def test_only_the_keys_of_the_run_are_removed(valkey: Valkey, prefix: str) -> None:
    """From a Redis that others use too; one that is gone has none."""
    with valkey.client() as there:
        there.mset({f"{prefix}a": 1, f"{prefix}b": 2, f"other-{prefix}a": 3})
        redis.remove_keys(redis.url_of(valkey.socket), prefix)
        assert there.keys(f"*{prefix}*") == [f"other-{prefix}a".encode()]
        there.delete(f"other-{prefix}a")
    redis.remove_keys("redis://127.0.0.1:1/0", prefix)


@pytest.mark.usefixtures("patient")
def test_what_is_shown_of_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The user's, without its password; or one of its own, and which; or none, and what to do."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert redis.description("redis://user:secret@h:1/0") == "redis://user:***@h:1/0"
    assert redis.description("redis://h:1/0") == "redis://h:1/0"
    own = "this run's own, which goes with it"
    assert redis.description(None) == f"embedded Valkey, {own}"
    program = tmp_path / "redis-server"
    program.write_text("#!/bin/sh\necho v=6.0.16\n")
    program.chmod(0o700)
    why = "redis-server on PATH is 6.0.16: the lowest that will do is 6.2"
    assert redis.description(None) == f"embedded Valkey, {own}; {why}"
