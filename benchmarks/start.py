"""How much later the first page comes with `asyncdemo run step1` than with `manage.py runserver --noreload`.

    python -m benchmarks.start [--smoke] [--write]

Both sides in turn, from the start of the process to the first answer of the server; the difference of the medians, in
seconds, is to stay under 0.5.
"""

import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from .report import write_results

STAGE = Path(__file__).resolve().parent.parent / "asyncdemo" / "stages" / "step1"
LIMIT_S = 30.0
POLL_S = 0.005


def free_port() -> int:
    """A port that nobody has at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def first_page_s(arguments: list[str], port: int) -> float:
    """Seconds from the start of a server to its first answer; the server is stopped again."""
    began = time.perf_counter()
    with subprocess.Popen([sys.executable, *arguments], cwd=STAGE, stdout=subprocess.DEVNULL) as server:
        try:
            while time.perf_counter() - began < LIMIT_S:
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/nope")
                except urllib.error.HTTPError:
                    return time.perf_counter() - began
                except OSError:
                    time.sleep(POLL_S)
            raise TimeoutError(f"{arguments} did not answer within {LIMIT_S:g} s")
        finally:
            server.terminate()  # not by SIGINT, which whoever runs us in the background has us ignore


def main() -> None:
    """Measure and print."""
    rounds = 1 if "--smoke" in sys.argv else 7
    plain, tool = [], []
    for _ in range(rounds):
        port = free_port()
        plain.append(first_page_s(["manage.py", "runserver", "--noreload", str(port)], port))
        port = free_port()
        tool.append(first_page_s(["-m", "asyncdemo", "run", "step1", "--port", str(port)], port))
    difference = statistics.median(tool) - statistics.median(plain)
    text = (
        f"start to first page, medians of {rounds}: `manage.py runserver --noreload` {statistics.median(plain):.2f} s, "
        f"`asyncdemo run step1` {statistics.median(tool):.2f} s: {difference:.2f} s later"
    )
    print(text)
    if "--write" in sys.argv:
        write_results("start", text, sys.argv[1:])


if __name__ == "__main__":
    main()
