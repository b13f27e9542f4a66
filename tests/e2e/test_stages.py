"""Each stage of one server process for real: its answers, its lines, its books, and its shape of 2016."""

import re
import signal
from pathlib import Path
from urllib.parse import quote

import psutil
import pytest

from asyncdemo.events import events as e
from tests.e2e.command import Command, balanced, stage, visit
from tests.e2e.edited_stage import run_edited
from tests.edited import copied, gated

FOREVER = "3600"
"""A delay that only the end of the run ends."""
HOSTILE = {
    "escape": "\x1b[2J\x1b]0;gone\x07",
    "C1": "\x9b1m\x85",
    "line ends": "a\nHello, forged!\r\n",
    "bidi": "\u202egnirts\u2066",
    "markup": "[bold red]x[/][link=http://x]y[/link]",
    "html": "<script>alert(1)</script>",
    "long": "x" * 10_000,
    "empty": "",
    "null": "\0",
}


@pytest.mark.parametrize("name", ["step1", "step2", "step3"])
def test_a_stage_from_its_start_to_its_end(name: str) -> None:
    """It greets, notifies, takes hostile names, and sums up."""
    with stage(name, "--delays", "0", "--for", "1h") as run:
        status, page = run.hello("Ada")
        assert (status, "<h1>Hello, Ada!</h1>" in page) == (200, True)
        run.line(r" s  hello +Ada: 200 in \d\S* s by (thread|slot) \d$")
        run.line(r" s  notified +Hello, Ada! by (thread|slot) \d")
        for hostile in HOSTILE.values():
            status, page = run.hello(hostile)
            assert (status, "<script>alert" in page) == (200, False)
        assert visit(f"{run.url}nope")[0] == 404
        run.line(r"request +GET /nope: 404 in")
        run.wait_for_deliveries(len(HOSTILE) + 1)
        run.wait_for(len(HOSTILE) + 1, e.Answered, status=200)
        assert run.stop() == 0
        balanced(run)
        assert run.state.books.delivered == len(HOSTILE) + 1
        run.line(rf"hellos +{len(HOSTILE) + 1} x 200; 0 without an answer")
        assert re.search(r"^.{12}Hello, forged!", run.text, re.MULTILINE) is None


@pytest.mark.parametrize("name", ["step1", "step2", "bonus"])
def test_what_the_users_shell_has_does_not_reach_the_stage(name: str) -> None:
    """Settings and secrets of other projects, and what would let a page add to the events."""
    others = {"DEBUG": "1", "DJANGO_SETTINGS_MODULE": "theirs", "AWS_SECRET_ACCESS_KEY": "s3cret"}
    with stage(name, "--delays", "0", "--for", "1h", ASYNCDEMO_STAGE_MINE="yes", **others) as run:
        status, page = visit(f"{run.url}nope")
        assert (status, len(page) < 1000, "s3cret" in page) == (404, True, False)
        (telemetry,) = run.tmp.glob("asyncdemo-*/telemetry")
        assert telemetry.stat().st_mode & 0o777 == 0o600
        *_, token, _ = telemetry.read_text().split(":")
        for process in run.all(e.ProcessStarted):
            if process.process not in ("migrate", "redis"):  # gone; and it writes its title over its environment
                heard = psutil.Process(process.pid).environ()
                assert (heard["ASYNCDEMO_STAGE_MINE"], others.keys() & heard.keys()) == ("yes", set())
                assert token not in " ".join(heard.values())
        assert run.stop() == 0


def test_step1_has_a_thread_for_each_request() -> None:
    """Three visitors hold three threads; the fourth has one of its own too. What is in hand at the end is lost."""
    with stage("step1", "--delays", f"0,{FOREVER}") as run:
        run.line("workers +a thread per request, no bound")
        assert run.hello("Zero")[0] == 200
        run.wait_for(1, e.Done)  # and its thread has ended, or does so now
        run.visitor("One")
        run.wait_for(2, e.CallStarted)
        assert run.hello("Two")[0] == 200
        run.wait_for(2, e.Done)
        waiting = [run.visitor("Three")]
        run.wait_for(4, e.CallStarted)
        assert run.hello("Four")[0] == 200
        assert not waiting[0].done()
        run.wait_for(3, e.Answered)
        assert set(run.takers("http.request").values()) == {"thread 1", "thread 2", "thread 3"}
        assert {event.direct for event in run.all(e.CallStarted)} == {True}
        assert run.stop(signal.SIGTERM) == 128 + signal.SIGTERM
        balanced(run)
        books = run.state.books
        assert (books.sent, books.delivered, books.died) == (5, 3, 2)
        run.line("hellos +3 x 200; 2 without an answer")
        run.line("lost +2 in the hands of a worker that died or was stopped")


