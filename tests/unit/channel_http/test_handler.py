"""Django's handler, fed from a message: parts of a reply out, for every kind of response."""

import json
import threading

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.core import signals

from asyncdemo.channel_http.handler import CHUNK_BYTES, MessageHandler
from asyncdemo.channel_http.messages import Message, pack, unpack
from tests.unit.channel_http import site
from tests.unit.channel_http.site import http_request


class Visitor:
    """Takes the parts of a reply, and may leave after some of them."""

    def __init__(self, leaves_after: int = 1_000_000) -> None:
        self.parts: list[Message] = []
        self._leaves_after = leaves_after

    def emit(self, part: Message) -> bool:
        self.parts.append(unpack(pack(part)))
        return len(self.parts) < self._leaves_after

    def ask(self, message: Message) -> "Visitor":
        self.parts.append(unpack(pack(MessageHandler().respond(message, self.emit))))
        return self

    @property
    def body(self) -> bytes:
        return b"".join(part["body"] for part in self.parts)

    def headers(self, name: bytes) -> list[bytes]:
        return [value for key, value in self.parts[0]["headers"] if key.lower() == name]


def test_what_the_view_sees() -> None:
    """Method, path, query, headers, body, client and scheme are the visitor's."""
    headers = [(b"x-one", b"1"), (b"x-one", b"2"), (b"content-type", b"text/plain")]
    message = http_request("/echo/ä b", "POST", b"the body", b"a=1&a=%C3%BC", headers=headers, scheme="https")
    seen = json.loads(Visitor().ask(message).body)
    assert seen == {
        "method": "POST",
        "path": "/echo/ä b",
        "a": ["1", "ü"],
        "body": "the body",
        "header": "1,2",
        "host": "testserver",
        "secure": True,
        "client": "203.0.113.7",
        "reversed": "/echo",
    }


def test_below_a_root_path() -> None:
    """Behind a proxy's prefix, links are made with it, and the next message is not touched by it."""
    assert json.loads(Visitor().ask(http_request("/echo", root_path="/demo")).body)["reversed"] == "/demo/echo"
    assert json.loads(Visitor().ask(http_request("/echo")).body)["reversed"] == "/echo"


def test_a_plain_response_is_one_part() -> None:
    """Status, headers and body travel together, in one message."""
    visitor = Visitor().ask(http_request("/echo"))
    (part,) = visitor.parts
    assert (part["status"], part["more"]) == (200, False)
    assert visitor.headers(b"content-length") == [str(len(part["body"])).encode()]


def test_every_cookie_is_a_header() -> None:
    """Two cookies are two headers, a header's bytes are latin-1, the status is the view's."""
    visitor = Visitor().ask(http_request("/cookies"))
    assert visitor.parts[0]["status"] == 201
    assert [value.split(b";")[0] for value in visitor.headers(b"set-cookie")] == [b"a=1", b"b=2"]
    assert b"HttpOnly" in visitor.headers(b"set-cookie")[1]
    assert visitor.headers(b"x-one") == ["ü".encode("latin-1")]


def test_a_large_response_travels_in_parts() -> None:
    """No part is larger than the limit, together they are the body, and only the first has the status."""
    visitor = Visitor().ask(http_request("/big"))
    assert visitor.body == site.BIG
    assert max(len(part["body"]) for part in visitor.parts) == CHUNK_BYTES
    assert ["status" in part for part in visitor.parts] == [True] + [False] * (len(visitor.parts) - 1)
    assert [part["more"] for part in visitor.parts] == [True] * (len(visitor.parts) - 1) + [False]


@pytest.mark.parametrize(("many", "parts"), [(262_144, [262_144]), (262_145, [262_144, 1, 0])])
def test_from_where_on_a_response_is_large(many: int, parts: list[int]) -> None:
    """A quarter of a MiB is one part yet."""
    visitor = Visitor().ask(http_request("/sized", query=b"many=%d" % many))
    assert [len(part["body"]) for part in visitor.parts] == parts


