"""What travels over a channel: an id made by the sender, and a dict packed with msgpack."""

import os
from dataclasses import dataclass
from typing import Any

import msgpack

ID_LENGTH = 16
"""Length of a message id, in characters."""

Message = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message, taken off its channel by one slot."""

    id: str
    """The id that its sender gave it."""
    channel: str
    message: Message
    age_s: float
    """Seconds from the send to the take."""


def new_id() -> str:
    """An id that no other message has: 64 random bits as 16 hexadecimal digits."""
    return os.urandom(ID_LENGTH // 2).hex()


def pack(message: Message) -> bytes:
    """Message -> bytes. Raises TypeError for what msgpack cannot carry, a datetime say."""
    packed: bytes = msgpack.packb(message, use_bin_type=True)
    return packed


def unpack(packed: bytes) -> Message:
    """Bytes -> message. Raises ValueError for bytes that hold no message."""
    try:
        message = msgpack.unpackb(packed, raw=False)
    except Exception as error:  # msgpack raises half a dozen unrelated classes
        raise ValueError(f"not a message: {packed[:40]!r}") from error
    if not isinstance(message, dict):
        raise ValueError(f"a message is a dict, this is a {type(message).__name__}")
    return message
