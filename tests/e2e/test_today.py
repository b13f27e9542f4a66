"""`asyncdemo run today`: real workers on a real database, watched, killed, told to go, and asked for what cannot be."""

import contextlib
import os
import re
import signal
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from asyncdemo.events import events as e
from tests.e2e.command import Command, asyncdemo, stage, visit
from tests.e2e.edited_stage import run_edited
from tests.e2e.killed_worker import FOREVER, started_anew
from tests.e2e.screen import stage_on_screen
from tests.edited import broken, copied
from tests.waiting import until

ENQUEUE = '    transaction.on_commit(partial(notify.enqueue, f"Hello, {name}!"))'
NOTIFY = "    send_notification(message)"


def today(*arguments: str, **env: str) -> Command:
    """Ten times as fast as the lesson: its mails take 0.05 s."""
    return stage("today", "--speed", "10", *arguments, **env)


def rows(run: Command, query: str) -> list[Any]:
    """What the run's database says."""
    (file,) = run.tmp.glob("asyncdemo-*/db.sqlite3")
    with contextlib.closing(sqlite3.connect(file, timeout=20)) as database:
        return database.execute(query.replace("TASKS", "django_tasks_database_dbtaskresult")).fetchall()


def pid_of(run: Command, process: str) -> int:
    """Of its newest life."""
    return run.all(e.ProcessStarted, process=process)[-1].pid


def in_hand(run: Command) -> e.Taken | None:
    """A task that lasts, in the hands of a worker that goes on, if there is one."""
    over = {event.id for event in run.all(e.Done)}
    ends = {event.process: event.t for event in run.all(e.ProcessEnded)}
    lasting = (one for one in run.all(e.Taken) if one.id not in over and one.t > ends.get(one.process, 0.0))
    return next(lasting, None)


def has_ended_since(run: Command, taken: e.Taken) -> bool:
    """Whether the worker that took it has ended since."""
    return any(end.t > taken.t for end in run.all(e.ProcessEnded, process=taken.process))


def test_a_reserved_worker_has_mails_done_while_newsletters_wait() -> None:
    """What is told of a task: sent, taken, done, where it waits; by whom, and which kind it is."""
    with today("--workers", "3", "--reserved-short", "1", "--delays", FOREVER) as run:
        for name in ("Ada", "Grace", "Alan"):
            assert run.hello(name)[0] == 200
        run.wait_for(2, e.Taken, task="notify")
        mails = run.wait_for(3, e.Done, task="password_mail", failed=False)
        assert {mail.channel for mail in mails} == {"short"}
        printed = [text for event in run.events for text in e.delivered(event)]
        assert sorted(printed) == [f"A new password for {name}." for name in ("Ada", "Alan", "Grace")]
        sent = run.wait_for(6, e.Sent)
        assert [(one.channel, one.task) for one in sent] == [("long", "notify"), ("short", "password_mail")] * 3
        assert {mail.id for mail in mails} == {one.id for one in sent if one.task == "password_mail"}
        ready = {event.worker: event.channels for event in run.all(e.WorkerReady)}
        assert ready == {"worker.1": ["long", "short"], "worker.2": ["long", "short"], "shortworker.1": ["short"]}
        (waits,) = {one.id for one in sent if one.task == "notify"} - {one.id for one in run.all(e.Taken)}
        until(lambda: any(q.ids == {"long": [waits], "short": []} for q in run.all(e.Queues)), "its measurement")
        older = until(lambda: [q for q in run.all(e.Queues) if q.ages.get("long", 0.0) > 1.0][-1:], "an age")
        assert older[0].ages["short"] == 0.0
        assert older[0].depths == {}
        assert run.stop() == 0
        run.line(r"workers +3: 2 general \+ 1 reserved")
        run.line(r"database +SQLite, this run's own, which goes with it$")


def test_of_many_that_wait_the_next_ones_are_named() -> None:
    """And of the others it is told how many there are: nobody reads ten thousand names a second."""
    with today("--workers", "0") as run:
        run.line(r"nobody takes")
        assert {visitor.result()[0] for visitor in [run.visitor("Ada") for _ in range(260)]} == {200}
        until(lambda: any(q.depths == {"long": 260, "short": 260} for q in run.all(e.Queues)), "all of them")
        last = run.all(e.Queues)[-1]
        sent = [one.id for one in run.wait_for(520, e.Sent)]
        named = {id_ for ids in last.ids.values() for id_ in ids}
        assert len(named) == 500
        assert named < set(sent)
        assert last.ages["long"] > 0
        assert run.stop() == 0


