"""Events of a run as its processes tell them, for tests of what is made of them."""

from collections.abc import Callable

from hypothesis import strategies as st

from asyncdemo.events import events as e
from asyncdemo.known.state import State
from asyncdemo.stages.catalogue import STAGES

RUN = e.RunStarted(
    t=0.0, process="asyncdemo", stage=STAGES["bonus"], general=2, reserved=1, speed=1.0, delays=[5.0], url="u"
)
LOAD = e.LoadStarted(
    t=1.0,
    process="load.1",
    url=RUN.url,
    rate=1.0,
    rate_end=1.0,
    seconds=5.0,
    arrivals="even",
    visitors=0,
    timeout_s=9.0,
    speed=1.0,
)
WORKERS = ("worker.1", "worker.2", "worker.3")


def fold(events: list[e.Event]) -> State:
    state = State()
    for event in events:
        state.fold(event)
    return state


def hello(number: int, t: float, took: float, status: int | None = 200) -> list[e.Event]:
    """A visitor's events."""
    name = f"h{number}"
    answered = {"total_s": took, "status": status, "name": "Ada", "worker": "worker.1"}
    return [
        e.Arrived(t=t, process="web.1", id=name, method="GET", path="/", name="Ada"),
        e.Answered(t=t + took, process="web.1", id=name, **answered),
    ]


def short(number: int, t: float, worker: str) -> list[e.Event]:
    """The events of a hello and its notification that are both over soon: each is told at its end."""
    name, view = f"n{number}", {"process": "web.1", "channel": "http.request", "worker": "slot 1"}
    by = {"process": worker, "worker": worker, "channel": "notify"}
    return [
        e.Answered(t=t + 0.01, process="web.1", id=f"h{number}", status=200, total_s=0.01, name="Ada"),
        e.Done(t=t + 0.01, id=f"h{number}", busy_s=0.008, age_s=0.001, sent=[name], **view),
        e.Done(t=t + 0.03, id=name, busy_s=0.01, age_s=0.015, calls=["Hello, Ada!"], **by),
    ]


def notification(number: int, t: float, worker: str, end: str) -> list[e.Event]:
    """A notification's events: what has been told of it until its `end`."""
    name = f"n{number}"
    by = {"process": worker, "worker": worker}
    sent = e.Sent(t=t, process="web.1", id=name, channel="notify")
    taken = e.Taken(t=t + 1, id=name, channel="notify", age_s=1.0, **by)
    started = e.CallStarted(t=t + 1, id=name, text="Hello, Ada!", seconds=5.0, direct=False, **by)
    delivered = e.CallDelivered(t=t + 6, process=worker, id=name, text="Hello, Ada!")
    done = e.Done(t=t + 6, id=name, channel="notify", busy_s=5.0, **by)
    return {
        "refused": [e.Refused(t=t, process="web.1", id=name, channel="notify")],
        "queued": [sent],
        "expired": [sent, e.Expired(t=t + 60, process="web.1", ids=[name], channel="notify")],
        "running": [sent, taken, started],
        "delivered": [sent, taken, started, delivered, done],
        "failed": [sent, taken, e.Done(t=t + 2, id=name, channel="notify", busy_s=1.0, failed=True, **by)],
    }[end]


ENDS = ("refused", "queued", "expired", "delivered", "failed")


@st.composite
def histories(draw: Callable[..., object]) -> list[e.Event]:
    """Events of a run in the order of time: visitors, notifications of every fate, a death, measurements."""
    events: list[e.Event] = [RUN]
    clocks = dict.fromkeys(WORKERS, 10.0)
    for number, end in enumerate(draw(st.lists(st.sampled_from(ENDS), max_size=30))):
        worker = draw(st.sampled_from(WORKERS))
        events += notification(number, clocks[worker], worker, end)
        clocks[worker] += 7
        if draw(st.booleans()):
            events += short(500 + number, clocks[worker], worker)
            clocks[worker] += 1
    for worker in draw(st.lists(st.sampled_from(WORKERS), max_size=3, unique=True)):
        events += notification(100 + WORKERS.index(worker), clocks[worker] + 1, worker, "running")
        if draw(st.booleans()):
            events.append(e.ProcessEnded(t=clocks[worker] + 4, process=worker, code=-9))
            events.append(e.ProcessEnded(t=clocks[worker] - 4, process=worker, code=-9))
            events.append(e.WorkerReady(t=1.0, process=worker, worker=worker, channels=["notify"]))
    for t in draw(st.lists(st.integers(1, 400), max_size=6, unique=True)):
        on_channel = draw(st.lists(st.sampled_from([f"n{number}" for number in range(10)]), unique=True))
        events.append(e.Queues(t=t / 2, process="web.1", ids={"notify": on_channel}, ages={"notify": 1.0}))
    for number, took in enumerate(draw(st.lists(st.floats(0.001, 30), max_size=20))):
        events += hello(number, 10.0 + number, took)
    return sorted(events, key=lambda event: event.t)


def measured(t: float, *ids: str) -> e.Event:
    """A look at the channel: these wait on it."""
    return e.Queues(t=t, process="web.1", ids={"notify": list(ids)}, ages={"notify": 0.0})
