"""Processes of a run that cannot be started: it is told, and the next start of that name is not taken for a second."""

import errno
import os
import shlex
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from asyncdemo.base.errors import DISK_FULL, NO_MEMORY, NO_ROOM, NO_TEMP, TOO_MANY_FILES, no_room_said, no_room_text
from asyncdemo.events.events import Event, Printed, ProcessEnded, ProcessStarted
from asyncdemo.running.plan import Command
from asyncdemo.running.processes import Processes
from asyncdemo.running.run_folder import RunFolder
from tests.waiting import DEADLINE_S, until

GONE = Path("/a folder that nobody has")


@pytest.fixture
def told() -> list[Event]:
    return []


@pytest.fixture
def processes(told: list[Event]) -> Iterator[Processes]:
    """Of a run in a folder of its own."""
    folder = RunFolder.create()
    yield Processes(folder, {}, told.append, lambda: 1.0)
    folder.close()


def test_a_process_that_cannot_be_forked(processes: Processes, told: list[Event]) -> None:
    """It has ended, after a line that says why; then it can be started."""
    processes.start(Command("web.1", "true", {}, GONE))
    until(lambda: len(told) == 2, "what is told")
    assert isinstance(told[0], Printed)
    assert told[0].line.startswith("not started: [Errno 2] No such file")
    assert told[1] == ProcessEnded(t=1.0, process="web.1", code=126)
    assert list(processes.last_lines["web.1"]) == [told[0].line]
    assert processes.there == set()
    processes.start(Command("web.1", "true", {}))
    until(lambda: len(told) == 4, "its start and its end")
    assert [type(event) for event in told[2:]] == [ProcessStarted, ProcessEnded]


