"""The replies to one process, where Redis cuts it off: in which order it comes back."""

import asyncio
from typing import Any

from redis.exceptions import ConnectionError as RedisConnectionError

from asyncdemo.channel_http.layers.replies import Replies
from asyncdemo.channel_http.messages import Message, pack
from tests.waiting import soon


class CutOff:
    """The connections of a process that Redis has cut off, all of them: the idle ones, which nobody has looked at yet,
    and the first that listens."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.dead = True

    async def subscribe(self, key: str) -> "Listening":
        self.done.append("subscribe")
        return Listening(self, broken=self.done.count("subscribe") == 1)

    async def drop(self) -> None:
        """Those that are idle are closed: the next command has a new one."""
        self.done.append("drop")
        self.dead = False

    async def call(self, *command: Any) -> int:
        self.done.append(command[0])
        if command[0] == "GET" and self.dead:
            raise RedisConnectionError("cut off")
        return 0

    async def run(self, script: object, keys: list[str]) -> list[bytes]:
        self.done.append("come back")
        return [b"0" * 16 + pack({"n": 1})]


class Listening:
    """A subscription, which says nothing, or is broken."""

    def __init__(self, connections: CutOff, broken: bool) -> None:
        self._connections, self._broken = connections, broken

    async def next(self) -> bytes:
        if self._broken:
            raise RedisConnectionError("cut off")
        await asyncio.get_running_loop().create_future()
        raise AssertionError

    async def close(self) -> None:
        self._connections.done.append("close")


async def test_who_is_cut_off_comes_back_on_new_connections() -> None:
    """One that is idle would fail the first command, and nothing would come to that address any more."""
    connections, parts, lost = CutOff(), list[Message](), list[str]()
    replies = Replies(connections, "p:", "address")  # type: ignore[arg-type]

    def on_part(request_id: str, part: Message) -> bool:
        parts.append(part)
        return True

    listening = asyncio.create_task(replies.listen(await replies.open(), on_part, lambda: lost.append("lost")))
    await soon(lambda: parts or lost, "what was kept")
    assert (parts, lost) == ([{"n": 1}], [])
    assert connections.done == ["subscribe", "SET", "close", "drop", "GET", "subscribe", "come back"]
    connections.done.clear()
    listening.cancel()
    await asyncio.wait([listening])
    assert connections.done == ["close", "drop"]
