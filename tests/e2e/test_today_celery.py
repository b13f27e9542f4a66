"""`asyncdemo run today --engine celery`: Celery's own workers on a real Redis."""

import os
import signal
from pathlib import Path

import redis

from asyncdemo.events import events as e
from tests.e2e.command import Command, asyncdemo, stage, visit
from tests.e2e.edited_stage import run_edited
from tests.e2e.killed_worker import FOREVER, started_anew
from tests.e2e.screen import OnScreen
from tests.edited import broken, copied, gated
from tests.waiting import until

CELERY = ("--engine", "celery", "--speed", "10")


def test_a_reserved_worker_has_mails_done_while_newsletters_wait() -> None:
    """The same lesson, and the same is told: sent, taken, done, and what waits for how long."""
    with stage("today", *CELERY, "--workers", "2", "--reserved-short", "1", "--delays", FOREVER) as run:
        for name in ("Ada", "Grace", "Alan"):
            assert run.hello(name)[0] == 200
        run.wait_for(1, e.Taken, task="notify", process="worker.1")
        mails = run.wait_for(3, e.Done, task="password_mail", failed=False)
        assert {(mail.channel, mail.process) for mail in mails} <= {("short", "shortworker.1"), ("short", "worker.1")}
        sent = run.wait_for(6, e.Sent)
        assert [(one.channel, one.task) for one in sent] == [("long", "notify"), ("short", "password_mail")] * 3
        ready = {event.worker: sorted(event.channels) for event in run.all(e.WorkerReady)}
        assert ready == {"worker.1": ["long", "short"], "shortworker.1": ["short"]}
        waiting = [one.id for one in sent if one.task == "notify"][1:]
        until(lambda: any(q.ids == {"long": waiting, "short": []} for q in run.all(e.Queues)), "its measurement")
        until(lambda: any(q.ages.get("long", 0.0) > 1.0 for q in run.all(e.Queues)), "an age")
        assert not run.state.notifications.pockets(), "nothing stays in a worker's pocket"
        assert run.stop() == 0
        run.line(r"stage +today_celery: ")


def test_as_it_comes_mails_are_in_a_busy_workers_pocket() -> None:
    """A pool that forks, which takes four at a time: received, and nobody else can begin with them."""
    with stage("today", *CELERY, "--defaults", "--workers", "1", "--delays", FOREVER) as run:
        for name in ("Ada", "Grace", "Alan"):
            assert run.hello(name)[0] == 200
        (taken,) = run.wait_for(1, e.Taken, task="notify")
        pocket = run.wait_for(2, e.Received, worker="worker.1")
        assert taken.id in {one.id for one in run.wait_for(6, e.Sent)}
        until(lambda: {one.id for one in run.all(e.Received)} - {taken.id}, "another than what it has begun with")
        assert {one.process for one in pocket} == {taken.process} == {"worker.1"}
        assert run.all(e.RunStarted)[0].choices == ["defaults"]
        assert run.stop() == 0
        books = run.state.books
        assert (books.delivered + books.lost, books.sent) == (6, 6), "what was not done is gone with the run's Redis"
        assert not run.all(e.Done, failed=True), "what was stopped in the middle has not failed by itself"
        run.line(rf"lost +{books.lost} in the hands of a worker that died or was stopped, or in a queue that is gone$")


def test_a_pool_that_forks_tells_each_call_once() -> None:
    """Its process has inherited who tells, and has another in its place."""
    with stage("today", *CELERY, "--defaults", "--workers", "1", "--delays", "0,1") as run:
        for name in ("Ada", "Grace"):
            assert run.hello(name)[0] == 200
        run.wait_for(4, e.Done)
        told = sorted(text for event in run.events for text in e.delivered(event))
        assert told == sorted(
            greeting.format(name) for name in ("Ada", "Grace") for greeting in ("Hello, {}!", "A new password for {}.")
        )
        assert run.stop() == 0


