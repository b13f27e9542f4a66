"""The stage `today` by hand: the page answers at once, each task is done once, and nothing but settings says where."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.stages.conftest import Gate, Process, Server, Start, waitress
from tests.waiting import DEADLINE_S, until

STARTED = "Starting worker"
MEASURE = """
import django
django.setup()
from django.db import connection
from asyncdemo.probes.tasks import MOST_NAMED, measured
from hello.tasks import notify

def one_comes(execute, sql, *rest):
    if sql.startswith("SELECT"):
        asked.append(sql)
        if len(asked) == 2:
            notify.enqueue("Grace")
    return execute(sql, *rest)

asked = []
for _ in range(MOST_NAMED + 3):
    notify.enqueue("Ada")
with connection.execute_wrapper(one_comes):
    told = measured()
print(len(asked), len(told["ids"]["long"]) - MOST_NAMED, told["depths"]["long"] - MOST_NAMED)
"""
"""More than are named, and one more while that is asked."""


@pytest.fixture
def today(start: Start, gate: Gate) -> Server:
    """A server with its tables, and a gate before the outside service."""
    assert start("today", "manage.py", "migrate", "--verbosity", "0", **gate.env).ended() == 0
    return waitress(start, "today", **gate.env)


def worker(start: Start, gate: Gate, queues: str, **env: str) -> Process:
    """A worker that looks for tasks ten times a second."""
    options = ("--queue-name", queues, "--interval", "0.1", "--no-startup-delay")
    return start("today", "manage.py", "db_worker", *options, **gate.env | env).prints(STARTED)


def statuses(tmp_path: Path) -> list[tuple[str, str, int]]:
    """(queue, status, how many) of all tasks."""
    query = "SELECT queue_name, status, count(*) FROM django_tasks_database_dbtaskresult GROUP BY 1, 2 ORDER BY 1, 2"
    with closing(sqlite3.connect(tmp_path / "db.sqlite3", timeout=DEADLINE_S)) as database:
        return database.execute(query).fetchall()


def test_a_page_waits_for_no_worker_and_a_mail_for_a_newsletter(
    today: Server, start: Start, gate: Gate, tmp_path: Path
) -> None:
    """Nobody works yet: both wait. A worker for all is busy with what is slow; one for what is short is not."""
    for name in ("Ada", "Grace"):
        assert today.hello(name).hello == f"Hello, {name}!"
    assert statuses(tmp_path) == [("long", "READY", 2), ("short", "READY", 2)]
    general = worker(start, gate, "*")
    gate.holds(1)
    assert statuses(tmp_path) == [("long", "READY", 1), ("long", "RUNNING", 1), ("short", "READY", 2)]
    short = worker(start, gate, "short")
    gate.holds(2)
    gate.open()
    general.prints("Hello, Ada!").prints("Hello, Grace!")
    until(lambda: statuses(tmp_path) == [("long", "SUCCESSFUL", 2), ("short", "SUCCESSFUL", 2)], "all to be done")
    printed = general.text + short.text
    assert [printed.count(f"A new password for {name}.") for name in ("Ada", "Grace")] == [1, 1]
    assert "Hello" not in short.text


def test_one_queue_and_a_priority_are_a_matter_of_settings(start: Start, gate: Gate, tmp_path: Path) -> None:
    """With one queue for both, mails of a higher priority are taken first, however late they were sent."""
    choices = gate.env | {"SHORT_QUEUE": "long", "MAIL_PRIORITY": "10"}
    assert start("today", "manage.py", "migrate", "--verbosity", "0", **choices).ended() == 0
    server = waitress(start, "today", **choices)
    gate.open()
    for name in ("Ada", "Grace"):
        server.hello(name)
    assert statuses(tmp_path) == [("long", "READY", 4)]
    one = worker(start, gate, "*", **choices)
    one.prints("Hello, Grace!")
    assert one.text.index("A new password for Grace.") < one.text.index("Hello, Ada!")


def test_a_task_that_raises_says_so_in_its_workers_terminal(today: Server, start: Start, gate: Gate) -> None:
    """With DEBUG off, whichever Django it is: and nothing is said of those that are well."""
    failing = "from hello import outside; outside.next = lambda delays: [][0]"
    gate.open()
    patched = gate.env | {"PYTHONPATH": f"{gate.env['PYTHONPATH']}:{gate.folder}"}
    (gate.folder / "gated_failing.py").write_text(f"from gated_settings import *\n{failing}\n")
    today.hello("Ada")
    one = start(
        "today", "manage.py", "db_worker", "--queue-name", "*", "--interval", "0.1", "--no-startup-delay",
        **patched | {"DJANGO_SETTINGS_MODULE": "gated_failing"},
    )  # fmt: skip
    one.prints("A new password for Ada.")
    assert one.text.count("IndexError: list index out of range") == 1
    assert "Traceback" in one.text
    assert "SUCCESSFUL" not in one.text


def test_what_comes_while_it_is_measured_is_not_in_it(start: Start, gate: Gate) -> None:
    """It is told of by itself, and would count twice: both queries are about the same moment."""
    assert start("today", "manage.py", "migrate", "--verbosity", "0", **gate.env).ended() == 0
    measured = start("today", "-c", MEASURE, **gate.env | {"DJANGO_SETTINGS_MODULE": "hello.settings"})
    assert measured.ended() == 0, measured.text
    assert measured.text == "2 0 3\n"
