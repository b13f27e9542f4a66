"""Messages of Channels' channel layers, as its consumers get them."""

from __future__ import annotations

import time
from typing import Any

from .path_of_2016 import delivery_now
from .telling import sender, worker

CONNECTIONS = ("websocket.", "http.")
"""How the types of messages begin that are a connection's own, and no work that was sent."""


def consumers(module: Any) -> None:
    """From the call of a handler to its return; a sync consumer has a way of its own."""
    for consumer in (module.AsyncConsumer, module.SyncConsumer):
        consumer.dispatch = watched_dispatch(vars(consumer)["dispatch"])


def watched_dispatch(dispatch: Any) -> Any:
    """That of a class of consumers."""

    async def watched(self: Any, message: dict[str, Any]) -> None:
        if message["type"].startswith(CONNECTIONS) or delivery_now() is not None:  # which is told by the path of 2016
            await dispatch(self, message)
            return
        began, id_, failed = time.monotonic(), sender.new_id(), True
        channel = str(self.scope.get("channel") or message["type"])
        what = {"id": id_, "channel": channel, "worker": worker(type(self).__name__), "task": message["type"]}
        sender.tell(("Taken", {"age_s": 0.0, **what}))
        try:
            await dispatch(self, message)
            failed = False
        finally:
            busy_s = round(time.monotonic() - began, 6)
            sender.tell(("Done", {"busy_s": busy_s, "failed": failed, **what}))

    return watched
