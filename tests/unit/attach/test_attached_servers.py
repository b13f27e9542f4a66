"""Servers that tell how many serve and who waits, and what a project's settings say that it uses."""

from ipaddress import IPv4Address
from types import SimpleNamespace
from typing import Any

import pytest
from django import conf

from asyncdemo.attach.asyncdemo_attached import http, servers, settings
from asyncdemo.events import events as e
from tests.unit.attach.conftest import Heard

WHERE = {"t": 100.0, "process": "web.1"}


def ready(heard: Heard) -> list[tuple[str, list[str]]]:
    """(who, what he takes) as it was told."""
    return [(event.worker, event.channels) for event in heard if isinstance(event, e.WorkerReady)]


# Waitress


class Dispatcher:
    """Its threads, and their queue."""

    def __init__(self) -> None:
        self.count, self.waiting = 0, list[Any]()

    def set_thread_count(self, count: int) -> None:
        self.count = count

    def add_task(self, channel: Any) -> None:
        self.waiting.append(channel)


class Task:
    """What a thread does with a request: the arrival that is known while it does."""

    def __init__(self, request: object) -> None:
        self.request, self.known = request, http.waited.get()

    def service(self) -> None:
        self.known = http.waited.get()


def waitress() -> Any:
    """As far as it is looked at, and watched."""
    dispatcher, task = type("Dispatcher", (Dispatcher,), {}), type("Task", (Task,), {})
    module = SimpleNamespace(ThreadedTaskDispatcher=dispatcher, Task=task)
    servers.waitress(module)
    return module


def test_the_threads_of_waitress(heard: Heard) -> None:
    """Each serves pages, as soon as there are so many."""
    dispatcher = waitress().ThreadedTaskDispatcher()
    dispatcher.set_thread_count(3)
    assert dispatcher.count == 3
    assert ready(heard) == [(f"thread {number}", ["http.request"]) for number in (1, 2, 3)]


def test_a_request_waits_for_a_thread_of_waitress(heard: Heard) -> None:
    """It has arrived when it comes to the queue, and is known to the thread that serves it, and to no other."""
    module = waitress()
    request = SimpleNamespace(error=None, command="GET", path="/hello/")
    dispatcher = module.ThreadedTaskDispatcher()
    channel = SimpleNamespace(requests=[request, SimpleNamespace(error="400")])
    dispatcher.add_task(channel)
    assert dispatcher.waiting == [channel]
    assert heard == [e.Arrived(id="a", method="GET", path="/hello/", name="", **WHERE)]
    for asked, known in ((request, "a"), (SimpleNamespace(), None)):
        task = module.Task(asked)
        task.service()
        assert (known is None and task.known is None) or task.known.id == known
    http.waited.set(None)


def test_a_request_that_waitress_cannot_read_does_not_arrive(heard: Heard) -> None:
    """It answers by itself: nothing comes to Django."""
    dispatcher = waitress().ThreadedTaskDispatcher()
    dispatcher.add_task(SimpleNamespace(requests=[SimpleNamespace(error="400")]))
    assert (len(dispatcher.waiting), heard) == (1, [])


# Gunicorn


def gunicorn(name: str, heard: Heard) -> Any:
    """A worker of this class, with 2 threads to its name, watched: it serves until something breaks."""

    class Worker:
        def init_process(self) -> None:
            assert all(channels == ["http.request"] for _, channels in ready(heard))
            assert heard
            raise ZeroDivisionError

    servers.gunicorn(SimpleNamespace(Worker=Worker))
    worker = type(name, (Worker,), {})()
    worker.cfg = SimpleNamespace(threads=2)
    return worker


@pytest.mark.parametrize(("name", "threads"), [("SyncWorker", 1), ("ThreadWorker", 2)])
def test_a_worker_of_gunicorns(name: str, threads: int, heard: Heard) -> None:
    """One request at a time, or as many as it has threads; when it goes, however, it serves no longer."""
    with pytest.raises(ZeroDivisionError):
        gunicorn(name, heard).init_process()
    names = [f"thread {number}" for number in range(1, threads + 1)]
    assert ready(heard) == [(each, ["http.request"]) for each in names] + [(each, []) for each in names]


# Settings

REDIS = {"CONFIG": {"hosts": [("redis.example.com", 6379), "redis://:secret@b.example.com:6379/1", "unix:///r.sock"]}}
DATABASES = {"default": {"HOST": "db.example.com"}, "file": {}, "local": {"HOST": "/run/postgresql"}}
USED = [("database", "db.example.com"), ("database", ""), ("database", "")]


@pytest.mark.parametrize(
    ("values", "used"),
    [
        ({"DATABASES": DATABASES}, USED),
        ({"DATABASES": {}, "CHANNEL_LAYERS": {"a": REDIS, "b": {}}},
         [("channel layer", "redis.example.com"), ("channel layer", "b.example.com"), ("channel layer", "")]),
        ({"CHANNEL_LAYERS": {"a": {"CONFIG": {"hosts": [{"address": "redis://c.example.com"}, {"host": "d"}]}}}},
         [("channel layer", "c.example.com"), ("channel layer", "d")]),
        ({"CHANNEL_LAYERS": {"a": {"CONFIG": {"hosts": [(IPv4Address("10.0.0.1"), 6379), {"port": 6380}]}}}},
         [("channel layer", "10.0.0.1"), ("channel layer", "")]),
        ({"DATABASES": {"a": {"HOST": None}}, "CELERY_BROKER_URL": "amqp://me:secret@mq.example.com//"},
         [("database", ""), ("Celery's broker", "mq.example.com")]),
        ({"DATABASES": {}, "BROKER_URL": "memory://"}, [("Celery's broker", "")]),
        ({"DATABASES": 5, "CHANNEL_LAYERS": 5, "BROKER_URL": "redis://h"}, [("Celery's broker", "h")]),
    ],
)  # fmt: skip
def test_what_a_project_uses(
    values: dict[str, object], used: list[tuple[str, str]], heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its settings: the hosts alone, and no password; what cannot be read of them is left out."""
    monkeypatch.setattr(conf, "settings", SimpleNamespace(**values))
    settings.tell()
    assert [(event.what, event.where) for event in heard if isinstance(event, e.Uses)] == used


def test_a_project_that_uses_nothing_has_nothing_told(heard: Heard, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever tells connects to the command first: a process that has nothing to tell does not."""
    monkeypatch.setattr(conf, "settings", SimpleNamespace(DATABASES={}))
    settings.tell()
    assert not heard


class Apps:
    """As Django has them, as far as they are looked at."""

    def __init__(self, ready_after: int) -> None:
        self.ready, self._left = False, ready_after

    def populate(self, installed_apps: object = None) -> str:
        self._left -= 1
        self.ready = self._left <= 0
        return f"{installed_apps}"


def test_settings_are_looked_at_when_the_apps_are_there(heard: Heard, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once, and of the project's own: a migration makes others."""
    monkeypatch.setattr(conf, "settings", SimpleNamespace(DATABASES={"default": {}}))
    kind = type("Apps", (Apps,), {})
    module = SimpleNamespace(Apps=kind, apps=kind(2))
    settings.registry(module)
    assert kind(1).populate() == "None"
    assert [(module.apps.populate("these"), len(heard)) for _ in range(3)] == [("these", 0), ("these", 1), ("these", 1)]
