"""The two channel layers: in one process, and over Redis."""

from .base import LayerUnavailable, QueueLayer
from .memory import InMemoryLayer
from .redis import RedisLayer

__all__ = ["InMemoryLayer", "LayerUnavailable", "QueueLayer", "RedisLayer"]
