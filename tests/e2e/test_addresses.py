"""Where a run listens, who else is there, and whose page its load goes to."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from asyncdemo.events import events as e
from tests.e2e.command import ASYNCDEMO, Command, asyncdemo, listens, stage, visit
from tests.ports import free_port
from tests.waiting import until


def run(name: str, port: int, *arguments: str, tmp: str = "") -> Command:
    """A run on this port, of a user whose other runs are in the folder `tmp`."""
    command = [str(ASYNCDEMO), "run", name, "--port", str(port), "--record", "RECORD", *arguments]
    return Command(*command, **({"TMPDIR": tmp} if tmp else {}))


@contextmanager
def somebody(host: str, port: int = 0) -> Iterator[int]:
    """Another program, which listens there."""
    with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET) as server:
        yield server.getsockname()[1]


def test_a_port_that_a_run_of_ours_has_is_told_with_that_run() -> None:
    """Which it is, since when, and what to type; also under another name of this machine."""
    with stage("step3") as first:
        visit(first.url)
        ours = r"is in use by your own run of step3, up since \d\d:\d\d as process {}\. End it with q in its terminal,"
        for host in ("127.0.0.1", "localhost", "0.0.0.0"):
            with run("bonus", first.port or 0, "--host", host, tmp=str(first.tmp)) as second:
                assert second.ends() == 1
                second.line(
                    ours.format(first.process.pid) + rf" or try --port {(first.port or 0) + 1}, or 0 for any free one\."
                )
                assert second.all(e.RunStarted) == []


def test_a_run_is_told_for_the_addresses_that_it_has() -> None:
    """One that listens on all has each; one that listens on another is not who is in the way."""
    if not can_be_listened_on("127.0.0.2"):
        pytest.skip("127.0.0.2 is no address of this machine, as it is on Linux")
    with stage("step1", "--host", "0.0.0.0") as first, asked_there(first) as second:
        assert second.ends() == 1
        second.line(rf"Port {first.port} on 127\.0\.0\.2 is in use by your own run of step1, up since ")
    with stage("step1") as first:
        assert first.url
        with somebody("127.0.0.2", first.port or 0), asked_there(first) as second:
            assert second.ends() == 1
            second.line(rf"Port {first.port} on 127\.0\.0\.2 is in use by another program\. ")


def asked_there(first: Command) -> Command:
    """A run that wants the port of the first, on 127.0.0.2."""
    visit(first.url)
    return run("step3", first.port or 0, "--host", "127.0.0.2", tmp=str(first.tmp))


@pytest.mark.parametrize("seen", ["a folder for all", "a folder for each"])
def test_of_two_that_start_at_once_the_second_sends_nobody_to_the_first(seen: str) -> None:
    """Whether it can see that another is starting, or finds its port in use when it has begun itself."""
    port = free_port()
    with ExitStack() as both:
        first = both.enter_context(run("step1", port, "--delays", "0.01"))
        shared = {"tmp": str(first.tmp)} if seen == "a folder for all" else {}
        second = both.enter_context(run("bonus", port, "--hammer", "10", **shared))
        loser = until(lambda: ended(first, second), "one to end")
        winner = first if loser is second else second
        assert loser.ends() == 1
        loser.line(rf"Port {port} on 127.0.0.1 is in use by ")
        assert loser.all(e.Ready) == []
        assert winner.url == f"http://127.0.0.1:{port}/"
        if winner is first:
            assert winner.all(e.Answered) == []
        assert winner.stop() == 0


def ended(*commands: Command) -> Command | None:
    """The first of them that has come to its end."""
    return next((command for command in commands if command.process.poll() is not None), None)


@pytest.mark.parametrize(
    ("held", "host", "named"),
    [
        ("127.0.0.1", "0.0.0.0", "0.0.0.0"),
        ("127.0.0.1", "::", "::"),
        ("127.0.0.1", "::1", "127.0.0.1"),
        ("127.0.0.1", "localhost", "localhost"),
        ("::1", "127.0.0.1", "::1"),
        ("::1", "localhost", "::1"),
        ("::1", "0.0.0.0", "::1"),
    ],
)
def test_a_port_that_is_anothers_on_this_machine_is_told_at_once(held: str, host: str, named: str) -> None:
    """Its visitors would come to the other one, or to none."""
    if ":" in held + host and not can_be_listened_on("::1"):
        pytest.skip("this machine has no IPv6")
    with somebody(held) as port:
        done = asyncdemo("run", "step1", "--host", host, "--port", str(port))
        assert done.returncode == 1
        told = f"Port {port} on {named} is in use by another program. Stop it, or try --port {port + 1}."
        assert done.stderr == f"asyncdemo: {told}\n"
        assert done.stdout == ""


def can_be_listened_on(host: str) -> bool:
    """Whether it is an address of this machine."""
    try:
        with somebody(host):
            return True
    except OSError:
        return False


@pytest.mark.parametrize("name", ["step1", "step3", "bonus"])
def test_a_name_is_served_at_its_address(name: str) -> None:
    """As it was typed in what is shown; the load goes to the address."""
    with stage(name, "--host", "localhost", "--delays", "0.01", "--hammer", "5") as command:
        assert command.url == f"http://localhost:{command.port}/"
        assert command.port is not None
        assert listens(command.port)
        assert command.hello("Ada")[0] == 200
        (load,) = command.wait_for(1, e.LoadStarted)
        assert load.url.startswith(f"http://127.0.0.1:{command.port}/")
        command.wait_for(3, e.Answered, status=200)
        assert command.stop() == 0
