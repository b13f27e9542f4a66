"""The parts of a run, without a process: what stands for them keeps what it is asked for."""

import os
import socket
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from asyncdemo.base.addresses import LOOPBACK
from asyncdemo.events import events as e
from asyncdemo.events.inbox import Inbox
from asyncdemo.events.stage import StageEntry
from asyncdemo.running import plan
from asyncdemo.running.live_run import Crew, RunParts
from asyncdemo.running.options import RunOptions
from asyncdemo.running.ports import claim
from asyncdemo.stages.catalogue import STAGES


@dataclass
class Written:
    """Stands for the parts of a run, and keeps what it is asked for, in that order."""

    log: list[str] = field(default_factory=list)
    told: list[e.Event] = field(default_factory=list)
    guard: str = ""
    """What there is to say of the guard, once."""

    def listen(self, event: e.Event) -> None:
        self.told.append(event)
        self.log.append(type(event).__name__)

    def start(self, command: plan.Command) -> None:
        self.log.append(f"start {command.name}")

    def start_redis(self) -> None:
        self.log.append("start redis")

    def describe(self, run: e.RunStarted) -> None:
        assert run == self.told[0]
        self.log.append("describe")

    def open(self) -> None:
        self.log.append("open")

    def look_after_guard(self) -> str:
        said, self.guard = self.guard, ""
        return said


class Parts:
    """The parts of a run of a stage whose server listens if `answers`."""

    def __init__(self, stage: str | StageEntry, answers: bool = True, proxied: bool = False, **options: Any) -> None:
        self.held, self.now = ExitStack(), 7.0
        port = claim(LOOPBACK, 0)
        if answers:
            server = self.held.enter_context(socket.create_server((LOOPBACK, 0)))
            port = server.getsockname()[1]
        self.written = Written()
        self.inbox = Inbox(self.written.listen)
        asked = RunOptions(STAGES[stage] if isinstance(stage, str) else stage, **options)
        self.last_lines = {f"{name}.1": [f"{name} says why"] for name in ("web", "worker")}
        self.last_lines["migrate"] = ["migrate says why"]
        self.died_with = ""
        written: Any = self.written
        self.all = RunParts(
            options=asked,
            place=plan.Where(LOOPBACK, port, "/run/db", "s3cret", "redis://x" if asked.stage.broker else ""),
            inbox=self.inbox,
            folder=SimpleNamespace(
                path=Path("/nowhere"),
                redis_socket=Path("/nowhere/redis.sock"),
                announce=lambda run: None,
                forget=lambda: None,
                describe=written.describe,
                look_after_guard=written.look_after_guard,
            ),  # type: ignore[arg-type]
            collector=SimpleNamespace(now=lambda: self.now, address="where to tell"),  # type: ignore[arg-type]
            processes=SimpleNamespace(
                start=written.start,
                wait_for_starts=lambda: None,
                last_lines=self.last_lines,
                serves_nothing=lambda name: self.died_with,
                pids={"web.1": os.getpid()},
            ),  # type: ignore[arg-type]
            workers=SimpleNamespace(
                own_redis=False, start_redis=written.start_redis, is_worker=lambda name: "worker" in name
            ),  # type: ignore[arg-type]
            proxy=SimpleNamespace(open=written.open, port=8080) if proxied else None,  # type: ignore[arg-type]
            crew=Crew(asked.stage),
        )

    def ready(self, *workers: str) -> None:
        for worker in workers:
            self.inbox.put(e.WorkerReady(t=1.0, process=worker, worker=worker, channels=["notify"]))

    def ended(self, process: str) -> None:
        self.inbox.put(e.ProcessEnded(t=1.0, process=process, code=1))
