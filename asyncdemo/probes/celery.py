"""What happens to Celery's tasks, from its own signals: where they are sent, and in their workers.

A message of Celery's carries no time. `before_task_publish` may add a header, and does: the moment on the machine's one
monotonic clock. A pool that forks makes a process whose threads are gone and whose connection is its parent's: it gets
an emitter of its own in `worker_process_init`.

The queues are lists in Redis, the newest first, each message JSON with `headers` (Celery's message protocol, version 2;
kombu's Redis transport). Were they others, depth and age of the queues would not be known.
"""

import json
import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import django.core.wsgi
import redis
from celery import current_app, signals
from celery.exceptions import WorkerShutdown, WorkerTerminate

from asyncdemo.channel_http.messages import Delivery
from asyncdemo.channel_http.signals import current_delivery, current_slot

from ..events.sending import Emitter
from . import calls
from .teller import Teller, Work, current_work

SENT_AT = "asyncdemo_sent_at"
MEASURE_S = 1.0
VISIBLE_S = 3600
"""Of kombu's Redis transport, where no `visibility_timeout` is set: after how long a held task is given out again."""
MOST_NAMED = 500
"""So many tasks of a queue are named; of more, only how many there are."""


class Worker:
    """What a worker does, told. One of its processes has one task in hand."""

    def __init__(self, emitter: Emitter, teller: Teller) -> None:
        self.emitter, self.teller = emitter, teller
        self.name = os.environ.get("HONCHO_PROCESS_NAME", "worker")
        self._began = 0.0
        self._taken: dict[str, Any] = {}

    def forked(self, **_: object) -> None:
        """This is a child of the worker's, with what it has inherited."""
        self.emitter = Emitter.from_environment()
        self.teller = Teller(self.emitter)
        calls.attach(self.emitter, self.teller)

    def ready(self, sender: Any, **_: object) -> None:
        """It begins to take tasks."""
        queues = [*sender.app.amqp.queues.consume_from]
        held_s = float(sender.app.conf.broker_transport_options.get("visibility_timeout", VISIBLE_S))
        self.emitter.emit("WorkerReady", worker=self.name, channels=queues, held_s=held_s)

    def received(self, request: Any, **_: object) -> None:
        """It has one for itself."""
        told = {"channel": queue_of(request.delivery_info), "task": short_name(request.name), "worker": self.name}
        self.teller.begun("Received", request.id, **told)

    def started(self, task_id: str, task: Any, **_: object) -> None:
        """It begins with one."""
        self._began, sent_at = time.monotonic(), getattr(task.request, SENT_AT, None)
        age_s = 0.0 if sent_at is None else max(0.0, self._began - sent_at)
        channel, name = queue_of(task.request.delivery_info), short_name(task.name)
        times = {"age_s": round(age_s, 6)}
        self._taken = {"id": task_id, "channel": channel, "task": name, "worker": self.name, **times}
        self.teller.over("Received", task_id)
        current_slot.set(self.name)
        current_work.set(Work())
        current_delivery.set(Delivery(task_id, channel, {}, age_s))
        self.teller.begun("Taken", **self._taken)

    def finished(self, state: str, **_: object) -> None:
        """It is done with it."""
        work = current_work.get() or Work()
        self.teller.over("Taken", self._taken["id"])
        if is_stopped(sys.exc_info()[1]):
            return  # in the middle: that is no end of the task's own
        busy_s = round(time.monotonic() - self._began, 6)
        self.emitter.emit("Done", **self._taken, busy_s=busy_s, failed=state != "SUCCESS", calls=work.calls)
        current_work.set(None)
        current_delivery.set(None)

    def unknown(self, message: Any, name: str, id: str, **_: object) -> None:  # noqa: A002  # the signal's name for it
        """It is sent one that its code does not have, and throws it away."""
        told = {"channel": queue_of(message.delivery_info), "task": short_name(name), "worker": self.name}
        self.emitter.emit("Done", id=id, **told, busy_s=0.0, failed=True)


