"""Django's request handling, fed from a message instead of a socket.

What Django's own handlers are made of is used here as they use it, and not documented: `BaseHandler`, `ASGIRequest`,
`get_script_prefix` and the response's `_handler_class`, which its `close` gives as the sender of `request_finished`.
Nobody else here touches them.
"""

from collections.abc import Callable, Iterator
from http import HTTPStatus
from io import BytesIO
from typing import Any

from django.core import signals
from django.core.handlers.asgi import ASGIRequest, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.http import HttpResponse, HttpResponseBadRequest
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

from .messages import Message

CHUNK_BYTES = 256 * 2**10
"""Larger bodies travel in several parts: a subscriber of Redis that is owed too much at once is cut off."""

BODILESS = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
"""Like an answer to HEAD; daphne drops the first part of such a body and sends the others, into the next response."""

Emit = Callable[[Message], bool]
"""Sends a part ahead of the last one; False when nobody waits for it any more."""


class MessageHandler(BaseHandler):
    """Runs the middleware and the view for one `http.request` message, in the thread that calls it."""

    def __init__(self) -> None:
        self.load_middleware()

    def respond(self, message: Message, emit: Emit) -> Message:
        """The last part of the reply, with status and headers in it unless `emit` has sent them already."""
        scope = message["scope"]
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=type(self), scope=scope)
        response = self._response(scope, message["body"])
        response._handler_class = type(self)  # type: ignore[attr-defined]
        try:
            if scope["method"] == "HEAD" or response.status_code in BODILESS:
                return _first_part(response) | {"body": b"", "more": False}
            return _send_parts(response, emit)
        finally:
            response.close()  # sends request_finished

    def _response(self, scope: dict[str, Any], body: bytes) -> HttpResponseBase:
        try:
            request = ASGIRequest(scope, BytesIO(body))
        except UnicodeDecodeError:
            return HttpResponseBadRequest()
        return self.get_response(request)


def _first_part(response: HttpResponseBase) -> Message:
    return {"status": response.status_code, "headers": _headers(response)}


def _send_parts(response: HttpResponseBase, emit: Emit) -> Message:
    part = _first_part(response)
    if isinstance(response, HttpResponse) and len(response.content) <= CHUNK_BYTES:
        return part | {"body": response.content, "more": False}
    for chunk in _chunks(response):
        if not emit(part | {"body": chunk, "more": True}):
            break
        part = {}
    return part | {"body": b"", "more": False}


def _chunks(response: HttpResponseBase) -> Iterator[bytes]:
    for content in response:
        for start in range(0, len(content), CHUNK_BYTES):
            yield content[start : start + CHUNK_BYTES]


def _headers(response: HttpResponseBase) -> list[tuple[bytes, bytes]]:
    headers = [(name.encode("ascii"), value.encode("latin-1")) for name, value in response.items()]
    cookies = [
        (b"Set-Cookie", cookie.output(header="").strip().encode("ascii")) for cookie in response.cookies.values()
    ]
    return headers + cookies
