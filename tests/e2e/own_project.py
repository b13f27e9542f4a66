"""Projects that nobody here wrote: as `django-admin startproject` makes them, with a slow view, in an environment of
their own in which there is no asyncdemo."""

import importlib.util
import os
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.command import ASYNCDEMO, Command, visit
from tests.waiting import DEADLINE_S, until

SLOW_S = 0.3
AGAIN_S = 15.0
URLS = f"""
import time

from django.http import FileResponse, HttpResponse
from django.urls import path


def fast(request):
    return HttpResponse("fast")


def slow(request, number):
    time.sleep({SLOW_S})
    return HttpResponse("slow")


def broken(request):
    raise LookupError("nobody knows the way")


def file(request):
    return FileResponse(open(__file__, "rb"))


urlpatterns = [
    path("", fast),
    path("slow/<int:number>/", slow),
    path("broken/", broken),
    path("file/", file),
]
"""


def start_project(folder: Path) -> Path:
    """A project in a new folder, with an environment of its own."""
    folder.mkdir(parents=True)
    command = [sys.executable, "-m", "django", "startproject", "mysite", str(folder)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    (folder / "mysite" / "urls.py").write_text(URLS)
    make_environment(folder / ".venv")
    return folder


def make_environment(folder: Path) -> None:
    """One that has what is installed here, but for asyncdemo: whoever imports that, fails."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True, stdin=subprocess.DEVNULL)
    [packages] = folder.glob("lib/python*/site-packages")
    (packages / "asyncdemo.py").write_text("raise ImportError('there is no asyncdemo here')\n")
    (packages / "theirs.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    for program in ("gunicorn", "uvicorn", "celery"):
        script = folder / "bin" / program
        script.write_text(f'#!/bin/sh\nexec "{folder}/bin/python" -m {program} "$@"\n')
        script.chmod(0o755)


def files_in(folder: Path) -> set[str]:
    """What is there, but for what Python and Django write by themselves."""
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if "__pycache__" not in path.parts}
    return {name for name in names if not name.startswith((".venv", "db.sqlite3"))}


def run_project(folder: Path, *options: str, **env: str) -> Command:
    """`asyncdemo run DIR`, with a recording."""
    return Command(str(ASYNCDEMO), "run", str(folder), "--port", "0", "--record", "RECORD", *options, **env)


def needs_server(name: str) -> None:
    """In CI it is there."""
    if name != "runserver" and importlib.util.find_spec(name) is None:
        assert "CI" not in os.environ, f"{name} is missing"
        pytest.skip(f"needs {name}")


def visit_or_nothing(url: str, timeout_s: float = DEADLINE_S) -> tuple[int, str]:
    """Status and body; 0 where the connection breaks, or nobody answers in time."""
    try:
        return visit(url, timeout_s)
    except OSError as error:
        return 0, str(error)


def mended(file: Path, text: str, done: Callable[[], bool]) -> None:
    """Write it, and wait for what comes of that. What is written before a reloader has looked at a file for the first
    time, it does not see as a change: then it is written again."""
    began = time.time()
    file.write_text(text)

    def is_done() -> bool:
        at = began + 5 + (time.time() - began) // AGAIN_S * 5  # reloaders look at whole seconds
        if file.stat().st_mtime != at:
            os.utime(file, (at, at))
        return done()

    until(is_done, "what comes of an edit")
