"""Which channels an application has."""

from typing import Any

from channels.routing import ChannelNameRouter

from . import HTTP_CHANNEL


def channels_of(application: Any) -> list[str]:
    """All channels that a slot of this ASGI application can take from: `http.request` and those of its consumers."""
    router = application.application_mapping.get("channel")
    consumers = list(router.application_mapping) if isinstance(router, ChannelNameRouter) else []
    return [HTTP_CHANNEL, *consumers]
