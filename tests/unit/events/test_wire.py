"""Events as lines of JSON: what travels to the command, and what a recording holds."""

import json
from dataclasses import asdict, fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asyncdemo.events.events import KINDS, Event
from asyncdemo.events.stage import StageEntry
from asyncdemo.events.wire import decode, encode, may_act, safe
from asyncdemo.stages.catalogue import STAGES

BUCKETS, COUNTS = st.integers(-1000, 1000), st.integers(0, 10**6)
SLICED = st.tuples(st.integers(0, 239), BUCKETS, COUNTS)
VALUES: dict[Any, Any] = {
    str: st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    int: st.integers(0, 2**31),
    float: st.floats(1e-6, 1e12),
    bool: st.booleans(),
    int | None: st.none() | st.integers(100, 599),
    float | None: st.none() | st.floats(0, 1e6),
    str | None: st.none() | st.text(max_size=20),
    list[str]: st.lists(st.text(max_size=5), max_size=3),
    list[float]: st.lists(st.floats(0, 100), min_size=1, max_size=3),
    list[tuple[int, int]]: st.lists(st.tuples(BUCKETS, COUNTS), max_size=3),
    list[tuple[int, int, int]]: st.lists(SLICED, max_size=3),
    dict[str, list[tuple[int, int, int]]]: st.dictionaries(st.sampled_from(["200", "503"]), st.lists(SLICED)),
    StageEntry: st.sampled_from([*STAGES.values()]),
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
        b'{"kind": "Done", "t": 1, "process": "web.1", "id": "a", "channel": "c", "worker": "w", "busy_s": ' + s + b"}"
        for s in (b'"a"', b"-1", b"null", b"true", b"[1]", b"1e308", b"1e18")
    ),
    *(
        b'{"kind": "Answered", "t": 1, "process": "web.1", "id": "a", "total_s": 1, "status": ' + s + b"}"
        for s in (b"0", b"99", b"1000", b'"200"')
    ),
    *(
        b'{"kind": "LoadTold", "t": 1, "process": "load.1", "number": 1, "scheduled": 1, "sent": 1, ' + told + b"}"
        for told in (
            b'"latency": [[240, 1, 1]]',
            b'"latency": [[-1, 1, 1]]',
            b'"latency": [[1, 1]]',
            b'"service": [[100000, 1]]',
            b'"lag": [[1, -1]]',
            b'"waiting": "none"',
            b'"ended": {"200": -1}',
            b'"again": {"closed while idle": -1}',
            b'"again": 1',
            b'"ended": ["200"]',
        )
    ),
    *(
        b'{"kind": "RunStarted", "t": 0, "process": "run", "stage": "step1", "general": 0, "reserved": 0, "url": "u", '
        + asked
        + b"}"
        for asked in (
            b'"speed": 0, "delays": [5]',
            b'"speed": 1, "delays": []',
            b'"speed": 1, "delays": "5"',
            b'"speed": 1, "delays": [-5]',
            b'"speed": 1',
        )
    ),
    b'{"kind": "ProcessStarted", "t": 1, "process": "web.1", "pid": 1.5}',
    b'{"kind": "WorkerReady", "t": 1, "process": "web.1", "worker": "w", "channels": "notify"}',
    *(
        b'{"kind": "Ready", "process": "web.1", "t": ' + t + b"}"
        for t in (b"null", b'"x"', b"Infinity", b"NaN", b"[]", b"1e999", b"-1", b"true")
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
    seen = {field.name: safe(getattr(event, field.name)) for field in fields(kind)}
    assert decode(line) == kind(**seen)


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


def test_events_are_equal_if_they_are_of_one_kind_and_tell_the_same() -> None:
    """Whatever else is made for each kind, this stands in their base."""
    sent = KINDS["Sent"](t=1.0, process="web.1", id="a", channel="notify")  # type: ignore[call-arg]
    assert sent == replace(sent)
    assert sent != replace(sent, t=2.0)
    assert sent != replace(sent, id="b")  # type: ignore[call-arg]
    refused = KINDS["Refused"](t=1.0, process="web.1", id="a", channel="notify")  # type: ignore[call-arg]
    assert sent != refused
    assert sent != "Sent"


def test_an_event_is_printed_with_all_that_it_tells() -> None:
    """As a failing test shows it."""
    refused = KINDS["Refused"](t=1.0, process="web.1", id="a", channel="notify")  # type: ignore[call-arg]
    assert repr(refused) == "Refused(t=1.0, process='web.1', lane=0, id='a', channel='notify')"


@pytest.mark.parametrize(("speed", "seconds", "is_one"), [(1, 6, True), (0, 6, False), (1, 0, False), (-1, 6, False)])
def test_a_load_takes_some_time(speed: float, seconds: float, is_one: bool) -> None:
    """Whatever is divided by it later."""
    told = {"kind": "LoadStarted", "t": 1, "process": "load.1", "url": "u", "rate": 1, "rate_end": 1, "visitors": 0}
    line = json.dumps(told | {"arrivals": "even", "timeout_s": 60, "speed": speed, "seconds": seconds}).encode()
    if is_one:
        assert decode(line).t == 1
    else:
        with pytest.raises(ValueError, match="not an event"):
            decode(line)


def test_what_is_in_the_background_of_a_project() -> None:
    """Whatever is no page: nobody has listed its channels. Of a stage, what its entry says."""
    own = replace(STAGES["step1"], own=True)
    page = own.channels[0].name
    assert (own.in_background("celery"), own.in_background(page)) == (True, False)
    step3 = STAGES["step3"]
    assert (step3.in_background(step3.slow), step3.in_background("http.request")) == (True, False)
    assert not step3.in_background("strange")


@pytest.mark.parametrize(("text", "whom"), [("Hello, Ada!", "Ada"), ("Hello, Ada", "Ada"), ("Goodbye", "Goodbye")])
def test_whom_a_notification_greets(text: str, whom: str) -> None:
    """What is none is shown as it is."""
    assert STAGES["step3"].greeted(text) == whom


BAD = "\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize(
    ("line", "acts"),
    [
        (b'{"line": "plain"}', False),
        (b'{"line": "he says \\"hello\\""}', False),
        (b'{"line": "\\u001b"}', True),
        (b'{"line": "\\"\\u001b"}', True),
        (b'{"line": "\x7f"}', True),
        ('{"line": "\u00e9"}'.encode(), True),
    ],
)
def test_what_may_do_something_to_a_terminal(line: bytes, acts: bool) -> None:
    """A quotation mark does nothing; every other escape, and whatever is no ASCII, is looked at."""
    assert may_act(line) == acts


