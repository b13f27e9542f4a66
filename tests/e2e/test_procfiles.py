"""The stages started by hand, with nothing but honcho and the Procfiles of the checkout."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Valkey
from tests.e2e.command import CHECKOUT, Command, clean_environment, listens, visit
from tests.ports import free_port
from tests.waiting import DEADLINE_S, until

HONCHO = Path(sys.executable).parent / "honcho"

pytestmark = pytest.mark.skipif(not (CHECKOUT / "asyncdemo").exists(), reason="needs the checkout's package")


def honcho(stage: str, port: int, *processes: str, **env: str) -> Command:
    """`honcho -f Procfile.STAGE start -p PORT` in the checkout, with the virtual environment active."""
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    settings = {"PATH": path, "ASYNCDEMO_DELAYS": "0", "PYTHONUNBUFFERED": "1"}
    arguments = ["-d", str(CHECKOUT), "-f", str(CHECKOUT / f"Procfile.{stage}"), "start", "-p", str(port), *processes]
    command = Command(str(HONCHO), *arguments, **settings | env)
    command.port = port
    return command


@pytest.mark.parametrize(
    ("stage", "processes", "number"),
    [
        ("step1", [], signal.SIGTERM),
        ("step2", [], signal.SIGINT),
        ("step3", [], signal.SIGTERM),
        ("bonus", ["web", "worker", "webworker"], signal.SIGINT),
        ("today", [], signal.SIGTERM),
        ("today_celery", ["web", "worker", "shortworker"], signal.SIGTERM),
    ],
)
def test_a_stage_by_hand(
    stage: str, processes: list[str], number: signal.Signals, valkey: Valkey, prefix: str, tmp_path: Path
) -> None:
    """It greets and notifies without asyncdemo's help, and goes when honcho is told to."""
    port = free_port()
    url = valkey.url.replace("unix", "redis+socket") if stage == "today_celery" else valkey.url
    env = {"REDIS_URL": url, "REDIS_PREFIX": prefix, "DATABASE": str(tmp_path / "db.sqlite3")}
    if stage == "today":
        folder = CHECKOUT / "asyncdemo/stages/today"
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(migrate, cwd=folder, env=clean_environment(**env), check=True, timeout=DEADLINE_S)
    with honcho(stage, port, *processes, **env) as command:
        until(lambda: listens(port) or command.process.poll() is not None, "the server")
        assert visit(f"http://127.0.0.1:{port}/?name=Ada")[0] == 200
        command.line(r"\| Hello, Ada!$")
        command.send(number)
        command.ends()
        command.leaves_nothing()
        colour = re.compile(r"\x1b\[[\d;]*m")
        assert "Traceback" not in colour.sub("", command.text)
