from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.shortcuts import render


def hello_view(request):
    name = request.GET.get("name", "World")
    message = {"type": "notify", "notification": f"Hello, {name}!"}
    async_to_sync(get_channel_layer().send)("notifications", message)
    return render(request, "hello.html", {"name": name})
