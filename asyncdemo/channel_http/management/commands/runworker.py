"""`manage.py runworker`: one worker process, one message at a time, with the options that it had in Channels 1."""

import asyncio
import os
import signal
from argparse import ArgumentParser
from collections.abc import Callable
from fnmatch import fnmatch
from typing import Any

from channels import DEFAULT_CHANNEL_LAYER
from channels.layers import get_channel_layer
from channels.routing import get_default_application
from django.core.management.base import BaseCommand, CommandError

from asyncdemo.channel_http.layers import QueueLayer, RedisLayer
from asyncdemo.channel_http.routes import channels_of
from asyncdemo.channel_http.slots import Slot


class Command(BaseCommand):
    help = "Run a worker: it takes one message at a time from the channel layer and works on it to the end."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--only-channels", action="append", default=[], metavar="NAME", help="Take from these.")
        parser.add_argument("--exclude-channels", action="append", default=[], metavar="NAME", help="Leave these.")

    def handle(self, *args: Any, **options: Any) -> None:
        layer = get_channel_layer(DEFAULT_CHANNEL_LAYER)
        if not isinstance(layer, RedisLayer):
            raise CommandError(f"Workers in processes of their own need Redis; {described(layer)}.")
        application = get_default_application()
        channels = chosen_channels(channels_of(application), options["only_channels"], options["exclude_channels"])
        name = os.environ.get("HONCHO_PROCESS_NAME", f"worker {os.getpid()}")
        self.stdout.write(f"Using channel layer default ({type(layer).__name__} at {layer.shown_address})")
        hello = f"Worker {name} takes one message at a time from: {', '.join(channels)}"
        asyncio.run(work(Slot(name, layer, application, channels), lambda: self.stdout.write(hello)))


def described(layer: object) -> str:
    """What there is in its place: `the layer here is inside one process`."""
    if isinstance(layer, QueueLayer):
        return "the layer here is inside one process"
    kind = type(layer)
    return f"what they take is a channel_http.layers.RedisLayer, and here is {kind.__module__}.{kind.__qualname__}"


async def work(slot: Slot, ready: Callable[[], None]) -> None:
    """Work until SIGTERM or SIGINT; a second one does not wait for the message in hand."""
    stopping = asyncio.Event()

    def stop() -> None:
        if stopping.is_set():
            os._exit(1)
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    ready()
    await slot.run(stopping)


def chosen_channels(known: list[str], only: list[str], exclude: list[str]) -> list[str]:
    """The channels to take from. Names may be patterns, `http.*`. Raises CommandError for a name that matches none."""
    for pattern in [*only, *exclude]:
        if not any(fnmatch(channel, pattern) for channel in known):
            raise CommandError(f"There is no channel {pattern!r} here; there are: {', '.join(known)}.")
    chosen = [channel for channel in known if not only or any(fnmatch(channel, pattern) for pattern in only)]
    chosen = [channel for channel in chosen if not any(fnmatch(channel, pattern) for pattern in exclude)]
    if not chosen:
        raise CommandError(f"That leaves no channel to take from; there are: {', '.join(known)}.")
    return chosen
