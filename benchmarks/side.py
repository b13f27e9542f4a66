"""A side of a comparison: a group of processes that answers hello on a port."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from asyncdemo.running.redis import embedded_program

from .client import ask

ROOT = Path(__file__).resolve().parent.parent
START_LIMIT_S = 20.0
QUIET_S = 0.25
"""A side whose processes use next to no CPU for so long has done all its notifications."""
IDLE_CPU_S = 0.03

Command = list[str]


@dataclass
class Side:
    """One way to serve hello."""

    name: str
    stage: str
    """The stage whose view, template and consumer it runs: `step3`, `bonus`."""
    settings: str = "hello.settings"
    application: str = "hello.asgi:application"
    workers: int | None = None
    """Worker processes behind daphne, and a Redis if there are any; None: one `runserver` that has it all inside."""
    port: int = field(default_factory=lambda: free_port())
    _guard: subprocess.Popen[bytes] | None = None
    _stderr: Path = Path(os.devnull)

    def start(self) -> None:
        """Start its processes under a guard, which ends them with us."""
        folder = Path(tempfile.mkdtemp(prefix="asyncdemo-bench-"))
        self._stderr = folder / "stderr"
        with self._stderr.open("wb") as stderr:
            self._guard = subprocess.Popen(
                [sys.executable, str(ROOT / "benchmarks/guard.py"), json.dumps(self._commands(folder)), str(folder)],
                cwd=self.cwd,
                env=self._environment(folder),
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,  # a line per notification and per request
                stderr=stderr,
                start_new_session=True,
            )

    def _environment(self, folder: Path) -> dict[str, str]:
        return os.environ | {
            "ASYNCDEMO_DELAYS": "0",
            "DATABASE": str(folder / "db.sqlite3"),
            "DJANGO_SETTINGS_MODULE": self.settings,
            "PYTHON": sys.executable,
            "PYTHONPATH": str(ROOT),
            "REDIS_URL": f"unix://{folder}/redis.sock",
            "REDIS_PREFIX": f"bench-{self.port}:",
        }

    @property
    def cwd(self) -> Path:
        """Where its commands begin."""
        return ROOT / "asyncdemo" / "stages" / self.stage

    def _commands(self, folder: Path) -> list[Command]:
        python = sys.executable
        if self.workers is None:
            return [[python, "manage.py", "runserver", "--noreload", str(self.port)]]
        daphne = [python, "-m", "daphne", "--port", str(self.port), self.application]
        socket_options = ["--port", "0", "--unixsocket", f"{folder}/redis.sock"]
        valkey = [str(embedded_program()), *socket_options, "--save", "", "--dir", str(folder)]
        workers = [[python, "manage.py", "runworker"]] * self.workers
        return [*([valkey] if workers else []), daphne, *workers]

    async def answers(self) -> None:
        """Wait until it answers. Raises RuntimeError with what it said if it does not."""
        deadline = time.monotonic() + START_LIMIT_S
        while time.monotonic() < deadline:
            try:
                if set((await ask(self.port, 1, 1)).statuses) == {200}:
                    return
            except (OSError, ValueError):
                pass
            await asyncio.sleep(0.1)
        raise RuntimeError(f"{self.name} does not answer:\n{self._stderr.read_text()[-2000:]}")

    def stop(self) -> None:
        """End its processes and wait until they have ended."""
        if self._guard is not None and self._guard.stdin is not None:
            self._guard.stdin.close()
            self._guard.wait()

    def processes(self) -> list[psutil.Process]:
        """All its processes, without the guard."""
        if self._guard is None:
            raise RuntimeError(f"{self.name} has not been started")
        return psutil.Process(self._guard.pid).children(recursive=True)

    def cpu_s(self) -> float:
        """CPU seconds used so far by all its processes, Redis included."""
        return cpu_s_of(self.processes())

    async def quiet(self) -> float:
        """Wait until there is nothing left to do; its CPU seconds then."""
        used = self.cpu_s()
        while True:
            await asyncio.sleep(QUIET_S)
            before, used = used, self.cpu_s()
            if used - before <= IDLE_CPU_S:
                return used


def free_port() -> int:
    """A port that nobody has at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def cpu_s_of(processes: Iterable[psutil.Process]) -> float:
    """CPU seconds that these have used so far, without those that are over by now."""
    used_s = 0.0
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            used_s += times.user + times.system
    return used_s
