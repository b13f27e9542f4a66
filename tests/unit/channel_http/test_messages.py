"""Messages, and the bytes they travel as."""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asyncdemo.channel_http.messages import ID_LENGTH, new_id, pack, unpack

LEAVES = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False)
LEAVES |= st.binary() | st.text()
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)
quick = settings(max_examples=30, deadline=None, database=None)


@quick
@given(st.dictionaries(st.text(), VALUES))
def test_a_message_arrives_as_it_was_sent(message: dict[str, object]) -> None:
    """Packing and unpacking gives the same dict: bytes stay bytes, text stays text."""
    assert unpack(pack(message)) == message


@pytest.mark.parametrize("value", [datetime.date(2016, 11, 12), object(), {1, 2}, 2**64, "\ud800"])
def test_what_cannot_travel_is_refused_by_the_sender(value: object) -> None:
    """A value that msgpack has no form for raises in pack, where its sender sees it."""
    with pytest.raises((TypeError, OverflowError, UnicodeEncodeError)):
        pack({"value": value})


@quick
@given(st.binary(max_size=64))
def test_bytes_of_anybody_raise_nothing_but_valueerror(packed: bytes) -> None:
    """Whatever lies on a channel, unpack gives a dict or raises ValueError."""
    try:
        assert isinstance(unpack(packed), dict)
    except ValueError:
        pass


@pytest.mark.parametrize("packed", [b"", b"\xc1", b"\x81\xa1a", b"\x01", b"\xa1a", b"\x90", b"\x81\xa1a\x01\x01"])
def test_bytes_that_hold_no_message(packed: bytes) -> None:
    """Cut, reserved, trailing bytes, and values that are no dict, all raise ValueError."""
    with pytest.raises(ValueError, match="message"):
        unpack(packed)


def test_ids_are_different_and_of_one_length() -> None:
    """The Redis layer cuts the id off a member by its length."""
    ids = [new_id() for _ in range(10_000)]
    assert len(set(ids)) == len(ids)
    assert {len(i.encode()) for i in ids} == {ID_LENGTH}
