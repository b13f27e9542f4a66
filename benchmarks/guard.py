"""Starts the processes of one side, and ends them when its standard input closes: however the benchmark ended."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time

GRACE_S = 2.0


def main(commands: list[list[str]], folder: str) -> None:
    """Start, wait for the end of file, stop with a time of grace, remove the folder."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: None)  # a handler, not SIG_IGN: that one would be inherited
    children = [subprocess.Popen(command, stdin=subprocess.DEVNULL) for command in commands]
    sys.stdin.read()
    os.killpg(0, signal.SIGTERM)
    deadline = time.monotonic() + GRACE_S
    for child in children:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(max(0.0, deadline - time.monotonic()))
    shutil.rmtree(folder, ignore_errors=True)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), sys.argv[2])
