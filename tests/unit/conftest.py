"""Hypothesis without its deadline for each example: machines are noisy. A signal of one test is none of the next's."""

import signal
from collections.abc import Iterator

import pytest
from hypothesis import settings

settings.register_profile("noisy", deadline=None)
settings.load_profile("noisy")


@pytest.fixture(autouse=True)
def nobody_has_asked_for_the_end() -> Iterator[None]:
    """What was asked for in a test, as a command's signal does, is over with it."""
    yield
    signal.setitimer(signal.ITIMER_REAL, 0.0)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
