"""A Redis in the foreground, for the terminals of somebody who starts the stages by hand."""

import time
from collections.abc import Iterable
from functools import partial
from queue import SimpleQueue

from ..base.addresses import LOOPBACK
from ..base.errors import StartError, no_room_said
from ..base.output import OUTPUT_GONE, Output
from ..events.events import Event, Printed, ProcessEnded
from ..running import ports, redis
from ..running.plan import Command
from ..running.processes import Processes
from ..running.run_folder import RunFolder
from ..running.signals import signals

REDIS = "redis"
"""The name of its process."""


def serve_redis(port: int, reuse: bool) -> int:
    """Serve until a signal comes: the exit code. With `reuse`, wait beside one that answers already.

    Raises UsageError for what is no port, StartError when the port cannot be had, when what answers there is no Redis
    that will do, or when the server ends by itself.
    """
    ports.check_port(port)
    over: SimpleQueue[int | ProcessEnded] = SimpleQueue()
    output = Output(partial(over.put, OUTPUT_GONE))
    with signals(over.put):
        if reuse and ports.answers(LOOPBACK, port):
            redis.check(f"redis://{LOOPBACK}:{port}/0")
            output.line(f"A Redis answers at {LOOPBACK}:{port} already. Ctrl-C ends this wait, not that Redis.")
            return exit_code(over.get())
        return serve(port, output, over)


def serve(port: int, output: Output, over: "SimpleQueue[int | ProcessEnded]") -> int:
    """Until it is over: the exit code. Raises StartError when the port cannot be had, or the server ends by itself."""
    port = ports.claim(LOOPBACK, port)
    server, folder = redis.find_server(), RunFolder.create()
    try:
        processes = Processes(folder, {}, lambda event: tell(event, output, over), time.monotonic)
        processes.start(Command(REDIS, redis.public_command(server, port, folder.path), {}), last_to_stop=True)
        folder.serves_redis(port)
        output.line(f"{server.name} at redis://{LOOPBACK}:{port}/0. Nothing is saved. Ctrl-C ends it.")
        return exit_code(over.get(), processes.last_lines[REDIS])
    finally:
        folder.close()


def tell(event: Event, output: Output, over: "SimpleQueue[int | ProcessEnded]") -> None:
    """Pass on what the server says, and its end."""
    if isinstance(event, Printed):
        output.line(event.line)
    elif isinstance(event, ProcessEnded):
        over.put(event)


def exit_code(end: "int | ProcessEnded", last_lines: Iterable[str] = ()) -> int:
    """Raises StartError if the server ended by itself, after these lines."""
    if isinstance(end, ProcessEnded) and (why := no_room_said(last_lines)):
        raise StartError(f"Redis ended by itself. {why}")
    if isinstance(end, ProcessEnded):
        raise StartError("Redis ended by itself. Its last words are above. Try again, or another --port.")
    return end
