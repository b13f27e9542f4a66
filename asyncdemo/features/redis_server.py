"""A Redis in the foreground, for the terminals of somebody who starts the stages by hand."""

import time
from queue import SimpleQueue

from ..base.errors import StartError
from ..events.events import Event, Printed, ProcessEnded
from ..running import ports, redis
from ..running.plan import Command
from ..running.processes import Processes
from ..running.run_folder import RunFolder
from ..running.signals import signals

HOST = "127.0.0.1"


def serve_redis(port: int, reuse: bool) -> int:
    """Serve until a signal comes: the exit code. With `reuse`, wait beside one that answers already.

    Raises UsageError for what is no port, StartError when the port cannot be had, or when the server ends by itself.
    """
    ports.check_port(port)
    over: SimpleQueue[int | ProcessEnded] = SimpleQueue()
    with signals(over.put):
        if reuse and ports.answers(HOST, port):
            print(f"A Redis answers at {HOST}:{port} already. Ctrl-C ends this wait, not that Redis.", flush=True)
            return exit_code(over.get())
        return serve(port, over)


def serve(port: int, over: "SimpleQueue[int | ProcessEnded]") -> int:
    """Until it is over: the exit code. Raises StartError when the port cannot be had, or the server ends by itself."""
    port = ports.claim(HOST, port)
    server, folder = redis.find_server(), RunFolder.create()
    try:
        processes = Processes(folder, {}, lambda event: tell(event, over), time.monotonic)
        processes.start(Command("redis", redis.public_command(server, port, folder.path), {}), last_to_stop=True)
        print(f"{server.kind} at redis://{HOST}:{port}/0. Nothing is saved. Ctrl-C ends it.", flush=True)
        return exit_code(over.get())
    finally:
        folder.close()


def tell(event: Event, over: "SimpleQueue[int | ProcessEnded]") -> None:
    """Pass on what the server says, and its end."""
    if isinstance(event, Printed):
        print(event.line, flush=True)
    elif isinstance(event, ProcessEnded):
        over.put(event)


def exit_code(end: "int | ProcessEnded") -> int:
    """Raises StartError if the server ended by itself."""
    if isinstance(end, ProcessEnded):
        raise StartError("Redis ended by itself. Its last words are above. Try again, or another --port.")
    return end
