"""What an ASGI application is made of: its application for HTTP, and its channels.

Channels's routers keep that in `application_mapping`, which is not documented. Nobody else here reads it.
"""

from typing import Any

from channels.routing import ChannelNameRouter

from . import HTTP_CHANNEL


def http_of(application: Any) -> Any:
    """The application that HTTP requests go to."""
    return application.application_mapping["http"]


def channels_of(application: Any) -> list[str]:
    """All channels that a slot of this ASGI application can take from: `http.request` and those of its consumers."""
    router = application.application_mapping.get("channel")
    consumers = list(router.application_mapping) if isinstance(router, ChannelNameRouter) else []
    return [HTTP_CHANNEL, *consumers]