def test_every_text_is_made_safe() -> None:
    """Names as well as values, however deep; what is no text stays."""
    assert safe({"a\x1b": ["\x1b", {"b": "c\x1b"}, 5, None], "d": 1.5}) == {
        f"a{BAD}": [BAD, {"b": f"c{BAD}"}, 5, None],
        "d": 1.5,
    }
    assert safe("x" * 5000) == "x" * 5000


COUNTED = {"kind": "LoadTold", "t": 1, "process": "load.1", "number": 1, "scheduled": 1, "sent": 1}


@pytest.mark.parametrize(
    "told",
    [
        {"waiting": [[239, 8191, 0]]},
        {"waiting": [[0, -8192, 1]], "by_end": {"200": [[239, 5, 1]]}, "service": [[8191, 0]], "lag": [[-8192, 0]]},
        {"ended": {"200": 0}, "again": {"closed while idle": 0}},
        {"scheduled": 10**18 - 1000},
    ],
)
def test_counts_on_the_edge_are_counts(told: dict[str, Any]) -> None:
    """Each slice of 240, each bucket of a histogram, and none of a kind."""
    assert isinstance(decode(json.dumps(COUNTED | told).encode()), Event)


@pytest.mark.parametrize(
    "told",
    [
        {"waiting": [[240, 0, 1]]},
        {"by_end": {"200": [[-1, 5, 1]]}},
        {"by_end": {"200": [[0, 8192, 1]]}},
        {"waiting": [[0, -8193, 1]]},
        {"latency": [[0, 1, -1]]},
        {"service": [[8192, 0]]},
        {"lag": [[-8193, 0]]},
        {"scheduled": 10**18},
        {"lag": [[0, 10**400]]},
        {"waiting": [[0, 1, 10**18]]},
        {"ended": {"200": 10**18}},
        {"again": {"closed while idle": 10**400}},
    ],
)
def test_counts_beyond_the_edge_are_none(told: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="not an event"):
        decode(json.dumps(COUNTED | told).encode())


