"""The one place where a test waits: for a condition, with a deadline that only a failure reaches."""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

DEADLINE_S = 120.0
"""Generous: a command that needs 4 s of CPU has taken 30 s on a busy machine. A test that passes never gets near it."""
LOOK_AGAIN_S = 0.025
SHARE = 8
"""A look that takes long is followed by a rest that is so many times as long: what is waited for needs the machine."""
LONGEST_REST_S = 0.5
"""What a key has done is on the screen for 4 s: on a busy machine a look may take one of them."""


def until(condition: Callable[[], T], what: str | Callable[[], str], deadline_s: float = DEADLINE_S) -> T:
    """The first true value of `condition()`. Fails, saying `what` did not come, as it is then, after the deadline."""
    end = (looked := time.monotonic()) + deadline_s
    while not (value := condition()):
        now = time.monotonic()
        if now > end:
            raise AssertionError(f"waited {deadline_s:g} s in vain for {what() if callable(what) else what}")
        time.sleep(min(LONGEST_REST_S, max(LOOK_AGAIN_S, SHARE * (now - looked))))
        looked = time.monotonic()
    return value


async def soon(condition: Callable[[], T], what: str, deadline_s: float = DEADLINE_S) -> T:
    """`until`, inside an event loop."""
    try:
        async with asyncio.timeout(deadline_s):
            while not (value := condition()):
                await asyncio.sleep(LOOK_AGAIN_S / 10)
            return value
    except TimeoutError:
        raise AssertionError(f"waited {deadline_s:g} s in vain for {what}") from None


async def closed(server: asyncio.Server, end: Callable[[], None]) -> None:
    """Close a server, and whoever is with it: `end` has those go that have begun, and is asked until none is there.

    Closed at once, it would lose the connections that it has accepted and that have no transport yet.
    """
    for listening in server.sockets:
        asyncio.get_running_loop().remove_reader(listening.fileno())
    async with asyncio.timeout(DEADLINE_S):
        await asyncio.sleep(0)
        while asyncio.all_tasks() - {asyncio.current_task()}:
            end()
            await asyncio.sleep(0)
    server.close()
    for _ in range(3):  # in which transports that were closed last, of either side, lose their sockets
        await asyncio.sleep(0)
