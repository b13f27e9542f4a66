"""What both layers promise, tested on both: the memory layer, and the Redis layer on a real server."""

import asyncio
import itertools

import pytest
from channels.exceptions import ChannelFull

from asyncdemo.channel_http.layers import QueueLayer, RedisLayer
from asyncdemo.channel_http.messages import Delivery
from tests.unit.channel_http.conftest import MemoryLayer, NewLayer, Recorder
from tests.waiting import DEADLINE_S, soon

NO_WAIT_S = 0.02
"""For a message that never comes."""


async def put(layer: QueueLayer, channel: str, *numbers: int) -> list[str]:
    """Put messages {"n": number} under ids that tell the number."""
    ids = [f"{number:016}" for number in numbers]
    for number, message_id in zip(numbers, ids, strict=True):
        await layer.put(channel, {"n": number}, message_id)
    return ids


async def take(layer: QueueLayer, *channels: str) -> Delivery:
    delivery = await layer.take(channels, DEADLINE_S)
    assert delivery is not None
    return delivery


async def make_older(layer: QueueLayer, channel: str, seconds: float = 100) -> None:
    """All messages of a channel were sent so much earlier: no test waits for an expiry, or is overtaken by one."""
    if isinstance(layer, MemoryLayer):
        layer.ahead_s += seconds
    else:
        assert isinstance(layer, RedisLayer)
        key = f"{layer.prefix}{channel}"
        for member in await layer.redis.zrange(key, 0, -1):
            await layer.redis.zincrby(key, -1000 * seconds, member)


async def test_first_in_first_out(new_layer: NewLayer) -> None:
    """The messages of one channel come out in the order of their sends, with their ids and channel."""
    layer = new_layer()
    ids = await put(layer, "a", *range(50))
    taken = [await take(layer, "a") for _ in range(50)]
    assert [(d.id, d.channel, d.message) for d in taken] == [(i, "a", {"n": n}) for n, i in enumerate(ids)]


async def test_age_is_counted_from_the_send(new_layer: NewLayer) -> None:
    """A message's age is at least the time it lay on the channel, and no more than the test has lasted."""
    layer = new_layer(expiry=200_000)
    loop = asyncio.get_running_loop()
    began = loop.time()
    await put(layer, "a", 1)
    await make_older(layer, "a", 100_000)
    (held,) = (await layer.holdings(["a"])).values()
    delivery = await take(layer, "a")
    for age_s in held[1], delivery.age_s:
        assert 99_999.9 <= age_s <= 100_000.1 + loop.time() - began


async def test_a_full_channel_refuses(new_layer: NewLayer, recorder: Recorder) -> None:
    """At capacity a put raises ChannelFull and says so in a signal; other channels and later puts are not concerned."""
    layer = new_layer(capacity=3)
    ids = await put(layer, "a", 0, 1, 2)
    with pytest.raises(ChannelFull, match="a holds 3 messages"):
        await layer.put("a", {}, "refused".rjust(16))
    await put(layer, "b", 7)
    assert (await take(layer, "a")).id == ids[0]
    ids += await put(layer, "a", 3)
    assert [(await take(layer, "a")).id for _ in range(3)] == ids[1:]
    assert recorder.of("message_refused") == [{"sender": layer, "id": "refused".rjust(16), "channel": "a"}]
    sent = [(s["id"], s["channel"]) for s in recorder.of("message_sent")]
    assert sorted(sent) == sorted([(i, "a") for i in ids] + [(f"{7:016}", "b")])


async def test_what_a_channel_holds_if_nothing_is_said(new_layer: NewLayer, recorder: Recorder) -> None:
    """100 messages, for a minute."""
    layer = new_layer()
    assert layer.expiry_s == 60
    await put(layer, "a", *range(100))
    with pytest.raises(ChannelFull):
        await put(layer, "a", 100)
    assert len(recorder.of("message_sent")) == 100


async def test_capacity_of_one_channel(new_layer: NewLayer) -> None:
    """`channel_capacity` sets another capacity for the channels it names."""
    layer = new_layer(capacity=1, channel_capacity={"big.*": 3})
    await put(layer, "big.one", 0, 1, 2)
    with pytest.raises(ChannelFull):
        await put(layer, "big.one", 3)
    await put(layer, "small", 0)
    with pytest.raises(ChannelFull):
        await put(layer, "small", 1)


