"""The yardstick: a sync view that does nothing, on daphne, without a path and without a notification.

It took 1.23 ms (another client, best of 3) when the aim of 1.2 ms a hello was written down. Machines differ; the ratio
to this should differ less.
"""

from django.conf import settings
from django.core.asgi import get_asgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path


def hello(request: HttpRequest) -> HttpResponse:
    """A page of one word."""
    return HttpResponse(b"hello", headers={"Content-Length": "5"})


urlpatterns = [path("", hello)]

if not settings.configured:
    settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["127.0.0.1"], SECRET_KEY="not a secret")

application = get_asgi_application()
