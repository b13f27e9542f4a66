"""The figures of a comparison or of a load as JSON, for programs. Format 1; raised when a reader would break.

Every file is one object:

    {"kind": "Comparison" | "Load", "format": 1, "asyncdemo": "0.1.0", "made_at": "2026-11-22T15:30:00+00:00",
     "command": "asyncdemo compare …", "options": {"rate": "…"}, "versions": {"Python": "…"}, "rows": [ROW, …]}

A Load has exactly one row. Durations end in `_s` and are **seconds on the wall**, as measured, but for those in
`_lesson_s`; times `speed` they are the seconds of the lesson that tables and pictures show. Rates are requests a
second on the wall. ROW:

    label, command   as in the table; the command repeats the run
    over             false: figures so far
    problem          why its stage did not start, or broke off in the middle; null for one that came to its end
    cut              whether somebody ended it before its time
    place            1 for the row whose last visitor had the page first; null for one that goes on, was cut, or in
                     which somebody got no page
    speed            seconds of the lesson that pass in one on the wall
    run              {"stage", "general", "reserved", "choices", "delays_lesson_s"}; null for a target that told of
                     nothing. `choices` are what else was asked for of the stage: `one-queue`, `priority`, …
    load             {"url", "rate", "rate_end", "duration_s", "arrivals", "seed", "visitors", "timeout_s"}; null
                     before it; the seed is null where arrivals are not left to chance. What was asked for
    happened         {"lasted_s", "stopped", "turns": [{"after_s", "factor", "rate", "rate_end"}, …], "crews":
                     [{"after_s", "general", "reserved"}, …]}: how long the load went on, null while it does; whether it
                     was ended before its time; when its rate was turned, and to what; when workers had come or gone,
                     and how many were there then. `after_s` counts from its beginning
    requests         {"scheduled", "sent", "answered", "errors", "waiting", "unfinished"}; scheduled = answered + errors
                     + waiting + unfinished, which were on their way when the load was ended before its time
    ended            {"200": 58, "timed out": 2, …}: how requests ended; they add up to scheduled - waiting - unfinished
    sent_again       {"closed while idle": 3, …}: requests that took another connection than the one meant for them, by
                     why. Nothing of them had been written to the first, so that the server saw each once
    latency          FIGURES since a request was meant to leave, of those that got the page: a status below 400. Those
                     that wait, or did when the load was ended, count at their wait so far
    latency_errors   FIGURES of those that ended in any other way
    latency_all      FIGURES of both
    latency_by_end   {"200": FIGURES, "503": FIGURES, …}: by how requests ended, of those that have
    tells_apart      false for a recording of format 3 or before, where `latency` and `service` are of pages and errors
                     together, and `latency_errors` is empty
    service          FIGURES since it left, of those that got the page
    lag              FIGURES between these two moments, of those that left
    reference        FIGURES of a page with nothing to wait for, beside it; null where that was not measured
    of_the_machine   true: this machine was too small. `lag` or `reference` (p99, or p95 of less than 100) exceed half a
                     second of the lesson, and 0.1 s
    slow_s           from where on a wait is slow: a second of the lesson, but never less than 0.1 s
    first_waited     which visitor, from 1, first waited for longer than `slow_s`; 0: nobody
    busy             busy / (busy + idle) of all workers while requests came, 0 to 1; null where it means nothing
    workers          [{"name", "process", "channels", "busy", "notifying"}, …]: shares from 0 to 1
    notifications    BOOKS; null in a load by itself, which does not see them
    kinds            {"notify": BOOKS and "latency", "password_mail": …}: of a stage with several kinds of work that no
                     visitor waits for, each by its name. `latency` is FIGURES from the sending until it was done; what
                     is queued, running or held counts at its wait so far. {} where there is one kind, null in a load by
                     itself
    until_done       FIGURES from the sending of a notification until it was done; where the view makes the call, of the
                     call. null in a load by itself
    over_time        [{"came_s", "count", "least_s", "median_s", "longest_s", "errors"}, …] of `latency`, by when a
                     request was meant to leave, counted from the first; errors are those of `latency_errors`. Durations
                     are null where count is 0
    lesson           what to learn from the row, in words

BOOKS: {"sent", "delivered", "running", "queued", "held", "lost", "refused", "expired", "died", "failed", "unknown",
"again"}. sent = delivered + running + queued + held + lost + unknown, lost = refused + expired + died + failed.
`held` is what a dead worker had, where the queue keeps it: for ever, or until it is given out again. `again`, no term
of the sum, is how often one was begun that had been begun before.

FIGURES: {"count", "p50_s", "p90_s", "p95_s", "p99_s", "p99_9_s", "max_s", "histogram": [[upper_edge_s, count], …],
"error"}.
`error` is 1/64 = 0.015625: a duration is at most that part of itself shorter than the upper edge of its bucket.
Percentiles are by nearest rank, never too small, and null where nothing was counted.
"""

import json
from collections.abc import Sequence
from math import inf
from typing import Any

from asyncdemo import __version__

