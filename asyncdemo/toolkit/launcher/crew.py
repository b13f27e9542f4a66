"""The processes of a run that goes on: workers added, removed, killed, frozen, and its Redis stopped and started."""

import signal
from pathlib import Path

from . import guard, plan, redis
from .children import Children
from .options import MAX_WORKERS, RunOptions


class Crew:
    """What can be turned by hand while a stage runs. Each returns what it has done."""

    def __init__(self, options: RunOptions, place: plan.Where, children: Children, redis_socket: Path) -> None:
        self.frozen: set[str] = set()
        """Processes that were stopped by SIGSTOP, to go on later."""
        self.own_redis = options.needs_own_redis
        self._options, self._place, self._children, self._redis_socket = options, place, children, redis_socket

    def start_redis(self) -> None:
        """Start this run's own Redis."""
        command = redis.private_command(redis.find_server(), self._redis_socket)
        self._children.start(plan.Command("redis", command, {}), last_to_stop=True)

    def add_worker(self, kind: str) -> str:
        """Start one more `worker` or `webworker`; the name it has."""
        number = next(n for n in range(1, MAX_WORKERS + 2) if f"{kind}.{n}" not in self._children.pids)
        return self._start_worker(kind, number)

    def remove_worker(self, kind: str) -> str | None:
        """Tell the newest `worker` or `webworker` to finish what it has in hand and go; its name."""
        numbers = [int(name.split(".")[1]) for name in self._children.pids if name.split(".")[0] == kind]
        if not numbers:
            return None
        name = f"{kind}.{max(numbers)}"
        self.send_signal(name, signal.SIGTERM)
        return name

    def restart_worker(self, name: str) -> None:
        """Kill a worker if it is there, and start it anew under its name."""
        kind, number = name.split(".")
        self.send_signal(name, signal.SIGKILL)
        self._start_worker(kind, int(number))

    def _start_worker(self, kind: str, number: int) -> str:
        command = plan.worker(self._options, self._place, self._options.stage.procfile, kind, number)
        self._children.start(command)
        return command.name

    def send_signal(self, name: str, number: signal.Signals) -> bool:
        """Send a signal to a process of the run; False if it is not there."""
        pid = self._children.pids.get(name)
        if pid is not None:
            guard.kill(pid, number)
            (self.frozen.add if number == signal.SIGSTOP else self.frozen.discard)(name)
        return pid is not None

    def toggle_redis(self) -> str:
        """Stop this run's own Redis, or start it again: what was done. Everything on its channels is gone."""
        if not self.own_redis:
            return "the Redis is not this run's own"
        if self.send_signal("redis", signal.SIGKILL):
            return "Redis is stopped"
        self._redis_socket.unlink(missing_ok=True)
        self.start_redis()
        return "Redis starts again"
