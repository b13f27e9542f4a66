"""What happens on the channels, from the signals of `channel_http`."""

from collections.abc import Callable
from typing import Any

from django.dispatch import Signal

from asyncdemo.channel_http import signals
from asyncdemo.channel_http.messages import Delivery

from ..text import printable
from .emit import Emitter
from .events import Answered, Arrived, Done, Expired, Refused, Sent, Taken, WorkerReady
from .hello import hello_name


def attach(emitter: Emitter) -> None:
    """Turn each signal into an event."""
    emit = emitter.emit

    def arrived(id: str, scope: dict[str, Any], **_: object) -> None:  # noqa: A002  # the signal's name for it
        name = hello_name(scope["method"], scope["path"], scope["query_string"])
        emit(Arrived, id=id, method=scope["method"], path=printable(scope["path"], 60), name=name)

    def answered(id: str, answer: Any, **_: object) -> None:  # noqa: A002
        times = {"total_s": round(answer.total_s, 6), "queued_s": answer.queued_s}
        emit(Answered, id=id, status=answer.status, worker=answer.slot, problem=answer.problem, **times)

    def taken(slot: str, delivery: Delivery, **_: object) -> None:
        emit(Taken, id=delivery.id, channel=delivery.channel, worker=slot, age_s=round(delivery.age_s, 6))

    def done(slot: str, delivery: Delivery, failed: bool, **_: object) -> None:
        emit(Done, id=delivery.id, channel=delivery.channel, worker=slot, failed=failed)

    def sent(id: str, channel: str, **_: object) -> None:  # noqa: A002
        emit(Sent, id=id, channel=channel)

    def refused(id: str, channel: str, **_: object) -> None:  # noqa: A002
        emit(Refused, id=id, channel=channel)

    def expired(ids: list[str], channel: str, **_: object) -> None:
        emit(Expired, ids=ids, channel=channel)

    def started(slot: str, channels: list[str], **_: object) -> None:
        emit(WorkerReady, worker=slot, channels=channels)

    receivers: list[tuple[Signal, Callable[..., None]]] = [
        (signals.request_arrived, arrived),
        (signals.request_answered, answered),
        (signals.message_taken, taken),
        (signals.message_done, done),
        (signals.message_sent, sent),
        (signals.message_refused, refused),
        (signals.messages_expired, expired),
        (signals.slot_started, started),
    ]
    for signal, receiver in receivers:
        signal.connect(receiver, weak=False)
