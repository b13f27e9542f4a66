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
    assert sum(told["ended"].values()) == row.visitors
    books = told["notifications"]
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
        assert sum(point["count"] for point in told["over_time"]) == told["requests"]["scheduled"]
        assert all(point["least_s"] <= point["median_s"] <= point["longest_s"] for point in told["over_time"])


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
    """Among the errors: scheduled = answered + errors + waiting."""
    so_far = [event for event in events_of("step2") if event.t < 3.0]
    told = [json.loads(load_document(row_of("", "", so_far), ABOUT))["rows"][0]["requests"]]
    stopped = e.LoadEnded(t=3.0, process="load.1", unfinished=told[0]["waiting"])
    told.append(json.loads(load_document(row_of("", "", [*so_far, stopped]), ABOUT))["rows"][0]["requests"])
    for requests in told:
        assert requests["scheduled"] == requests["answered"] + requests["errors"] + requests["waiting"]
    assert told[1]["unfinished"] == told[0]["waiting"] > 0
    assert told[1]["errors"] == told[0]["errors"] + told[1]["unfinished"]


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
        *row["notifications"],
        *row["workers"][0],
    }
    assert names | {*row["over_time"][0], *comparison()} <= described
