"""A reader that is there and does not read: it may hold up a program that goes on, and no end."""

import subprocess
import sys

import pytest

from tests.waiting import DEADLINE_S

BLOCKED = """
import os, signal, sys, threading
from asyncdemo.base import unread
from asyncdemo.base.output import say, standard_outputs

unread.PATIENCE_S = 0.0
unread.LOOK_S = 0.01

def fill():
    for _ in range(1000):
        say("x" * 1000)
    say("never read", sys.stderr)

def main_waits():
    fill()

def thread_waits():
    writer = threading.Thread(target=fill)
    writer.start()
    writer.join()

with standard_outputs():
    ASK
    WAITS()
"""
"""It writes more than a pipe holds, and is asked for its end while it waits."""
IN_ORDER = "signal.signal(signal.SIGINT, lambda *_: unread.end_asked_for())"
ASK = "threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT)).start()"


TO_A_THREAD = "threading.Timer(0.05, lambda: signal.pthread_kill(threading.get_ident(), signal.SIGINT)).start()"
"""Which interrupts nothing of what the main thread waits for: so does one that comes just before the wait."""


@pytest.mark.parametrize("waits", ["main_waits", "thread_waits"])
@pytest.mark.parametrize("ask", [ASK, f"unread.hear_in_time(); {TO_A_THREAD}"], ids=["while it waits", "just before"])
def test_what_nobody_reads_goes_nowhere_at_an_end(waits: str, ask: str) -> None:
    """Whoever waits for a reader goes on, whichever thread it is, and tells what is left to whoever does read."""
    code = BLOCKED.replace("ASK", f"{IN_ORDER}; {ask}").replace("WAITS", waits)
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            assert process.wait(DEADLINE_S) == 0
            assert process.stderr is not None
            assert process.stderr.read() == b"never read\n"
        finally:
            process.kill()


def test_ctrl_c_ends_what_has_nothing_to_end() -> None:
    """Not even its last words wait."""
    code = BLOCKED.replace("ASK", ASK).replace("WAITS", "main_waits")
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            process.wait(DEADLINE_S)
            assert process.stderr is not None
            assert process.stderr.read().endswith(b"KeyboardInterrupt\n")
        finally:
            process.kill()
