import time

from asgiref.sync import async_to_sync
from channels.exceptions import ChannelFull
from channels.layers import get_channel_layer
from django.shortcuts import render


def hello_view(request):
    name = request.GET.get("name", "World")
    message = {"type": "notify", "notification": f"Hello, {name}!"}
    while True:
        try:
            async_to_sync(get_channel_layer().send)("notify", message)
            break
        except ChannelFull:
            time.sleep(0.1)
    return render(request, "hello.html", {"name": name})
