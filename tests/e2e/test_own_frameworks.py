"""`asyncdemo run DIR` of projects as the documentations of their frameworks begin: Channels, Django's Tasks, newer
Djangos; and a load on a slow view behind a login."""

import base64
import os
import re
import shutil
import socket
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from asyncdemo.events import events as e
from tests.conftest import Valkey
from tests.e2e.command import asyncdemo, visit
from tests.e2e.own_project import SLOW_S, URLS, files_in, run_project, start_project
from tests.waiting import DEADLINE_S, until

ROUTING = """
from django.urls import re_path

from . import consumers

websocket_urlpatterns = [
    re_path(r"ws/chat/(?P<room_name>\\w+)/$", consumers.ChatConsumer.as_asgi()),
]
"""
CONSUMERS = """
import json

from asgiref.sync import async_to_sync
from channels.generic.websocket import WebsocketConsumer


class ChatConsumer(WebsocketConsumer):
    def connect(self):
        self.room_name = self.scope["url_route"]["kwargs"]["room_name"]
        self.room_group_name = f"chat_{self.room_name}"
        async_to_sync(self.channel_layer.group_add)(self.room_group_name, self.channel_name)
        self.accept()

    def disconnect(self, close_code):
        async_to_sync(self.channel_layer.group_discard)(self.room_group_name, self.channel_name)

    def receive(self, text_data):
        message = json.loads(text_data)["message"]
        async_to_sync(self.channel_layer.group_send)(
            self.room_group_name, {"type": "chat.message", "message": message}
        )

    def chat_message(self, event):
        self.send(text_data=json.dumps({"message": event["message"]}))
"""
ASGI = """
import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")
django_asgi_app = get_asgi_application()

from chat.routing import websocket_urlpatterns

application = ProtocolTypeRouter({
    "http": django_asgi_app,
    "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(websocket_urlpatterns))),
})
"""
LAYER = """
INSTALLED_APPS = ["daphne", "chat", *INSTALLED_APPS]
ASGI_APPLICATION = "mysite.asgi.application"
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {"hosts": [%r]},
    },
}
"""


def add(file: Path, text: str) -> None:
    """Write more into a file."""
    file.write_text(f"{file.read_text()}\n{text}")


@contextmanager
def websocket(url: str) -> Iterator[socket.socket]:
    """A connection that is open (RFC 6455, 4.1)."""
    where = urlsplit(url)
    key = base64.b64encode(os.urandom(16)).decode()
    asked = (
        f"GET {where.path} HTTP/1.1\r\nHost: {where.netloc}\r\nOrigin: http://{where.netloc}\r\nUpgrade: websocket\r\n"
    )
    asked += f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
    with socket.create_connection((where.hostname or "", where.port or 0), DEADLINE_S) as connection:
        connection.sendall(asked.encode())
        head = b""
        while b"\r\n\r\n" not in head:
            head += connection.recv(1)
        assert b" 101 " in head.splitlines()[0], head
        yield connection


def say(connection: socket.socket, text: str) -> str:
    """Send a text of less than 126 bytes, with a mask of zeros; the text that comes back (RFC 6455, 5.2)."""
    data = text.encode()
    connection.sendall(bytes([0x81, 0x80 | len(data)]) + bytes(4) + data)
    first, size = connection.recv(2, socket.MSG_WAITALL)
    assert first == 0x81
    return connection.recv(size, socket.MSG_WAITALL).decode()


def test_a_chat_of_channels(tmp_path: Path, valkey: Valkey) -> None:
    """As its tutorial has it: daphne's `runserver`, pages by ASGI, and the messages to its consumers."""
    folder = start_project(tmp_path / "mysite")
    chat = folder / "chat"
    chat.mkdir()
    for name, text in {"__init__.py": "", "consumers.py": CONSUMERS, "routing.py": ROUTING}.items():
        (chat / name).write_text(text)
    (folder / "mysite" / "asgi.py").write_text(ASGI)
    add(folder / "mysite" / "settings.py", LAYER % valkey.url)
    before = files_in(folder)
    with run_project(folder) as project:
        project.line(r"uses +its channel layer on this machine")
        assert visit(f"{project.url}slow/7/") == (200, "slow")
        with websocket(f"{project.url}ws/chat/lobby/") as one, websocket(f"{project.url}ws/chat/hall/") as other:
            assert say(one, '{"message": "hello"}') == '{"message": "hello"}'
            assert say(one, '{"message": "again"}') == '{"message": "again"}'
            assert say(other, '{"message": "here"}') == '{"message": "here"}'
            done = project.wait_for(3, e.Done, task="chat.message")
        assert [(each.worker, each.failed) for each in done] == [("ChatConsumer", False)] * 3
        assert Counter((each.route, each.status) for each in project.wait_for(2, e.Answered)) == {
            ("", 404): 1,
            ("/slow/<int:number>/", 200): 1,
        }
        assert project.stop() == 0
        project.line(r"tasks +3 sent = 3 delivered")
    assert files_in(folder) == before


TASKS = """
from django_tasks import task


@task()
def add(x, y):
    if y == 0:
        raise ZeroDivisionError("no number is that large")
    return x + y
"""
ENQUEUES = """

def enqueue(request, number):
    from mysite.tasks import add

    add.enqueue(4, number)
    return HttpResponse("sent")


urlpatterns += [path("enqueue/<int:number>/", enqueue)]
"""