def test_a_stream_travels_part_by_part() -> None:
    """Each chunk of a streaming response is a part of its own, sent as the view yields it."""
    visitor = Visitor().ask(http_request("/stream"))
    assert [part["body"] for part in visitor.parts] == [b"0,", b"1,", b"2,", b"3,", b"4,", b""]
    assert visitor.parts[0]["status"] == 200


def test_a_stream_ends_when_nobody_listens() -> None:
    """After the visitor has left the view is asked for nothing more, and is closed."""
    site.closed.clear()
    visitor = Visitor(leaves_after=2).ask(http_request("/stream", query=b"name=left"))
    assert [part["body"] for part in visitor.parts] == [b"0,", b"1,", b""]
    assert site.closed == ["left"]


def test_a_stream_that_fails_is_closed() -> None:
    """An exception in the middle of a stream reaches the slot, and the response is closed."""
    site.closed.clear()
    visitor = Visitor()
    with pytest.raises(RuntimeError, match="in the middle"):
        visitor.ask(http_request("/stream", query=b"fail=1&name=failed"))
    assert [part["body"] for part in visitor.parts] == [b"0,", b"1,", b"2,"]
    assert site.closed == ["failed"]


@pytest.mark.parametrize(("path", "status"), [("/fail", 500), ("/nope", 404)])
def test_django_makes_the_error_pages(path: str, status: int) -> None:
    """A view that raises is a 500, a path that nobody has is a 404: pages of Django's, not exceptions."""
    visitor = Visitor().ask(http_request(path))
    assert visitor.parts[0]["status"] == status
    assert b"<h1>" in visitor.body


def test_a_body_that_is_not_what_its_header_says() -> None:
    """An unknown charset in the content type is answered, not raised."""
    headers = [(b"content-type", b"text/plain; charset=no")]
    visitor = Visitor().ask(http_request("/echo", "POST", b"a=1", headers=headers))
    assert visitor.parts[0]["status"] == 200


@pytest.mark.parametrize(
    ("path", "status"), [("/echo", 200), ("/big", 200), ("/stream", 200), ("/gone/304", 304), ("/gone/204", 204)]
)
def test_no_body_where_none_may_be(path: str, status: int) -> None:
    """HEAD, a 304 and a 204 are one part without a body, with the headers of the view; a stream is not even begun."""
    visitor = Visitor().ask(http_request(path, "HEAD" if status == 200 else "GET"))
    (part,) = visitor.parts
    assert (part["status"], part["body"], part["more"]) == (status, b"", False)
    if path in ("/echo", "/big"):
        assert int(visitor.headers(b"content-length")[0]) > 0


async def test_an_async_view() -> None:
    """A view that is a coroutine runs too, from the thread of a slot."""
    visitor = Visitor()
    await sync_to_async(visitor.ask)(http_request("/async"))
    assert visitor.body == b"from a coroutine"


def test_django_hears_of_begin_and_end() -> None:
    """request_started and request_finished are sent once each, by the handler, in the thread of the view."""
    heard: list[tuple[str, int]] = []
    senders: list[object] = []

    def started(sender: object, **_: object) -> None:
        heard.append(("started", threading.get_ident()))
        senders.append(sender)

    def finished(sender: object, **_: object) -> None:
        heard.append(("finished", threading.get_ident()))
        senders.append(sender)

    signals.request_started.connect(started)
    signals.request_finished.connect(finished)
    try:
        async_to_sync(sync_to_async(Visitor().ask))(http_request("/stream"))
    finally:
        signals.request_started.disconnect(started)
        signals.request_finished.disconnect(finished)
    assert [what for what, _ in heard] == ["started", "finished"]
    assert len({thread for _, thread in heard}) == 1
    assert senders == [MessageHandler] * 2


def test_a_query_that_is_no_text() -> None:
    """Is a bad request, and no error of the site's."""
    visitor = Visitor().ask(http_request("/echo", query=b"a=\xff"))
    assert [part["status"] for part in visitor.parts] == [400]
