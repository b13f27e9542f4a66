"""What cannot be started: named quickly, with exit code 1, and nothing stays."""

import os
import re
import socket
from pathlib import Path

import pytest

from asyncdemo.running.redis.server import LEAST_REDIS
from tests.e2e.command import ASYNCDEMO, Command, asyncdemo, stage
from tests.ports import free_port


def run(*arguments: str, **env: str) -> Command:
    """`asyncdemo run …`, exactly as typed."""
    return Command(str(ASYNCDEMO), "run", *arguments, **env)


def test_a_port_in_use() -> None:
    """Another run holds it: the message names the port and another one to try, and the other run goes on."""
    with stage("step1", "--delays", "0") as first:
        assert first.hello()[0] == 200
        for name in ("step3", "bonus"):
            with run(name, "--port", str(first.port)) as second:
                assert second.ends() == 1
                assert second.text == (
                    f"asyncdemo: Port {first.port} on 127.0.0.1 is in use by another program. "
                    f"Stop it, or try --port {first.port + 1}.\n"
                )
        assert first.hello()[0] == 200
        assert first.stop() == 0


def test_a_port_that_was_asked_for() -> None:
    """It is the one that is used."""
    port = free_port()
    with run("step1", "--port", str(port), "--delays", "0") as command:
        assert command.url == f"http://127.0.0.1:{port}/"
        assert command.hello("Ada")[0] == 200
        assert command.stop() == 0


def test_a_redis_that_refuses() -> None:
    """Its address, why, and what to do."""
    url = f"redis://127.0.0.1:{free_port()}/0"
    with run("bonus", "--port", "0", "--redis", url) as command:
        assert command.ends() == 1
        assert command.text.startswith(f"asyncdemo: The Redis at {url} does not answer (")
        assert "leave --redis and REDIS_URL out" in command.text


def test_a_redis_that_accepts_and_says_nothing() -> None:
    """It is not waited for longer than a moment."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        with run("bonus", "--port", "0", REDIS_URL=url) as command:
            assert command.ends() == 1
            assert f"The Redis at {url} does not answer (" in command.text


def test_a_redis_url_in_the_environment_is_for_the_bonus() -> None:
    """The other stages have no use for it, and it stands there for other programs."""
    with run("step1", "--port", "0", "--delays", "0", REDIS_URL="redis://127.0.0.1:1/0") as command:
        assert command.hello()[0] == 200
        assert command.stop() == 0


def test_a_redis_server_that_dies_at_once(tmp_path: Path) -> None:
    """The first on PATH; its last lines are shown."""
    fake = tmp_path / "redis-server"
    says = f'[ "$1" = --version ] && exec echo v={LEAST_REDIS}'
    fake.write_text(f"#!/bin/sh\n{says}\necho first words\necho 'no memory for Redis' >&2\nexit 3\n")
    fake.chmod(0o755)
    with stage("bonus", PATH=f"{tmp_path}:/usr/bin:/bin") as command:
        assert command.ends() == 1
        assert command.text.endswith(
            "asyncdemo: redis ended while bonus was starting. Its last lines:\n  first words\n  no memory for Redis\n"
        )


@pytest.mark.parametrize(("name", "process"), [("step3", "web.1"), ("bonus", "(web|worker).[1-3]")])
def test_a_process_that_dies_at_start(tmp_path: Path, name: str, process: str) -> None:
    """A broken installation: the process is named, with the end of what it said, and all others are stopped."""
    (tmp_path / "daphne").mkdir()
    (tmp_path / "daphne" / "__init__.py").write_text("raise ImportError('daphne is broken \\x1b[31m today')\n")
    with stage(name, PYTHONPATH=str(tmp_path)) as command:
        assert command.ends() == 1
        message = command.text[command.text.index("asyncdemo: ") :]
        assert re.match(rf"asyncdemo: {process} ended while {name} was starting. Its last lines:\n", message)
        assert message.endswith("  ImportError: daphne is broken \N{REPLACEMENT CHARACTER}[31m today\n")


def test_a_recording_that_cannot_be_written(tmp_path: Path) -> None:
    """The file is named, before anything is started."""
    path = tmp_path / "no" / "such" / "folder"
    with run("step1", "--port", "0", "--record", str(path)) as command:
        assert command.ends() == 1
        problem = f"--record {str(path)!r} cannot be written: No such file or directory."
        assert command.text == f"asyncdemo: {problem} Name a file in a folder of yours.\n"


def test_a_host_that_is_not_ours() -> None:
    """With one that is."""
    with run("step1", "--host", "nowhere.invalid") as command:
        assert command.ends() == 1
        assert command.text.startswith("asyncdemo: --host 'nowhere.invalid' is no address of this machine.")


def test_a_recording_without_room() -> None:
    """The disk is full before anything is started."""
    if not Path("/dev/full").exists():
        pytest.skip("/dev/full is Linux's")
    with run("step1", "--port", "0", "--record", "/dev/full") as command:
        assert command.ends() == 1
        problem = "--record '/dev/full' cannot be written: No space left on device."
        assert command.text == f"asyncdemo: {problem} Name a file in a folder of yours.\n"


def test_a_recording_that_cannot_go_on() -> None:
    """It is said once, and the run goes on. Here a reader goes, where elsewhere a disk is full."""
    command = stage("step1", "--delays", "0")
    os.mkfifo(command.record)
    with command:
        with command.record.open("rb") as reader:
            assert b"Recording" in reader.readline()
        assert command.hello()[0] == 200
        assert command.stop() == 0
        assert re.findall(r"asyncdemo +the recording ends here: (.*)\n", command.text) == ["Broken pipe"]
        assert "Traceback" not in command.text


def test_a_redis_url_that_is_none() -> None:
    """Brackets that are not closed too."""
    result = asyncdemo("run", "bonus", "--port", "0", "--redis", "redis://[::1")
    assert result.returncode == 2
    assert result.stderr == (
        "asyncdemo: --redis 'redis://[::1': its host or its port is none. "
        "Type it like redis://127.0.0.1:6379/0, or leave --redis and REDIS_URL out.\n"
    )
