"""What a project's process tells, and when: what lasts, soon; what is soon over, once and at its end."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from asyncdemo.attach.asyncdemo_attached.telling import Sender
from asyncdemo.events import events as e
from asyncdemo.events.collector import Collector
from asyncdemo.events.sending import TELEMETRY
from asyncdemo.running.own.project import ATTACH
from tests.waiting import until

REQUEST = {"method": "GET", "path": "/", "name": ""}
ENDED = {"status": 200, "worker": "thread 1", "total_s": 0.1, "queued_s": 0.0, "view_s": 0.1, "route": "/"}


@contextmanager
def told(folder: Path, monkeypatch: pytest.MonkeyPatch, late_s: float = 60.0) -> Iterator[tuple[list[e.Event], Sender]]:
    """(what has been told, who tells)."""
    heard: list[e.Event] = []
    collector = Collector(heard.append)
    (folder / "telemetry").write_text(str(collector.address))
    monkeypatch.setenv(TELEMETRY, str(folder / "telemetry"))
    sender = Sender(late_s)
    try:
        yield heard, sender
    finally:
        collector.close()
        sender.close()


def begin(sender: Sender, id_: str, later_s: float = 0.0) -> None:
    """A request comes; one that comes later has not lasted, however long this machine takes."""
    sender.begun(id_, ("Arrived", {"id": id_, "t": time.monotonic() + later_s, **REQUEST}))


def end(sender: Sender, id_: str) -> None:
    """It is answered."""
    sender.ended(id_, ("Answered", {"id": id_, "t": time.monotonic(), **REQUEST, **ENDED}))


def test_what_lasts_is_told_before_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Though nothing else happens; what is soon over is told once."""
    with told(tmp_path, monkeypatch) as (heard, sender):
        begin(sender, "short", 3600.0)
        end(sender, "short")
        begin(sender, "long")
        until(lambda: len(heard) == 2, "both")
        assert {(type(event), getattr(event, "id", "")) for event in heard} == {
            (e.Answered, "short"),
            (e.Arrived, "long"),
        }
        end(sender, "long")
        until(lambda: len(heard) == 3, "its end")
        assert (type(heard[2]), getattr(heard[2], "id", "")) == (e.Answered, "long")


@pytest.mark.parametrize("why", ["no room", "it does not run"])
def test_where_no_thread_runs(why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a server that was built without, it is told with what comes next."""

    def start(thread: threading.Thread) -> None:
        if why == "no room":
            raise RuntimeError("can't start new thread")

    with told(tmp_path, monkeypatch, 0.0) as (heard, sender), monkeypatch.context() as here:
        here.setattr(threading.Thread, "start", start)
        for number in range(3):
            begin(sender, str(number))
            end(sender, str(number))
        here.undo()
        until(lambda: len([event for event in heard if isinstance(event, e.Answered)]) == 3, "all")


PROGRAM = f"""
import atexit, time

@atexit.register
def the_last_that_is_run():
    sender.ended("a", ("Answered", {{"id": "a", "t": time.monotonic(), **{REQUEST}, **{ENDED}}}))
    sender.begun("b", ("Arrived", {{"id": "b", "t": time.monotonic(), **{REQUEST}}}))

from asyncdemo_attached.telling import sender
sender.begun("a", ("Arrived", {{"id": "a", "t": time.monotonic(), **{REQUEST}}}))
"""


def test_the_last_of_it_is_told_at_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a process that ends by itself, however soon after; and what a thread of it does after that."""
    with told(tmp_path, monkeypatch) as (heard, _):
        env = {**os.environ, "PYTHONPATH": str(ATTACH)}
        subprocess.run([sys.executable, "-c", PROGRAM], env=env, check=True, stdin=subprocess.DEVNULL)
        until(lambda: len(heard) == 3, "what it has told")
        told_of = [(type(event), getattr(event, "id", "")) for event in heard]
        assert told_of == [(e.Arrived, "a"), (e.Answered, "a"), (e.Arrived, "b")]