async def test_sweep_reports_what_has_expired(new_layer: NewLayer, recorder: Recorder) -> None:
    """A sweep removes the expired messages and names them, once; the living stay."""
    layer = new_layer()
    old = await put(layer, "a", 0, 1)
    await make_older(layer, "a")
    await layer.sweep(["a", "b"])
    new = await put(layer, "a", 2)
    await layer.sweep(["a"])
    assert recorder.of("messages_expired") == [{"sender": layer, "ids": old, "channel": "a"}]
    assert len((await layer.holdings(["a"]))["a"][0]) == len(new)


@pytest.mark.parametrize("by", ["sweep", "put"])
async def test_when_a_message_expires(new_layer: NewLayer, recorder: Recorder, by: str) -> None:
    """Not a moment before its time, and not one after it."""
    layer = new_layer(expiry=100_000)

    async def look(number: int) -> None:
        await (layer.sweep(["a"]) if by == "sweep" else put(layer, "a", number))

    old = await put(layer, "a", 0)
    await make_older(layer, "a", 99_950)
    await look(1)
    assert recorder.of("messages_expired") == []
    await make_older(layer, "a", 100)
    await look(2)
    assert [expired["ids"] for expired in recorder.of("messages_expired")] == [old]


async def test_a_put_makes_room(new_layer: NewLayer, recorder: Recorder) -> None:
    """A put on a full channel of expired messages succeeds, and names what had to go."""
    layer = new_layer(capacity=2)
    old = await put(layer, "a", 0, 1)
    await make_older(layer, "a")
    new = await put(layer, "a", 2)
    assert recorder.of("messages_expired") == [{"sender": layer, "ids": old, "channel": "a"}]
    assert (await take(layer, "a")).id == new[0]


async def test_a_take_never_hands_out_what_has_expired(new_layer: NewLayer, recorder: Recorder) -> None:
    """A take drops a stale message and names it; the next take gets the next message."""
    layer = new_layer()
    old = await put(layer, "a", 0)
    await make_older(layer, "a")
    assert await layer.take(["a"], DEADLINE_S) is None
    assert recorder.of("messages_expired") == [{"sender": layer, "ids": old, "channel": "a"}]
    new = await put(layer, "a", 1)
    assert (await take(layer, "a")).id == new[0]


async def test_a_take_from_several_channels_gets_each_message_once(new_layer: NewLayer) -> None:
    """Four takers over three channels: every message goes to exactly one of them."""
    layer = new_layer(capacity=500)
    sent = {channel: await put(layer, channel, *range(n, n + 200)) for n, channel in ((0, "a"), (200, "b"), (400, "c"))}
    taken: list[Delivery] = []

    async def taker() -> None:
        while delivery := await layer.take(["a", "b", "c"], NO_WAIT_S):
            taken.append(delivery)

    await asyncio.gather(*(taker() for _ in range(4)))
    assert sorted(d.id for d in taken) == sorted(itertools.chain(*sent.values()))
    assert {d.channel for d in taken} == {"a", "b", "c"}


async def test_no_channel_starves_another(new_layer: NewLayer) -> None:
    """With a backlog on one channel a message on the other is among the next 60 (chance of failure 2 ** -60)."""
    layer = new_layer()
    await put(layer, "busy", *range(90))
    (rare,) = await put(layer, "rare", 1000)
    assert rare in [(await take(layer, "busy", "rare")).id for _ in range(60)]


async def test_a_take_takes_only_from_its_channels(new_layer: NewLayer) -> None:
    """A message on another channel is left alone."""
    layer = new_layer()
    await put(layer, "a", 1)
    assert await layer.take(["b", "c"], NO_WAIT_S) is None
    assert (await take(layer, "a")).message == {"n": 1}


async def test_a_waiting_take_gets_what_comes(new_layer: NewLayer) -> None:
    """A take that began before the send returns the message."""
    layer = new_layer()
    waiting = [asyncio.create_task(layer.take(["a", "b"], DEADLINE_S)) for _ in range(3)]
    await asyncio.sleep(0)
    assert not any(task.done() for task in waiting)
    await put(layer, "b", 0, 1, 2)
    taken = [await task for task in waiting]
    assert sorted(d.message["n"] for d in taken if d) == [0, 1, 2]


