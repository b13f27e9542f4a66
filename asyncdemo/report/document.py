"""The figures of a comparison or of a load as JSON, for programs. Format 1; raised when a reader would break.

Every file is one object:

    {"kind": "Comparison" | "Load", "format": 1, "asyncdemo": "0.1.0", "made_at": "2026-11-22T15:30:00+00:00",
     "command": "asyncdemo compare …", "options": {"rate": "…"}, "versions": {"Python": "…"}, "rows": [ROW, …]}

A Load has exactly one row. Durations end in `_s` and are **seconds on the wall**, as measured, but for those in
`_lesson_s`; times `speed` they are the seconds of the lesson that tables and pictures show. Rates are requests a
second on the wall. ROW:

    label, command   as in the table; the command repeats the run
    over             false: figures so far
    speed            seconds of the lesson that pass in one on the wall
    run              {"stage", "general", "reserved", "delays_lesson_s"}; null for a target that told of nothing
    load             {"url", "rate", "rate_end", "duration_s", "arrivals", "seed", "visitors", "timeout_s"}; null
                     before it; the seed is null where arrivals are not left to chance
    requests         {"scheduled", "sent", "answered", "errors", "waiting", "unfinished"}; scheduled = answered + errors
                     + waiting, and unfinished are those of the errors that were given up
    ended            {"200": 58, "timed out": 2, …}: how requests ended; they add up to scheduled - waiting - unfinished
    sent_again       {"closed while idle": 3, …}: requests that took another connection than the one meant for them, by
                     why. Nothing of them had been written to the first, so that the server saw each once
    latency          FIGURES since a request was meant to leave, of those that were answered, timed out, cut off, closed
                     unanswered, or got what is no HTTP or too long; those that wait counted at their wait so far
    service          FIGURES since it left, of those answered
    lag              FIGURES between these two moments, of those that left
    first_waited     which visitor, from 1, first waited for more than a second of the lesson; 0: nobody
    busy             busy / (busy + idle) of all workers while requests came, 0 to 1; null where it means nothing
    workers          [{"name", "process", "channels", "busy", "notifying"}, …]: shares from 0 to 1
    notifications    {"sent", "delivered", "running", "queued", "lost", "refused", "expired", "died", "failed",
                     "unknown"}; sent = delivered + running + queued + lost + unknown,
                     lost = refused + expired + died + failed
    over_time        [{"came_s", "count", "least_s", "median_s", "longest_s"}, …] of `latency`, by when a request
                     was meant to leave, counted from the first
    lesson           what to learn from the row, in words

FIGURES: {"count", "p50_s", "p90_s", "p95_s", "p99_s", "max_s", "histogram": [[upper_edge_s, count], …], "error"}.
`error` is 1/64 = 0.015625: a duration is at most that part of itself shorter than the upper edge of its bucket.
Percentiles are by nearest rank, never too small, and null where nothing was counted.
"""

import json
from collections.abc import Sequence
from typing import Any

from asyncdemo import __version__

from ..base.histogram import PERCENTS, STEPS, Histogram
from ..known.load import Load
from ..known.notifications import Books
from ..measuring.rows import Row
from .about import About
from .axes import curve
from .lessons import lesson

FORMAT = 1
DIGITS = 6
"""Microseconds: nothing here is known better."""

Object = dict[str, Any]


def compare_document(rows: Sequence[Row], about: About) -> str:
    """A comparison, of as many rows as there are."""
    return written("Comparison", rows, about)


def load_document(row: Row, about: About) -> str:
    """A single load."""
    return written("Load", [row], about)


def written(kind: str, rows: Sequence[Row], about: About) -> str:
    """The text of a file: its head, and an object for each row."""
    head: Object = {"kind": kind, "format": FORMAT, "asyncdemo": __version__, "made_at": about.made_at.isoformat()}
    head |= {"command": about.command, "options": dict(about.options), "versions": dict(about.versions)}
    return json.dumps(head | {"rows": [row_object(row) for row in rows]}, indent=1, ensure_ascii=False) + "\n"


def row_object(row: Row) -> Object:
    """A row, as this module's docstring tells it."""
    load = row.load
    return {
        "label": row.label,
        "command": row.command,
        "over": row.over,
        "speed": row.speed,
        "run": run_object(row),
        "load": load_object(load),
        "requests": {
            "scheduled": row.visitors,
            "sent": load.sent,
            "answered": row.answered,
            "errors": row.errors,
            "waiting": row.waiting,
            "unfinished": load.unfinished,
        },
        "ended": dict(load.ended.most_common()),
        "sent_again": dict(load.again.most_common()),
        "latency": histogram_object(row.everybody),
        "service": histogram_object(load.service),
        "lag": histogram_object(load.lag),
        "first_waited": row.first_waited,
        "busy": None if row.busy is None else round(row.busy, 4),
        "workers": workers(row),
        "notifications": books_object(row.books),
        "over_time": over_time(load),
        "lesson": lesson(row),
    }


def run_object(row: Row) -> Object | None:
    """What was started."""
    run = row.run
    if run is None:
        return None
    return {"stage": run.stage.name, "general": run.general, "reserved": run.reserved, "delays_lesson_s": run.delays}


def load_object(load: Load) -> Object | None:
    """What was asked for."""
    asked = load.started
    if asked is None:
        return None
    facts = {"url": asked.url, "rate": asked.rate, "rate_end": asked.rate_end, "duration_s": asked.seconds}
    seed = asked.seed if asked.arrivals == "poisson" else None
    return facts | {
        "arrivals": asked.arrivals,
        "seed": seed,
        "visitors": asked.visitors,
        "timeout_s": asked.timeout_s,
    }


def histogram_object(counted: Histogram) -> Object:
    """Durations, counted: FIGURES of this module's docstring."""
    known = counted.count > 0
    values = {f"p{percent}_s": rounded(counted.percentile(percent)) if known else None for percent in PERCENTS}
    longest = rounded(counted.max_s) if known else None
    buckets = [[rounded(edge_s), count] for edge_s, count in counted.buckets()]
    return {"count": counted.count, **values, "max_s": longest, "histogram": buckets, "error": 1 / STEPS}


def workers(row: Row) -> list[Object]:
    """How busy each was, and with what."""
    return [
        {
            "name": strip.worker,
            "process": strip.process,
            "channels": list(strip.channels),
            "busy": round(strip.busy, 4),
            "notifying": round(strip.notifying, 4),
        }
        for strip in row.strips
    ]


def books_object(books: Books) -> Object:
    """Where every notification is."""
    names = ("sent", "delivered", "running", "queued", "lost", "refused", "expired", "died", "failed", "unknown")
    return {name: getattr(books, name) for name in names}


def over_time(load: Load) -> list[Object]:
    """Latency by when a request was meant to leave."""
    return [
        {
            "came_s": rounded(point.came_s),
            "count": point.count,
            "least_s": rounded(point.least_s),
            "median_s": rounded(point.median_s),
            "longest_s": rounded(point.longest_s),
        }
        for point in curve(load, 1.0).points
    ]


def rounded(seconds: float) -> float:
    """A duration to microseconds."""
    return round(seconds, DIGITS)
