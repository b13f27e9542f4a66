from channels.layers import get_channel_layer
from django.shortcuts import render


def hello_view(request):
    name = request.GET.get("name", "World")
    message = {"type": "notify", "notification": f"Hello, {name}!"}
    get_channel_layer().send("notify", message)
    return render(request, "hello.html", {"name": name})
