"""Tasks, from the signals that Django's Tasks and Celery have for everybody."""

from __future__ import annotations

import sys
import time
from contextvars import ContextVar
from typing import Any

from .telling import sender, worker

FAILS = ("FAILURE", None)
"""States of Celery's tasks that have failed; None: it has ended its process."""
taken_at: dict[str, float] = {}
"""Task in hand -> since when, on `time.monotonic()`."""
task_now: ContextVar[str | None] = ContextVar("asyncdemo_task", default=None)
"""The id of the task that the running code works on."""


def begun(id_: str, queue: str, task: str) -> None:
    """A worker has begun with a task."""
    taken_at[id_] = time.monotonic()
    task_now.set(id_)
    what = {"channel": queue, "worker": worker(""), "task": task}
    sender.tell(("Taken", {"id": id_, "age_s": 0.0, **what}))


def out_of_hand(id_: str) -> float:
    """Nobody works on it any more: how long somebody has."""
    task_now.set(None)
    return time.monotonic() - taken_at.pop(id_, time.monotonic())


def ended(id_: str, queue: str, task: str, failed: bool) -> None:
    """It is done with it."""
    busy_s = round(out_of_hand(id_), 6)
    what = {"channel": queue, "worker": worker(""), "task": task}
    sender.tell(("Done", {"id": id_, "busy_s": busy_s, "failed": failed, **what}))


def django_tasks(module: Any) -> None:
    """Of `django.tasks`, and of its backport."""

    def enqueued(task_result: Any, **_: object) -> None:
        task = task_result.task
        sender.tell(("Sent", {"id": str(task_result.id), "channel": task.queue_name, "task": task.name}))

    def started(task_result: Any, **_: object) -> None:
        begun(str(task_result.id), task_result.task.queue_name, task_result.task.name)

    def finished(task_result: Any, **_: object) -> None:
        failed = task_result.status.name == "FAILED"
        ended(str(task_result.id), task_result.task.queue_name, task_result.task.name, failed)

    module.task_enqueued.connect(enqueued, weak=False)
    module.task_started.connect(started, weak=False)
    module.task_finished.connect(finished, weak=False)


def celery(module: Any) -> None:
    """Of Celery, by whatever broker."""

    def published(sender: Any, headers: Any, routing_key: Any = "", **_: object) -> None:
        tell_sent(str(headers["id"]), str(routing_key or "celery"), str(sender))

    def received(request: Any, **_: object) -> None:
        what = {"channel": queue_of(request), "worker": worker(""), "task": request.name}
        sender.tell(("Received", {"id": request.id, **what}))

    def before(task_id: str, task: Any, **_: object) -> None:
        begun(task_id, queue_of(task.request), task.name)

    def after(task_id: str, task: Any, state: Any = "", **_: object) -> None:
        if is_stopped(sys.exc_info()[1]):  # in the middle, which is no end of the task's own
            out_of_hand(task_id)
        else:
            ended(task_id, queue_of(task.request), task.name, state in FAILS)

    module.after_task_publish.connect(published, weak=False)
    module.task_received.connect(received, weak=False)
    module.task_prerun.connect(before, weak=False)
    module.task_postrun.connect(after, weak=False)


def is_stopped(error: BaseException | None) -> bool:
    """Whether what ends a task of Celery's is that its worker was told to go: its own words for it, or billiard's exit
    with a signal, `sys.exit(-(256 - signum))`."""
    if not isinstance(error, SystemExit):
        return False
    by_signal = isinstance(error.code, int) and error.code < -128
    return by_signal or type(error).__name__ in ("WorkerShutdown", "WorkerTerminate")


def tell_sent(id_: str, queue: str, task: str) -> None:
    """A task is on its queue."""
    sender.tell(("Sent", {"id": id_, "channel": queue, "task": task}))


def queue_of(request: Any) -> str:
    """The queue of a task of Celery's, by its delivery."""
    delivery = getattr(request, "delivery_info", None) or {}
    return str(delivery.get("routing_key") or "celery")
