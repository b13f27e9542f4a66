"""Whether a port can be had, and whether somebody answers there."""

import errno
import os
import random
import socket
import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from asyncdemo.base.errors import StartError, UsageError
from asyncdemo.running import ports


class NotAsRoot(socket.socket):
    """Of whoever is not root."""

    def bind(self, address: tuple[str, int]) -> None:  # type: ignore[override]  # Python's takes others too
        if 0 < address[1] < 1024:
            raise PermissionError(errno.EACCES, "Permission denied")
        super().bind(address)


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


@pytest.mark.parametrize(("port", "other"), [(8000, 8001), (65534, 65535), (65535, 8000)])
def test_the_one_to_try_is_the_next_if_there_is_one(port: int, other: int) -> None:
    assert ports.in_use("203.0.113.7", port).endswith(f"Stop it, or try --port {other}.")


def test_a_server_has_half_a_second_to_let_somebody_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is asked is where visitors of the address come to."""
    asked: list[tuple[tuple[str, int], float]] = []

    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        asked.append((address, timeout))
        raise TimeoutError

    monkeypatch.setattr(socket, "create_connection", connect)
    assert not ports.answers("0.0.0.0", 8000)
    assert asked == [(("127.0.0.1", 8000), 0.5)]


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
    ports.check_port(min(max(port, 0), 65535))


@pytest.mark.parametrize(("host", "instead"), [("::", "0.0.0.0"), ("::1", "127.0.0.1"), ("localhost", "127.0.0.1")])
@pytest.mark.parametrize("where", ["socket", "bind"])
def test_a_machine_without_ipv6_is_told_what_to_type(
    host: str, instead: str, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether the system knows nothing of it, or has it switched off."""

    class WithoutIpv6(socket.socket):
        def __init__(self, family: int, kind: int) -> None:
            if where == "socket":
                raise OSError(errno.EAFNOSUPPORT, "Address family not supported by protocol")
            super().__init__(socket.AF_INET, kind)

        def bind(self, address: tuple[str, int]) -> None:  # type: ignore[override]  # Python's takes others too
            if address[0] == "::":
                super().bind(("0.0.0.0", 0))  # as Linux has it: it can be had, and nobody comes
                return
            raise OSError(errno.EADDRNOTAVAIL, "Cannot assign requested address")

    names_only_ipv6(monkeypatch)
    monkeypatch.setattr(socket, "socket", WithoutIpv6)
    with pytest.raises(StartError) as caught:
        ports.claim(host, 8000)
    told = f"--host {host!r} cannot be listened on: this machine has no IPv6. Try --host {instead}."
    assert str(caught.value) == told


def test_without_ipv6_the_addresses_of_ipv4_can_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    """One of them, and all."""

    class WithoutIpv6(socket.socket):
        def __init__(self, family: int, kind: int) -> None:
            if family == socket.AF_INET6:
                raise OSError(errno.EAFNOSUPPORT, "Address family not supported by protocol")
            super().__init__(family, kind)

    monkeypatch.setattr(socket, "socket", WithoutIpv6)
    for host in ("127.0.0.1", "0.0.0.0"):
        ports.bound(host, 0).close()


