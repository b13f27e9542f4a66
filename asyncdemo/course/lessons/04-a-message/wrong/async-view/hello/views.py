from django.shortcuts import render

from .outside import send_notification


async def hello_view(request):
    name = request.GET.get("name", "World")
    send_notification(f"Hello, {name}!")
    return render(request, "hello.html", {"name": name})
