from functools import partial

from django.db import transaction
from django.shortcuts import render

from .tasks import notify, password_mail


def hello_view(request):
    name = request.GET.get("name", "World")
    transaction.on_commit(partial(notify.enqueue, f"Hello, {name}!"))
    transaction.on_commit(partial(password_mail.enqueue, name))
    return render(request, "hello.html", {"name": name})
