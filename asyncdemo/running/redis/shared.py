"""A Redis for several runs, which each have a prefix of their own in it."""

import time

from ...base.errors import StartError, no_room_said
from ...base.text import with_last_lines
from ...events.events import Event, ProcessEnded
from ..plan import Command
from ..processes import START_LIMIT_S, Processes, wait_until
from ..run_folder import RunFolder
from .server import accepts, find_server, private_command, url_of

REDIS = "redis"
"""The name of its process."""
LOOK_S = 0.02


class SharedRedis:
    """Serves from when it is entered to when it is left. Whoever uses it must be gone by then."""

    def __init__(self, limit_s: float = START_LIMIT_S) -> None:
        self._limit_s = limit_s

    def __enter__(self) -> "SharedRedis":
        """Raises StartError, naming what failed."""
        self._folder, self._ended = RunFolder.create(), False
        try:
            self._processes = Processes(self._folder, {}, self._see, time.monotonic)
            command = private_command(find_server(), self._folder.redis_socket)
            self._processes.start(Command(REDIS, command, {}), last_to_stop=True)
            wait_until(lambda: accepts(self._folder.redis_socket), "Redis", self._look, self._limit_s)
        except BaseException:
            self._folder.close()
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        self._folder.close()

    @property
    def url(self) -> str:
        """Where it listens, for processes of this user."""
        return url_of(self._folder.redis_socket)

    @property
    def ended(self) -> bool:
        """Whether it has, by itself or by somebody else's hand."""
        return self._ended

    def _see(self, event: Event) -> None:
        self._ended = self._ended or isinstance(event, ProcessEnded)

    def _look(self) -> None:
        time.sleep(LOOK_S)
        if self._ended:
            ended, said = "Redis ended while it was starting.", self._processes.last_lines[REDIS]
            why = no_room_said(said)
            raise StartError(f"{ended} {why}" if why else with_last_lines(ended, said))
