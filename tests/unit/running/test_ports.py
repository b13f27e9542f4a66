"""Whether a port can be had, and whether somebody answers there."""

import socket
from collections.abc import Iterator

import pytest

from asyncdemo.base.errors import StartError, UsageError
from asyncdemo.running import ports


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A server of somebody else."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def test_a_free_port_can_be_claimed_and_then_used() -> None:
    """0 gives a real one, and it is not held."""
    port = ports.claim("127.0.0.1", 0)
    assert ports.claim("127.0.0.1", port) == port
    with socket.create_server(("127.0.0.1", port)):
        assert ports.answers("127.0.0.1", port)
        assert ports.answers("0.0.0.0", port)
    assert not ports.answers("127.0.0.1", port)


def test_a_port_in_use_is_named_with_another_to_try(listener: socket.socket) -> None:
    """What to type next is in the message."""
    port = listener.getsockname()[1]
    with pytest.raises(
        StartError, match=rf"^Port {port} on 127.0.0.1 is in use .* --port {(port + 1) % 65536 or 8000}\.$"
    ):
        ports.claim("127.0.0.1", port)


def test_a_port_that_lingers_from_an_earlier_run_can_be_had(listener: socket.socket) -> None:
    """A connection in TIME_WAIT does not keep the next run waiting."""
    port = listener.getsockname()[1]
    with socket.create_connection(("127.0.0.1", port)):
        accepted, _ = listener.accept()
        accepted.close()
    listener.close()
    assert ports.claim("127.0.0.1", port) == port


@pytest.mark.parametrize("host", ["nowhere.invalid", "203.0.113.7", "a" * 64])
def test_a_host_that_is_not_ours_is_named_with_one_that_is(host: str) -> None:
    """No such name, no address of this machine, and no name that a host could have."""
    with pytest.raises(StartError, match=rf"--host '{host}' .* --host 127\.0\.0\.1"):
        ports.claim(host, 0)


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_number_that_is_no_port_is_refused(port: int) -> None:
    """Before anything is tried with it."""
    with pytest.raises(UsageError, match=f"--port {port}: type a number from 1 to 65535"):
        ports.check_port(port)
