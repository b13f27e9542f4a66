"""The JSON documents: what their description promises, and figures that can be computed with."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest

import asyncdemo
from asyncdemo.events import events as e
from asyncdemo.measuring.rows import empty_row, row_of
from asyncdemo.report import document
from asyncdemo.report.about import About
from asyncdemo.report.document import compare_document, load_document
from tests.simulation import events_of, six_rows

ABOUT = About(datetime(2026, 11, 22, 15, 30, tzinfo=UTC), "asyncdemo compare", (("rate", "1"),), (("Python", "3.11"),))


def comparison() -> Any:
    """Read back."""
    return json.loads(compare_document(six_rows(), ABOUT))


def test_the_head_says_what_it_is() -> None:
    """For a reader years later."""
    head = comparison()
    assert (head["kind"], head["format"], head["asyncdemo"]) == ("Comparison", 1, asyncdemo.__version__)
    assert (head["made_at"], head["command"]) == ("2026-11-22T15:30:00+00:00", "asyncdemo compare")
    assert (head["options"], head["versions"]) == ({"rate": "1"}, {"Python": "3.11"})
    assert json.loads(load_document(six_rows()[0], ABOUT))["kind"] == "Load"


@pytest.mark.parametrize("number", range(6))
def test_figures_are_on_the_wall_and_come_from_the_row(number: int) -> None:
    """Times the speed they are those of the table."""
    row, told = six_rows()[number], comparison()["rows"][number]
    assert told["label"] == row.label
    assert told["latency"]["p95_s"] * told["speed"] == pytest.approx(row.percentile_s(95), abs=1e-4)
    assert told["latency"]["max_s"] * told["speed"] == pytest.approx(row.max_s, abs=1e-4)
    assert told["requests"]["scheduled"] == row.visitors
    assert told["requests"]["answered"] + told["requests"]["errors"] + told["requests"]["waiting"] == row.visitors
    assert (told["latency"]["count"], told["latency_errors"]["count"]) == (row.answered, row.errors)
    assert {end: told["latency_by_end"][end]["count"] for end in told["ended"]} == told["ended"]
    assert told["tells_apart"] is True
    assert sum(told["ended"].values()) == row.visitors
    books = told["notifications"]  # which a load by itself does not see
    assert json.loads(load_document(row, ABOUT))["rows"][0] == told | {
        "notifications": None,
        "until_done": None,
        "kinds": None,
        "place": None,
    }
    assert books["sent"] == sum(books[name] for name in ("delivered", "running", "queued", "lost", "unknown"))
    assert [worker["name"] for worker in told["workers"]] == [strip.worker for strip in row.strips]


@pytest.mark.parametrize("number", range(6))
def test_a_histogram_counts_everybody(number: int) -> None:
    """From it, any percentile can be computed anew."""
    latency = comparison()["rows"][number]["latency"]
    edges = [edge for edge, _ in latency["histogram"]]
    assert edges == sorted(edges)
    assert sum(count for _, count in latency["histogram"]) == latency["count"]
    middle, seen = latency["count"] / 2, 0
    for edge, count in latency["histogram"]:
        seen += count
        if seen >= middle:
            assert edge == pytest.approx(latency["p50_s"], rel=1 / 64)
            break
    assert latency["error"] == 1 / 64


def test_latency_over_time_has_every_visitor() -> None:
    """By when they came."""
    for told in comparison()["rows"]:
        points = told["over_time"]
        assert sum(point["count"] for point in points) == told["requests"]["answered"]
        assert sum(point["errors"] for point in points) == told["requests"]["errors"]
        waits = [(point["least_s"], point["median_s"], point["longest_s"]) for point in points]
        assert all(sorted(each) == [*each] for point, each in zip(points, waits, strict=True) if point["count"])
        assert all(each == (None,) * 3 for point, each in zip(points, waits, strict=True) if not point["count"])


@pytest.mark.parametrize(("arrivals", "seed"), [("poisson", 7), ("even", None)])
def test_the_seed_is_told_where_there_is_chance(arrivals: str, seed: int | None) -> None:
    """Whoever wants the same visitors again needs it."""
    asked: Any = {"t": 0.0, "process": "load.1", "url": "http://h/", "rate": 1.0, "rate_end": 1.0, "seconds": 60.0}
    started = e.LoadStarted(**asked, arrivals=arrivals, visitors=0, timeout_s=9.0, speed=1.0, seed=7)
    told = json.loads(load_document(row_of("", "", [started]), ABOUT))["rows"][0]["load"]
    assert (told["arrivals"], told["seed"]) == (arrivals, seed)


def test_what_is_not_known_is_null() -> None:
    """Never a zero that could be taken for a figure."""
    told = json.loads(compare_document([empty_row("step1", "")], ABOUT))["rows"][0]
    assert (told["run"], told["load"], told["busy"], told["latency"]["p95_s"]) == (None, None, None, None)
    assert told["latency"]["histogram"] == []
    assert told["over"] is False


def test_whoever_was_given_up_is_counted_once() -> None:
    """Not among the errors: scheduled = answered + errors + waiting + unfinished."""
    so_far = [event for event in events_of("step2") if event.t < 3.0 and type(event).__name__.startswith("Load")]
    told = [json.loads(load_document(row_of("", "", so_far), ABOUT))["rows"][0]["requests"]]
    stopped = e.LoadEnded(t=3.0, process="load.1", unfinished=told[0]["waiting"])
    told.append(json.loads(load_document(row_of("", "", [*so_far, stopped]), ABOUT))["rows"][0]["requests"])
    for requests in told:
        parts = [requests[name] for name in ("answered", "errors", "waiting", "unfinished")]
        assert requests["scheduled"] == sum(parts)
    assert told[1]["unfinished"] == told[0]["waiting"] > 0
    assert told[1]["errors"] == told[0]["errors"]


def test_every_field_is_described() -> None:
    """The description of the module is the format's."""
    row = comparison()["rows"][0]
    described = set(re.findall(r"\w+", document.__doc__ or ""))
    names = {
        *row,
        *row["run"],
        *row["load"],
        *row["requests"],
        *row["latency"],
        *row["happened"],
        *row["notifications"],
        *row["workers"][0],
    }
    assert names | {*row["over_time"][0], *comparison()} <= described


