"""Which databases and brokers a project uses, by its settings, when its apps are there.

Their hosts alone are told: no name, no user, no password.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from .telling import sender


def registry(module: Any) -> None:
    """After `django.setup()`, whoever calls it."""
    populate = module.Apps.populate

    def watched(self: Any, installed_apps: Any = None) -> Any:
        was_ready = self.ready
        result = populate(self, installed_apps)
        if self.ready and not was_ready and self is module.apps:
            tell()
        return result

    module.Apps.populate = watched


def tell() -> None:
    """What these settings name. Whatever cannot be read of them is left out: nothing of it is the project's fault."""
    from django.conf import settings

    events: list[tuple[str, dict[str, object]]] = []
    for read in (databases, layers, broker):
        with suppress(Exception):  # settings may hold anything
            events += [("Uses", {"what": what, "where": where}) for what, where in read(settings)]
    if events:
        sender.tell(*events)


def databases(settings: Any) -> Iterator[tuple[str, str]]:
    """(`database`, its host, or nothing for a file or a socket) of each."""
    for database in settings.DATABASES.values():
        host = str(database.get("HOST") or "")
        yield "database", "" if host.startswith("/") else host


def layers(settings: Any) -> Iterator[tuple[str, str]]:
    """(`channel layer`, host) of each Redis of Channels."""
    for layer in getattr(settings, "CHANNEL_LAYERS", {}).values():
        for host in layer.get("CONFIG", {}).get("hosts", ()):
            address = host.get("address") or (host.get("host", ""),) if isinstance(host, dict) else host
            yield "channel layer", str(address[0]) if isinstance(address, (tuple, list)) else host_of(str(address))


def broker(settings: Any) -> Iterator[tuple[str, str]]:
    """(`Celery's broker`, host)."""
    url = getattr(settings, "CELERY_BROKER_URL", None) or getattr(settings, "BROKER_URL", None)
    if url:
        yield "Celery's broker", host_of(str(url))


def host_of(url: str) -> str:
    """Of a URL; nothing for a socket or memory."""
    return urlsplit(url).hostname or ""
