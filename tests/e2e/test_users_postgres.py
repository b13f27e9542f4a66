"""`run today --database`: the tasks wait in a PostgreSQL of the user's, which is left as it was."""

import re
from collections.abc import Iterator

import pytest

from asyncdemo.base.text import without_password
from asyncdemo.events import events as e
from tests.e2e.command import asyncdemo, stage
from tests.ports import free_port
from tests.postgres import Postgres, served
from tests.waiting import until

TABLE = "asyncdemo.django_tasks_database_dbtaskresult"
SCHEMAS = "SELECT nspname FROM pg_namespace WHERE nspname = 'asyncdemo'"


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    """One for all of these tests, each with a database of its own."""
    with served() as server:
        yield server


def run(postgres: Postgres, name: str, *arguments: str, **env: str):  # type: ignore[no-untyped-def]
    return stage("today", "--speed", "10", "--workers", "2", *arguments, "--database", postgres.url(name), **env)


def shown(postgres: Postgres, name: str) -> str:
    """As everybody may read it."""
    return without_password(postgres.url(name))


def test_its_tasks_wait_there_and_nothing_of_it_stays(postgres: Postgres) -> None:
    """Tables, tasks and the measurement of the queues; and at the end, an empty database."""
    name = postgres.new()
    with run(postgres, name, "--reserved-short", "1", "--delays", "3600") as one:
        assert [one.hello(who)[0] for who in ("Ada", "Grace")] == [200, 200]
        one.wait_for(2, e.Done, task="password_mail")
        one.wait_for(1, e.Taken, task="notify")
        until(lambda: any(len(event.ids.get("long", ())) == 1 for event in one.all(e.Queues)), "what waits")
        found = postgres.ask(f"SELECT queue_name, status, count(*) FROM {TABLE} GROUP BY 1, 2 ORDER BY 1, 2", name)
        assert found == [("long", "READY", 1), ("long", "RUNNING", 1), ("short", "SUCCESSFUL", 2)]
        assert one.all(e.RunStarted)[0].database == shown(postgres, name)
        one.line(rf"database +{re.escape(shown(postgres, name))}$")
        second = asyncdemo("run", "today", "--port", "0", "--database", postgres.url(name))
        assert second.returncode == 1
        assert "is used by another run. Give another one, or leave --database out" in second.stderr
        assert postgres.ask(f"SELECT count(*) FROM {TABLE}", name) == [(4,)], "the first run's are still there"
        assert one.stop() == 0
        one.line(r"tasks +4 sent = 2 delivered \+ 0 running \+ 0 queued \+ 0 held \+ 2 lost \+ 0 unknown$")
    assert postgres.ask(SCHEMAS, name) == []


def test_a_name_that_its_json_cannot_hold_is_an_error_with_its_place(postgres: Postgres) -> None:
    """PostgreSQL's jsonb has no NUL: nothing is sent then, the visitor is told so, and all else goes on."""
    name = postgres.new()
    with run(postgres, name, "--delays", "0") as one:
        assert one.hello("a\0b")[0] == 500
        one.line(r'File "hello/views\.py", line \d+, in hello_view$')
        one.line(r"DataError: unsupported Unicode escape sequence$")
        assert one.hello("Ada")[0] == 200
        one.wait_for(2, e.Done)
        assert one.stop() == 0
        assert len(one.all(e.Sent)) == 2


def test_what_a_killed_run_has_left_is_nobodys(postgres: Postgres) -> None:
    """The next one begins with no task."""
    name = postgres.new()
    with run(postgres, name, "--delays", "3600") as one:
        one.hello("Ada")
        one.wait_for(1, e.Taken, task="notify")
        one.process.kill()
        one.process.wait()
        until(lambda: not one.processes(), "the end of all")
    assert postgres.ask(f"SELECT count(*) FROM {TABLE}", name) == [(2,)]
    with run(postgres, name, "--delays", "0", ASYNCDEMO_DATABASE=postgres.url("nowhere")) as two:
        two.hello("Grace")
        two.wait_for(2, e.Done)
        assert postgres.ask(f"SELECT count(*) FROM {TABLE}", name) == [(2,)]
        assert two.stop() == 0
    assert postgres.ask(SCHEMAS, name) == []


def test_a_restart_of_it_is_survived_by_the_page_and_by_the_measurement(postgres: Postgres) -> None:
    """A worker's loop ends with it; another one is started, and goes on."""
    name = postgres.new()
    with run(postgres, name, "--delays", "0") as one:
        one.hello("Ada")
        one.wait_for(2, e.Done)
        postgres.stop()
        until(lambda: len(one.all(e.ProcessEnded, code=1)) == 2, "the end of both workers")
        postgres.start()
        until(lambda: one.hello("Grace")[0] == 200, "the page")
        until(lambda: one.all(e.Queues) and one.all(e.Queues)[-1].ids.get("long"), "what waits")
        assert one.stop() == 0
    assert postgres.ask(SCHEMAS, name) == []


def test_one_that_will_not_do(postgres: Postgres) -> None:
    """Before anything is started: with what is wrong, and what to type."""
    full = postgres.new()
    postgres.ask("CREATE TABLE customers (name text)", full)
    nobody = free_port()
    cases = {
        postgres.url(
            full
        ): "is not empty: there is public.customers. Make one for asyncdemo alone (createdb asyncdemo)",
        postgres.url("nowhere"): "does not answer",
        f"postgresql://ada:s3cret@127.0.0.1:{nobody}/x": "does not answer",
    }
    for url, said in cases.items():
        done = asyncdemo("run", "today", "--port", "0", "--database", url)
        assert (done.returncode, done.stdout) == (1, "")
        assert said in done.stderr
        assert "or leave --database out: a run then has an SQLite file of its own" in done.stderr
        assert "s3cret" not in done.stderr
        assert len(done.stderr.splitlines()) == 1
    assert postgres.ask("SELECT count(*) FROM customers", full) == [(0,)]
    wrong = asyncdemo("run", "today", "--database", "postgresql://x/y?nonsense=1")
    assert wrong.returncode == 2
    assert 'invalid URI query parameter: "nonsense"' in wrong.stderr