def test_all_addresses_of_a_machine_with_ipv6_can_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is no hindrance that its loopback has servers already."""
    try:
        server = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("this machine has no IPv6")
    monkeypatch.setattr(socket, "socket", NotAsRoot)
    with server, ports.bound("::", 0) as all_of_them:
        assert all_of_them.getsockname()[0] == "::"


def names_only_ipv6(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine whose names stand for addresses of IPv6 alone."""
    found = [(socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", 0, 0, 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)


def test_a_name_stands_for_the_address_that_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of both kinds, that of IPv4; where there is but the other, that one. An address stands for itself."""
    assert ports.address_of("127.0.0.1") == "127.0.0.1"
    assert ports.address_of("::") == "::"
    assert ports.address_of("localhost") in ("127.0.0.1", "::1")
    both = [(socket.AF_INET6, 1, 6, "", ("::1", 0, 0, 0)), (socket.AF_INET, 1, 6, "", ("127.0.0.1", 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
    assert ports.address_of("localhost") == "127.0.0.1"
    names_only_ipv6(monkeypatch)
    assert ports.address_of("localhost") == "::1"


def test_who_listens_is_known_by_its_process(listener: socket.socket) -> None:
    """A server of ours, or one that it has started; not somebody else's, nor one that is gone."""
    port = listener.getsockname()[1]
    program = (
        "import socket; s = socket.create_server(('127.0.0.1', 0)); print(s.getsockname()[1], flush=True); input()"
    )
    for line in (f'exec {sys.executable} -c "{program}"', f'{sys.executable} -c "{program}"; true'):
        with subprocess.Popen(["sh", "-c", line], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            own = int(server.stdout.readline())
            assert ports.serves(server.pid, own)
            assert not ports.serves(server.pid, port)
            assert ports.serves(os.getpid(), port)
            server.communicate("\n")
        assert not ports.serves(server.pid, own)


def test_a_port_that_another_has_under_another_name_of_this_machine() -> None:
    """Visitors of `localhost` would come to either; whoever asks for a free one has another."""
    try:
        other = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("this machine has no IPv6")
    with other:
        port = other.getsockname()[1]
        for host in ("127.0.0.1", "0.0.0.0"):
            with pytest.raises(StartError, match=rf"^Port {port} on ::1 is in use by another program\."):
                ports.claim(host, port)
    assert ports.claim("127.0.0.1", port) == port


@pytest.mark.parametrize(
    ("host", "others"),
    [
        ("127.0.0.1", ["::1"]),
        ("::1", ["127.0.0.1"]),
        ("0.0.0.0", ["127.0.0.1", "::1"]),
        ("127.0.0.2", ["127.0.0.1", "::1"]),
        ("192.0.2.7", []),
    ],
)
def test_the_other_names_of_this_machine(host: str, others: list[str]) -> None:
    """Whoever is asked for at an address of a network is looked for nowhere else."""
    assert ports.other_names(host) == others


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (PermissionError(errno.EACCES, "Permission denied"), "Port 80 needs root. Try --port 8000."),
        (
            OSError(errno.EADDRNOTAVAIL, "Cannot assign requested address"),
            "--host '127.0.0.1' cannot be listened on: Cannot assign requested address. Try --host 127.0.0.1.",
        ),
    ],
)
def test_why_an_address_cannot_be_had(error: OSError, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Refusing(socket.socket):
        def bind(self, address: object) -> None:
            raise error

    monkeypatch.setattr(socket, "socket", Refusing)
    with pytest.raises(StartError) as caught:
        ports.claim("127.0.0.1", 80)
    assert str(caught.value) == words


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has names without a file")
def test_a_free_port_is_given_to_one_process() -> None:
    """Another that draws the same has the next: whoever was given it may not listen there yet."""
    code = (
        "import random, sys; from asyncdemo.running import ports; random.seed(7); print(ports.free_port('127.0.0.1'))"
    )
    waits = f"{code}; sys.stdout.flush(); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", waits], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as one:
        assert one.stdout is not None
        first = one.stdout.readline()
        second = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        one.communicate("")
    after = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert first != second
    assert after == first, "it is gone with its process"


def test_free_ports_are_given_once() -> None:
    """Whoever has been given one may not listen there yet."""
    given = [ports.free_port("127.0.0.1") for _ in range(50)]
    assert len(set(given)) == 50
    assert set(given) <= set(ports.FREE)
    assert max(ports.FREE) == 32767, "the next is the first that Linux gives by itself"


def test_a_port_that_somebody_has_is_not_free(listener: socket.socket) -> None:
    """Nor is one that was given away a moment ago."""
    given = ports.free_port("127.0.0.1")
    assert not ports.is_free("127.0.0.1", given)
    assert not ports.is_free("127.0.0.1", listener.getsockname()[1])


def test_a_server_that_nobody_may_look_at_is_taken_for_ours(
    listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a run on such a machine would never be up."""

    def denied(self: psutil.Process, kind: str) -> list[object]:
        raise psutil.AccessDenied(self.pid)

    monkeypatch.setattr(psutil.Process, "net_connections", denied)
    assert ports.serves(os.getpid(), 1)
    assert not ports.has(os.getpid(), "127.0.0.1", listener.getsockname()[1])


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.EAFNOSUPPORT, "this machine has no IPv6. Try --host 127.0.0.1."),
        (errno.EADDRNOTAVAIL, "Cannot assign requested address. Try --host 127.0.0.1."),
    ],
)
def test_an_address_of_ipv6_that_is_no_other_name_of_this_machine(
    number: int, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system may know nothing of IPv6, or only not of this address."""

    class Refusing(socket.socket):
        def bind(self, address: object) -> None:
            raise OSError(number, "Cannot assign requested address")

    host = "2001:db8::1"
    found = [(socket.AF_INET6, socket.SOCK_STREAM, 6, "", (host, 0, 0, 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    monkeypatch.setattr(socket, "socket", Refusing)
    with pytest.raises(StartError) as caught:
        ports.claim(host, 8000)
    assert str(caught.value) == f"--host {host!r} cannot be listened on: {words}"


def test_whether_a_process_has_an_address(listener: socket.socket) -> None:
    """By any of its names; none has it that is gone, or could never be."""
    port = listener.getsockname()[1]
    asked = [("127.0.0.1", port), ("0.0.0.0", port), ("127.0.0.2", port), ("127.0.0.1", port + 1)]
    assert [ports.has(os.getpid(), host, number) for host, number in asked] == [True, True, False, False]
    assert [ports.has(pid, "127.0.0.1", port) for pid in (2**22 + 1, 2**99)] == [False, False]


def test_where_a_hundred_are_not_free_the_system_gives_one(
    listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And it is remembered as well."""
    taken, asked = listener.getsockname()[1], list[int]()

    def sample(ports: range, count: int) -> list[int]:
        asked.append(count)
        return [taken] * count

    monkeypatch.setattr(random, "sample", sample)
    monkeypatch.setattr(socket, "socket", NotAsRoot)
    found = ports.free_port("127.0.0.1")
    assert asked == [100]
    assert found not in (0, taken)
    assert not ports.is_free("127.0.0.1", found)
