"""The books: histories as data, what they come to beside them."""

import itertools
from collections import defaultdict
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asyncdemo.events import events as e
from asyncdemo.known.state import Books
from tests.unit.known.conftest import called, delivered, done, ended, expired, folded, refused, sent, started, taken

HISTORIES: dict[str, tuple[list[e.Event], Books]] = {
    "nothing happens": ([], Books()),
    "it waits on its channel": ([sent()], Books(queued=1)),
    "a worker has it": ([sent(), taken(), called()], Books(running=1)),
    "it is delivered": ([sent(), taken(), called(), delivered(), done()], Books(delivered=1)),
    "taken is told before sent": ([taken(), called(), sent()], Books(running=1)),
    "all is told before sent": ([taken(), called(), delivered(), done(), sent()], Books(delivered=1)),
    "sent is never told": ([taken(), called(), delivered(), done()], Books(delivered=1)),
    "a running one whose sending is never told": ([taken(), called()], Books(running=1)),
    "nothing but its delivery is told": ([delivered()], Books(delivered=1)),
    "nothing but its delivery is told, and a death": ([delivered(), ended()], Books(delivered=1)),
    "nothing but its expiry is told": ([expired("a")], Books(expired=1)),
    "nothing but its failure is told": ([done(failed=True)], Books(failed=1)),
    "the channel was full": ([refused()], Books(refused=1)),
    "it expired": ([sent(), expired("a")], Books(expired=1)),
    "it expired before sent is told": ([expired("a"), sent()], Books(expired=1)),
    "two of three expired": ([sent("a"), sent("b"), sent("c"), expired("a", "b")], Books(queued=1, expired=2)),
    "its worker died": ([sent(), taken(), called(), ended()], Books(died=1)),
    "its worker died before sent is told": ([taken(), called(), ended(), sent()], Books(died=1)),
    "another worker died": ([sent(), taken(), called(), ended("worker.2")], Books(running=1)),
    "the death of an idle worker loses nothing": (
        [sent(), taken(), called(), delivered(), done(), ended()],
        Books(delivered=1),
    ),
    "the death is told before the delivery": (
        [sent(), taken(), called(), ended(), delivered(), done()],
        Books(delivered=1),
    ),
    "the death is told before the take": ([sent(), ended(), taken(), called()], Books(died=1)),
    "the death is told before the take and the delivery": (
        [ended(), taken(), called(), delivered(), sent()],
        Books(delivered=1),
    ),
    "a worker of the same name works on": (
        [started(), sent(), taken(), ended(), started(), sent("b"), taken("b", t=8)],
        Books(died=1, running=1),
    ),
    "what waits outlives the workers": ([sent("a"), sent("b"), taken("a"), ended()], Books(died=1, queued=1)),
    "the consumer failed": ([sent(), taken(), done(failed=True)], Books(failed=1)),
    "the consumer failed before sent is told": ([taken(), done(failed=True), sent()], Books(failed=1)),
    "the view calls by itself": ([called(direct=True)], Books(running=1)),
    "the view has called by itself": ([called(direct=True), delivered()], Books(delivered=1)),
    "a server dies with two calls": (
        [called("a", True, "web.1"), called("b", True, "web.1"), ended("web.1")],
        Books(died=2),
    ),
    "requests are no notifications": (
        [
            sent(channel="http.request"),
            taken(channel="http.request"),
            refused("b", "http.request"),
            expired("c", channel="http.request"),
        ],
        Books(),
    ),
}


@pytest.mark.parametrize(("history", "books"), HISTORIES.values(), ids=HISTORIES.keys())
def test_the_books(history: list[e.Event], books: Books) -> None:
    """Each history comes to these books."""
    assert folded(history).books == books


def in_order(events: Sequence[e.Event]) -> bool:
    """Whether the events of each process are in the order in which it sent them; deaths come by a way of their own."""
    streams: dict[tuple[str, bool], list[float]] = defaultdict(list)
    for event in events:
        streams[event.process, isinstance(event, e.ProcessEnded)].append(event.t)
    return all(times == sorted(times) for times in streams.values())


STORIES = {
    "delivered": [sent(), taken(), called(), delivered(), done()],
    "died": [sent(), taken(), called(), ended()],
    "failed": [sent(), taken(), called(), done(failed=True)],
    "expired": [sent(process="worker.2"), expired("a")],
    "delivered and then killed": [sent(), taken(), called(), delivered(), ended()],
    "direct, and killed": [called(direct=True), ended()],
    "delivered by another": [sent(), taken(process="worker.2"), delivered(process="worker.2"), ended("worker.1")],
}


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES.keys())
def test_the_books_do_not_depend_on_the_order_of_the_news(story: list[e.Event]) -> None:
    """Each process sends in order, but nothing orders two processes: at the end all ways come to the same."""
    expected = folded(story).books
    orders = [list(order) for order in itertools.permutations(story) if in_order(order)]
    assert len(orders) > 1
    for order in orders:
        assert folded(order).books == expected, [type(event).__name__ for event in order]


@given(st.data())
def test_the_books_balance_at_every_moment(data: st.DataObject) -> None:
    """Whatever has been told of however many notifications, each is in exactly one place."""
    stories = data.draw(st.lists(st.sampled_from(["delivered", "failed", "expired", "refused", "queued"]), max_size=8))
    events: list[e.Event] = []
    for number, story in enumerate(stories):
        m = str(number)
        events += {
            "delivered": [sent(m), taken(m), called(m), delivered(m), done(m)],
            "failed": [sent(m), taken(m), done(m, failed=True)],
            "expired": [sent(m), expired(m)],
            "refused": [refused(m)],
            "queued": [sent(m)],
        }[story]
    shuffled = data.draw(st.permutations(events))
    ready = {
        process: iter([event for event in events if event.process == process]) for process in ("web.1", "worker.1")
    }
    state, seen = folded([]), set()
    for event in (next(ready[event.process]) for event in shuffled):
        state.fold(event)
        seen |= set(event.ids) if isinstance(event, e.Expired) else {event.id}  # type: ignore[attr-defined]
        books = state.books
        assert books.sent == len(seen)
        assert books.sent == books.delivered + books.running + books.queued + books.lost + books.unknown
    assert (state.books.delivered, state.books.failed) == (stories.count("delivered"), stories.count("failed"))
    assert (state.books.expired, state.books.refused) == (stories.count("expired"), stories.count("refused"))


def test_finished_notifications_are_counted_and_forgotten() -> None:
    """A long run does not fill the memory."""
    state = folded([event for number in range(100) for event in (sent(f"{number}"), delivered(f"{number}"))])
    assert state.books == Books(delivered=100)
    assert state.notifications.open == {}
