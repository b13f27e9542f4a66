"""A stage started for real: one hello, one notification, and everything stopped again."""

import html
import re
import signal
import threading
import time
import urllib.request
from collections import deque
from dataclasses import dataclass
from http.client import HTTPException
from typing import TYPE_CHECKING
from urllib.error import HTTPError

from ...base.errors import AsyncdemoError, StartError
from ...base.text import with_last_lines
from ...events.events import Event, Printed, delivered
from ...running.options import RunOptions
from ...stages.catalogue import STAGES

if TYPE_CHECKING:
    from ...running.live_run import LiveRun

LIMIT_S = 15.0
"""From the hello to the notification, on a machine that is far too slow."""
LAST_LINES = 3
"""How many lines of the stage go with a problem."""


@dataclass(frozen=True)
class Result:
    """How long it took, in seconds."""

    start_s: float
    """Until the page could be opened."""
    hello_s: float
    """Until the hello was answered."""


class Stopped(AsyncdemoError):
    """The user did not wait for the end."""

    def __init__(self, exit_code: int) -> None:
        super().__init__("Stopped before everything was checked.")
        self.exit_code = exit_code or 128 + signal.SIGINT


class Trial:
    """The bonus with two workers, one of them reserved; ten times as fast, the outside service takes 1 s (0.1 s)."""

    def __init__(self, redis_url: str | None) -> None:
        self._options = RunOptions(
            STAGES["bonus"], workers=2, reserved_web=1, port=0, speed=10, delays=(1.0,), redis_url=redis_url
        )
        self._hello_s: float | None = None
        self._problem = ""
        self._delivered = False
        self._lines: deque[str] = deque(maxlen=LAST_LINES)

    def play(self) -> Result:
        """Start, say hello, wait for the notification, stop. Raises StartError, naming what failed, or Stopped."""
        from ...running.run import Run
        from ...running.starting import Interrupted

        began = time.monotonic()
        try:
            with Run(self._options, self._listen) as starting:
                live = starting.until_up()
                start_s = time.monotonic() - began
                exit_code = self._visit(live)
                lines = list(self._lines)
        except Interrupted as interrupted:
            raise Stopped(interrupted.exit_code) from None
        if exit_code is not None:
            raise Stopped(exit_code)
        return Result(start_s, self._judge(lines))

    def _visit(self, run: "LiveRun") -> int | None:
        """Until both have come or the time is up: None; or until the user stops it: the exit code."""
        threading.Thread(target=self._say_hello, args=(run.url,), daemon=True, name="hello").start()
        until_s = run.now() + LIMIT_S
        return run.watch(lambda: self._done or run.now() >= until_s)

    def _listen(self, event: Event) -> None:
        if isinstance(event, Printed):
            self._lines.append(f"{event.process}: {event.line}")
        if delivered(event):
            self._delivered = True

    def _say_hello(self, url: str) -> None:
        """In a thread of its own. A proxy is not asked: the page is on this machine."""
        began = time.monotonic()
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(f"{url}?name=doctor", timeout=LIMIT_S) as response:
                page = response.read()
            if b"Hello, doctor!" not in page:
                self._problem = "The page does not say hello."
            self._hello_s = time.monotonic() - began
        except HTTPError as error:
            with error:
                self._problem = f"The page answers {error.code} {error.reason}{explanation(error.read())}."
        except (OSError, HTTPException) as error:  # urllib's own are among the first
            self._problem = f"The page does not answer: {error}."

    @property
    def _done(self) -> bool:
        """Whether all has come, or something else than that."""
        return bool(self._problem) or (self._delivered and self._hello_s is not None)

    def _judge(self, lines: list[str]) -> float:
        """How long the hello took. Raises StartError with the last lines of the stage if something is missing."""
        problem = self._problem
        if self._hello_s is not None and self._delivered and not problem:
            return self._hello_s
        if not problem:
            missing = "The page did not answer" if self._hello_s is None else "The notification was not delivered"
            problem = f"{missing} within {LIMIT_S:g} s."
        raise StartError(with_last_lines(problem, lines))


def explanation(page: bytes) -> str:
    """`: why`, if the page says why."""
    found = re.search(r"<p>(.*?)</p>", page.decode("utf-8", "replace"))
    return f": {html.unescape(found[1]).rstrip('.')}" if found else ""
