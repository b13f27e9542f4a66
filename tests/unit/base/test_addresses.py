"""Addresses: which stand for all, which for this machine, and how they are written."""

import pytest

from asyncdemo.base.addresses import bracketed, is_loopback, is_wildcard, overlap, page_url, visited


@pytest.mark.parametrize(
    ("host", "wildcard", "to"),
    [
        ("0.0.0.0", True, "127.0.0.1"),
        ("::", True, "::1"),
        ("0:0::0", True, "::1"),
        ("127.0.0.1", False, "127.0.0.1"),
        ("::1", False, "::1"),
        ("fe80::1%eth0", False, "fe80::1%eth0"),
        ("localhost", False, "localhost"),
        ("", False, ""),
    ],
)
def test_a_wildcard_is_visited_at_this_machine(host: str, wildcard: bool, to: str) -> None:
    """However it is spelled; any other address as it is."""
    assert is_wildcard(host) == wildcard
    assert visited(host) == to


def test_what_only_this_machine_can_open() -> None:
    """By its names, and by all of 127.0.0.0/8."""
    assert all(map(is_loopback, ("localhost", "127.0.0.1", "127.1.2.3", "::1")))
    assert not any(map(is_loopback, ("0.0.0.0", "::", "192.168.1.7", "box.example", "127.example.org", "")))


@pytest.mark.parametrize(
    ("host", "other", "do"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("127.0.0.1", "192.0.2.1", False),
        ("127.0.0.1", "127.0.0.2", False),
        ("127.0.0.1", "localhost", True),
        ("127.0.0.1", "::1", True),
        ("0.0.0.0", "192.0.2.1", True),
        ("0.0.0.0", "localhost", True),
        ("0.0.0.0", "::1", True),
        ("0.0.0.0", "::", True),
        ("0.0.0.0", "2001:db8::1", False),
        ("::", "2001:db8::1", True),
        ("::", "192.0.2.1", True),
        ("", "", True),
        ("", "127.0.0.1", False),
    ],
)
def test_two_that_are_in_each_others_way(host: str, other: str, do: bool) -> None:
    """At one address, at this machine's own under any name, and at a wildcard and what it stands for."""
    assert overlap(host, other) == overlap(other, host) == do


def test_brackets_stand_where_a_port_follows() -> None:
    """Around an IPv6 address, and around nothing else."""
    assert [bracketed(host) for host in ("::1", "127.0.0.1", "box")] == ["[::1]", "127.0.0.1", "box"]
    assert page_url("::", 8000) == "http://[::1]:8000/"
