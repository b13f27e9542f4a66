import logging

from asgiref.sync import async_to_sync
from channels.exceptions import ChannelFull
from channels.layers import get_channel_layer
from django.shortcuts import render

logger = logging.getLogger(__name__)


def hello_view(request):
    name = request.GET.get("name", "World")
    message = {"type": "notify", "notification": f"Hello, {name}!"}
    try:
        async_to_sync(get_channel_layer().send)("notify", message)
    except ChannelFull:
        logger.warning("notify is full: no notification for %s", name)
    return render(request, "hello.html", {"name": name})
