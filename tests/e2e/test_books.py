"""The books against an independent count: what was printed, while workers are killed with work in their hands."""

import os
import signal
import urllib.request

from asyncdemo.channel_http import HTTP_CHANNEL
from asyncdemo.events import events as e
from tests.e2e.command import stage
from tests.waiting import until

VISITORS = 120
KILLS = 3


def test_the_books_balance_while_workers_are_killed() -> None:
    """At the end nothing is unknown; what was printed and not told is no more than the workers that were killed."""
    with stage("bonus", "--workers", "6", "--delays", "0.25", "--speed", "5") as run:
        assert run.hello()[0] == 200
        visitors = [run.visitor(f"v{number}") for number in range(VISITORS)]
        for number in range(1, KILLS + 1):
            run.wait_for_deliveries(number * 15)
            (started,) = run.all(e.ProcessStarted, process=f"worker.{number}")
            os.kill(started.pid, signal.SIGKILL)
            run.wait_for(1, e.ProcessEnded, process=f"worker.{number}")
        answers = [visitor.result()[0] for visitor in visitors]

        def quiet() -> bool:
            """Who was answered has sent one: the newest may not have been told yet."""
            books = run.state.books
            told = books.sent >= 1 + answers.count(200)
            return told and books.queued == books.running == books.unknown == 0

        until(quiet, "the last notification")
        books = run.state.books
        assert 1 + answers.count(200) <= books.sent <= 1 + VISITORS
        assert books.sent == books.delivered + books.lost
        assert books.died <= KILLS
        assert books.lost == books.died + books.refused + books.expired
        assert run.stop() == 0
        assert 0 <= run.state.printed - books.delivered <= KILLS, "lines have pipes of their own, read to their ends"


def test_a_browsers_developer_tools_show_the_wait() -> None:
    """Every stage's response carries Server-Timing: how long it was queued, and the view."""
    for name in ("step1", "step3", "bonus"):
        with stage(name, "--delays", "0") as run, urllib.request.urlopen(run.url) as response:
            timing = response.headers["Server-Timing"]
            assert timing.startswith("queued;dur=")
            assert ", view;dur=" in timing
            run.stop()


def test_a_request_is_on_its_channel_as_soon_as_its_visitor_waits() -> None:
    """And no sooner: who has his page in no time is told of when he has it, and was on no channel until then."""
    with stage("bonus", "--delays", "0") as run:
        for number in range(20):
            assert run.hello(f"v{number}")[0] == 200
        run.wait_for(20, e.Answered)
        assert run.stop() == 0
        known = list(map(key, run.events))
        on_the_channel = [event for event in run.events if isinstance(event, e.Sent) and event.channel == HTTP_CHANNEL]
        for sent in on_the_channel:
            assert ("Arrived", sent.id) in known[: known.index(key(sent))]


def key(event: e.Event) -> tuple[str, str]:
    """Which event of which message or visitor."""
    return type(event).__name__, getattr(event, "id", "")
