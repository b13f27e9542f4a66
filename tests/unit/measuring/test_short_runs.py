"""Runs that were over as soon as they began."""

from dataclasses import replace

import pytest

from asyncdemo.events import events as e
from asyncdemo.measuring.rows import row_of
from tests.histories import LOAD, RUN, hello

WORKER = {"process": "worker.1", "worker": "worker.1"}


def test_the_strips_of_a_short_run_span_all_of_it() -> None:
    """Of a tenth of a second, a worker that was busy in each moment of it was so in each cell."""
    done = e.Done(t=1.1, id="h1", channel="http.request", busy_s=0.1, **WORKER)
    ready = e.WorkerReady(t=0.5, channels=["http.request"], **WORKER)
    row = row_of("", "", [RUN, ready, replace(LOAD, seconds=0.1), done])
    (strip,) = row.strips
    assert min(cell.share for cell in strip.cells) > 0.9
    assert strip.busy == pytest.approx(1.0)


def test_a_run_without_length_has_a_row() -> None:
    """All that is told of it was told at one moment."""
    ready = e.WorkerReady(t=0.0, channels=["http.request"], **WORKER)
    row = row_of("", "", [RUN, ready, *hello(1, 0.0, 0.0)])
    assert [strip.busy for strip in row.strips] == [0.0]
