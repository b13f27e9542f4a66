"""The stages started by hand, with nothing but honcho and the Procfiles of the checkout."""

import re
import signal
import sys
from pathlib import Path

import pytest

from tests.conftest import Valkey
from tests.e2e.command import CHECKOUT, Command, free_port, listens, visit
from tests.waiting import until

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
    ],
)
def test_a_stage_by_hand(stage: str, processes: list[str], number: signal.Signals, valkey: Valkey, prefix: str) -> None:
    """It greets and notifies without asyncdemo's help, and goes when honcho is told to."""
    port = free_port()
    env = {"REDIS_URL": valkey.url, "REDIS_PREFIX": prefix}
    with honcho(stage, port, *processes, **env) as command:
        until(lambda: listens(port) or command.process.poll() is not None, "the server")
        assert visit(f"http://127.0.0.1:{port}/?name=Ada")[0] == 200
        command.line(r"\| Hello, Ada!$")
        command.send(number)
        command.ends()
        command.leaves_nothing()
        colour = re.compile(r"\x1b\[[\d;]*m")
        assert "Traceback" not in colour.sub("", command.text)