def test_what_happened_stands_beside_what_was_asked_for() -> None:
    """With its times, in seconds since the load began."""
    events = [event for event in events_of("bonus") if event.t < 4.0]
    began = next(event.t for event in events if isinstance(event, e.LoadStarted))
    by_hand: list[e.Event] = [
        e.LoadTurned(t=began + 1.0, process="load.1", factor=2.0),
        e.CrewChanged(t=began + 2.0, process="asyncdemo", general=3, reserved=1),
    ]
    so_far = json.loads(load_document(row_of("", "", [*events, *by_hand]), ABOUT))["rows"][0]
    assert (so_far["happened"]["lasted_s"], so_far["happened"]["stopped"]) == (None, False)
    ended = e.LoadEnded(t=began + 3.0, process="load.1", unfinished=so_far["requests"]["waiting"])
    told = json.loads(load_document(row_of("", "", [*events, *by_hand, ended]), ABOUT))["rows"][0]
    assert told["load"]["rate"] == 10.0
    assert told["happened"] == {
        "lasted_s": 3.0,
        "stopped": True,
        "turns": [{"after_s": 1.0, "factor": 2.0, "rate": 20.0, "rate_end": 20.0}],
        "crews": [{"after_s": 2.0, "general": 3, "reserved": 1}],
    }
    whole = comparison()["rows"][0]["happened"]
    assert (whole["stopped"], whole["turns"], whole["crews"]) == (False, [], [])
