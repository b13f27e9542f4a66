"""The URLs and views that the handler's tests call, and the messages that call them."""

import json
from collections.abc import Iterator
from typing import Any

from channels.routing import ChannelNameRouter, ProtocolTypeRouter
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path, reverse

from asyncdemo.channel_http.messages import Message, pack, unpack

BIG = bytes(range(256)) * 4096  # 1 MiB


def http_request(path: str, method: str = "GET", body: bytes = b"", query: bytes = b"", **scope: Any) -> Message:
    """An `http.request` message, as it comes off a layer."""
    headers = [(b"host", b"testserver"), *scope.pop("headers", [])]
    whole = {"http_version": "1.1", "method": method, "scheme": "http", "path": path, "query_string": query}
    whole |= {"root_path": "", "headers": headers, "client": ["203.0.113.7", 4711], "server": ["testserver", 80]}
    return unpack(pack({"scope": whole | scope, "body": body, "reply_to": "here"}))


def echo(request: HttpRequest) -> HttpResponse:
    seen = {
        "method": request.method,
        "path": request.path,
        "a": request.GET.getlist("a"),
        "body": request.body.decode(),
        "header": request.headers.get("X-One"),
        "host": request.get_host(),
        "secure": request.is_secure(),
        "client": request.META["REMOTE_ADDR"],
        "reversed": reverse(echo),
    }
    return HttpResponse(json.dumps(seen), content_type="application/json")


def cookies(request: HttpRequest) -> HttpResponse:
    response = HttpResponse("two cookies", status=201)
    response.set_cookie("a", "1", max_age=60)
    response.set_cookie("b", "2", httponly=True)
    response["X-One"] = "ü"
    return response


def big(request: HttpRequest) -> HttpResponse:
    return HttpResponse(BIG, content_type="application/octet-stream")


closed: list[str] = []


def stream(request: HttpRequest) -> StreamingHttpResponse:
    def parts() -> Iterator[bytes]:
        try:
            for number in range(5):
                yield b"%d," % number
                if number == 2 and "fail" in request.GET:
                    raise RuntimeError("in the middle")
        finally:
            closed.append(request.GET.get("name", ""))

    return StreamingHttpResponse(parts())


def gone(request: HttpRequest, status: int) -> StreamingHttpResponse:
    return StreamingHttpResponse([b"not ", b"to be ", b"sent"], status=status)


def sized(request: HttpRequest) -> HttpResponse:
    return HttpResponse(b"x" * int(request.GET["many"]))


def fail(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("the view's own fault")


async def asynchronous(request: HttpRequest) -> HttpResponse:
    return HttpResponse("from a coroutine")


urlpatterns = [
    path("echo/<path:rest>", lambda request, rest: echo(request)),
    path("echo", echo),
    path("cookies", cookies),
    path("big", big),
    path("stream", stream),
    path("fail", fail),
    path("gone/<int:status>", gone),
    path("sized", sized),
    path("async", asynchronous),
]

application = ProtocolTypeRouter({"channel": ChannelNameRouter({"notify": None, "other": None})})
