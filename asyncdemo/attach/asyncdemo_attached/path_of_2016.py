"""Requests and messages of a project that has a copy of `channel_http`, from the signals of that."""

from __future__ import annotations

import time
from typing import Any

from .http import CHANNEL
from .telling import sender, visitor

signals_of_it: Any = None
"""The module of the signals, where the project has it."""


def delivery_now() -> str | None:
    """The id of the message that the running code works on; None where it works on a request, or on nothing."""
    delivery = signals_of_it.current_delivery.get() if signals_of_it is not None else None
    return None if delivery is None or delivery.channel == CHANNEL else str(delivery.id)


def slot_now() -> str:
    """The slot in which the running code runs; empty where there is none."""
    return str(signals_of_it.current_slot.get()) if signals_of_it is not None else ""


def signals(module: Any) -> None:  # noqa: C901  # a list of small functions, one for each signal
    """Turn each signal into an event."""
    global signals_of_it  # it is known when the project has imported it
    signals_of_it = module

    def request(scope: dict[str, Any]) -> dict[str, Any]:
        return {"method": scope["method"], "path": scope["path"][:60], "name": visitor(scope["path"])}

    def arrived(id: str, scope: dict[str, Any], **_: object) -> None:  # noqa: A002  # the signal's name for it
        sender.tell(("Arrived", {"id": id, **request(scope)}))

    def answered(id: str, scope: dict[str, Any], answer: Any, **_: object) -> None:  # noqa: A002
        times = {"total_s": answer.total_s, "queued_s": answer.queued_s, "view_s": answer.view_s}
        end = {"status": answer.status, "worker": answer.slot, "problem": answer.problem}
        end["reason"] = getattr(answer, "reason", "")[:300]  # which a copy of an earlier version does not know
        route = scope["path"][:60] if answer.status != 404 else ""
        sender.tell(("Answered", {"id": id, **request(scope), "route": route, **end, **times}))

    def taken(slot: str, delivery: Any, **_: object) -> None:
        what = {"id": delivery.id, "channel": delivery.channel, "worker": slot}
        sender.tell(("Taken", {"age_s": round(delivery.age_s, 6), **what}))

    def done(slot: str, delivery: Any, failed: bool, busy_s: float, **_: object) -> None:
        what = {"id": delivery.id, "channel": delivery.channel, "worker": slot, "failed": failed}
        sender.tell(("Done", {"busy_s": round(busy_s, 6), "age_s": round(delivery.age_s, 6), **what}))

    def sent(id: str, channel: str, **_: object) -> None:  # noqa: A002
        sender.tell(("Sent", {"id": id, "channel": channel}))

    def refused(id: str, channel: str, **_: object) -> None:  # noqa: A002
        sender.tell(("Refused", {"id": id, "channel": channel}))

    def expired(ids: list[str], channel: str, **_: object) -> None:
        sender.tell(("Expired", {"ids": ids, "channel": channel}))

    def started(slot: str, channels: list[str], **_: object) -> None:
        sender.tell(("WorkerReady", {"worker": slot, "channels": channels}))

    def measured(ids: dict[str, list[str]], ages: dict[str, float], took_s: float = 0.0, **_: object) -> None:
        told = {"ids": ids, "ages": {channel: round(age, 3) for channel, age in ages.items()}}
        sender.tell(("Queues", {"t": time.monotonic() - took_s, **told}))  # took_s: not of a copy of an earlier version

    for signal, receiver in {
        module.request_arrived: arrived,
        module.request_answered: answered,
        module.message_taken: taken,
        module.message_done: done,
        module.message_sent: sent,
        module.message_refused: refused,
        module.messages_expired: expired,
        module.slot_started: started,
        module.channels_measured: measured,
    }.items():
        signal.connect(receiver, weak=False)
