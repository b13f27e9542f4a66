"""The process that sends: `python -m asyncdemo.load.worker OPTIONS`, started by process.py.

It tells what it sees four times a second. On its standard input comes a line that says where to, and then commands, a
line each: `rate 2.0` (times what was asked for) and `stop`. When that ends, whoever started it is gone, and so is the
process, at once. With `held` after the options, it says when it is there, and the first command says when to begin:
`go 1234.5`, a moment of `time.monotonic()`.
"""

import asyncio
import gc
import os
import signal
import sys
import time
from collections.abc import Callable
from itertools import chain
from math import isfinite

from ..base.durations import slow_from_s
from ..events import events as e
from ..events.sending import Address, Emitter
from ..running.descriptors import most_descriptors
from .arrivals import Arrivals, ClosedLoop, OpenLoop
from .options import LoadOptions
from .tally import Tally
from .traffic import Traffic

TELL_S = 0.25
OTHERS = 64
"""Descriptors that are no connections of the load: those of Python and the event loop, with room."""
STDIN = 0
HELD = "held"
NAME = "load.1"
"""Of this process, in the events."""


class LoadWorker:
    """One load, from its start to its end."""

    def __init__(self, options: LoadOptions, most: int, emitter: Emitter, began: float) -> None:
        self._options, self._emitter, self._began = options, emitter, began
        self._loop = asyncio.get_running_loop()
        self._over: asyncio.Future[None] = self._loop.create_future()
        self.tally = Tally(began, options.wall_duration_s, slow_from_s(options.speed))
        self._traffic = Traffic(options, most, self.tally)
        kind = ClosedLoop if options.closed else OpenLoop
        self._arrivals: Arrivals = kind(options, self._traffic, self.tally, self._began)
        self._factor = 1.0

    async def run(self) -> None:
        """From when it is to begin until every request has its end, or `stop`."""
        await asyncio.wait([self._over], timeout=self._began - time.monotonic())
        tell_started(self._options, self._emitter, self._began)
        self._arrivals.start()
        self._tell_on(self._began + TELL_S)
        await self._over
        self._arrivals.stop()
        self._emitter.emit(e.LoadTold, **self._told())
        unfinished = sum(count for _, count in self._arrivals.unsent()) + self._traffic.give_up()
        self._emitter.emit(e.LoadEnded, unfinished=unfinished)

    def stop(self) -> None:
        """Send nothing more and wait for nobody."""
        if not self._over.done():
            self._over.set_result(None)

    def obey(self, command: str) -> None:
        """One line of standard input."""
        word, _, value = command.strip().partition(" ")
        if word == "stop":
            self.stop()
        elif word == "rate" and not self._over.done():
            factor = float(value)
            if isfinite(factor):
                self._turn(min(max(factor, 0.0), self._options.most_times))

    def _turn(self, factor: float) -> None:
        """So many times what was asked for; told where it makes a difference: not when all have left, nor twice."""
        self._arrivals.turn(factor)
        turned, self._factor = factor != self._factor, factor
        if turned and not self._options.closed and not self._arrivals.over(time.monotonic()):
            self._emitter.emit(e.LoadTurned, factor=round(factor, 6))

    def _tell_on(self, due: float) -> None:
        """Tell at that moment, and from then on, until there is nothing more to tell."""
        self._loop.call_later(due - time.monotonic(), self._tell, due)

    def _tell(self, due: float) -> None:
        if self._over.done():
            return
        if self._arrivals.over(time.monotonic()) and not self._traffic:
            self.stop()
            return
        self._emitter.emit(e.LoadTold, **self._told())
        self._tell_on(max(due, time.monotonic() - TELL_S) + TELL_S)

    def _told(self) -> dict[str, object]:
        now = time.monotonic()
        self._arrivals.look(now)
        oldest_unsent = next(self._arrivals.unsent(), None)
        self._traffic.tell_the_oldest(now, oldest_unsent[0] if oldest_unsent is not None else None)
        waiting = chain(self._traffic.waiting(), self._arrivals.unsent())
        return self.tally.take(waiting, now, self._arrivals.rate(now))


def tell_started(options: LoadOptions, emitter: Emitter, began: float) -> None:
    """What was asked for. It begins at that moment of `time.monotonic()`."""
    asked = {
        "url": options.target.url,
        "rate": 0.0 if options.closed else options.wall_rate,
        "rate_end": 0.0 if options.closed else options.wall_rate_end,
        "seconds": options.wall_duration_s,
        "arrivals": "closed" if options.closed else options.arrivals,
        "seed": options.seed,
        "visitors": options.closed,
        "timeout_s": options.wall_timeout_s,
        "speed": options.speed,
        "slow_s": slow_from_s(options.speed),
        "other_method": "" if options.method == "GET" else options.method,
    }
    emitter.emit_at(emitter.now() + began - time.monotonic(), e.LoadStarted, asked)


def listen(obey: Callable[[str], None]) -> None:
    """Obey standard input from now on."""
    rest = b""

    def read() -> None:
        nonlocal rest
        data = os.read(STDIN, 4096)
        if not data:  # nobody is there to tell any more
            os._exit(0)
        *lines, rest = (rest + data).split(b"\n")
        for line in lines:
            obey(line.decode("ascii", "replace"))

    asyncio.get_running_loop().add_reader(STDIN, read)


async def send(options: LoadOptions, emitter: Emitter, held: bool) -> None:
    """The whole load."""
    began = told_when(emitter) if held else time.monotonic()
    if began is None:
        return
    sending = LoadWorker(options, max(1, most_descriptors() - OTHERS), emitter, began)
    listen(sending.obey)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, sending.stop)
    gc.freeze()  # what is there now stays: no need to look through it again and again
    await sending.run()


def told_when(emitter: Emitter) -> float | None:
    """Say that all is ready, and wait to be told when to begin; None: not at all."""
    emitter.emit(e.LoadReady)
    word, _, moment = first_line().partition(" ")
    return float(moment) if word == "go" else None


def first_line() -> str:
    """The next line of standard input, and nothing of what follows; empty when whoever started it is gone."""
    with open(STDIN, "rb", buffering=0, closefd=False) as stdin:
        return stdin.readline().decode("ascii").strip()


def new_loop() -> asyncio.AbstractEventLoop:
    """uvloop's if it is installed: it needs a third of the time."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    loop: asyncio.AbstractEventLoop = uvloop.new_event_loop()
    return loop


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever started it, who then says `stop`
    options, *held = sys.argv[1:]
    telemetry = first_line()
    if not telemetry:
        return  # nobody is there to tell any more
    emitter = Emitter(Address.parse(telemetry), NAME)
    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(send(LoadOptions.from_json(options), emitter, HELD in held))


if __name__ == "__main__":
    main()
