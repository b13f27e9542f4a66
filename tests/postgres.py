"""A PostgreSQL of the tests' own, where it is installed. It refuses to run as root: another user starts it then."""

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tests.conftest import end_with_pytest
from tests.tools import missing
from tests.waiting import until

USER = "ada"
UNPRIVILEGED = "nobody"
BESIDE = "/usr/lib/postgresql/*/bin"
"""Where Debian has the programs that are not on PATH."""


def program(name: str) -> str:
    """Skips the running test where PostgreSQL is missing; in CI that fails."""
    beside = sorted(Path("/").glob(f"{BESIDE[1:]}/{name}"))
    return shutil.which(name) or (str(beside[-1]) if beside else missing("PostgreSQL"))


class Postgres:
    """A server that listens on a socket in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._as: dict[str, Any] = {}
        if os.getuid() == 0:
            self._as = {"user": UNPRIVILEGED, "extra_groups": []}
            shutil.chown(folder, UNPRIVILEGED)
        quick = ["--auth", "trust", "--username", USER, "--no-sync", "--encoding", "UTF8"]
        self._run(program("initdb"), *quick, "-D", str(folder / "data"))

    def _run(self, *command: str) -> None:
        subprocess.run(command, check=True, capture_output=True, cwd=self.folder, **self._as)

    def start(self) -> None:
        """Returns when it answers."""
        where = ["-D", str(self.folder / "data"), "-k", str(self.folder), "-c", "listen_addresses=", "-c", "fsync=off"]
        self._process = subprocess.Popen(
            [program("postgres"), *where],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=end_with_pytest,
            **self._as,
        )
        until(self._answers, "PostgreSQL's answer")

    def stop(self) -> None:
        """At once, whoever is connected (SIGINT, "fast shutdown")."""
        self._process.send_signal(2)
        self._process.wait()

    def _answers(self) -> bool:
        import psycopg

        try:
            self.ask("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def url(self, name: str) -> str:
        """Of a database."""
        return f"postgresql://{USER}@/{name}?host={self.folder}"

    def ask(self, query: str, name: str = "postgres") -> list[Any]:
        """What it answers; nothing to what asks nothing."""
        import psycopg

        with closing(psycopg.connect(self.url(name), autocommit=True)) as connection:
            cursor = connection.execute(query)  # type: ignore[call-overload]  # of ours
            return cursor.fetchall() if cursor.description else []

    def new(self) -> str:
        """The name of an empty database that nobody else has."""
        name = f"test_{secrets.token_hex(4)}"
        self.ask(f"CREATE DATABASE {name}")
        return name


@contextmanager
def served() -> Iterator[Postgres]:
    """One that is gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="adp-"))
    try:
        postgres = Postgres(folder)
        postgres.start()
        try:
            yield postgres
        finally:
            postgres.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
