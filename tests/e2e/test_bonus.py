"""The bonus for real: Redis, daphne, and workers of their own."""

import itertools
from pathlib import Path

from asyncdemo.events import events as e
from tests.conftest import Valkey
from tests.e2e.command import Command, balanced, stage
from tests.e2e.edited_stage import run_edited
from tests.edited import copied, gated
from tests.waiting import until

FOREVER = "3600"
CAPACITY = 100


def test_three_general_workers_gum_up(tmp_path: Path) -> None:
    """Three notifications hold all three; the fourth visitor waits for one. A worker that is killed loses only what it
    has in hand, and the others work on."""
    project = copied("bonus", tmp_path / "bonus")
    gate = gated(project)
    with Command(*run_edited(project, "--record", "RECORD")) as run:
        run.line("workers +3 general: each takes web and notify, one message at a time")
        run.line("redis +(redis-server|valkey-server|embedded Valkey), this run's own, which goes with it")
        for name in ("One", "Two", "Three"):
            assert run.hello(name)[0] == 200
        run.wait_for(3, e.CallStarted)
        four = run.visitor("Four")
        run.wait_for(1, e.Arrived, name="Four")
        gate.touch()
        assert four.result()[0] == 200
        (fourth,) = run.wait_for(1, e.Answered, name="Four")
        run.wait_for_deliveries(4)
        assert fourth.t - fourth.total_s < run.all(e.CallDelivered)[0].t <= fourth.t
        assert {event.process for event in run.all(e.CallStarted)[:3]} == {"worker.1", "worker.2", "worker.3"}

        gate.unlink()
        assert run.hello("Five")[0] == 200
        (held,) = run.wait_for(1, e.CallStarted, text="Hello, Five!")
        (victim,) = run.all(e.ProcessStarted, process=held.process)
        next(process for process in run.processes() if process.pid == victim.pid).kill()
        run.line(rf"{held.process} +ended: killed by signal 9")
        assert run.hello("Six")[0] == 200
        run.wait_for(1, e.CallStarted, text="Hello, Six!")
        assert run.stop() == 0
        balanced(run)
        books = run.state.books
        assert (books.sent, books.delivered, books.died) == (6, 4, 2)


def test_one_reserved_worker_keeps_the_page_fast() -> None:
    """Both general workers hold a notification: every visitor is answered, by the reserved worker, and none has waited
    behind a notification. Notifications pile up, and at 100 the channel refuses: a 500, counted as lost."""
    with stage("bonus", "--workers", "3", "--reserved-web", "1", "--delays", f"0,{FOREVER}") as run:
        run.line("workers +3: 2 general \\+ 1 reserved for web, which leaves notify alone")
        early = hold_both_general_workers(run)
        run.wait_for(early, e.Answered)
        waiting = early - 2 - 2  # two were delivered at once, two are held
        for number in range(CAPACITY - waiting):
            assert run.hello(f"Visitor {number}")[0] == 200
        assert run.hello("One too many")[0] == 500
        run.line("lost +a message to notify: the channel is full")
        after = run.wait_for(early + CAPACITY - waiting + 1, e.Answered)[early:]
        assert {event.worker for event in after} == {"webworker.1"}
        run.wait_for(early + CAPACITY - waiting + 1, e.Done, channel="http.request")
        takers = run.takers("http.request")
        assert {takers[event.id] for event in after} == {"webworker.1"}
        assert len(run.takers("notify")) == 2 + 2
        assert run.stop() == 0
        balanced(run)
        books = run.state.books
        assert (books.delivered, books.died, books.queued, books.refused) == (2, 2 + CAPACITY, 0, 1)
        run.line(
            rf"lost +1 refused, the channel was full, {2 + CAPACITY} in the hands of a worker that died or was stopped"
        )


def hold_both_general_workers(run: Command) -> int:
    """Greet until each of the two has a call in hand that will not end: how many hellos that took."""
    for hellos in itertools.count(1):
        assert run.hello("Early")[0] == 200
        if len({call.process for call in run.all(e.CallStarted, seconds=float(FOREVER))}) == 2:
            return hellos
    raise AssertionError


