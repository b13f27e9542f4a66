"""Nothing is lost, nothing is done twice: messages through three real `runworker` processes, and signals meanwhile."""

import asyncio
import itertools
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from asyncdemo.channel_http.layers import RedisLayer
from tests.conftest import Valkey
from tests.stages.conftest import HERE, READY, Process, Start
from tests.waiting import DEADLINE_S

MESSAGES = 10_000
WORKERS = 3
BACKLOG = 300
"""Messages that lie on the channel while workers are signalled: none of them is ever idle."""


class Tally:
    """The workers of one test, what was sent to them, and what they have written down."""

    def __init__(self, start: Start, valkey: Valkey, prefix: str, folder: Path) -> None:
        self.env = {"REDIS_URL": valkey.url, "REDIS_PREFIX": prefix, "TALLY": str(folder)}
        self.layer = RedisLayer(hosts=[valkey.url], prefix=prefix, capacity=2 * MESSAGES)
        self.sent = 0
        self._start = start
        self._folder = folder

    def worker(self, **env: str) -> Process:
        options = ["--only-channels", "tally"]
        return self._start(HERE / "faithful_project", "manage.py", "runworker", *options, **self.env | env)

    async def send(self, count: int) -> None:
        for number in range(self.sent, self.sent + count):
            await self.layer.send("tally", {"type": "tally", "number": number})
        self.sent += count

    async def queued(self) -> int:
        return len((await self.layer.holdings(["tally"]))["tally"][0])

    async def top_up(self) -> None:
        """Keep every worker busy."""
        missing = BACKLOG - await self.queued()
        if missing > 0:
            await self.send(missing)

    def written(self, what: str, pid: int | str = "*") -> Counter[int]:
        """How often each message was `begun` or `ended`, by one process or by all."""
        lines = itertools.chain.from_iterable(path.read_text().splitlines() for path in self._folder.glob(f"{pid}.txt"))
        return Counter(int(line.split()[1]) for line in lines if line.startswith(what))

    async def worked(self, worker: Process) -> None:
        """Return when this worker has begun a message. Until then there are some, however long it takes to start, and
        however quickly the others empty the channel meanwhile."""
        deadline = time.monotonic() + DEADLINE_S
        while not self.written("begun", worker.pid):
            assert time.monotonic() < deadline, f"a worker has begun nothing:\n{worker.text}"
            await self.top_up()
            await asyncio.sleep(0.01)

    async def emptied(self) -> None:
        """Wait until nothing is on the channel."""
        while await self.queued():
            await asyncio.sleep(0.02)


@pytest.fixture
async def tally(start: Start, valkey: Valkey, prefix: str, tmp_path: Path) -> AsyncIterator[Tally]:
    """An empty channel, and nothing written down."""
    folder = tmp_path / "tally"
    folder.mkdir()
    tally = Tally(start, valkey, prefix, folder)
    async with asyncio.timeout(5 * DEADLINE_S):  # twenty workers start one after the other
        yield tally
    await tally.layer.close_pools()


async def drained(tally: Tally, workers: list[Process]) -> None:
    """Empty the channel, and let every worker finish what it has in hand."""
    await tally.emptied()
    for worker in workers:
        worker.prints(READY).signal(signal.SIGTERM)
    assert [worker.ended() for worker in workers] == [0] * len(workers)


async def test_each_message_is_handled_once(tally: Tally) -> None:
    """10,000 messages and more, three workers: each message is begun and ended once, and every worker had its share."""
    workers = [tally.worker() for _ in range(WORKERS)]
    for worker in workers:
        worker.prints(READY)
    await tally.send(MESSAGES)
    for worker in workers:
        await tally.worked(worker)
    await drained(tally, workers)
    assert tally.written("ended") == Counter(range(tally.sent))
    assert tally.written("begun") == Counter(range(tally.sent))
    assert all(tally.written("ended", worker.pid) for worker in workers)


async def test_sigterm_loses_nothing(tally: Tally) -> None:
    """20 SIGTERMs to workers in the middle of their work, each replaced: everything is done, once."""
    workers = [tally.worker(TALLY_SECONDS="0.003") for _ in range(WORKERS)]
    stopped = []
    for _ in range(20):
        worker = workers.pop(0)
        await tally.worked(worker)
        worker.signal(signal.SIGTERM)
        stopped.append(worker)
        workers.append(tally.worker(TALLY_SECONDS="0.003"))
    await drained(tally, workers)
    assert [worker.ended() for worker in stopped] == [0] * 20
    assert tally.written("ended") == Counter(range(tally.sent))
    assert all(tally.written("ended", worker.pid) for worker in stopped)


async def test_sigkill_loses_at_most_the_message_in_hand(tally: Tally) -> None:
    """10 SIGKILLs, each worker replaced: no message is done twice, and each death costs one message at most."""
    workers = [tally.worker(TALLY_SECONDS="0.003") for _ in range(WORKERS)]
    killed = []
    for _ in range(10):
        worker = workers.pop(0)
        await tally.worked(worker)
        worker.kill()
        killed.append(worker)
        workers.append(tally.worker(TALLY_SECONDS="0.003"))
    await drained(tally, workers)
    begun, ended = tally.written("begun"), tally.written("ended")
    assert set(begun.values()) == set(ended.values()) == {1}
    lost = set(range(tally.sent)) - ended.keys()
    assert len(lost) <= len(killed)
    for worker in killed:
        in_hand = tally.written("begun", worker.pid) - tally.written("ended", worker.pid)
        assert len(in_hand) <= 1
