"""The processes of a run that goes on: workers added, removed, killed, frozen, and its Redis stopped and started."""

import signal
from itertools import count
from pathlib import Path

from ..base.errors import CannotTurnError
from . import guard, plan, redis
from .options import MAX_WORKERS, RunOptions
from .processes import Processes


class WorkerControl:
    """What can be turned by hand while a stage runs. What a key asks for returns what it has done, in words.

    Raises CannotTurnError for what cannot be done now.
    """

    def __init__(self, options: RunOptions, place: plan.Where, processes: Processes, redis_socket: Path) -> None:
        self.frozen: set[str] = set()
        """Processes that were stopped by SIGSTOP, to go on later."""
        self._leaving: set[int] = set()
        """Process ids of the workers that were told to go: a second time, they would not finish what they have."""
        self.own_redis = options.needs_own_redis
        self._options, self._place, self._processes, self._redis_socket = options, place, processes, redis_socket

    def start_redis(self) -> None:
        """Start this run's own Redis."""
        command = redis.private_command(redis.find_server(), self._redis_socket)
        self._processes.start(plan.Command(self._options.stage.broker, command, {}), last_to_stop=True)

    def add_worker(self, kind: str) -> str:
        """Start one more worker of this process of the Procfile."""
        there = self._processes.there
        if sum(self.is_worker(name) for name in there) >= MAX_WORKERS:
            raise CannotTurnError(f"{MAX_WORKERS} workers are the most")
        number = next(number for number in count(1) if f"{kind}.{number}" not in there)
        return f"{self._start_worker(kind, number)} starts"

    def remove_worker(self, kind: str) -> str:
        """Tell the newest worker of this process to finish what it has in hand and go; a frozen one goes on for it.

        It is told alone, and not what it has forked: to a child of Celery's pool, SIGTERM is the end in the middle of
        a task.
        """
        pids = {name: pid for name, pid in list(self._processes.pids.items()) if name.split(".")[0] == kind}
        staying = [name for name, pid in pids.items() if pid not in self._leaving]
        if not staying:
            raise CannotTurnError(f"every {kind} is on its way out" if pids else f"there is no {kind}")
        name = max(staying, key=lambda name: int(name.split(".")[1]))
        self._leaving.add(pids[name])
        guard.tell(pids[name], signal.SIGTERM)
        self.send_signal(name, signal.SIGCONT)
        return f"{name} finishes what it has in hand and goes"

    def is_worker(self, name: str) -> bool:
        """Whether a process is one of the workers, by its name."""
        return name.split(".")[0] in (self._options.stage.general, self._options.stage.reserved)

    def is_there(self, name: str) -> bool:
        """Whether a process of this name runs, or is frozen."""
        return name in self._processes.pids

    def restart_worker(self, name: str) -> str:
        """Kill a worker if it is there, and start it anew under its name."""
        kind, number = name.split(".")
        self.send_signal(name, signal.SIGKILL)
        return f"{self._start_worker(kind, int(number))} starts again"

    def _start_worker(self, kind: str, number: int) -> str:
        self.frozen.discard(f"{kind}.{number}")
        command = plan.worker(self._options, self._place, kind, number)
        self._processes.start(command)
        return command.name

    def send_signal(self, name: str, number: signal.Signals) -> bool:
        """Send a signal to a process of the run; False if it is not there."""
        pid = self._processes.pids.get(name)
        if pid is None:
            return False
        guard.kill(pid, number)
        if number == signal.SIGSTOP:
            self.frozen.add(name)
            self._processes.froze(name, True)
        elif number in (signal.SIGCONT, signal.SIGKILL) and name in self.frozen:
            self.frozen.discard(name)
            if number == signal.SIGCONT:  # whoever was killed does not go on
                self._processes.froze(name, False)
        return True

    @property
    def redis_runs(self) -> bool:
        """Whether this run's own Redis is there."""
        return self._options.stage.broker in self._processes.pids

    def stop_redis(self) -> str:
        """Stop this run's own Redis. Everything on its channels is gone."""
        if not self.send_signal(self._options.stage.broker, signal.SIGKILL):
            raise CannotTurnError("Redis is not there")
        return "Redis is stopped"

    def restart_redis(self) -> str:
        """Start this run's own Redis, which was stopped or has died, again."""
        if self._options.stage.broker in self._processes.there:  # or about to be: it has made its socket
            raise CannotTurnError("Redis is there")
        self._redis_socket.unlink(missing_ok=True)
        self.start_redis()
        return "Redis starts again"