def test_without_workers_every_visitor_gets_a_503() -> None:
    """After the time limit, as the start has said."""
    with stage("bonus", "--workers", "0", "--speed", "60") as run:
        run.line(r"workers +none: each visitor waits 2.0 s and then gets 503, since nobody takes the request")
        status, page = run.hello("Ada")
        assert status == 503
        assert "time limit" in page
        run.line(r"hello +Ada: 503 in \S+ s \(time limit\)")
        assert run.stop() == 0
        run.line(r"hellos +1 x 503 time limit; 0 without an answer")
        assert run.takers("http.request") == {}
        assert run.state.books.sent == 0


def test_a_users_redis_is_left_as_it_was(valkey: Valkey) -> None:
    """Others' keys are untouched, ours are gone at the end though messages were waiting. What nobody takes in time
    expires and is counted."""
    with valkey.client() as client:
        client.set("somebody:else", "stays")
        client.zadd("asyncdemo:notify", {"of another run": 1})
        keys = sorted(client.keys())
        with stage(
            "bonus",
            "--workers",
            "2",
            "--reserved-web",
            "1",
            "--delays",
            FOREVER,
            "--speed",
            "5",  # no page expires, on no machine, while somebody waits for a notification that does
            "--redis",
            valkey.url,
        ) as run:
            run.line(f"redis +{valkey.url}$")
            assert run.hello("Held")[0] == 200
            run.wait_for(1, e.CallStarted)
            for name in ("Two", "Three", "Four"):
                assert run.hello(name)[0] == 200
            until(lambda: sum(len(event.ids) for event in run.all(e.Expired)) == 3, "three expired notifications")
            run.line(r"lost +\d on notify: nobody took (it|them) within 12.0 s")
            assert run.hello("Five")[0] == 200
            ours = set(client.scan_iter()) - set(keys)
            assert all(key.startswith(b"asyncdemo-") for key in ours)
            assert {process.name() for process in run.processes()}.isdisjoint({"redis-server", "valkey-server"})
            assert run.stop() == 0
            balanced(run)
            assert run.state.books.expired >= 3
            run.line(r"lost +\d expired in the queue")
        assert sorted(client.keys()) == keys
        assert client.get("somebody:else") == b"stays"
        client.delete("somebody:else", "asyncdemo:notify")


def test_a_bare_machine_has_the_embedded_redis() -> None:
    """None on PATH, and it still runs."""
    with stage("bonus", "--workers", "1", "--delays", "0", PATH="/nonexistent") as run:
        run.line(r"redis +embedded Valkey, this run's own, which goes with it")
        assert run.hello("Ada")[0] == 200
        run.wait_for_deliveries(1)
        assert run.stop() == 0
        balanced(run)
        assert run.state.books.delivered == 1


def test_it_ends_by_itself() -> None:
    """After `--for` seconds of the lesson, whoever has come until then."""
    with stage("bonus", "--workers", "1", "--delays", "0", "--speed", "20", "--for", "40s", "--hammer", "1/s") as run:
        run.line(r"stop +Ctrl-C; it ends by itself in 2 s$")
        assert run.ends() == 0
        lasted = float(run.line(r"^bonus, ([\d.]+) s$")[1])
        assert lasted >= 2.0
        balanced(run)


def test_a_run_in_which_nobody_takes_notify_says_so() -> None:
    """All its workers are reserved: it starts, the page is fast, what is sent waits, and that is told twice."""
    with stage("bonus", "--workers", "2", "--reserved-web", "2") as run:
        run.line("workers +2: 0 general \\+ 2 reserved for web, which leave notify alone: nobody takes notify")
        run.line("workers +nobody takes notify: what is sent there is lost after 60.0 s")
        assert run.hello("Ada")[0] == 200
        until(lambda: run.state.books.queued == 1, "the notification to wait")
        assert run.stop() == 0
        balanced(run)
