"""What happens on the channels, from the signals of `channel_http`."""

from collections.abc import Callable
from typing import Any

from django.dispatch import Signal

from asyncdemo.channel_http import HTTP_CHANNEL, signals
from asyncdemo.channel_http.messages import Delivery

from ..base.text import printable
from ..events.sending import Emitter
from .hello import hello_name
from .teller import Teller, Work, current_work


def request(scope: dict[str, Any]) -> dict[str, Any]:
    """What is told of a request."""
    method, path = scope["method"], scope["path"]
    return {"method": method, "path": printable(path, 60), "name": hello_name(method, path, scope["query_string"])}


def attach(emitter: Emitter, teller: Teller) -> None:  # noqa: C901  # a list of small functions, one for each signal
    """Turn each signal into an event."""
    emit = emitter.emit

    def arrived(id: str, scope: dict[str, Any], **_: object) -> None:  # noqa: A002  # the signal's name for it
        teller.begun("Arrived", id, **request(scope))

    def answered(id: str, scope: dict[str, Any], answer: Any, **_: object) -> None:  # noqa: A002
        teller.over("Arrived", id)
        if answer.slot:  # else his request is on its channel yet
            teller.over("Sent", id)
        times = {"total_s": round(answer.total_s, 6), "queued_s": answer.queued_s, "view_s": answer.view_s}
        end = {"status": answer.status, "worker": answer.slot, "problem": answer.problem}
        teller.ended("Answered", id=id, **request(scope), **end, **times)

    def taken(slot: str, delivery: Delivery, **_: object) -> None:
        current_work.set(Work())
        if delivery.channel != HTTP_CHANNEL:
            teller.flush()  # it may be what this worker has sent itself: were it killed now, nobody would know of it
        times = {"age_s": round(delivery.age_s, 6)}
        teller.begun("Taken", delivery.id, channel=delivery.channel, worker=slot, **times)

    def done(slot: str, delivery: Delivery, failed: bool, busy_s: float, **_: object) -> None:
        teller.over("Taken", delivery.id)
        work = current_work.get() or Work()
        sent = [message for message in work.sent if not teller.over("Sent", message)]
        times = {"busy_s": round(busy_s, 6), "age_s": round(delivery.age_s, 6)}
        what = {"channel": delivery.channel, "worker": slot, "failed": failed, "sent": sent, "calls": work.calls}
        # A view's end can wait for others; what a consumer has done must be known even if the worker is killed now.
        tell = teller.ended if delivery.channel == HTTP_CHANNEL else emit
        tell("Done", id=delivery.id, **what, **times)

    def sent(id: str, channel: str, **_: object) -> None:  # noqa: A002
        work = current_work.get()
        if work is not None:
            work.sent.append(id)
        if work is not None or channel == HTTP_CHANNEL:
            teller.begun("Sent", id, channel=channel)
        else:
            emit("Sent", id=id, channel=channel)

    def refused(id: str, channel: str, **_: object) -> None:  # noqa: A002
        emit("Refused", id=id, channel=channel)

    def expired(ids: list[str], channel: str, **_: object) -> None:
        emit("Expired", ids=ids, channel=channel)

    def started(slot: str, channels: list[str], **_: object) -> None:
        emit("WorkerReady", worker=slot, channels=channels)

    def measured(ids: dict[str, list[str]], ages: dict[str, float], took_s: float, **_: object) -> None:
        told = {"ids": ids, "ages": {channel: round(age, 3) for channel, age in ages.items()}}
        emitter.emit_at(emitter.now() - took_s, "Queues", told)

    receivers: list[tuple[Signal, Callable[..., None]]] = [
        (signals.request_arrived, arrived),
        (signals.request_answered, answered),
        (signals.message_taken, taken),
        (signals.message_done, done),
        (signals.message_sent, sent),
        (signals.message_refused, refused),
        (signals.messages_expired, expired),
        (signals.slot_started, started),
        (signals.channels_measured, measured),
    ]
    for signal, receiver in receivers:
        signal.connect(receiver, weak=False)
