"""When queues were measured: what comes while a busy database or Redis answers is not in it, and is counted too."""

from dataclasses import dataclass, field
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from asyncdemo.probes import celery, tasks
from tests.waiting import until


@dataclass
class Told:
    """An emitter with a clock of its own, that is closed when it has told something."""

    t: float = 7.0
    events: list[tuple[float, str, dict[str, Any]]] = field(default_factory=list)

    def now(self) -> float:
        return self.t

    def emit_at(self, t: float, kind: str, fields: dict[str, Any]) -> None:
        self.events.append((t, kind, fields))

    @property
    def closed(self) -> bool:
        return bool(self.events)


@pytest.mark.parametrize("module", [tasks, celery])
def test_it_was_when_it_was_asked(module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long the answer takes."""
    told = Told()

    def measured(*_: object) -> dict[str, Any]:
        told.t += 0.5
        return {"ids": {}}

    monkeypatch.setattr(module, "measured", measured)
    conf = SimpleNamespace(broker_url="redis://127.0.0.1:1/0", broker_transport_options={}, task_routes={})
    monkeypatch.setattr(celery, "current_app", SimpleNamespace(conf=conf))
    module.Measurement(told)
    until(lambda: told.events, "what was measured")
    assert told.events == [(7.0, "Queues", {"ids": {}})]
