"""The two channel layers: in one process, and over Redis.

Who takes from them is in slots.py, who sends a request over them in interface.py.
"""

from .base import LayerUnavailable, QueueLayer
from .memory import InMemoryLayer
from .redis import RedisLayer

__all__ = ["InMemoryLayer", "LayerUnavailable", "QueueLayer", "RedisLayer"]