def is_stopped(error: BaseException | None) -> bool:
    """Whether what ends a task is that its worker was told to go: Celery's own words for it, or billiard's exit with a
    signal, `sys.exit(-(256 - signum))`."""
    if isinstance(error, (WorkerShutdown, WorkerTerminate)):
        return True
    return isinstance(error, SystemExit) and isinstance(error.code, int) and error.code < -128


def queue_of(delivery_info: dict[str, Any]) -> str:
    """That a message came from."""
    return str(delivery_info.get("routing_key") or "")


def short_name(name: str) -> str:
    """`notify` of `hello.tasks.notify`."""
    return name.rpartition(".")[2]


class Measurement:
    """The queues, measured once a second."""

    def __init__(self, emitter: Emitter) -> None:
        self._emitter = emitter
        threading.Thread(target=self._run, daemon=True, name="queues").start()

    def _run(self) -> None:
        pause = threading.Event()
        url = plain_url(current_app.conf.broker_url)
        prefix = current_app.conf.broker_transport_options.get("global_keyprefix", "")
        queues = list(dict.fromkeys(route["queue"] for route in current_app.conf.task_routes.values()))
        with redis.Redis.from_url(url, socket_timeout=MEASURE_S) as client:
            while not self._emitter.closed:
                # It is asked again: what it holds is not known meanwhile, or is no message of Celery's.
                with suppress(redis.RedisError, OSError, ValueError, KeyError):
                    began = self._emitter.now()
                    self._emitter.emit_at(began, "Queues", measured(client, prefix, queues))
                pause.wait(MEASURE_S)


def plain_url(url: str) -> str:
    """The URL of a Redis in Celery's words (`asyncdemo/running/redis/celery.py`) in those of redis-py again."""
    return url.replace("redis+socket://", "unix://", 1).replace("?virtual_host=", "?db=")


def measured(client: redis.Redis, prefix: str, queues: list[str]) -> dict[str, Any]:
    """What waits now, in one round trip. Raises RedisError, and OSError."""
    pipeline = client.pipeline(transaction=False)
    for queue in queues:
        pipeline.llen(f"{prefix}{queue}")
        pipeline.lrange(f"{prefix}{queue}", -MOST_NAMED, -1)
    now, answers = time.monotonic(), pipeline.execute()
    headers = {
        queue: [json.loads(message)["headers"] for message in reversed(named)]
        for queue, named in zip(queues, answers[1::2], strict=True)
    }
    depths = dict(zip(queues, answers[::2], strict=True))
    return {
        "ids": {queue: [each["id"] for each in waiting] for queue, waiting in headers.items()},
        "ages": {queue: age_s(waiting[:1], now) for queue, waiting in headers.items()},
        "depths": {queue: depth for queue, depth in depths.items() if depth > len(headers[queue])},
    }


def age_s(oldest: list[dict[str, Any]], now: float) -> float:
    """Of the oldest, if there is one."""
    return max((round(max(0.0, now - each.get(SENT_AT, now)), 3) for each in oldest), default=0.0)


def attach(emitter: Emitter, teller: Teller) -> None:
    """Turn signals into events; measure where the page is served."""
    worker = Worker(emitter, teller)
    get_application = django.core.wsgi.get_wsgi_application

    def publishing(headers: dict[str, Any], **_: object) -> None:
        headers[SENT_AT] = time.monotonic()

    def published(sender: str, headers: dict[str, Any], routing_key: str, **_: object) -> None:
        emitter.emit("Sent", id=headers["id"], channel=routing_key, task=short_name(sender))

    def get_measured_application() -> Callable[..., Any]:
        application = get_application()
        Measurement(emitter)
        return application

    signals.before_task_publish.connect(publishing, weak=False)
    signals.after_task_publish.connect(published, weak=False)
    signals.worker_ready.connect(worker.ready, weak=False)
    signals.worker_process_init.connect(worker.forked, weak=False)
    signals.task_received.connect(worker.received, weak=False)
    signals.task_prerun.connect(worker.started, weak=False)
    signals.task_postrun.connect(worker.finished, weak=False)
    signals.task_unknown.connect(worker.unknown, weak=False)
    setattr(django.core.wsgi, "get_wsgi_application", get_measured_application)  # noqa: B010  # of another type
