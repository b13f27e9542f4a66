"""The layer inside one process: takers that are cancelled, and takers that wait together."""

import asyncio
import random
from collections import Counter
from collections.abc import Sequence

import pytest

from asyncdemo.channel_http.layers import InMemoryLayer
from asyncdemo.channel_http.messages import Delivery
from asyncdemo.events.stage import Channel
from tests.waiting import DEADLINE_S

MESSAGES = 10_000
TAKERS = 4


async def hurried_taker(layer: InMemoryLayer, channels: list[str], dice: random.Random, taken: Counter[str]) -> int:
    """Take until told to stop, giving up on 30 % of the takes at a moment of the dice's; how often it gave up."""
    gave_up = 0
    while True:
        task = asyncio.ensure_future(layer.take(channels, DEADLINE_S))
        if dice.random() < 0.3:
            for _ in range(dice.randrange(4)):
                await asyncio.sleep(0)
            gave_up += task.cancel()
        try:
            delivery = await task
        except asyncio.CancelledError:
            continue
        if delivery is not None:
            taken[delivery.id] += 1
            if delivery.message.get("stop"):
                return gave_up


class Counting(InMemoryLayer):
    """It counts how often it is asked for a message."""

    takes = 0

    async def take(self, channels: Sequence[str], wait_s: float) -> Delivery | None:
        self.takes += 1
        return await super().take(channels, wait_s)


async def test_who_receives_waits_in_peace() -> None:
    """As Channels has it: without asking again and again, which would keep a processor busy."""
    layer = Counting()
    received = asyncio.create_task(layer.receive("a"))
    for _ in range(100):
        await asyncio.sleep(0)
    await layer.send("a", {"type": "b"})
    assert await received == {"type": "b"}
    assert layer.takes == 1


def test_the_limits_that_are_shown_are_those_that_act() -> None:
    """Of a channel of which neither the entry of a stage nor its settings say anything."""
    shown, layer = Channel(name="a", short="a"), InMemoryLayer()
    assert (shown.capacity, shown.expiry_s) == (layer.get_capacity("a"), layer.expiry)


@pytest.mark.parametrize("seed", range(3))
async def test_cancelled_takes_lose_nothing(seed: int) -> None:
    """10,000 messages, 30 % of the takes cancelled at random moments: none is lost, none is handed out twice."""
    dice, taken = random.Random(seed), Counter[str]()
    layer = InMemoryLayer(capacity=MESSAGES)
    channels = ["a", "b", "c"]
    takers = [asyncio.create_task(hurried_taker(layer, channels, dice, taken)) for _ in range(TAKERS)]
    for number in range(MESSAGES):
        await layer.put(dice.choice(channels), {}, str(number))
        for _ in range(dice.randrange(4)):
            await asyncio.sleep(0)
    for number in range(TAKERS):
        await layer.put("a", {"stop": True}, f"stop {number}")
    async with asyncio.timeout(DEADLINE_S):
        gave_up = sum(await asyncio.gather(*takers))
        while left := await layer.take(channels, 0.01):
            taken[left.id] += 1
    assert gave_up > 1000, "the test must cancel takes to mean anything"
    assert Counter(taken.values()) == {1: MESSAGES + TAKERS}


async def test_a_taker_cancelled_just_as_it_is_woken_passes_the_message_on() -> None:
    """The message has woken one taker, and that one is cancelled before it runs: the other must look instead."""
    layer = InMemoryLayer()
    first, second = (asyncio.create_task(layer.take(["a"], DEADLINE_S)) for _ in range(2))
    await asyncio.sleep(0)
    await layer.put("a", {}, "the message")
    first.cancel()
    delivery = await second
    assert delivery is not None, "it waited in vain, with the message on the channel"
    assert delivery.id == "the message"


async def test_a_take_that_times_out_leaves_the_next_message_to_others() -> None:
    """A take whose time is up is no longer in the way: the message goes to the one who still waits."""
    layer = InMemoryLayer()
    patient = asyncio.create_task(layer.take(["a"], DEADLINE_S))
    assert await layer.take(["a"], 0.01) is None
    await layer.put("a", {}, "first")
    delivery = await patient
    assert delivery is not None
    assert delivery.id == "first"


async def test_the_one_who_waited_longest_is_served_first() -> None:
    """Waiting slots are woken in the order in which they began to wait."""
    layer = InMemoryLayer()
    served: list[int] = []

    async def taker(number: int) -> None:
        await layer.take(["a"], DEADLINE_S)
        served.append(number)

    takers = []
    for number in range(4):
        takers.append(asyncio.create_task(taker(number)))
        await asyncio.sleep(0)
    for number in range(4):
        await layer.put("a", {}, str(number))
    await asyncio.gather(*takers)
    assert served == [0, 1, 2, 3]


async def test_a_receiver_changes_nothing_for_others() -> None:
    """A message is a copy: what one side does to its dict is not seen by the other."""
    layer = InMemoryLayer()
    message = {"list": [1]}
    await layer.send("a", message)
    message["list"].append(2)
    assert await layer.receive("a") == {"list": [1]}


async def test_a_message_is_there_for_as_long_as_it_may_wait() -> None:
    """And a moment longer it is not; its age is that of its taking."""
    now = [100.0]
    layer = InMemoryLayer(expiry=60, clock=lambda: now[0])
    for message_id in ("a", "b"):
        await layer.put("mail", {}, message_id)
    now[0] = 160.0
    await layer.sweep(["mail"])
    assert await layer.holdings(["mail", "other"]) == {"mail": (["a", "b"], 60.0), "other": ([], 0.0)}
    delivery = await layer.take(["mail"], 1.0)
    assert delivery is not None
    assert (delivery.id, delivery.age_s) == ("a", 60.0)
    now[0] = 160.001
    assert await layer.take(["mail"], 0.0) is None
    assert await layer.holdings(["mail"]) == {"mail": ([], 0.0)}


async def test_nobody_replies_before_somebody_listens() -> None:
    layer = InMemoryLayer()
    heard: list[str] = []
    assert not await layer.reply("here", "a", {})
    assert await layer.open_replies(lambda request_id, part: not heard.append(request_id), lambda: None) == "here"
    assert await layer.reply("here", "a", {})
    assert heard == ["a"]
