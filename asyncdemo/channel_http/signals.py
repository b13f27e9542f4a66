"""What happens on the path, as Django signals: the seam for whoever wants to watch. Nothing here needs a receiver.

Receivers run where the thing happens, mostly in the event loop: they must be quick and must not raise.
"""

from contextvars import ContextVar

from django.dispatch import Signal

from .messages import Delivery

current_slot: ContextVar[str] = ContextVar("current_slot", default="")
"""The slot that the running code runs in."""
current_delivery: ContextVar[Delivery | None] = ContextVar("current_delivery", default=None)
"""The message that the running code works on, in its slot's thread too."""

message_sent = Signal()
"""A message is on its channel. Arguments: id, channel."""
message_refused = Signal()
"""A channel was full, the message is nowhere. Arguments: id, channel."""
messages_expired = Signal()
"""Messages were on their channel for too long and are gone. Arguments: ids, channel."""
message_taken = Signal()
"""A slot took a message. Arguments: slot (its name), delivery."""
message_done = Signal()
"""A slot is done with a message. Arguments: slot, delivery, failed (True after an exception), busy_s."""
request_arrived = Signal()
"""The interface has a request. Arguments: id, scope."""
request_answered = Signal()
"""The interface has answered, or the visitor has left. Arguments: id, scope, answer (an `interface.Answer`)."""
channels_measured = Signal()
"""Once a second, what is on the channels. Arguments: ids (channel -> ids), ages (channel -> seconds of the oldest),
took_s (how long the answer took)."""
slot_started = Signal()
"""A slot is about to take its first message. Arguments: slot, channels."""
