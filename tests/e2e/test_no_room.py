"""A user who may start no more processes and threads (`ulimit -u`), or open no more files: a sentence, exit code 1, and
nothing is left.

As root, whom no such limit binds, the commands run as somebody who has nothing else.
"""

import os
import shlex
import shutil
from typing import TypeVar

import pytest

from asyncdemo.base.errors import NO_TEMP, TOO_MANY_FILES
from tests.e2e.command import ASYNCDEMO, Command
from tests.e2e.terminal import InTerminal
from tests.ports import free_port

SOMEBODY = 60_000 + os.getpid() % 5000
READS_ALL = "-all,+dac_override,+dac_read_search"
"""Capabilities: wherever Python and the checkout are, they can be read."""
SENTENCE = "The system starts no more processes or threads for this user."
ENDING = [
    "run step1 --port 0",
    "run bonus --port 0 --record RECORD",
    "compare step1",
    "redis --port PORT",
    "talk --check",
    "doctor",
    "hammer http://127.0.0.1:9/",
]
IN_TERMINAL = ["run step1 --port 0", "talk", "hammer http://127.0.0.1:9/"]

SETPRIV, PRLIMIT = shutil.which("setpriv"), shutil.which("prlimit")
Asked = TypeVar("Asked", bound=Command)

pytestmark = pytest.mark.skipif(not (SETPRIV and PRLIMIT), reason="needs the tools of Linux that set a limit")


def limited(limit: int, *arguments: str) -> list[str]:
    """`asyncdemo …`, by a user who may have that many processes and threads."""
    caps = [f"--{which}={READS_ALL}" for which in ("inh-caps", "ambient-caps", "bounding-set")]
    somebody = [str(SETPRIV), f"--reuid={SOMEBODY}", "--clear-groups", *caps] if os.geteuid() == 0 else []
    return [*somebody, str(PRLIMIT), f"--nproc={limit}:{limit}", str(ASYNCDEMO), *arguments]


def owned(command: Asked) -> Asked:
    """In a folder of that user's."""
    if os.geteuid() == 0:
        os.chown(command.tmp, SOMEBODY, SOMEBODY)
    return command


@pytest.mark.parametrize("typed", ENDING)
def test_no_process_and_no_thread(typed: str) -> None:
    """Not one, from the first on."""
    arguments = typed.replace("PORT", str(free_port())).split()
    with owned(Command(*limited(1, *arguments))) as asked:
        assert asked.ends() == 1
        said = " ".join(asked.text.split())
        assert "Traceback" not in said
        assert SENTENCE.removesuffix(".") in said
        assert not asked.record.exists()
        assert [path.name for path in asked.tmp.iterdir() if path.name.startswith("asyncdemo")] == []


@pytest.mark.parametrize(("limit", "typed"), [(8, "hammer http://127.0.0.1:9/"), (12, "run step1 --port 0 --hammer 5")])
def test_no_file(limit: int, typed: str) -> None:
    """Nor a pipe: of what may be open (`ulimit -n`), there is too little for one more process."""
    with Command("sh", "-c", f"ulimit -n {limit}; exec {shlex.quote(str(ASYNCDEMO))} {typed}") as asked:
        assert asked.ends() == 1
        assert "Traceback" not in asked.text
        assert asked.text.endswith(f"asyncdemo: {TOO_MANY_FILES}\n")


@pytest.mark.parametrize("typed", ["hammer http://127.0.0.1:9/", "hammer"])
def test_no_file_of_any_size(typed: str) -> None:
    """None can be written for a while either (`ulimit -f 0`)."""
    line = f"(ulimit -f 0; exec {shlex.quote(str(ASYNCDEMO))} {typed}) 2>&1 | cat"
    with Command("sh", "-c", line) as asked:
        asked.ends()
        assert asked.text == f"asyncdemo: {NO_TEMP}\n"


@pytest.mark.parametrize("typed", IN_TERMINAL)
def test_no_thread_for_the_keys(typed: str) -> None:
    """The terminal is as before, and says so."""
    with owned(InTerminal(*limited(1, *typed.split()))) as asked:
        before = asked.settings()
        assert asked.ends() == 1
        assert SENTENCE in " ".join(asked.text.split())
        assert "Traceback" not in asked.text
        assert asked.settings() == before


@pytest.mark.skipif(os.geteuid() != 0, reason="counts all that its user has")
@pytest.mark.parametrize("limit", [2, 3, 4, 5, 7])
@pytest.mark.parametrize("typed", ["run step2", "run bonus"])
def test_room_for_a_few(typed: str, limit: int) -> None:
    """Wherever it comes to an end on the way: the guard, a thread of the command, a process of the stage, one of its
    threads."""
    with owned(Command(*limited(limit, *typed.split(), "--port", "0"))) as asked:
        assert asked.ends() == 1
        assert "Traceback" not in asked.text
        assert SENTENCE in asked.text
