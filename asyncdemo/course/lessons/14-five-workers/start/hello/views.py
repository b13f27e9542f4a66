from functools import partial

from django.db import transaction
from django.shortcuts import render

from .outside import send_notification
from .tasks import password_mail


def hello_view(request):
    name = request.GET.get("name", "World")
    transaction.on_commit(partial(password_mail.enqueue, name))
    send_notification(f"Hello, {name}!")
    return render(request, "hello.html", {"name": name})
