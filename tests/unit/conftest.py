"""Machines are noisy: Hypothesis has no deadline for each example, and a Redis may take its time."""

import pytest
from hypothesis import settings

from tests.waiting import DEADLINE_S

settings.register_profile("noisy", deadline=None)
settings.load_profile("noisy")


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks a Redis, or a program which version it is, waits for the answer, and not as long as is usual."""
    from asyncdemo.channel_http.layers import redis
    from asyncdemo.running.redis import server, users

    monkeypatch.setattr(redis, "CONNECT_TIMEOUT_S", DEADLINE_S)
    monkeypatch.setattr(server, "RUN_TIMEOUT_S", DEADLINE_S)
    for limit in ("FIRST_ANSWER_S", "TRIAL_S", "END_S"):
        monkeypatch.setattr(users, limit, DEADLINE_S)
