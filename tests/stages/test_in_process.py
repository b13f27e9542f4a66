"""step1, step2 and step3 by hand: who waits for whom, decided by a gate before the outside service."""

import signal
import socket

import pytest

from tests.stages.conftest import Gate, Pending, Server, Start, runserver, serve
from tests.waiting import until


def test_step1_has_a_thread_for_everybody(start: Start, gate: Gate) -> None:
    """Ten visitors, ten calls of the outside service at once, nobody answered before theirs ends."""
    server = runserver(start, "step1", **gate.env)
    visitors = [server.begin("/") for _ in range(10)]
    calls = gate.holds(10)
    assert not any(visitor.answered for visitor in visitors)
    gate.end(calls[0])
    until(lambda: sum(visitor.answered for visitor in visitors) == 1, "one answer for one end")
    gate.open()
    assert [visitor.answer().status for visitor in visitors] == [200] * 10


def test_what_runserver_says_at_the_start(start: Start) -> None:
    """The Channels server, the layer, and four workers with their channels; step1 says none of it."""
    command = ["manage.py", "runserver", "--noreload", "127.0.0.1:0"]
    plain, *others = [start(stage, *command) for stage in ("step1", "step2", "step3")]
    for process, channels in zip(others, ["http.request", "http.request, notify"], strict=True):
        lines = process.prints("Quit the server").text.splitlines()
        tail = f"in this process, takes one message at a time: {channels}"
        assert [line for line in lines if "Worker" in line] == [f"Worker slot {n}, {tail}" for n in (1, 2, 3, 4)]
        assert "Channel layer default (InMemoryLayer)" in lines
        assert "Daphne" in process.text
    plain.prints("Quit the server")
    assert "Worker" not in plain.text
    assert "Daphne" not in plain.text


def test_step2_has_four_slots_for_everybody(start: Start, gate: Gate) -> None:
    """Four of six visitors are in work, two wait for a slot; each end lets in the next, and nobody is lost."""
    server = runserver(start, "step2", **gate.env)
    visitors = [server.begin("/") for _ in range(6)]
    calls = gate.holds(4)
    assert not any(visitor.answered for visitor in visitors)
    for call in calls:
        gate.end(call)
    gate.holds(2)
    until(lambda: sum(visitor.answered for visitor in visitors) == 4, "four answers")
    gate.open()
    assert [visitor.answer().status for visitor in visitors] == [200] * 6


def fill(server: Server, gate: Gate, slots: int) -> list[str]:
    """As many hellos as there are slots, all answered, and their notifications now hold every slot."""
    for number in range(slots):
        assert server.hello(f"visitor {number}").status == 200
        gate.holds(number + 1)
    return gate.running()


def test_step3_gums_up(start: Start, gate: Gate) -> None:
    """Four hellos are answered while their notifications run; the fifth is answered when one ends, not before."""
    server = runserver(start, "step3", **gate.env)
    calls = fill(server, gate, 4)
    fifth = server.begin("/?name=fifth")
    with pytest.raises(AssertionError, match="in vain"):  # the only way to see nothing happen: look for a while
        until(lambda: fifth.answered, "an answer", deadline_s=0.5)
    assert gate.running() == calls
    gate.end(calls[2])
    assert fifth.answer().hello == "Hello, fifth!"
    gate.open()
    names = ["fifth", *(f"visitor {number}" for number in range(4))]
    until(lambda: all(f"Hello, {name}!\n" in server.process.text for name in names), "all notifications")
    assert all(server.process.text.count(f"Hello, {name}!\n") == 1 for name in names)


def test_step3_gives_up_on_a_visitor_at_its_time_limit(start: Start, gate: Gate) -> None:
    """With four slots held for good the fifth visitor gets 503 and the limit of 2016's runserver: 60 s, here at x20."""
    server = runserver(start, "step3", ASYNCDEMO_SPEED="20", **gate.env)
    # on a busy machine who comes first may be over the limit, too: another one comes then
    until(lambda: len(gate.running()) == 4 or not server.ask("/").status, "four slots that are held")
    answer = server.ask("/")
    assert answer.status == 503
    assert b"No worker answered within the time limit of 3 s." in answer.body
    assert answer.values("content-type") == ["text/html; charset=utf-8"]
    assert len(gate.running()) == 4


def test_a_full_queue(start: Start, gate: Gate) -> None:
    """Behind four busy slots 100 requests wait; the next is refused at once, with a page that says so."""
    server = runserver(start, "step2", **gate.env)
    waiting: list[Pending] = [server.begin("/") for _ in range(4)]
    gate.holds(4)
    waiting += [server.begin("/") for _ in range(110)]
    until(lambda: sum(visitor.answered for visitor in waiting) == 10, "ten refusals")
    refused = [visitor for visitor in waiting if visitor.answered]
    for visitor in refused:
        answer = visitor.answer()
        assert (answer.status, b"The request queue is full: 100 requests wait" in answer.body) == (503, True)
    gate.open()
    served = [visitor.answer().status for visitor in waiting if visitor not in refused]
    assert served == [200] * 104


def test_as_many_slots_as_asked_for(start: Start, gate: Gate) -> None:
    """`--workers 2` has two slots: two notifications fill them, and the end of one lets the third visitor in."""
    command = ["manage.py", "runserver", "--noreload", "--workers", "2", "127.0.0.1:{port}"]
    server = serve(start, "step3", *command, **gate.env)
    assert server.process.prints("Quit the server").text.count("Worker slot") == 2
    calls = fill(server, gate, 2)
    third = server.begin("/?name=third")
    gate.end(calls[0])
    assert third.answer().hello == "Hello, third!"


@pytest.mark.parametrize(("stage", "number"), [("step2", signal.SIGTERM), ("step3", signal.SIGINT)])
def test_the_server_ends_with_work_in_hand(start: Start, gate: Gate, stage: str, number: signal.Signals) -> None:
    """A signal ends the server while calls of 30 s and more run, as it did in 2016, and frees the port."""
    server = runserver(start, stage, **gate.env)
    visitors = [server.begin("/") for _ in range(2)]
    gate.holds(2)
    server.process.signal(number)
    assert server.process.ended() == 0, server.process.text
    assert "Traceback" not in server.process.text
    for visitor in visitors:
        visitor.leave()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", server.port))


@pytest.mark.parametrize("stage", ["step1", "step2"])
def test_a_port_in_use(start: Start, stage: str) -> None:
    """The second server on a port says so and ends with an exit code that says so too."""
    server = runserver(start, stage)
    second = start(stage, "manage.py", "runserver", "--noreload", f"127.0.0.1:{server.port}")
    assert second.ended() != 0, second.text
    assert "in use" in second.text
    assert "Traceback" not in second.text
    assert server.ask("/nope").status == 404


def test_the_reloader_serves_too(start: Start) -> None:
    """Without --noreload, as a reader would type it, the slots run in the reloader's child."""
    server = serve(start, "step3", "manage.py", "runserver", "127.0.0.1:{port}", ASYNCDEMO_DELAYS="0")
    assert server.hello("reloaded").hello == "Hello, reloaded!"
    until(lambda: "Hello, reloaded!" in server.process.text, "the notification")