def test_what_a_killed_worker_had_in_hand_is_unacknowledged() -> None:
    """Nobody is given it before an hour has gone by; all else goes on."""
    with started_anew("today_celery") as run:
        assert run.all(e.RunStarted)[0].stage.held_s == 3600 == run.all(e.WorkerReady)[0].held_s


def test_what_a_killed_worker_held_is_given_out_again(tmp_path: Path) -> None:
    """After the visibility timeout, which is an hour where nobody sets it: held until then, and done once after all."""
    project = copied("today_celery", tmp_path / "today_celery")
    settings = project / "hello/settings.py"
    soon = {"visibility_timeout": 1800, "unacked_restore_interval": 1, "unacked_restore_throttle": 1}
    settings.write_text(f"{settings.read_text()}\nCELERY_BROKER_TRANSPORT_OPTIONS |= {soon}\n")
    gate = gated(project)
    with Command(*run_edited(project, "--workers", "2", "--record", "RECORD")) as run:
        run.hello("Ada")
        (taken,) = run.wait_for(1, e.Taken, task="notify")
        (started,) = run.all(e.ProcessStarted, process=taken.process)
        os.kill(started.pid, signal.SIGKILL)
        gate.touch()
        run.line(r"held +1 notify: until it is given out again, 1800 s after its worker got it$")
        until(lambda: run.state.books.held == 1, "its place in the books")
        its_time_has_come(run)
        run.line(r"again +1 notify: no longer held by a worker that is dead$")
        (done,) = run.wait_for(1, e.Done, id=taken.id, failed=False)
        assert done.process != taken.process
        run.line(r"notified +Hello, Ada! by ")
        until(lambda: run.state.books.delivered == 2, "the mail")
        books = run.state.books
        assert (books.delivered, books.held, books.lost, books.unknown, books.again) == (2, 0, 0, 0, 1)
        assert run.stop() == 0
        run.line(r"begun again +1$")


def its_time_has_come(run: Command) -> None:
    """What is not acknowledged was given out long ago, as its broker knows it (`unacked_index` of kombu)."""
    (socket,) = run.tmp.glob("asyncdemo-*/redis.sock")
    with redis.Redis(unix_socket_path=str(socket)) as client:
        (index,) = client.keys("*unacked_index")
        for tag, _ in client.zrange(index, 0, -1, withscores=True):
            client.zadd(index, {tag: 1.0})


def gated_on_screen(folder: Path, *options: str) -> tuple[OnScreen, Path]:
    """With one worker, whose calls take until the file is there."""
    project = copied("today_celery", folder / "today_celery")
    command = run_edited(project, "--workers", "1", "--record", "RECORD", "--speed", "10", *options)
    return OnScreen(*command, columns=110, rows=33), gated(project)


def test_a_worker_that_is_told_to_go_finishes_and_gives_its_pocket_back(tmp_path: Path) -> None:
    """Its pool is not told: SIGTERM would end a child in the middle of its task."""
    run, gate = gated_on_screen(tmp_path, "--defaults")
    with run:
        run.shows("up 0:")
        run.presses("h")
        run.presses("h")
        (taken,) = run.wait_for(1, e.Taken, task="notify")
        run.wait_for(4, e.Received)
        run.presses("-", "worker.1 finishes")
        gate.touch()
        run.wait_for(1, e.ProcessEnded, process="worker.1", code=0)
        run.wait_for(1, e.Done, id=taken.id, failed=False)
        until(lambda: run.all(e.Queues)[-1].t > run.all(e.ProcessEnded, process="worker.1")[0].t, "a measurement")
        books = run.state.books
        assert (books.delivered, books.queued, books.lost, books.held, books.unknown) == (1, 3, 0, 0, 0)
        run.presses("+", "worker.1 starts")
        run.wait_for(4, e.Done, failed=False)
        run.presses("q")
        assert run.ends() == 0