def test_bytes_that_are_no_text_are_question_marks() -> None:
    """As in the folder of a project: no reader of JSON takes half a character."""
    event = KINDS["Printed"](t=0.0, process="web.1", line="caf\udce9 \N{GREEK CAPITAL LETTER OMEGA}")  # type: ignore[call-arg]
    assert decode(encode(event)) == replace(event, line="caf? \N{GREEK CAPITAL LETTER OMEGA}")  # type: ignore[call-arg]


def test_what_need_not_be_told_is_left_out() -> None:
    """Where there is none of it; a number of 0 is told."""
    event = KINDS["Done"](t=0.0, process="web.1", id="a", channel="c", worker="w", busy_s=0.0)  # type: ignore[call-arg]
    told = json.loads(encode(event))
    assert not {"lane", "task", "route"} & set(told)
    assert (told["t"], told["busy_s"]) == (0.0, 0.0)
    assert json.loads(encode(replace(event, lane=2)))["lane"] == 2


@pytest.mark.parametrize(
    ("kind", "fields"),
    [("ProcessEnded", {"code": -9}), ("LoadStarted", {"seed": 10**30}), ("Ready", {"t": 10**17})],
)
def test_numbers_that_may_be(kind: str, fields: dict[str, Any]) -> None:
    """An exit code below zero, and a seed of any size."""
    load = {"url": "u", "rate": 0, "rate_end": 1, "visitors": 0, "arrivals": "even", "timeout_s": 60, "speed": 1}
    usual = {"LoadStarted": load | {"seconds": 1}}.get(kind, {})
    decode(json.dumps({"kind": kind, "t": 1, "process": "a"} | usual | fields).encode())


def test_of_a_damaged_line_eighty_bytes_are_quoted() -> None:
    with pytest.raises(ValueError, match="not an event") as caught:
        decode(b"x" * 200)
    assert str(caught.value) == f"not an event: b'{'x' * 80}'"


LOAD = {
    "url": "u",
    "rate": 1,
    "rate_end": 1,
    "seconds": 6,
    "visitors": 6,
    "arrivals": "even",
    "timeout_s": 60,
    "speed": 1,
}


@pytest.mark.parametrize(
    ("kind", "told", "untold"),
    [
        ("Ready", {}, {"lane": 0}),
        ("LaneEnded", {}, {"cut": False, "problem": ""}),
        ("Answered", {"id": "a", "status": 200, "total_s": 1}, {"method": "GET", "path": "/", "queued_s": None}),
        ("Done", {"id": "a", "channel": "c", "worker": "w", "busy_s": 1}, {"age_s": 0.0, "failed": False, "calls": []}),
        ("CallDelivered", {"id": "a", "text": "Hello!"}, {"direct": False, "worker": ""}),
        ("LoadStarted", LOAD | {"speed": 1}, {"seed": 1, "slow_s": 0.0}),
        ("LoadTold", {"number": 1, "scheduled": 1, "sent": 1}, {"rate": 0.0, "first_waited": 0, "waiting": []}),
    ],
)
def test_what_is_not_told_is_nothing(kind: str, told: dict[str, Any], untold: dict[str, Any]) -> None:
    """Older recordings, and processes that have nothing to tell of it, leave it out."""
    event = decode(json.dumps({"kind": kind, "t": 1, "process": "a"} | told).encode())
    assert {name: getattr(event, name) for name in untold} == untold