from ..base.durations import number_text
from ..base.histogram import PERCENTS, STEPS, Histogram, together
from ..known.books import LOSSES, Books
from ..known.load import Load
from ..measuring.places import places
from ..measuring.rows import Row
from .about import About
from .axes import Point, curve, failures_of
from .lessons import lesson
from .remarks import of_the_machine

FORMAT = 1
DIGITS = 6
"""Microseconds: nothing here is known better."""

Object = dict[str, Any]


def compare_document(rows: Sequence[Row], about: About) -> str:
    """A comparison, of as many rows as there are."""
    objects = [row_object(row) | {"place": place or None} for row, place in zip(rows, places(rows), strict=True)]
    return written("Comparison", objects, about)


def load_document(row: Row, about: About) -> str:
    """A single load. What becomes of notifications, whoever sends it does not see."""
    return written("Load", [row_object(row) | {"notifications": None, "until_done": None, "kinds": None}], about)


def written(kind: str, rows: Sequence[Object], about: About) -> str:
    """The text of a file: its head, and the object of each row."""
    head: Object = {"kind": kind, "format": FORMAT, "asyncdemo": __version__, "made_at": about.made_at.isoformat()}
    head |= {"command": about.command, "options": dict(about.options), "versions": dict(about.versions)}
    return json.dumps(head | {"rows": rows}, indent=1, ensure_ascii=False) + "\n"


def row_object(row: Row) -> Object:
    """A row, as this module's docstring tells it."""
    load = row.load
    return {
        "label": row.label,
        "command": row.command,
        "over": row.over,
        "problem": row.problem or None,
        "cut": row.cut,
        "place": None,
        "speed": row.speed,
        "run": run_object(row),
        "load": load_object(load),
        "happened": happened(row),
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
        "latency": histogram_object(row.page),
        "latency_errors": histogram_object(row.failed),
        "latency_all": histogram_object(together((row.page, row.failed))),
        "latency_by_end": {end: histogram_object(load.by_end[end]) for end in load.ended if end in load.by_end},
        "tells_apart": load.tells_apart,
        "service": histogram_object(load.service),
        "lag": histogram_object(load.lag),
        "reference": histogram_object(row.reference) if row.reference is not None else None,
        "of_the_machine": of_the_machine(row),
        "slow_s": rounded(row.slow_s / row.speed),
        "first_waited": row.first_waited,
        "busy": None if row.busy is None else round(row.busy, 4),
        "workers": workers(row),
        "notifications": books_object(row.books),
        "until_done": histogram_object(row.took),
        "kinds": {
            kind.task.name: books_object(kind.books) | {"latency": histogram_object(kind.latency)} for kind in row.kinds
        },
        "over_time": over_time(load),
        "lesson": lesson(row),
    }


def run_object(row: Row) -> Object | None:
    """What was started."""
    run = row.run
    if run is None:
        return None
    workers = {"general": run.general, "reserved": run.reserved, "choices": run.choices}
    return {"stage": run.stage.name, **workers, "delays_lesson_s": run.delays}


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


def happened(row: Row) -> Object:
    """What was done, where that is not what was asked for."""
    load, asked = row.load, row.load.started
    over = asked is not None and load.ended_at < inf
    rate, rate_end = (asked.rate, asked.rate_end) if asked is not None else (0.0, 0.0)
    turns = [
        {
            "after_s": rounded(t),
            "factor": factor,
            "rate": rounded(rate * factor),
            "rate_end": rounded(rate_end * factor),
        }
        for t, factor in load.turns
    ]
    crews = [{"after_s": rounded(t), "general": general, "reserved": reserved} for t, general, reserved in row.crews]
    lasted = rounded(load.ended_at - asked.t) if over and asked is not None else None
    return {"lasted_s": lasted, "stopped": over and load.stopped, "turns": turns, "crews": crews}


def histogram_object(counted: Histogram) -> Object:
    """Durations, counted: FIGURES of this module's docstring."""
    known = counted.count > 0
    values = {
        f"p{number_text(percent).replace('.', '_')}_s": rounded(counted.percentile(percent)) if known else None
        for percent in PERCENTS
    }
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
    terms = ("sent", "delivered", "running", "queued", "held", "lost", *LOSSES, "unknown", "again")
    return {term: getattr(books, term) for term in terms}


def over_time(load: Load) -> list[Object]:
    """Latency by when a request was meant to leave."""
    pages = {point.came_s: point for point in curve(load, 1.0).points}
    errors = {point.came_s: point.count for point in failures_of(load, 1.0).points}
    return [point_object(came_s, pages.get(came_s), errors.get(came_s, 0)) for came_s in sorted({*pages, *errors})]


def point_object(came_s: float, page: Point | None, errors: int) -> Object:
    """Those who came at about the same time."""
    names = ("least_s", "median_s", "longest_s")
    waits = {name: None if page is None else rounded(getattr(page, name)) for name in names}
    return {"came_s": rounded(came_s), "count": page.count if page is not None else 0, **waits, "errors": errors}


def rounded(seconds: float) -> float:
    """A duration to microseconds."""
    return round(seconds, DIGITS)
