from functools import partial

from django.db import transaction
from django.shortcuts import render

from .tasks import welcome


def hello_view(request):
    name = request.GET.get("name", "World")
    transaction.on_commit(partial(welcome.enqueue, name))
    return render(request, "hello.html", {"name": name})
