"""Events as lines of JSON: what travels to the command, and what a recording holds."""

import json
from dataclasses import asdict, fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asyncdemo.events.events import KINDS, Event
from asyncdemo.events.wire import decode, encode, safe

VALUES: dict[Any, Any] = {
    str: st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    int: st.integers(-(2**31), 2**31),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    int | None: st.none() | st.integers(100, 599),
    float | None: st.none() | st.floats(0, 1e6),
    str | None: st.none() | st.text(max_size=20),
    list[str]: st.lists(st.text(max_size=5), max_size=3),
    list[float]: st.lists(st.floats(0, 100), max_size=3),
    list[list[int]]: st.lists(st.lists(st.integers(-1000, 1000), max_size=3), max_size=3),
    dict[str, int]: st.dictionaries(st.text(max_size=5), st.integers(0, 100), max_size=3),
    dict[str, list[str]]: st.dictionaries(st.text(max_size=5), st.lists(st.text(max_size=5)), max_size=3),
    dict[str, float]: st.dictionaries(st.text(max_size=5), st.floats(0, 100), max_size=3),
}
DAMAGED = [
    b"",
    b"\n",
    b"{",
    b"null",
    b"[]",
    b"5",
    b'"Sent"',
    b"{}",
    b'{"kind": "Sent"}',
    b'{"kind": "Nonsense", "t": 1, "process": "web.1"}',
    b'{"kind": ["Sent"], "t": 1, "process": "web.1"}',
    b'{"kind": "Ready", "t": 1, "process": "web.1", "more": 1}',
    b'{"kind": "Ready", "t": 1, "proc',
    b"\xff\xfe",
    b"[" * 100_000,
    *(
        b'{"kind": "Ready", "process": "web.1", "t": ' + t + b"}"
        for t in (b"null", b'"x"', b"Infinity", b"NaN", b"[]", b"1e999")
    ),
    b'{"kind": "Ready", "process": "web.1", "t": 1' + b"0" * 400 + b"}",
]


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
@given(data=st.data())
def test_an_event_comes_back_as_it_was(kind: type[Event], data: st.DataObject) -> None:
    """Every kind, with any values that its fields may have, on one line; of its texts, what can be seen."""
    event = kind(**{field.name: data.draw(VALUES[field.type]) for field in fields(kind)})
    line = encode(event)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert decode(line) == kind(**{name: safe(value) for name, value in asdict(event).items()})


@pytest.mark.parametrize("evil", ["\x1b[2J", "\x7f", "\x9b", "\u202e", "a\nb", '\\"\x1b'])
def test_no_text_of_an_event_does_anything_to_a_terminal(evil: str) -> None:
    """Wherever it stands, written with escapes or as it is."""
    texts = {"kind": "LoadTold", "process": evil, "problem": evil, "ended": {evil: 1}}
    values = texts | {"t": 1, "number": 1, "scheduled": 1, "sent": 1}
    for is_ascii in (True, False):
        told = asdict(decode(json.dumps(values, ensure_ascii=is_ascii).encode()))
        for text in (told["process"], told["problem"], *told["ended"]):
            assert text.isprintable()
            assert len(text) == len(evil)


@pytest.mark.parametrize("line", DAMAGED, ids=range(len(DAMAGED)))
def test_a_damaged_line_is_a_value_error(line: bytes) -> None:
    """One kind of error to catch, and it quotes the line's beginning."""
    with pytest.raises(ValueError, match="not an event: b") as caught:
        decode(line)
    assert len(str(caught.value)) < 500


@given(st.binary(max_size=60))
def test_any_bytes_are_an_event_or_a_value_error(line: bytes) -> None:
    """Nothing else comes out, whatever comes in."""
    try:
        event = decode(line)
    except ValueError:
        return
    assert isinstance(event, Event)


def test_the_kind_is_in_the_line() -> None:
    """A recording can be read by eye and by other programs."""
    event = KINDS["Sent"](t=1.5, process="web.1", id="a", channel="notify")  # type: ignore[call-arg]
    values = {"kind": "Sent", "t": 1.5, "process": "web.1", "id": "a", "channel": "notify"}
    assert json.loads(encode(event)) == values
    assert decode(json.dumps(values).encode()) == replace(event)
