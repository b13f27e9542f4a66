"""A PostgreSQL of the user's: whether it will do is seen before it is used, and a run leaves it as it was.

A run has a schema of its own in it, and a lock (PostgreSQL, 9.28.10, "Advisory Lock Functions") for as long as it
lasts: a second one is refused, and what a run has left behind that was killed is known to be nobody's.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from ..base.errors import StartError, UsageError
from ..base.text import without_password, without_passwords

if TYPE_CHECKING:
    from psycopg import Connection

SCHEMES = ("postgresql://", "postgres://")
LIKE = "postgresql://USER:PASSWORD@127.0.0.1:5432/NAME"
SCHEMA = "asyncdemo"
LOCK = 0x6173796E63
"""The lock's number: `async` in ASCII."""
CONNECT_S = 5
"""For the first answer: libpq takes whole seconds, 2 at the least."""
END_S = 2
OR_LEAVE = "or leave --database out: a run then has an SQLite file of its own"
TABLES = """
    SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname <> %s AND n.nspname <> 'information_schema'
    AND n.nspname !~ '^pg_' AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    ORDER BY 1 LIMIT 1
"""
"""One that is there, but for those of PostgreSQL itself and of its extensions."""


@contextmanager
def lent(url: str) -> Iterator[str]:
    """While this is open, the database is this run's: where its processes connect to.

    Raises UsageError for what is no URL of a PostgreSQL, or without psycopg, and StartError for one that will not do.
    """
    place = conninfo_of(url)
    connection = connected(url, place, CONNECT_S)
    try:
        check(url, connection)
        yield place
        connection = still_connected(connection, place)
        with suppress(Exception):  # one that is gone has nothing of ours to be removed now
            connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
    finally:
        connection.close()


def conninfo_of(url: str) -> str:
    """Where it is and that our schema is meant, as libpq reads it. Raises UsageError."""
    shown = without_password(url)
    if not url.startswith(SCHEMES):
        raise UsageError(f"--database {shown!r} is no URL of a PostgreSQL. Type it like {LIKE}, {OR_LEAVE}.")
    try:
        from psycopg import ProgrammingError
        from psycopg.conninfo import conninfo_to_dict, make_conninfo
    except ImportError:
        raise UsageError(
            "--database needs psycopg, which is not installed: it comes with an extra. "
            "Type: python -m pip install 'asyncdemo[postgres]'"
        ) from None
    try:
        asked = conninfo_to_dict(url)
    except ProgrammingError as error:
        raise UsageError(f"--database {shown!r}: {first_line(error)}. Type it like {LIKE}, {OR_LEAVE}.") from None
    options = f"{asked.get('options') or ''} -c search_path={SCHEMA}".strip()
    return make_conninfo(url, options=options)


def connected(url: str, place: str, limit_s: int) -> "Connection":
    """Raises StartError where nobody answers, or not as was hoped."""
    from psycopg import Error, connect

    try:
        return connect(place, autocommit=True, connect_timeout=limit_s, application_name="asyncdemo")
    except Error as error:
        raise StartError(
            f"The database at {without_password(url)} does not answer ({first_line(error)}). Start it, {OR_LEAVE}."
        ) from None


def check(url: str, connection: "Connection") -> None:
    """Have it for this run alone, with our schema in it, empty. Raises StartError."""
    from psycopg import Error

    shown = without_password(url)
    try:
        if not answer(connection, "SELECT pg_try_advisory_lock(%s)", LOCK):
            raise StartError(f"The database at {shown} is used by another run. Give another one, {OR_LEAVE}.")
        if table := answer(connection, TABLES, SCHEMA):
            raise StartError(
                f"The database at {shown} is not empty: there is {table}. Make one for asyncdemo alone "
                f"(createdb asyncdemo), {OR_LEAVE}."
            )
        connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        connection.execute(f"CREATE SCHEMA {SCHEMA}")
    except Error as error:
        raise StartError(
            f"The database at {shown} does not do what is needed ({first_line(error)}). "
            f"Give one that its user owns, {OR_LEAVE}."
        ) from None


def answer(connection: "Connection", query: str, *values: object) -> object:
    """The one value that is asked for; None where there is none."""
    row = connection.execute(query, values).fetchone()
    return row[0] if row else None


def still_connected(connection: "Connection", place: str) -> "Connection":
    """This one; or another, where PostgreSQL was started anew meanwhile and can be reached."""
    from psycopg import Error, connect

    try:
        connection.execute("SELECT 1")
    except Error:
        with suppress(Error):
            return connect(place, autocommit=True, connect_timeout=END_S)
    return connection


def first_line(error: Exception) -> str:
    """What an error says, in one line and without a password."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return without_passwords(lines[0]).rstrip(".")
