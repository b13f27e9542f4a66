"""The page that nothing keeps waiting, where its process does not go by itself."""

import signal
import subprocess
import time
from typing import Any

import psutil
import pytest

from asyncdemo.measuring import reference
from tests.processes import line_of
from tests.waiting import until


def test_two_races_at_one_time() -> None:
    """Each has a page of its own, and hears from it."""
    with reference.ReferencePage() as one, reference.ReferencePage() as other:
        for page in (one, other):
            assert until(page.seconds, "an answer") > 0


def test_its_page_needs_the_processor_for_longer_than_a_moment() -> None:
    """What needs it for a moment only is let go first, however busy a machine is: all of the sum is made each time."""
    began = time.thread_time()
    reference.compute(reference.WORK)
    takes_s = time.thread_time() - began
    with reference.ReferencePage() as page:
        until(page.seconds, "an answer")
        (server,) = [each for each in psutil.Process().children() if line_of(each).endswith(reference.MODULE)]
        before = server.cpu_times()
        assert all(page.seconds() for _ in range(20))
        after = server.cpu_times()
    assert after.user + after.system - before.user - before.system > 20 * takes_s / 4


def test_a_page_that_does_not_go_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """After its grace, and nothing is left of it."""
    begun: list[subprocess.Popen[bytes]] = []
    spawn = subprocess.Popen

    def stubborn(command: list[str], **ends: Any) -> "subprocess.Popen[bytes]":
        begun.append(spawn(["sleep", "600"], **ends))
        return begun[-1]

    monkeypatch.setattr(reference, "GRACE_S", 0.05)
    monkeypatch.setattr(subprocess, "Popen", stubborn)
    with reference.ReferencePage():
        assert begun[0].poll() is None
    assert begun[0].returncode == -signal.SIGKILL
