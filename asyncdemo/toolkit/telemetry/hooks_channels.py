"""What happens on the channels, from the signals of `channel_http`."""

from collections.abc import Callable
from typing import Any

from django.dispatch import Signal

from asyncdemo.channel_http import signals
from asyncdemo.channel_http.messages import Delivery

from ..text import printable
from .emit import Emitter
from .events import Answered, Arrived, Done, Expired, Queues, Refused, Sent, Taken, WorkerReady
from .hello import hello_name


def attach(emitter: Emitter) -> None:  # noqa: C901  # a list of small functions, one for each signal
    """Turn each signal into an event."""
    emit = emitter.emit

    def arrived(id: str, scope: dict[str, Any], **_: object) -> None:  # noqa: A002  # the signal's name for it
        name = hello_name(scope["method"], scope["path"], scope["query_string"])
        emit(Arrived, id=id, method=scope["method"], path=printable(scope["path"], 60), name=name)

    def answered(id: str, scope: dict[str, Any], answer: Any, **_: object) -> None:  # noqa: A002
        times = {"total_s": round(answer.total_s, 6), "queued_s": answer.queued_s, "view_s": answer.view_s}
        hello = hello_name(scope["method"], scope["path"], b"") is not None
        emit(Answered, id=id, status=answer.status, worker=answer.slot, problem=answer.problem, hello=hello, **times)

    def taken(slot: str, delivery: Delivery, **_: object) -> None:
        emit(Taken, id=delivery.id, channel=delivery.channel, worker=slot, age_s=round(delivery.age_s, 6))

    def done(slot: str, delivery: Delivery, failed: bool, busy_s: float, **_: object) -> None:
        times = {"busy_s": round(busy_s, 6)}
        emit(Done, id=delivery.id, channel=delivery.channel, worker=slot, failed=failed, **times)

    def sent(id: str, channel: str, **_: object) -> None:  # noqa: A002
        emit(Sent, id=id, channel=channel)

    def refused(id: str, channel: str, **_: object) -> None:  # noqa: A002
        emit(Refused, id=id, channel=channel)

    def expired(ids: list[str], channel: str, **_: object) -> None:
        emit(Expired, ids=ids, channel=channel)

    def started(slot: str, channels: list[str], **_: object) -> None:
        emit(WorkerReady, worker=slot, channels=channels)

    def measured(ids: dict[str, list[str]], ages: dict[str, float], **_: object) -> None:
        emit(Queues, ids=ids, ages={channel: round(age, 3) for channel, age in ages.items()})

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
