"""Limits for a load: what they say, whether one was exceeded, and what they do not look at."""

import pytest

from asyncdemo.base.errors import UsageError
from asyncdemo.known.state import State
from asyncdemo.measuring.criteria import blind_spot, parse_criterion
from tests.loads import bad_day, folded, load_started, overloaded, told

LIMITS = {
    "p95>2s": "p95>2s, at x10 0.20 s: p95 is 3.0 s",
    "p95>40s": "",
    "max>=29s": "max>=29s, at x10 2.9 s: max is 3.0 s",
    "p50<10s": "p50<10s, at x10 1.0 s: p50 is 0.40 s",
    "errors>28": "",
    "errors>=28": "errors>=28: 28 of 128 are errors",
    "errors>10%": "errors>10%: 28 of 128 are errors",
    "errors>30%": "",
    "errors>21.8%": "errors>21.8%: 28 of 128 are errors",
    "errors>21.9%": "",
    "answered<99%": "answered<99%: 100 of 128 were answered",
    "answered<78%": "",
    "answered<=100": "answered<=100: 100 of 128 were answered",
    "page.p95>2s": "page.p95>2s, at x10 0.20 s: p95 is 3.0 s",
    "all.p50>1s": "all.p50>1s, at x10 0.10 s: all.p50 is 0.40 s",
    "errors.p50>1s": "",
    "errors.max<1s": "errors.max<1s, at x10 0.10 s: errors.max is 0.006 s",
    "p99.9>1s": "p99.9>1s, at x10 0.10 s: p99.9 is 3.0 s",
}


@pytest.mark.parametrize("text", LIMITS)
def test_a_limit(text: str) -> None:
    """Durations are of the lesson; latencies are of the page, if it is not said whose they are."""
    assert parse_criterion(text).failure(bad_day().load, 10.0) == LIMITS[text]


def test_a_limit_is_exceeded_only_for_sure() -> None:
    """A latency is known by its bucket, and 0.1993 s are not more than 200 ms."""
    state = folded(load_started(), told(1, {"200": 100}, 0.1993))
    assert parse_criterion("p95>200ms").failure(state.load, 1.0) == ""
    assert parse_criterion("max>=200ms").failure(state.load, 1.0) == ""
    assert parse_criterion("p95>190ms").failure(state.load, 1.0)
    assert parse_criterion("p95<210ms").failure(state.load, 1.0)


def test_a_share_of_one() -> None:
    """Is all or nothing."""
    load = folded(load_started(), told(1, {"503": 1}, 0.1)).load
    assert parse_criterion("errors>99%").failure(load, 1.0) == "errors>99%: 1 of 1 are errors"


def test_nobody_meets_a_limit() -> None:
    """A load that reached nobody has not been fast."""
    assert parse_criterion("p95>1s").failure(State().load, 1.0) == "p95>1s: nobody was answered"


MORE = ["answered<x", "all.errors>1", "some.p95>1s", ".p95>1s", "p99.5>1s", "all.>1s"]


@pytest.mark.parametrize(
    "text", ["", "p95", "p95=1s", "p42>1s", "p95>", "p95>x", "errors>x", "errors>-1", ">1s", *MORE]
)
def test_what_is_no_limit(text: str) -> None:
    """Named, with how to type it."""
    with pytest.raises(UsageError, match="Type it like 'p95>200ms'"):
        parse_criterion(text)


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("p95>200", "200 of what? Type 'p95>200ms' or 'p95>200s'."),
        ("all.max >= 1.5 ", "1.5 of what? Type 'all.max >= 1.5ms' or 'all.max >= 1.5s'."),
        ("p99.9<.5", ".5 of what? Type 'p99.9<0.5ms' or 'p99.9<0.5s'."),
    ],
)
def test_a_limit_without_its_unit(text: str, instead: str) -> None:
    """Is asked for it: 200 s are hardly ever meant, and a load would never fail."""
    with pytest.raises(UsageError) as refused:
        parse_criterion(text)
    assert str(refused.value) == f"--fail-if {text!r}: {instead}"


def test_a_fast_refusal_is_no_fast_page() -> None:
    """A limit is about the page, and who got none keeps none."""
    load = overloaded().load
    assert parse_criterion("p50>1s").failure(load, 1.0) == "p50>1s: p50 is 5.1 s"
    assert parse_criterion("all.p50>1s").failure(load, 1.0) == ""
    assert parse_criterion("p50<1s").failure(overloaded(pages=0).load, 1.0) == "p50<1s: nobody got the page"


def test_limits_that_do_not_look_at_errors_say_so() -> None:
    """Who has set one on the page alone may not know that others got none."""
    load = overloaded().load
    page = parse_criterion("p50>10s")
    assert blind_spot([page], load) == "the limits are about the page: 569 got none. Add --fail-if 'answered<99%'"
    for other in ("errors>9000", "answered<1", "all.p50>10s"):
        assert blind_spot([page, parse_criterion(other)], load) == ""
    assert blind_spot([page], folded(load_started(), told(1, {"200": 9}, 0.1)).load) == ""
    assert blind_spot([], load) == ""


def test_nobody_of_those_whom_a_limit_is_about() -> None:
    """Where some got something else; where there are no errors, none took long."""
    errors = folded(load_started(), told(1, {"503": 3}, 0.006)).load
    assert parse_criterion("p95>1s").failure(errors, 1.0) == "p95>1s: nobody got the page"
    assert parse_criterion("all.p95>1s").failure(errors, 1.0) == ""
    pages = folded(load_started(), told(1, {"200": 3}, 0.006)).load
    assert parse_criterion("errors.p95>1s").failure(pages, 1.0) == ""
    assert parse_criterion("errors.p95>1s").failure(State().load, 1.0) == "errors.p95>1s: nobody was answered"
    assert parse_criterion("all.p95>1s").failure(State().load, 1.0) == "all.p95>1s: nobody was answered"
    assert parse_criterion("answered<99%").failure(State().load, 1.0) == "answered<99%: nobody was answered"
    assert parse_criterion("errors>1%").failure(State().load, 1.0) == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("p95>200", "200 of what? Type 'p95>200ms' or 'p95>200s'."),
        ("p95>0.5", "0.5 of what? Type 'p95>0.5ms' or 'p95>0.5s'."),
        ("all.max <= .5", ".5 of what? Type 'all.max <= 0.5ms' or 'all.max <= 0.5s'."),
        ("max>0", "'0' is no duration. Type it like"),
        ("answered<x", "'x' is no number of answers."),
        ("errors>x", "'x' is no number of errors."),
    ],
)
def test_what_a_limit_lacks(text: str, words: str) -> None:
    """A limit of 200 s would never be exceeded, and nobody would see it."""
    with pytest.raises(UsageError) as refused:
        parse_criterion(text)
    assert words in str(refused.value)
