"""What the pretend outside service does, from the log records that it writes."""

import logging
import threading

from asyncdemo.channel_http import HTTP_CHANNEL
from asyncdemo.channel_http.messages import new_id
from asyncdemo.channel_http.signals import current_delivery, current_slot

from ..text import printable
from .emit import Emitter
from .events import CallDelivered, CallStarted


class CallHandler(logging.Handler):
    """Turns the records `started` and `delivered` into events. A call starts and ends in one thread."""

    def __init__(self, emitter: Emitter) -> None:
        super().__init__()
        self._emit = emitter.emit
        self._thread = threading.local()

    def emit(self, record: logging.LogRecord) -> None:
        text = printable(record.__dict__["notification"])
        if record.msg == "started":
            delivery = current_delivery.get()
            direct = delivery is None or delivery.channel == HTTP_CHANNEL
            self._thread.id = new_id() if delivery is None or direct else delivery.id
            seconds = record.__dict__["seconds"]
            self._emit(
                CallStarted, id=self._thread.id, text=text, seconds=seconds, worker=current_slot.get(), direct=direct
            )
        else:
            self._emit(CallDelivered, id=self._thread.id, text=text)


def attach(emitter: Emitter) -> None:
    """Listen to the logger of the stage's outside service."""
    logger = logging.getLogger("outside")
    logger.addHandler(CallHandler(emitter))
    logger.setLevel(logging.INFO)
    logger.propagate = False