@pytest.mark.parametrize("name", ["", "no spaces", "ü", "a" * 101, "specific.!abc", 7, None])
async def test_a_bad_channel_name(new_layer: NewLayer, name: object, recorder: Recorder) -> None:
    """A name that no channel can have raises TypeError, and nothing is stored."""
    with pytest.raises(TypeError):
        await new_layer().put(name, {}, "0" * 16)  # type: ignore[arg-type]
    assert recorder == []


async def test_holdings(new_layer: NewLayer) -> None:
    """Which messages each channel holds, and how old the oldest is; nothing is taken by looking."""
    layer = new_layer()
    await put(layer, "a", 0, 1, 2)
    first = await layer.holdings(["a", "empty"])
    assert len(set(first["a"][0])) == 3
    assert first["empty"] == ([], 0.0)
    await make_older(layer, "a", 30)
    second = await layer.holdings(["a"])
    assert second["a"][0] == first["a"][0]
    assert second["a"][1] > 29.9
    assert 0 <= first["a"][1] < 29.9
    delivery = await take(layer, "a")
    assert (delivery.message, delivery.id) == ({"n": 0}, first["a"][0][0])


async def test_send_and_receive_as_channels_has_them(new_layer: NewLayer) -> None:
    """The interface of any Channels layer: what is sent is received, with an id that the layer made."""
    layer = new_layer()
    await layer.send("a", {"type": "hello"})
    await layer.send("a", {"type": "again"})
    assert await layer.receive("a") == {"type": "hello"}
    assert await layer.receive("a") == {"type": "again"}


async def test_who_receives_waits_for_what_he_may_have(new_layer: NewLayer, recorder: Recorder) -> None:
    """What he takes that has expired is none."""
    layer = new_layer()
    await put(layer, "a", 0)
    await make_older(layer, "a")
    received = asyncio.create_task(layer.receive("a"))
    await soon(lambda: recorder.of("messages_expired"), "the take of it")
    await put(layer, "a", 1)
    assert await received == {"n": 1}


async def test_what_cannot_be_packed_is_not_sent(new_layer: NewLayer, recorder: Recorder) -> None:
    """A message that msgpack cannot carry raises in the sender, and leaves nothing on the channel."""
    layer = new_layer()
    with pytest.raises(TypeError):
        await layer.send("a", {"value": object()})
    assert len((await layer.holdings(["a"]))["a"][0]) == 0
    assert recorder == []


async def test_replies_reach_the_one_who_waits(new_layer: NewLayer) -> None:
    """Parts of replies arrive with their request's id, in order, bytes unchanged."""
    layer = new_layer()
    parts: list[tuple[str, object]] = []

    def on_part(request_id: str, part: object) -> bool:
        parts.append((request_id, part))
        return True

    address = await layer.open_replies(on_part, lambda: None)
    sent = [("a" * 16, {"body": b"\x00\xff", "more": True}), ("b" * 16, {"more": False}), ("a" * 16, {"more": False})]
    assert [await layer.reply(address, *reply) for reply in sent] == [True] * 3
    await soon(lambda: len(parts) == 3, "three parts")
    assert parts == sent


async def test_a_reply_to_nobody(new_layer: NewLayer) -> None:
    """A reply to an address that nobody listens on returns False and raises nothing."""
    layer = new_layer()
    assert await layer.reply("0" * 16, "a" * 16, {"more": False}) is False
    assert await layer.reply("0" * 16, "a" * 16, {"more": True}) is False


async def test_a_stream_to_one_who_has_left(new_layer: NewLayer) -> None:
    """After `abandon`, the next part that is not the last returns False for that request, and True for others."""
    layer = new_layer()
    left: set[str] = set()
    address = await layer.open_replies(lambda request_id, _: request_id not in left, lambda: None)
    assert await layer.reply(address, "a" * 16, {"more": True}) is True
    left.add("a" * 16)
    await layer.abandon("a" * 16)
    assert await layer.reply(address, "a" * 16, {"more": True}) is False
    assert await layer.reply(address, "b" * 16, {"more": True}) is True
