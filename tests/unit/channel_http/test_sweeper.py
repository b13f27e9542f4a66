"""How often the channels are looked after, at whatever speed the lesson goes."""

import os
import subprocess
import sys

import pytest

from asyncdemo.base.installation import ROOT

PROGRAM = """
import asyncio
from asyncdemo.channel_http.sweeper import sweep

class Layer:
    async def sweep(self, channels):
        pass

async def sleep(seconds):
    print(seconds)
    raise SystemExit

asyncio.sleep = sleep
asyncio.run(sweep(Layer(), []))
"""


@pytest.mark.parametrize(("speed", "seconds"), [("5", 0.2), ("60", 0.1)])
def test_once_a_second_of_the_lesson_but_no_more_than_ten_times_a_second(speed: str, seconds: float) -> None:
    """It costs something."""
    env = {**os.environ, "ASYNCDEMO_SPEED": speed}
    run = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    assert float(run.stdout) == seconds
