"""A bonus that gums up, and how it is drawn."""

import io

from rich.console import Console

from asyncdemo.events import events as e
from asyncdemo.known.state import State
from asyncdemo.showing.panels import View, render
from asyncdemo.showing.panels.lines import Drawing
from asyncdemo.stages.catalogue import STAGES
from tests.histories import hello, notification

SIZES = [(60, 15), (80, 24), (88, 24), (110, 33), (200, 60)]
NOW = 61.0


def gummed_up(workers: int = 3, name: str = "Ada") -> State:
    """Three workers with a notification each, visitors who wait, and sixty notifications lost."""
    state = State()
    run = {"stage": STAGES["bonus"], "general": workers, "reserved": 0, "speed": 1.0, "delays": [5.0, 5.0, 5.0, 30.0]}
    state.fold(e.RunStarted(t=0.0, process="asyncdemo", url="http://127.0.0.1:8000/", **run))
    state.fold(e.Ready(t=1.0, process="asyncdemo"))
    for number in range(1, workers + 1):
        worker = f"worker.{number}"
        channels = ["http.request", "notify"]
        state.fold(e.WorkerReady(t=1.0, process=worker, worker=worker, channels=channels))
        for event in notification(number, 40.0, worker, "running"):
            state.fold(event)
        call = {"id": f"n{number}", "text": f"Hello, {name}!", "seconds": 30.0, "worker": worker, "direct": False}
        state.fold(e.CallStarted(t=41.5, process=worker, **call))
    for number in range(100):
        for event in hello(number, 10.0 + number * 0.3, 0.2):
            state.fold(event)
    state.fold(e.Arrived(t=50.0, process="web.1", id="w1", method="GET", path="/", name=name))
    for number in range(100, 160):
        for event in notification(number, 1.0, "worker.1", "expired"):
            state.fold(event)
    ids = [f"q{number}" for number in range(47)]
    depths = {"http.request": ["w1"], "notify": ids}
    state.fold(e.Queues(t=60.5, process="web.1", ids=depths, ages={"http.request": 10.5, "notify": 45.5}))
    for number in range(40):
        state.log.add(float(number), "hello", f"{name}: 200 in 0.2 s")
    return state


def drawn(state: State, view: View) -> list[str]:
    """The screen as lines of text."""
    return as_text(render(state, NOW, view), view)


def as_text(drawing: Drawing, view: View) -> list[str]:
    console = Console(file=io.StringIO(), width=view.width, height=view.height, color_system=None)
    with console.capture() as capture:
        console.print(drawing, end="")
    return capture.get().splitlines()
