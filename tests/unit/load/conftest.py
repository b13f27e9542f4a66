"""What tests share that send in their own process."""

import signal
from collections.abc import AsyncIterator

import pytest


@pytest.fixture
async def alarm_off() -> AsyncIterator[None]:
    """No alarm rings when the event loop of the test is gone: it would end all tests."""
    yield
    signal.setitimer(signal.ITIMER_REAL, 0.0)
