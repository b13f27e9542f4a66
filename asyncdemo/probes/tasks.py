"""What happens to tasks that wait in the database, from the signals of Django's Tasks framework and of its workers.

`task_enqueued` comes in the process of whoever sends a task, perhaps in a transaction that is not yet committed;
`task_started` and `task_finished` in its worker's. The signals of Django 5.2 are those of its backport `django_tasks`.

Two things `db_worker` tells its log alone, the logger `django_tasks_db`: `Starting worker worker_id=%s queues=%s` once
it has begun, and `Task id=%s failed unexpectedly` of a task that it cannot import, for which there is no signal. Were
these lines others, `today` would not become ready, or such a task would be missing from the books' `failed`.

The queues are measured by the process that serves the page, in a thread with a connection of its own.
"""

import logging
import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import django.core.wsgi

from asyncdemo.channel_http.messages import Delivery
from asyncdemo.channel_http.signals import current_delivery, current_slot

from ..events.sending import Emitter
from .teller import Teller, Work, current_work

STARTING = "Starting worker worker_id=%s queues=%s"
UNEXPECTED = "Task id=%s failed unexpectedly"
MEASURE_S = 1.0
MOST_NAMED = 500
"""So many tasks are named, those that are taken next; where there are more, it is told how many."""


@dataclass
class InHand:
    """The task of a worker, which has one at a time."""

    fields: dict[str, Any]
    began: float = field(default_factory=time.monotonic)


class Worker:
    """What a `db_worker` does, told."""

    def __init__(self, emitter: Emitter, teller: Teller) -> None:
        self._emitter, self._teller = emitter, teller
        self._in_hand: InHand | None = None
        self.name = os.environ.get("HONCHO_PROCESS_NAME", "worker")

    def ready(self, queues: str) -> None:
        """It begins to look for tasks in these queues, `long,short`, or `*`."""
        names = all_queues() if queues == "*" else queues.split(",")
        self._emitter.emit("WorkerReady", worker=self.name, channels=list(dict.fromkeys(names)))

    def started(self, task_result: Any, **_: object) -> None:
        """It has one in hand."""
        self._begin(facts(task_result, self.name))

    def finished(self, task_result: Any, **_: object) -> None:
        """It is done with it."""
        self._end(facts(task_result, self.name), failed=task_result.status != "SUCCESSFUL")

    def failed(self, task_id: Any) -> None:
        """It could not even begin."""
        from django_tasks_db.models import DBTaskResult

        row = DBTaskResult.objects.get(id=task_id)
        task = row.task_path.rpartition(".")[2]
        self._end({"id": str(row.id), "channel": row.queue_name, "task": task, "worker": self.name, "age_s": 0.0}, True)

    def _begin(self, told: dict[str, Any]) -> None:
        self._in_hand = InHand(told)
        current_slot.set(self.name)
        current_work.set(Work())
        current_delivery.set(Delivery(told["id"], told["channel"], {}, told["age_s"]))
        self._teller.begun("Taken", **told)

    def _end(self, told: dict[str, Any], failed: bool) -> None:
        in_hand, self._in_hand = self._in_hand, None
        self._teller.over("Taken", told["id"])
        busy_s = time.monotonic() - in_hand.began if in_hand is not None else 0.0
        work = current_work.get() or Work()
        current_work.set(None)
        current_delivery.set(None)
        self._emitter.emit("Done", **told, busy_s=round(busy_s, 6), failed=failed, calls=work.calls)


def all_queues() -> list[str]:
    """Those of the settings, in their order."""
    from django.conf import settings

    return list(dict.fromkeys(settings.TASKS["default"].get("QUEUES", ["default"])))


def facts(task_result: Any, worker: str) -> dict[str, Any]:
    """What is told of a task in a worker's hands."""
    age_s = (task_result.started_at - task_result.enqueued_at).total_seconds()
    task = {"channel": task_result.task.queue_name, "task": task_result.task.name}
    return {"id": task_result.id, "worker": worker, "age_s": round(max(0.0, age_s), 6), **task}


class Measurement:
    """The queues, measured once a second."""

    def __init__(self, emitter: Emitter) -> None:
        self._emitter = emitter
        self._thread = threading.Thread(target=self._run, daemon=True, name="queues")
        self._thread.start()

    def _run(self) -> None:
        from django.db import connection

        pause = threading.Event()
        while not self._emitter.closed:
            try:
                began = self._emitter.now()  # what comes while a busy database answers is not in it
                self._emitter.emit_at(began, "Queues", measured())
            except Exception:  # a database that is locked or gone is asked again: what it holds is not known meanwhile
                with suppress(Exception):
                    connection.close()
            pause.wait(MEASURE_S)


def measured() -> dict[str, dict[str, Any]]:
    """What waits now: one query, and a second one where that is more than is named. Raises DatabaseError."""
    from django.db.models import Count, Min
    from django.utils import timezone
    from django_tasks_db.models import DBTaskResult

    tasks: Any = DBTaskResult.objects
    now, named = timezone.now(), [*tasks.ready().values_list("enqueued_at", "queue_name", "id")[: MOST_NAMED + 1]]
    ids: dict[str, list[str]] = {name: [] for name in all_queues()}
    ages, depths = dict.fromkeys(ids, 0.0), {}
    for enqueued_at, name, id_ in sorted(named[:MOST_NAMED]):
        ids.setdefault(name, []).append(str(id_))
        ages[name] = max(ages.get(name, 0.0), age_s(now, enqueued_at))
    if len(named) > MOST_NAMED:
        known = tasks.ready().filter(enqueued_at__lte=now)  # what has come since is told of by itself
        counts = known.order_by().values_list("queue_name").annotate(Count("id"), Min("enqueued_at"))
        for name, depth, oldest in counts:
            depths[name], ages[name] = depth, age_s(now, oldest)
    return {"ids": ids, "ages": ages, "depths": depths}


def age_s(now: datetime, enqueued_at: datetime) -> float:
    """How old a task is."""
    return round(max(0.0, (now - enqueued_at).total_seconds()), 3)


def attach(emitter: Emitter, teller: Teller) -> None:
    """Turn signals and log records into events; measure where the page is served."""
    from django_tasks_db.compat import task_enqueued, task_finished, task_started

    worker = Worker(emitter, teller)
    get_application = django.core.wsgi.get_wsgi_application

    def enqueued(task_result: Any, **_: object) -> None:
        from django.db import router, transaction

        sent = {"id": task_result.id, "channel": task_result.task.queue_name, "task": task_result.task.name}
        database = router.db_for_write(type(task_result.db_result))
        transaction.on_commit(lambda: emitter.emit("Sent", **sent), using=database, robust=True)

    def logged(record: logging.LogRecord) -> bool:
        arguments = record.args if isinstance(record.args, tuple) else ()
        with suppress(Exception):  # a worker is not hurt by being watched
            if record.msg == STARTING:
                worker.ready(str(arguments[1]))
            elif record.msg == UNEXPECTED:
                worker.failed(arguments[0])
        return True

    def get_measured_application() -> Callable[..., Any]:
        application = get_application()
        Measurement(emitter)
        return application

    task_enqueued.connect(enqueued, weak=False)
    task_started.connect(worker.started, weak=False)
    task_finished.connect(worker.finished, weak=False)
    logging.getLogger("django_tasks_db").addFilter(logged)
    setattr(django.core.wsgi, "get_wsgi_application", get_measured_application)  # noqa: B010  # of another type
