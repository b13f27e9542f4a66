"""Visitors who leave before they have their answer, and what becomes of their requests."""

import gc
from collections.abc import Sequence

import pytest

from asyncdemo.channel_http.interface import Exchange, HttpInterface
from asyncdemo.channel_http.layers import InMemoryLayer, LayerUnavailable, QueueLayer
from tests.unit.channel_http.conftest import Recorder, UseLayer
from tests.unit.channel_http.visitors import DONE, HEAD, Visitor, reply, take
from tests.waiting import soon


async def test_a_visitor_who_leaves_while_waiting(layer: QueueLayer, recorder: Recorder) -> None:
    """Nothing is sent to them, the answer has no status, and a reply finds nobody."""
    visitor = Visitor(HttpInterface())
    delivery = await take(layer)
    visitor.leave()
    await visitor.request
    assert visitor.sent == []
    assert recorder.of("request_answered")[0]["answer"].status is None
    assert await reply(layer, delivery, **HEAD, body=b"late", more=False) is False


async def test_a_visitor_who_says_something_else_has_not_left(layer: QueueLayer) -> None:
    """Whatever comes after his request, he is there until he says that he is not."""
    visitor = Visitor(HttpInterface())
    delivery = await take(layer)
    visitor.received.put_nowait(DONE)
    await soon(visitor.received.empty, "the look at it")
    assert await reply(layer, delivery, **HEAD, body=b"a", more=True)
    await soon(lambda: len(visitor.sent) == 2, "the first part")
    visitor.leave()
    await visitor.request
    assert len(visitor.sent) == 2


async def test_a_visitor_who_leaves_during_a_stream(layer: QueueLayer) -> None:
    """The next part finds nobody: that is how the worker learns to stop."""
    visitor = Visitor(HttpInterface())
    delivery = await take(layer)
    assert await reply(layer, delivery, **HEAD, body=b"a", more=True)
    await soon(lambda: len(visitor.sent) == 2, "the first part")
    visitor.leave()
    await visitor.request
    assert await reply(layer, delivery, body=b"b", more=True) is False


async def test_a_visitor_who_leaves_before_the_body_is_there(layer: QueueLayer, recorder: Recorder) -> None:
    """Half a body makes no message."""
    visitor = Visitor(HttpInterface())
    visitor.received.get_nowait()
    visitor.leave()
    await visitor.request
    assert recorder.of("message_sent") == []
    assert recorder.of("request_answered")[0]["answer"].status is None


def under_way(earlier: Sequence[Exchange] = ()) -> list[Exchange]:
    """Every request that something still holds on to, but the earlier ones."""
    gc.collect()
    found = [thing for thing in gc.get_objects() if type(thing) is Exchange]
    return [exchange for exchange in found if not any(exchange is one for one in earlier)]


async def test_visitors_who_leave_are_forgotten(layer: QueueLayer, recorder: Recorder) -> None:
    """Nothing holds on to their requests: no traceback of an exception that is raised for everybody."""
    interface, earlier = HttpInterface(), under_way()
    for _ in range(3):
        visitor = Visitor(interface)
        await take(layer)
        assert len(under_way(earlier)) == 1
        visitor.leave()
        await visitor.request
    for number in range(4, 7):
        visitor = Visitor(interface)
        visitor.received.get_nowait()
        await soon(lambda number=number: len(recorder.of("request_arrived")) == number, "the request")  # type: ignore[misc]
        assert len(under_way(earlier)) == 1
        visitor.leave()
        await visitor.request
    del visitor
    assert under_way(earlier) == []


async def test_a_worker_who_cannot_be_told_that_nobody_waits(
    use_layer: UseLayer, caplog: pytest.LogCaptureFixture
) -> None:
    """It is said, and nothing else comes of it."""

    class Layer(InMemoryLayer):
        async def abandon(self, request_id: str) -> None:
            raise LayerUnavailable("nobody is there")

    layer = use_layer(Layer())
    visitor = Visitor(HttpInterface())
    await take(layer)
    visitor.leave()
    with caplog.at_level("WARNING"):
        await visitor.request
    assert ["nobody is there" in record.getMessage() for record in caplog.records] == [True]
