"""`asyncdemo redis`: a Redis in the foreground, for stages that are started by hand."""

import re
import signal

import pytest
import redis

from tests.e2e.command import ASYNCDEMO, Command
from tests.e2e.terminal import InTerminal
from tests.waiting import DEADLINE_S, until


def port_of(command: Command) -> int:
    """Where it serves, as soon as it does."""
    command.port = int(command.line(r"at redis://127\.0\.0\.1:(\d+)/0\. Nothing is saved\. Ctrl-C ends it\.")[1])

    def answers() -> bool:
        try:
            with redis.Redis(port=command.port, socket_timeout=DEADLINE_S) as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False

    until(answers, "Redis to answer")
    return command.port


def test_it_serves_until_ctrl_c_and_another_can_wait_beside_it() -> None:
    """With --reuse a second one neither fails nor ends the first."""
    with InTerminal(str(ASYNCDEMO), "redis", "--port", "0") as first:
        port = port_of(first)
        with Command(str(ASYNCDEMO), "redis", "--port", str(port), TMPDIR=str(first.tmp)) as refused:
            assert refused.ends() == 1
            ours = f"in use by your own asyncdemo redis, up since .* as process {first.process.pid}"
            beside = f"wait beside it with asyncdemo redis --port {port} --reuse"
            assert re.fullmatch(rf"asyncdemo: Port {port} on 127.0.0.1 is {ours}\. .*, {beside}, .*\n", refused.text)
        with Command(str(ASYNCDEMO), "redis", "--port", str(port), "--reuse") as beside:
            beside.line(rf"A Redis answers at 127.0.0.1:{port} already. Ctrl-C ends this wait, not that Redis.")
            assert beside.stop() == 0
        with redis.Redis(port=port) as client:
            client.set("a", "1")
            assert client.get("a") == b"1"
        first.type(b"\x03")
        assert first.ends() == 0


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGKILL, -9)])
def test_it_leaves_nothing(number: signal.Signals, code: int) -> None:
    """However it is ended."""
    with Command(str(ASYNCDEMO), "redis", "--port", "0", "--reuse") as command:
        port_of(command)
        assert command.stop(number) == code