def test_one_queue_and_priority_are_told() -> None:
    """As choices of the run, with the one queue that there is."""
    with today("--one-queue", "--priority", "--workers", "1", "--delays", "0") as run:
        for name in ("Ada", "Grace"):
            run.hello(name)
        done = run.wait_for(4, e.Done)
        assert {one.channel for one in done} == {"long"}
        (started,) = run.all(e.RunStarted)
        assert started.choices == ["one-queue", "priority"]
        assert [channel.name for channel in started.stage.queues] == ["long"]
        assert run.all(e.WorkerReady)[0].channels == ["long"]
        assert rows(run, "SELECT DISTINCT task_path, priority FROM TASKS ORDER BY 2") == [
            ("hello.tasks.notify", 0),
            ("hello.tasks.password_mail", 10),
        ]
        assert run.stop() == 0


def test_what_a_killed_worker_had_in_hand_stays_with_it() -> None:
    """RUNNING for good: another worker, and the same one started anew, leave it alone."""
    with started_anew("today") as run:
        until(lambda: run.state.books.held == 1, "its place in the books")
        assert (run.state.books.lost, run.state.books.unknown) == (0, 0)
        found = rows(run, "SELECT status FROM TASKS WHERE task_path LIKE '%notify' ORDER BY enqueued_at")
        assert found == [("RUNNING",), ("RUNNING",)]


def test_keys_add_and_remove_workers_of_both_kinds() -> None:
    """`w` is one for mails; `X` has nothing to turn."""
    with stage_on_screen("today", "--workers", "1", "--delays", FOREVER, columns=110, rows=33) as run:
        run.shows("up 0:")
        run.presses("h")
        run.wait_for(1, e.Taken, task="notify")
        run.presses("h")
        assert run.all(e.Done, task="password_mail") == []
        run.presses("w", "shortworker.1 starts")
        run.wait_for(2, e.Done, task="password_mail", process="shortworker.1")
        run.presses("W", "shortworker.1 finishes")
        run.wait_for(1, e.ProcessEnded, process="shortworker.1", code=0)
        run.presses("+", "worker.2 starts")
        run.wait_for(2, e.Taken, task="notify")
        run.presses("X", "there is no Redis here")
        run.presses("q", "Quit? 2 tasks would not be done.")
        run.presses("y")
        assert run.ends() == 0
        books = run.state.books
        assert (books.delivered, books.running, books.queued, books.lost) == (2, 0, 0, 2)


def test_five_hundred_tasks_once_each_while_workers_come_and_go() -> None:
    """SIGTERM in the middle of a task: it is finished, and others go on. Effects are counted by what was printed."""
    long_ones = ",".join(["0"] * 4 + ["60"])
    options = ("--speed", "60", "--workers", "3", "--delays", long_ones)
    with stage_on_screen("today", *options, columns=110, rows=33) as run:
        run.shows("up 0:")
        url = run.wait_for(1, e.RunStarted)[0].url
        visitors = [run.visitors.submit(visit, f"{url}?name=visitor{number}") for number in range(250)]
        for _ in range(6):
            taken = until(lambda: in_hand(run), "a task that lasts")
            os.kill(pid_of(run, taken.process), signal.SIGTERM)
            run.presses("+")
            until(lambda taken=taken: has_ended_since(run, taken), "its end")
        assert {visitor.result()[0] for visitor in visitors} == {200}
        done = run.wait_for(500, e.Done)
        assert len({one.id for one in done}) == len(done) == 500
        assert not any(one.failed for one in done)
        assert {one.code for one in run.all(e.ProcessEnded)} == {0}
        greetings = {g.format(n) for g in ("Hello, visitor{}!", "A new password for visitor{}.") for n in range(250)}
        until(lambda: greetings <= {event.line for event in run.all(e.Printed)}, "the lines, by pipes of their own")
        assert rows(run, "SELECT status, count(*) FROM TASKS GROUP BY 1") == [("SUCCESSFUL", 500)]
        run.presses("q")
        assert run.ends() == 0
        lines = Counter(event.line for event in run.all(e.Printed))
        assert {line: count for line, count in lines.items() if line in greetings} == dict.fromkeys(greetings, 1)


def test_a_task_that_raises_is_lost_and_says_where(tmp_path: Path) -> None:
    """As a view does: file and line of the task, seen from its project."""
    project = copied("today", tmp_path / "today")
    line = broken(project, "hello/tasks.py", NOTIFY)
    with Command(*run_edited(project, "--workers", "1", "--record", "RECORD", "--speed", "10")) as run:
        run.hello("Ada")
        (failed,) = run.wait_for(1, e.Done, failed=True)
        assert (failed.task, failed.channel, failed.calls) == ("notify", "long", [])
        run.wait_for(1, e.Done, task="password_mail", failed=False)
        run.line(rf' s  worker\.1 +File "hello/tasks\.py", line {line}, in notify$')
        run.line(r" s  worker\.1 +LookupError: nobody is there$")
        assert run.stop() == 0
        run.line(rf"raised +1 x LookupError in hello/tasks\.py, line {line}$")
        run.line(r"lost +1 failed in the task$")
        assert (run.state.books.failed, run.state.books.unknown) == (1, 0)


