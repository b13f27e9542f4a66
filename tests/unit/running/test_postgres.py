"""A PostgreSQL of the user's: what is seen of its URL, and whether it will do; a real one, where it is installed."""

import runpy
import sys
from collections.abc import Iterator

import pytest

from asyncdemo.base.errors import StartError, UsageError
from asyncdemo.base.text import without_password, without_passwords
from asyncdemo.running.postgres import conninfo_of, lent
from tests.postgres import Postgres, served

SCHEMAS = "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'asyncdemo%'"


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    """One for all of these tests, each with a database of its own."""
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    with served() as server:
        yield server


def refused(url: str) -> str:
    """Why a database is not used."""
    with pytest.raises(StartError) as caught, lent(url):
        pass
    return str(caught.value)


def test_a_runs_own_schema_is_meant() -> None:
    """Whatever else its URL asks for."""
    place = conninfo_of("postgresql://ada@h/d?options=-c%20work_mem%3D1MB")
    assert "options='-c work_mem=1MB -c search_path=asyncdemo'" in place
    assert "user=ada" in place


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://ada:s3cret@h/d", "is no URL of a PostgreSQL. Type it like postgresql://"),
        ("ada:s3cret@h/d", "is no URL of a PostgreSQL"),
        ("", "--database '' is no URL"),
        ("postgresql://ada:s3cret@h/%zz", "Type it like postgresql://"),
        ("postgresql://ada:s3cret@h/d?nonsense=1", 'invalid URI query parameter: "nonsense"'),
    ],
)
def test_what_is_no_url_of_one(url: str, said: str) -> None:
    """In one line, without a password, and with what would do."""
    with pytest.raises(UsageError) as refused:
        conninfo_of(url)
    assert said in str(refused.value)
    assert "s3cret" not in str(refused.value)
    assert "leave --database out" in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1


def test_without_psycopg_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to type."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.delitem(sys.modules, conninfo_of.__module__)
    runpy.run_module(conninfo_of.__module__)  # as whoever imports it first
    with pytest.raises(UsageError, match=r"psycopg, which is not installed.*pip install 'asyncdemo\[postgres\]'"):
        conninfo_of("postgresql://127.0.0.1/x")


def test_what_a_stage_prints_of_it_has_no_password() -> None:
    """In either of its spellings."""
    for scheme in ("postgres", "postgresql"):
        told = without_passwords(f"cannot reach {scheme}://ada:s3cret@127.0.0.1:5432/d today")
        assert "s3cret" not in told
        assert "127.0.0.1:5432/d today" in told


def test_while_it_is_lent_it_is_one_runs_alone(postgres: Postgres) -> None:
    """Our schema is there, and what a process makes is made in it; then nothing is."""
    import psycopg

    name = postgres.new()
    url, shown = postgres.url(name), without_password(postgres.url(name))
    with lent(url) as place:
        assert postgres.ask(SCHEMAS, name) == [("asyncdemo",)]
        with psycopg.connect(place, autocommit=True) as process:
            process.execute("CREATE TABLE tasks (id int)")
        assert postgres.ask("SELECT count(*) FROM asyncdemo.tasks", name) == [(0,)]
        used = f"The database at {shown} is used by another run. Give another one, or leave --database out"
        assert refused(url).startswith(used)
        assert postgres.ask("SELECT count(*) FROM asyncdemo.tasks", name) == [(0,)], "it is still the first one's"
        with lent(postgres.url(postgres.new())):
            pass  # another database has a lock of its own
    assert postgres.ask(SCHEMAS, name) == []
    with lent(url):
        pass  # the lock is free


def test_one_that_is_not_empty_is_left_as_it_is(postgres: Postgres) -> None:
    """What somebody has in it is named, wherever it is; what a killed run has left is nobody's."""
    name = postgres.new()
    for made, told in (
        ("CREATE TABLE mine (id int)", "there is public.mine."),
        ("CREATE SCHEMA a; CREATE VIEW a.mine AS SELECT 1", "there is a.mine."),
    ):
        postgres.ask(made, name)
        said = refused(postgres.url(name))
        assert "is not empty" in said
        assert told in said
        assert "(createdb asyncdemo)" in said
        assert postgres.ask(SCHEMAS, name) == []
    left = postgres.new()
    postgres.ask("CREATE SCHEMA asyncdemo; CREATE TABLE asyncdemo.left (id int)", left)
    with lent(postgres.url(left)):
        assert postgres.ask("SELECT to_regclass('asyncdemo.left')", left) == [(None,)]


def test_what_its_user_may_not_do_is_told(postgres: Postgres) -> None:
    """In the database's own words, in one line."""
    name = postgres.new()
    postgres.ask("CREATE ROLE guest LOGIN")
    said = refused(postgres.url(name).replace("ada@", "guest:s3cret@"))
    assert "does not do what is needed (permission denied for database" in said
    assert "Give one that its user owns, or leave --database out" in said
    assert "s3cret" not in said
    assert len(said.splitlines()) == 1


def test_nobody_who_answers(postgres: Postgres) -> None:
    """No server, or no such database: with why, and what to do."""
    said = refused(postgres.url("nobodys"))
    assert 'database "nobodys" does not exist' in said
    assert said.endswith("Start it, or leave --database out: a run then has an SQLite file of its own.")
    assert "does not answer (" in refused("postgresql://ada:s3cret@127.0.0.1:1/d")


def test_one_that_was_started_anew_meanwhile_is_left_empty() -> None:
    """And one that has gone for good has nothing of ours to be removed now: the run ends all the same."""
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    with served() as server:
        name = server.new()
        with lent(server.url(name)):
            server.stop()
            server.start()
            assert server.ask(SCHEMAS, name) == [("asyncdemo",)]
        assert server.ask(SCHEMAS, name) == []
        with lent(server.url(name)):
            server.stop()
        server.start()