def test_tasks_of_django_are_in_the_books(tmp_path: Path) -> None:
    """As their documentation begins: each is sent, and done or failed, by its worker."""
    folder = start_project(tmp_path / "mysite")
    site = folder / "mysite"
    (site / "tasks.py").write_text(TASKS)
    add(site / "urls.py", ENQUEUES)
    add(
        site / "settings.py",
        'INSTALLED_APPS += ["django_tasks", "django_tasks_db"]\n'
        'TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}\n'
        f'DATABASES["default"]["OPTIONS"] = {{"timeout": {DEADLINE_S}}}\n',
    )
    worker = "python manage.py db_worker --interval 0.1 --no-reload"
    (folder / "Procfile").write_text(f"web: python manage.py runserver --noreload $PORT\nworker: {worker}\n")
    manage(folder, "migrate", "--verbosity", "0")
    with run_project(folder) as project:
        for number in (1, 2, 0):
            assert visit(f"{project.url}enqueue/{number}/") == (200, "sent")
        done = project.wait_for(3, e.Done, process="worker.1")
        assert sorted((one.task, one.worker, one.failed) for one in done) == [
            ("add", "worker.1", False),
            ("add", "worker.1", False),
            ("add", "worker.1", True),
        ]
        until(lambda: project.state.books.sent == 3, "what its page has told by itself")
        books = project.state.books
        assert (books.sent, books.delivered, books.failed, books.lost) == (3, 2, 1, 1)
        assert project.stop() == 0
        project.line("tasks +3 sent = 2 delivered .* 1 lost")


def manage(folder: Path, *words: str) -> str:
    """What its `manage.py` says, with its own Python."""
    command = [str(folder / ".venv" / "bin" / "python"), "manage.py", *words]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL)
    return ended.stdout.strip()


LOGIN = """
from django.contrib.auth.decorators import login_required

urlpatterns += [path("accounts/login/", fast), path("mine/<int:number>/", login_required(slow))]
"""
SESSION = """
from django.contrib.auth.models import User
from django.test import Client

client = Client()
client.force_login(User.objects.create_user("ada"))
print(client.cookies["sessionid"].value)
"""


def test_a_load_finds_a_slow_view_behind_a_login(tmp_path: Path) -> None:
    """From another terminal: it finds the project by itself, and goes with the header that was typed."""
    folder = start_project(tmp_path / "mysite")
    add(folder / "mysite" / "urls.py", LOGIN)
    manage(folder, "migrate", "--verbosity", "0")
    session = manage(folder, "shell", "-v", "0", "-c", SESSION)
    with run_project(folder) as project:
        words = ("hammer", "--path", "/mine/3/", "--rate", "5", "--duration", "1s", "--plain")
        for header in ((), ("--header", f"Cookie: sessionid={session}")):
            sent = asyncdemo(*words, *header, "--fail-if", "errors>0", TMPDIR=str(project.url and project.tmp))
            assert sent.returncode == 0, sent.stderr
        seen = project.wait_for(11, e.Answered)
        assert Counter((one.route, one.status) for one in seen if one.path == "/mine/3/") == {
            ("/mine/<int:number>/", 302): 5,
            ("/mine/<int:number>/", 200): 5,
        }
        assert all((one.view_s or 0) >= SLOW_S for one in seen if one.status == 200 and one.path == "/mine/3/")
        assert project.stop() == 0


PYTHONS = ("python3.14", "python3.13", "python3.12")
"""Those that Django 6 runs with, the newest first."""


def python_for_django_6() -> str:
    """One that is here; skips without one."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found = [*map(shutil.which, PYTHONS), *(str(path) for path in sorted(pyenv.glob("3.1[2-9].*/bin/python")))]
    for python in filter(None, found):
        if subprocess.run([python, "-c", "import ensurepip, venv"], capture_output=True, check=False).returncode == 0:
            return python
    pytest.skip(f"needs one of {', '.join(PYTHONS)}")


@pytest.mark.parametrize("version", ["6.0", "6.1"])
def test_a_newer_django_in_an_environment_of_its_own(version: str, tmp_path: Path) -> None:
    """Of another Python, with nothing but Django in it: its pages are told by route, and nothing is left."""
    python, folder = python_for_django_6(), tmp_path / "mysite"
    environment = folder / ".venv"
    subprocess.run([python, "-m", "venv", str(environment)], check=True)
    own = str(environment / "bin" / "python")
    install = [own, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", f"Django=={version}.*"]
    if subprocess.run(install, capture_output=True, check=False, timeout=DEADLINE_S).returncode:
        pytest.skip(f"Django {version} cannot be installed for {python}")
    subprocess.run([own, "-m", "django", "startproject", "mysite", str(folder)], check=True)
    (folder / "mysite" / "urls.py").write_text(URLS)
    with run_project(folder) as project:
        assert visit(f"{project.url}slow/7/") == (200, "slow")
        assert visit(f"{project.url}broken/")[0] == 500
        told = project.wait_for(3, e.Answered)
        routes = [("", 404), ("/slow/<int:number>/", 200), ("/broken/", 500)]
        assert Counter((one.route, one.status) for one in told) == Counter(routes)
        project.line(rf"Django version {re.escape(version)}")
        project.line("LookupError: nobody knows the way")
        assert project.stop() == 0
