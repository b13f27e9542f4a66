"""Looks after the channels: what has expired on them is counted, and what waits there is measured, once a second."""

import asyncio
import time

from . import signals
from .clock import real_seconds
from .layers import LayerUnavailable, QueueLayer

SWEEP_EVERY_S = 1.0
SWEEP_EVERY_AT_LEAST_S = 0.1
"""However fast the lesson runs: sweeping costs something."""


async def sweep(layer: QueueLayer, channels: list[str]) -> None:
    """Once a second, report what has expired and what is there: no backlog vanishes without a word."""
    while True:
        try:
            await layer.sweep(channels)
            if signals.channels_measured.has_listeners():
                began = time.monotonic()
                holdings = await layer.holdings(channels)
                took_s = time.monotonic() - began
                ids, ages = ({channel: held[part] for channel, held in holdings.items()} for part in (0, 1))
                signals.channels_measured.send(layer, ids=ids, ages=ages, took_s=took_s)
        except LayerUnavailable:
            pass  # whoever sends a request now is told so
        await asyncio.sleep(max(real_seconds(SWEEP_EVERY_S), SWEEP_EVERY_AT_LEAST_S))
