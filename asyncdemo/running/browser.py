"""The page of a run in a browser, which neither says anything on this terminal nor reads from it."""

import subprocess
import sys
import threading


def open_page(url: str) -> None:
    """Open it, and wait for nothing: a thread takes note of the end."""
    command = [sys.executable, "-I", "-m", "webbrowser", url]
    nowhere = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    apart = {**nowhere, "start_new_session": True}
    threading.Thread(target=subprocess.run, args=(command,), kwargs=apart, daemon=True, name="browser").start()