def test_what_goes_with_redis_and_what_does_not(tmp_path: Path) -> None:
    """What is queued is lost, and what is in hand is finished; who comes meanwhile is told; then it goes on."""
    run, gate = gated_on_screen(tmp_path)
    with run:
        run.shows("up 0:")
        run.presses("h")
        run.presses("h")
        url = run.wait_for(1, e.RunStarted)[0].url
        (taken,) = run.wait_for(1, e.Taken, task="notify")
        run.wait_for(4, e.Sent)
        run.presses("X", "Stop Redis? What is queued is lost.")
        run.presses("y", "Redis is stopped")
        gate.touch()
        run.wait_for(1, e.Done, id=taken.id, failed=False)
        until(lambda: run.state.books.delivered == 1, "its place in the books")
        assert (run.state.books.died, run.state.books.queued, run.state.books.held) == (3, 0, 0)
        run.presses("h")
        run.wait_for(1, e.Answered, status=500)
        run.presses("X", "Start Redis again? Its channels are empty then.")
        run.presses("y", "Redis starts again")
        until(lambda: visit(f"{url}?name=Linus")[0] == 200, "a page, when Redis is there")
        run.wait_for(2, e.Done, task="notify", failed=False)
        until(lambda: run.state.books.delivered == 3, "the mail of the last one")
        assert (run.state.books.sent, run.state.books.lost) == (6, 3)
        run.presses("q")
        assert run.ends() == 0


def test_a_pocket_is_emptied_when_redis_goes(tmp_path: Path) -> None:
    """A worker of Celery's throws away what it has not begun with, and nobody else has it any more."""
    run, gate = gated_on_screen(tmp_path, "--defaults")
    with run:
        run.shows("up 0:")
        run.presses("h")
        run.presses("h")
        (taken,) = run.wait_for(1, e.Taken, task="notify")
        run.wait_for(4, e.Received)
        until(lambda: run.state.notifications.pockets(), "its pocket")
        run.presses("X", "Stop Redis?")
        run.presses("y", "Redis is stopped")
        until(lambda: not run.state.notifications.pockets(), "its empty pocket")
        gate.touch()
        run.wait_for(1, e.Done, id=taken.id, failed=False)
        until(lambda: run.state.books.delivered == 1, "its place in the books")
        assert (run.state.books.died, run.state.books.queued) == (3, 0)
        run.presses("q")
        assert run.ends() == 0


def test_tasks_that_fail_are_lost_and_say_why(tmp_path: Path) -> None:
    """One that raises, with file and line; one that the worker's code does not have."""
    project = copied("today_celery", tmp_path / "today_celery")
    line = broken(project, "hello/tasks.py", "    send_notification(message)")
    tasks = project / "hello/tasks.py"
    gone = "import sys\nif 'worker' in sys.argv:\n    from celery import current_app\n"
    tasks.write_text(f"{tasks.read_text()}\n\n{gone}    current_app.tasks.unregister('hello.tasks.password_mail')\n")
    with Command(*run_edited(project, "--workers", "1", "--record", "RECORD", "--speed", "10")) as run:
        run.hello("Ada")
        failed = {one.task: one for one in run.wait_for(2, e.Done, failed=True)}
        assert failed.keys() == {"notify", "password_mail"}
        assert {one.id for one in failed.values()} == {one.id for one in run.wait_for(2, e.Sent)}
        assert failed["password_mail"].channel == "short"
        run.line(rf'File "hello/tasks\.py", line {line}, in notify$')
        run.line(r"LookupError: nobody is there$")
        assert run.stop() == 0


def test_engines_that_are_none() -> None:
    """Exit code 2, and what to type."""
    for typed, said in {
        "today --engine rq": "--engine 'rq': type one of tasks, celery.",
        "bonus --engine celery": "or try: asyncdemo run today --engine celery",
        "today --defaults": "today has no --defaults. Leave it out, or try: asyncdemo run today_celery --defaults",
        "today --engine celery --priority": "today_celery has no --priority",
        "today --engine celery --database postgresql://x/y": "today_celery keeps nothing in a database",
    }.items():
        done = asyncdemo("run", *typed.split())
        assert (done.returncode, done.stdout) == (2, "")
        assert said in done.stderr