def test_no_thread_for_a_process(processes: Processes, told: list[Event], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever starts it hears so; then it can be started."""

    def full(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", full)
        with pytest.raises(RuntimeError) as caught:
            processes.start(Command("web.1", "true", {}))
    assert no_room_text(caught.value)
    assert processes.there == set()
    processes.start(Command("web.1", "true", {}))
    until(lambda: len(told) == 2, "its start and its end")
    processes.join(1.0)


def test_who_is_about_to_start_is_started_once(processes: Processes, told: list[Event]) -> None:
    """As a worker is that waits for the end of the one before it, and is wanted again meanwhile."""
    processes.start(Command("worker.1", "exec sleep 1000", {}))
    processes.wait_for_starts()
    for _ in range(2):
        processes.start(Command("worker.1", "true", {}))
    os.killpg(processes.pids["worker.1"], signal.SIGTERM)
    processes.join(DEADLINE_S)
    assert [type(event) for event in told] == [ProcessStarted, ProcessEnded] * 2


def test_all_that_they_say_has_been_read_when_they_are_joined(processes: Processes, told: list[Event]) -> None:
    """Of each; but for one that goes on, which is waited for no longer than was asked."""
    lines = {"web.1": "sleep 0.2; echo web", "worker.1": "sleep 0.4; echo worker"}
    for name, line in lines.items():
        processes.start(Command(name, line, {}))
    processes.join(DEADLINE_S)
    assert {event.line for event in told if isinstance(event, Printed)} == {"web", "worker"}
    assert {event.process for event in told if isinstance(event, ProcessEnded)} == set(lines)
    processes.start(Command("redis", "exec sleep 1000", {}))
    processes.join(0.01)
    assert processes.there == {"redis"}
    (reader,) = (thread for thread in threading.enumerate() if thread.name == "redis")
    assert reader.daemon, "it keeps no command from its end"


def test_the_needless_are_killed_when_they_are_the_last(processes: Processes, told: list[Event]) -> None:
    """Beside others, they go on: those may be telling something of them. What is stopped last is none of these."""

    def ended() -> dict[str, int]:
        return {event.process: event.code for event in told if isinstance(event, ProcessEnded)}

    processes.start(Command("redis", "exec sleep 1000", {}), last_to_stop=True)
    for name in ("web.1", "worker.1", "worker.2"):
        processes.start(Command(name, "exec sleep 1000", {}))
    processes.wait_for_starts()
    processes.kill_the_last({"worker.1"})
    os.killpg(processes.pids["web.1"], signal.SIGTERM)
    until(lambda: "web.1" in ended(), "the end of the server")
    processes.kill_the_last({"worker.1"})
    os.killpg(processes.pids["worker.2"], signal.SIGTERM)
    until(lambda: "worker.2" in ended(), "the end of the other worker")
    assert ended() == {"web.1": -signal.SIGTERM, "worker.2": -signal.SIGTERM}
    processes.kill_the_last({"worker.1", "worker.3"})
    until(lambda: "worker.1" in ended(), "the end of the needless one")
    assert ended()["worker.1"] == -signal.SIGKILL
    assert processes.there == {"redis"}


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (BlockingIOError(11, "Resource temporarily unavailable"), NO_ROOM),
        (OSError(12, "Cannot allocate memory"), NO_MEMORY),
        (MemoryError(), NO_MEMORY),
        (OSError(errno.EMFILE, "Too many open files", "/dev/null"), TOO_MANY_FILES),
        (OSError(errno.ENFILE, "Too many open files in system"), TOO_MANY_FILES),
        (FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ['/tmp']"), NO_TEMP),
        (RuntimeError("can't start new thread"), NO_ROOM),
        (FileNotFoundError(2, "No such file or directory"), ""),
        (RuntimeError("dictionary changed size during iteration"), ""),
        (ValueError("can't start new thread"), ""),
    ],
)
def test_want_of_room_is_told_from_other_errors(error: Exception, expected: str) -> None:
    """Those stay what they are: bugs, or what their own message says."""
    assert no_room_text(error) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["Traceback (most recent call last):", "RuntimeError: can't start new thread"], NO_ROOM),
        (["not started: [Errno 11] Resource temporarily unavailable"], NO_ROOM),
        (["7:M # Fatal: Can't initialize Background Jobs."], NO_ROOM),
        (["not started: [Errno 24] Too many open files"], TOO_MANY_FILES),
        (["7:M # Your current 'ulimit -n' of 16 is not enough for the server to start. Exiting."], TOO_MANY_FILES),
        (["Traceback (most recent call last):", "MemoryError"], NO_MEMORY),
        (["sqlite3.OperationalError: database or disk is full", "Traceback (most recent call last):"], DISK_FULL),
        (["OSError: [Errno 28] No space left on device"], DISK_FULL),
        (["ModuleNotFoundError: No module named 'hello'"], ""),
        ([], ""),
        (["Ready", NO_ROOM], ""),
    ],
)
def test_want_of_room_in_last_words(lines: list[str], expected: str) -> None:
    """Of Python, of ourselves, of Redis and of SQLite."""
    assert no_room_said(lines) == expected


WITH_A_SLIP = """
import importlib, sys
print("before")
sys.path.insert(0, {folder!r})
importlib.import_module("views")
"""


@pytest.mark.parametrize("own", [True, False])
def test_what_was_said_last_of_a_slip_of_the_pen(own: bool, told: list[Event], tmp_path: Path) -> None:
    """Where it is in the stage's own code, and what; the way through importlib is told to nobody."""
    (tmp_path / "views.py").write_text("def hello_view(:\n    pass\n")
    (tmp_path / "start.py").write_text(WITH_A_SLIP.format(folder=str(tmp_path)))
    folder = RunFolder.create()
    processes = Processes(folder, {}, told.append, lambda: 1.0, str(tmp_path) if own else "")
    processes.start(Command("web.1", shlex.join([sys.executable, "-u", str(tmp_path / "start.py")]), {}))
    until(lambda: any(isinstance(event, ProcessEnded) for event in told), "its end")
    folder.close()
    lines = list(processes.last_lines["web.1"])
    assert lines[-1].startswith("SyntaxError: ")
    assert any("importlib" in event.line for event in told if isinstance(event, Printed)), "a run says all of it"
    assert any("<frozen importlib" in line for line in lines) != own
    if own:
        assert lines[:2] == ["before", "Traceback (most recent call last):"]
        assert [line for line in lines if line.startswith("  File")] == [
            '  File "start.py", line 5, in <module>',
            '  File "views.py", line 1',
        ]


def test_with_what_a_server_has_died_that_is_there(told: list[Event], tmp_path: Path) -> None:
    """By what it has said; of another nothing is known."""
    said = "Exception in thread django-main-thread:\nTraceback (most recent call last):\nKeyError: 'name'"
    folder = RunFolder.create()
    processes = Processes(folder, {}, told.append, lambda: 1.0, str(tmp_path))
    processes.start(Command("web.1", f"echo {shlex.quote(said)}", {}))
    processes.join(DEADLINE_S)
    folder.close()
    assert processes.serves_nothing("web.1") == "KeyError: 'name'"
    assert processes.serves_nothing("worker.1") == ""


def test_the_last_twelve_lines_are_kept_and_no_line_is_longer_than_a_thousand(
    processes: Processes, told: list[Event]
) -> None:
    """To be shown if it dies; what it has said is told as it came, but for a password."""
    line = "seq 1 20; head -c 1000 /dev/zero | tr '\\0' x; echo; head -c 1001 /dev/zero | tr '\\0' y; echo"
    processes.start(Command("web.1", f"{line}; echo redis://:s3cret@h; printf 'a\\r\\n'; exit 3", {}))
    until(lambda: any(isinstance(event, ProcessEnded) for event in told), "its end")
    printed = [event.line for event in told if isinstance(event, Printed)]
    assert len(printed) == 24
    assert printed[20:] == ["x" * 1000, printed[21], "redis://:***@h", "a"]
    assert (len(printed[21]), set(printed[21][:999])) == (1000, {"y"})
    assert printed[21] != "y" * 1000
    assert list(processes.last_lines["web.1"]) == printed[-12:]
    assert [event.code for event in told if isinstance(event, ProcessEnded)] == [3]


def test_a_process_has_the_environment_of_a_stage_and_its_own(processes: Processes, told: list[Event]) -> None:
    """Its run's folder and Python, and what its command adds."""
    processes.start(Command("web.1", 'echo "$ASYNCDEMO_RUN $PYTHON $MINE"', {"MINE": "yes"}))
    until(lambda: any(isinstance(event, ProcessEnded) for event in told), "its end")
    (line,) = [event.line for event in told if isinstance(event, Printed)]
    folder, python, mine = line.split()
    assert python == f"{folder}/python"
    assert mine == "yes"
