import functools
import os
import time
from pathlib import Path

from channels.consumer import SyncConsumer

SECONDS = float(os.environ.get("TALLY_SECONDS", "0"))


class TallyConsumer(SyncConsumer):
    """Writes down which messages it has begun and which it has ended, so that not even SIGKILL takes it back."""

    def tally(self, message):
        number = message["number"]
        write_down(f"begun {number}\n")
        if SECONDS:
            time.sleep(SECONDS)
        write_down(f"ended {number}\n")


@functools.cache
def tally_file():
    path = Path(os.environ["TALLY"]) / f"{os.getpid()}.txt"
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)


def write_down(line):
    os.write(tally_file(), line.encode())