@pytest.mark.parametrize("name", ["step1", "step2"])
def test_a_slow_call_in_the_view_holds_the_worker(name: str, tmp_path: Path) -> None:
    """waitress and Channels alike: the third visitor waits in the queue until one of two workers is done."""
    project = copied(name, tmp_path / name)
    gate = gated(project)
    with Command(*run_edited(project, "--workers", "2", "--record", "RECORD")) as run:
        first = [run.visitor(name) for name in ("One", "Two")]
        run.wait_for(2, e.CallStarted)
        third = run.visitor("Three")
        (arrived,) = run.wait_for(1, e.Arrived, name="Three")
        if name == "step2":
            run.wait_for(3, e.Sent, channel="http.request")
        gate.touch()
        run.line(r"hello +Three: 200 in .* by (thread|slot) \d, after \S+ s in the queue")
        assert [answer.result()[0] for answer in [*first, third]] == [200, 200, 200]
        (answered,) = run.wait_for(1, e.Answered, name="Three")
        (done,) = run.wait_for(1, e.Done, id=arrived.id)
        freed, *_ = run.all(e.CallDelivered, worker=answered.worker)
        assert arrived.t < freed.t < done.t - done.busy_s
        assert answered.queued_s is not None
        assert answered.queued_s < answered.total_s
        for one in run.all(e.Answered)[:2]:
            assert one.t > min(call.t for call in run.all(e.CallDelivered)), "the view waits for its own call too"
        assert run.stop() == 0
        balanced(run)


def test_every_thread_of_waitress_is_there_from_the_start() -> None:
    """Whether anybody has come yet or not; one that works has the name of one that was free."""
    with stage("step1", "--workers", "4", "--delays", FOREVER) as run:
        run.wait_for(4, e.WorkerReady)
        names = [f"thread {number}" for number in (1, 2, 3, 4)]
        assert [row.name for row in run.state.workers.rows()] == names
        run.visitor("Ada")
        run.wait_for(1, e.Taken)
        rows = run.state.workers.rows()
        assert [row.name for row in rows] == names
        assert [run.state.workers.at_work(row) for row in rows] == [True, False, False, False]
        assert run.stop() == 0


def test_step3_is_fast_until_four_slots_are_busy(tmp_path: Path) -> None:
    """The fifth visitor is answered only when the first notification is through."""
    project = copied("step3", tmp_path / "step3")
    gate = gated(project)
    with Command(*run_edited(project, "--record", "RECORD")) as run:
        assert len(run.wait_for(4, e.WorkerReady)) == 4
        for name in ("One", "Two", "Three", "Four"):
            assert run.hello(name)[0] == 200
        run.wait_for(4, e.CallStarted)
        run.wait_for(4, e.Answered)
        five = run.visitor("Five")
        (arrived,) = run.wait_for(1, e.Arrived, name="Five")
        gate.touch()
        assert five.result()[0] == 200
        run.wait_for_deliveries(5)
        answers = run.wait_for(5, e.Answered)
        through = run.all(e.CallDelivered)
        (fifth,) = run.all(e.Answered, name="Five")
        assert arrived.t < through[0].t < fifth.t
        assert answers[4].id == fifth.id
        assert [answer.id for answer in answers[:4] if answer.t > through[0].t] == []
        assert set(run.takers("notify").values()) == {"slot 1", "slot 2", "slot 3", "slot 4"}
        assert run.stop() == 0
        balanced(run)


def test_a_server_that_dies_ends_the_run() -> None:
    """With its last lines, the books, and exit code 1."""
    with stage("step3", "--delays", FOREVER) as run:
        assert run.hello(quote("Ada"))[0] == 200
        run.wait_for(1, e.CallStarted)
        (server,) = run.all(e.ProcessStarted, process="web.1")
        for process in run.processes():
            if process.pid == server.pid:
                process.kill()
        assert run.ends() == 1
        run.line(r"web.1 +ended: killed by signal 9")
        run.line(r"asyncdemo: web.1 ended while step3 was running. Its last lines:")
        run.line(r"lost +1 in the hands of a worker that died")
        balanced(run)
