"""Starts the process that sends, and controls it."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import IO

from ..base.durations import number_text
from ..base.errors import StartError, no_room_said
from ..base.installation import ROOT, environment_of_ours
from ..base.text import printable
from ..events.sending import Address
from .host import check_known
from .options import LoadOptions

MODULE = "asyncdemo.load.worker"
GRACE_S = 2.0
"""How long the process may take to end when it is told to."""
AT_MOST_S = 10.0
"""How long a stage that is to end waits for its load to be gone, which tells the end of its figures last: more than a
moment it takes on a busy machine alone."""
FACTORS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
"""Of the rate that was asked for: the steps of the keys `<` and `>`."""
ON_ITS_WAY_S = 1.0
"""What a process said last may take so long to arrive when it is gone."""
BUSY_S = 15.0
"""And so long at the most, where the machine is busy, if it ended as it should: then it has said that it did."""
LAST_LINES = 12
LAST_BYTES = 4096


class LoadProcess:
    """A load, sent by a process of its own. Use it in a `with`, or `close` it.

    One that is `held` tells when it is there, as a `LoadReady`, and sends nothing before it is told to `go`.
    """

    def __init__(
        self,
        options: LoadOptions,
        address: Address,
        *,
        spawn: "Callable[..., subprocess.Popen[bytes]]" = subprocess.Popen,
        clock: Callable[[], float] = time.monotonic,
        grace_s: float = GRACE_S,
        held: bool = False,
    ) -> None:
        self.options, self._spawn, self._clock, self._grace_s = options, spawn, clock, grace_s
        self._telemetry, self._held = address, held
        self._step = FACTORS.index(1.0)
        self._process: subprocess.Popen[bytes] | None = None
        self._errors: IO[bytes] | None = None
        """What the process says: its words must not fall into the picture."""
        self._last_words = ""
        self._gone_at: float | None = None

    def __enter__(self) -> "LoadProcess":
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def start(self) -> None:
        """Begin. Raises StartError when the target's host is not known."""
        check_known(self.options.target)
        command = [sys.executable, "-m", MODULE, self.options.as_json(), *(["held"] if self._held else [])]
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  # `close` closes it
        ends = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL, "stderr": self._errors}
        self._process = self._spawn(command, cwd=ROOT, env=environment_of_ours(), start_new_session=True, **ends)
        self._say(str(self._telemetry))

    @property
    def pid(self) -> int:
        """Of the process. It must have been started."""
        return self._started.pid

    def go(self, at: float) -> None:
        """Begin at that moment of `time.monotonic()`, if it was held until now."""
        self._say(f"go {at!r}")

    def rate(self, factor: float) -> None:
        """From now on, so many times the rate that was asked for; 0: none. No jump, nothing is sent twice or lost."""
        self._say(f"rate {factor!r}")

    def step(self, step: int) -> str:
        """One step down or up with the rate; what was done, in words."""
        if self.options.closed:
            return "in a closed loop the answers set the rate"
        self._step = min(len(FACTORS) - 1, max(0, self._step + step))
        factor = min(FACTORS[self._step], self.options.most_times)
        self.rate(factor)
        first, last = (self.options.rate, self.options.rate_end)
        rates = [number_text(round(rate * factor, 3)) for rate in (first, last) if rate is not None]
        clock = " of the lesson" if self.options.speed != 1 else ""
        return f"{' to '.join(rates)}/s{clock}, {factor:.3g} times what was asked for"

    def stop(self) -> None:
        """Send nothing more and give up what is under way. The last events follow, then the end."""
        self._say("stop")

    def end(self) -> None:
        """As `stop`, and wait until it is gone: before what it was sent to is, or that would make errors."""
        self.stop()
        self.wait(AT_MOST_S)

    @property
    def ended(self) -> bool:
        """Whether the process is gone; all that it told is then on its way."""
        return self._process is not None and self._process.poll() is not None

    def check(self, told: bool) -> None:
        """Raises StartError if it is gone without having `told` that the load has ended."""
        if why := self.broke_off(told):
            raise StartError(f"The load broke off: {why}")

    def broke_off(self, told: bool) -> str:
        """Why it is gone without having told that the load has ended; empty while it is there, or if it has `told`."""
        if told or not self.ended:
            return ""
        now = self._clock()
        self._gone_at = now if self._gone_at is None else self._gone_at
        failure = self.failure
        if now - self._gone_at < (ON_ITS_WAY_S if failure else BUSY_S):
            return ""
        return failure or "it ended without a word"

    def wait(self, timeout_s: float | None = None) -> int | None:
        """Its exit code when it has ended, None if it has not within that time."""
        try:
            return self._started.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return None

    @property
    def failure(self) -> str:
        """The last lines it said, safe to show, when it has ended other than it should; empty otherwise."""
        if self._process is None or not self._process.poll():
            return ""
        if self._errors is not None:
            self._last_words = last_lines(self._errors)
        why = no_room_said(self._last_words.splitlines())
        return why or self._last_words or f"the load ended with code {self._process.returncode}"

    def close(self) -> None:
        """End it, if it has not ended, without waiting for its last events. Can be called twice."""
        if self._process is None or self._errors is None:
            return
        if self._process.stdin is not None:
            try:
                self._process.stdin.close()
            except OSError:
                pass  # it was gone before it had read all
            if self.wait(self._grace_s) is None:
                self._process.kill()
                self._process.wait()
        self._last_words = last_lines(self._errors)
        self._errors.close()
        self._errors = None

    @property
    def _started(self) -> "subprocess.Popen[bytes]":
        if self._process is None:
            raise RuntimeError("the load has not been started")
        return self._process

    def _say(self, command: str) -> None:
        stdin = self._started.stdin
        try:
            if stdin is not None and not stdin.closed:
                stdin.write(f"{command}\n".encode())
                stdin.flush()
        except OSError:
            pass  # it has ended


def last_lines(file: IO[bytes]) -> str:
    """The end of a file, safe to show. Whoever writes to it must have ended: it moves the place where they write."""
    file.seek(max(0, file.seek(0, os.SEEK_END) - LAST_BYTES))
    lines = file.read().decode("utf-8", "replace").splitlines()[-LAST_LINES:]
    return "\n".join(map(printable, lines))
