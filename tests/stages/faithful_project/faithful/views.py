import hashlib
import itertools
import os
import time
from pathlib import Path

from django.http import FileResponse, HttpResponse, JsonResponse, StreamingHttpResponse

NOTES = Path(os.environ.get("NOTES", "."))
BIG = os.urandom(3 * 2**20)


def echo(request):
    seen = {key: getattr(request, key) for key in ("method", "path", "scheme", "content_type")}
    seen["query"] = request.META["QUERY_STRING"]
    seen["a"] = request.GET.getlist("a")
    seen["headers"] = dict(request.headers)
    seen["length"] = len(request.body)
    seen["sha"] = hashlib.sha256(request.body).hexdigest()
    seen["client"] = request.META["REMOTE_ADDR"]
    seen["server_port"] = request.META["SERVER_PORT"]
    if request.method == "POST":
        seen["form"] = dict(request.POST)
        seen["files"] = {name: file.read().decode() for name, file in request.FILES.items()}
    return JsonResponse(seen)


def cookies(request):
    response = HttpResponse("cookies", status=203, headers={"X-Latin": "\u00fc", "Vary": "Cookie"})
    for name in ("one", "two", "three"):
        response.set_cookie(name, f"{name}; {name}", samesite="Lax")
    return response


def stream(request):
    return StreamingHttpResponse((b"%06d\n" % number for number in range(500)), content_type="text/plain")


def endless(request):
    """Streams until nobody listens any more, and leaves a note then."""

    def parts():
        try:
            for number in itertools.count():
                yield b"%d\n" % number
                time.sleep(0.002)
        finally:
            (NOTES / request.GET["note"]).touch()

    return StreamingHttpResponse(parts())


def held(request):
    """Begins, and ends when there is a note that it may."""
    note = request.GET["note"]
    (NOTES / f"{note}-begun").touch()
    while not (NOTES / f"{note}-go").exists():
        time.sleep(0.01)
    (NOTES / f"{note}-ended").touch()
    return HttpResponse("held")


def fail(request):
    raise RuntimeError("the view's own fault")


def fail_in_stream(request):
    def parts():
        yield b"begun"
        raise RuntimeError("in the middle")

    return StreamingHttpResponse(parts())


def big(request):
    if "file" in request.GET:
        return FileResponse(Path(__file__).open("rb"), as_attachment=True)
    return HttpResponse(BIG, headers={"X-SHA": hashlib.sha256(BIG).hexdigest()})


def empty(request):
    return HttpResponse(status=204)


async def asynchronous(request):
    return HttpResponse(f"async {request.method}")


def status(request, status):
    return HttpResponse("page", status=status, headers={"Location": "/elsewhere"})
