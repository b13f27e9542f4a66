"""Facts about this machine, for the checks of `asyncdemo doctor`."""

import importlib
import importlib.metadata
import os
import platform
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

from ...base.addresses import LOOPBACK
from ...base.errors import AsyncdemoError, no_room_text
from ...base.files import place_program
from ...running import ports
from ...running.run_folder import NAME

RUN_TIMEOUT_S = 10.0
"""For programs that print a version and end."""


def description() -> str:
    """`Linux 6.1.0, x86_64`."""
    return f"{platform.system()} {platform.release()}, {platform.machine()}"


def version(package: str, module: str) -> str:
    """What is installed, or empty if it cannot be imported."""
    try:
        importlib.import_module(module)
        return importlib.metadata.version(package)
    except Exception:  # a broken package may raise anything
        return ""


def port_trouble(port: int) -> str:
    """Why a stage cannot listen there; empty if it can."""
    try:
        ports.claim(LOOPBACK, port)
    except AsyncdemoError as error:
        return str(error)
    # A server on all addresses leaves this one to others on macOS.
    if ports.answers(LOOPBACK, port):
        return ports.in_use(LOOPBACK, port)
    return ""


def temp_folder() -> str:
    """Where a run makes its folder."""
    try:
        return tempfile.gettempdir()
    except FileNotFoundError:
        return os.environ.get("TMPDIR", "/tmp")  # noqa: S108  # only named


def temp_trouble(folder: str) -> str:
    """Why a run's folder cannot be in there; empty if it can: by making one, with a program and a socket in it."""
    try:
        path = Path(tempfile.mkdtemp(prefix=NAME, dir=folder))
    except OSError as error:
        return f"no folder can be made in it ({error.strerror})"
    try:
        program = path / "program"
        place_program(program, "#!/bin/sh\nexit 0\n")
        subprocess.run([program], check=True, timeout=RUN_TIMEOUT_S)
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(path / "redis.sock"))
    except (OSError, subprocess.SubprocessError) as error:
        if no_room_text(error):
            raise
        return trouble_text(error)
    finally:
        shutil.rmtree(path, ignore_errors=True)
    return ""


def trouble_text(error: Exception) -> str:
    """Why something in the folder did not work."""
    if isinstance(error, PermissionError):
        return "programs in it may not be started"
    if "AF_UNIX path too long" in str(error):
        return "the path is too long for a socket in it"
    return str(error)