def test_a_task_that_is_gone_from_the_code_is_lost(tmp_path: Path) -> None:
    """It was sent by code that has it, and its worker has not: no signal tells of it, and it is told all the same."""
    project = copied("today", tmp_path / "today")
    tasks = project / "hello/tasks.py"
    view = project / "hello/views.py"
    text = view.read_text().replace("from .tasks import notify, password_mail", "from . import tasks")
    view.write_text(text.replace("(notify.", "(tasks.notify.").replace("(password_mail.", "(tasks.password_mail."))
    tasks.write_text(f"{tasks.read_text()}\n\nimport sys\nif 'db_worker' in sys.argv:\n    del notify\n")
    with Command(*run_edited(project, "--workers", "1", "--record", "RECORD", "--speed", "10")) as run:
        run.hello("Ada")
        (failed,) = run.wait_for(1, e.Done, failed=True)
        assert (failed.task, failed.channel, failed.worker) == ("notify", "long", "worker.1")
        assert failed.id == run.wait_for(1, e.Sent, task="notify")[0].id
        run.wait_for(1, e.Done, task="password_mail", failed=False)
        assert run.stop() == 0
        assert (run.state.books.failed, run.state.books.unknown) == (1, 0)


def test_what_is_rolled_back_was_not_sent(tmp_path: Path) -> None:
    """The framework says that it was enqueued; nobody will ever take it, and it is in no book."""
    project = copied("today", tmp_path / "today")
    view = project / "hello/views.py"
    rolled_back = (
        "    with transaction.atomic():\n"
        "        notify.enqueue(f'Hello, {name}!')\n"
        "        transaction.set_rollback(name == 'Nobody')"
    )
    assert ENQUEUE in view.read_text()
    view.write_text(view.read_text().replace(ENQUEUE, rolled_back))
    with Command(*run_edited(project, "--record", "RECORD", "--speed", "10", "--delays", "0")) as run:
        assert run.hello("Nobody")[0] == 200
        assert run.hello("Ada")[0] == 200
        run.wait_for(2, e.Done, task="password_mail")
        run.wait_for(1, e.Done, task="notify")
        assert run.stop() == 0
        assert len(run.all(e.Sent, task="notify")) == 1


def test_two_runs_have_a_database_each() -> None:
    """What one is sent, the other's workers never see."""
    with today("--workers", "1", "--delays", "0") as one, today("--workers", "1", "--delays", "0") as two:
        assert (one.hello("Alan")[0], two.hello("Grace")[0]) == (200, 200)
        one.wait_for(2, e.Done)
        two.wait_for(2, e.Done)
        assert one.stop() == two.stop() == 0
        assert "Grace" not in one.text
        assert "Alan" not in two.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("today --reserved-web 1", "Try: asyncdemo run today --workers 3 --reserved-short 1"),
        ("bonus --reserved-short 1", "Try: asyncdemo run bonus --workers 3 --reserved-web 1"),
        ("today --reserved-short x", "Type it like --reserved-short 1"),
        ("today --one-queue --reserved-short 1", "Leave one of them out"),
        ("step3 --one-queue", "try: asyncdemo run today --one-queue"),
        ("step3 --database postgresql://x/y", "or try: asyncdemo run today"),
        ("today --database mysql://ada:secret@x/y", "is no URL of a PostgreSQL"),
        ("today --database", "Type it like --database postgresql://"),
        ("today --redis redis://x", "Leave --redis out, or try: asyncdemo run bonus"),
    ],
)
def test_what_cannot_be_asked_for(typed: str, said: str) -> None:
    """Exit code 2, in a line that says what to type."""
    done = asyncdemo("run", *typed.split())
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "secret" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_lanes_of_today_are_compared(tmp_path: Path) -> None:
    """Each with a database of its own: the reserved worker's mails are told beside those that wait."""
    figures = tmp_path / "figures.json"
    done = asyncdemo("compare", "today:3", "today:2+1", "--duration", "10s", "--speed", "20", "--json", str(figures))
    assert done.returncode == 0, done.stderr
    assert re.search(r"today, 3 general", done.stdout)
    assert re.search(r"today, 2\+1 reserved", done.stdout)
    assert '"today, 2+1 reserved"' in figures.read_text()


def test_a_hammer_finds_it() -> None:
    """In another terminal, at the speed of the run."""
    with today("--delays", "0") as run:
        assert run.url
        loaded = Command(*run.command[:1], "hammer", "--duration", "5s", TMPDIR=str(run.tmp))
        with loaded:
            loaded.line(r"5 x 200")
            assert loaded.ends() == 0
        run.wait_for(10, e.Done)
        assert run.stop() == 0
