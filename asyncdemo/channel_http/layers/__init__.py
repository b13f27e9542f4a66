"""The two channel layers: in one process, and over Redis.

Who takes from them is in slots.py, who sends a request over them in interface.py.
"""

from .address import connection_options
from .base import LayerUnavailable, QueueLayer
from .memory import InMemoryLayer
from .redis import RedisLayer
from .trial import TrialFailed, try_out

__all__ = [
    "InMemoryLayer",
    "LayerUnavailable",
    "QueueLayer",
    "RedisLayer",
    "TrialFailed",
    "connection_options",
    "try_out",
]
