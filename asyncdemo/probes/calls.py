"""What the pretend outside service does, from the log records that it writes."""

import logging
import threading

from asyncdemo.channel_http import HTTP_CHANNEL
from asyncdemo.channel_http.messages import new_id
from asyncdemo.channel_http.signals import current_delivery, current_slot

from ..base.text import printable
from ..events.sending import Emitter
from .teller import Teller, current_work


class CallHandler(logging.Handler):
    """Turns the records `started` and `delivered` into events. A call starts and ends in one thread."""

    def __init__(self, emitter: Emitter, teller: Teller) -> None:
        super().__init__()
        self._emitter, self._teller = emitter, teller
        self._thread = threading.local()

    def emit(self, record: logging.LogRecord) -> None:
        text = printable(record.__dict__["notification"])
        if record.msg == "started":
            delivery = current_delivery.get()
            direct = delivery is None or delivery.channel == HTTP_CHANNEL
            self._thread.id = new_id() if delivery is None or direct else delivery.id
            self._thread.direct = direct
            call = {"text": text, "seconds": record.__dict__["seconds"], "worker": current_slot.get(), "direct": direct}
            self._thread.began, self._thread.call = self._emitter.now(), {"id": self._thread.id, **call}
            self._teller.begun("CallStarted", self._thread.id, **call)
        else:
            self._delivered(self._thread.id, text, self._thread.direct)

    def _delivered(self, id: str, text: str, direct: bool) -> None:  # noqa: A002  # the event's name for it
        """Of a consumer that was quick, its end tells: it comes at once. A view has its response to send first."""
        work, told = current_work.get(), self._teller.over("CallStarted", id)
        if direct and not told:  # it was sent when the call began, which nothing else tells
            self._emitter.emit_at(self._thread.began, "CallStarted", self._thread.call)
        if told or direct or work is None:
            self._emitter.emit("CallDelivered", id=id, text=text, direct=direct, worker=current_slot.get())
        else:
            work.calls.append(text)


def attach(emitter: Emitter, teller: Teller) -> None:
    """Listen to the logger of the stage's outside service; in a process that was forked, in the place of who did."""
    logger = logging.getLogger("outside")
    for inherited in [handler for handler in logger.handlers if isinstance(handler, CallHandler)]:
        logger.removeHandler(inherited)
    logger.addHandler(CallHandler(emitter, teller))
    logger.setLevel(logging.INFO)
    logger.propagate = False
