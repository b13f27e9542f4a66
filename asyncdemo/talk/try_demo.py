"""A demo started and stopped again, as a speaker would: does it come up, does it go?"""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from ..base.installation import environment_of_ours
from ..deck.deck import Demo
from ..features.hammer import NOTHING_RUNS
from ..running.signals import signals
from .demos.program_show import ProgramShow

UP = re.compile(r"^ *[\d.]+ s +(ready|[1-9]\d* came)\b", re.MULTILINE)
"""What `run` says when its page can be opened; `hammer` and `compare` when requests have left."""
PROBLEM = re.compile(r"^ *[\d.]+ s +problem +(.*\S)", re.MULTILINE)
"""What `hammer` says when nobody is there."""
NEEDS_A_STAGE = "needs a stage that runs: start one in another terminal, asyncdemo run step3, or give it a URL"
START_S = 60.0
"""On a machine that is far too slow."""
STOP_S = 30.0
PROGRAM_S = 10.0
"""How long a program of somebody else is looked at: what runs then, such as a server, has begun, and is ended."""
LOOK_EVERY_S = 0.05
INTERRUPTED = 128 + signal.SIGINT
FINE = (0, INTERRUPTED)
LAST = 200
"""Characters of its output that go with a problem."""


def try_demo(demo: Demo, folder: Path) -> str:
    """What is wrong, in a sentence; empty when it came up and went. On any free port, for a moment, in the deck's
    folder."""
    environment = os.environ | environment_of_ours()
    environment |= {"ASYNCDEMO_PORT": "0", "ASYNCDEMO_PLAIN": "1", "PYTHONUNBUFFERED": "1"}
    words, said = without_redis(demo.command[1:])
    environment |= said
    command = [sys.executable, "-P", "-m", "asyncdemo", *words, *nowhere(demo)]
    with tempfile.TemporaryFile() as output, signals(stop):
        # In a session of its own: a signal is for the check, which then stops it.
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            return start_problem(process, output) or stop_problem(process, output)
        finally:
            end(process)


def try_program(demo: Demo, folder: Path, for_s: float = PROGRAM_S) -> str:
    """What is wrong with a program that is not ours, run as on stage: in a terminal, in the deck's folder. Empty when
    it has ended well, or has begun and runs."""
    show = ProgramShow(demo, folder)
    with signals(stop):
        try:
            show.begin([])
            show.join(for_s)
        finally:
            show.stop()
            show.join(STOP_S)
    if not show.over:
        return f"could not be stopped within {STOP_S:g} s"
    printed = "".join(text for line in show.printed for text, _ in [*line, (" ", None)])
    return f"{show.problem}: {end_of(printed)}" if show.problem else ""


def nowhere(demo: Demo) -> list[str]:
    """What is added to its command, so that a check replaces no recording: the last word counts."""
    return ["--record", os.devnull] if demo.command[1] in ("run", "compare") else []


def without_redis(words: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """The words without `--redis URL`, and the environment that says the same: all may read what a process is given as
    words, and a password may be in it."""
    kept, said = list(words), {}
    for at, word in enumerate(words):
        option, equals, url = word.partition("=")
        if option == "--redis" and (equals or at + 1 < len(words)):
            said["ASYNCDEMO_REDIS"] = url if equals else words[at + 1]
            del kept[at : at + (1 if equals else 2)]
            break
    return kept, said


def stop(exit_code: int) -> None:
    """A signal ends the check; never with 0, which would say that all is well."""
    sys.exit(exit_code or INTERRUPTED)


def start_problem(process: "subprocess.Popen[bytes]", output: IO[bytes]) -> str:
    """Until it is up, or has come to its end by itself."""
    until = time.monotonic() + START_S
    while not UP.search(told(output)):
        code = process.poll()
        if code is not None and NOTHING_RUNS in told(output):
            return NEEDS_A_STAGE
        if code is not None:
            return "" if code == 0 else f"ended with exit code {code}: {last_words(output)}"
        if time.monotonic() > until:
            return f"did not come up within {START_S:g} s: {last_words(output)}"
        time.sleep(LOOK_EVERY_S)
    problem = PROBLEM.search(told(output))
    return problem[1] if problem else ""


def stop_problem(process: "subprocess.Popen[bytes]", output: IO[bytes]) -> str:
    """As by Ctrl-C."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    try:
        code = process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        return f"could not be stopped within {STOP_S:g} s"
    return "" if code in FINE else f"ended with exit code {code}: {last_words(output)}"


def end(process: "subprocess.Popen[bytes]") -> None:
    """Whatever happened: a run that is terminated takes everything of it along."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def told(output: IO[bytes]) -> str:
    """All it has said so far."""
    return os.pread(output.fileno(), os.fstat(output.fileno()).st_size, 0).decode("utf-8", "replace")


def last_words(output: IO[bytes]) -> str:
    """The end of it, in one line."""
    return end_of(told(output))


def end_of(said: str) -> str:
    """The last words, in one line."""
    return " ".join(said.split())[-LAST:] or "it said nothing"
