"""What a project's process tells, caught before it leaves: events, as the command would read them."""

import json
import os
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from asyncdemo.attach.asyncdemo_attached import consumers, http, path_of_2016, tasks, telling
from asyncdemo.attach.asyncdemo_attached.telling import Numbers, sender
from asyncdemo.events import events as e
from asyncdemo.events.wire import decode

Told = tuple[str, dict[str, object]]


class Heard(list[e.Event]):
    """All that was told, in order, by a process called `web.1`. Its clock stands still, unless a test moves `now`."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 100.0
        self.open: list[str] = []
        """The ids of what has begun and is not over."""

    def tell(self, *events: Told) -> None:
        assert events, "who tells connects: for nothing, nobody does"
        values = ({"kind": kind, "t": self.now, "process": "web.1", **fields} for kind, fields in events)
        self.extend(decode(json.dumps(value).encode()) for value in values)

    def begun(self, id_: str, *events: Told) -> None:
        self.open.append(id_)
        self.tell(*events)

    def ended(self, id_: str, *events: Told) -> None:
        self.open.remove(id_)
        self.tell(*events)

    def take(self) -> list[e.Event]:
        """What has been told since it was asked last."""
        taken = list(self)
        self.clear()
        return taken


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Iterator[Heard]:
    """What is told while a test runs. What nobody works on any more is not left behind as what is worked on."""
    caught = Heard()
    for name in ("tell", "begun", "ended"):
        monkeypatch.setattr(sender, name, getattr(caught, name))
    monkeypatch.setattr(sender, "new_id", iter("abcdefghij").__next__)
    monkeypatch.setattr(http, "numbers", Numbers())
    monkeypatch.setattr(path_of_2016, "signals_of_it", None)
    monkeypatch.setattr(telling, "FIRST", os.getpid())
    monkeypatch.setenv("HONCHO_PROCESS_NAME", "web.1")
    for module in (http, tasks, consumers, path_of_2016):
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: caught.now))
    yield caught
    assert (http.current.get(), http.waited.get(), tasks.task_now.get()) == (None, None, None)
    assert http.numbers.take() == 1, "all threads are free again"
