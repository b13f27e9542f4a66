"""What is put out, and what happens when nobody reads it, or there is no room for it."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import TextIO

import pytest

from asyncdemo.base.errors import OutputError, ReaderGone, StartError
from asyncdemo.base.files import save
from asyncdemo.base.output import Output, say, standard_outputs, write
from asyncdemo.features import compare
from asyncdemo.features.compare import print_report, run_compare
from asyncdemo.features.compare_options import CompareOptions
from asyncdemo.features.comparison import Comparison
from asyncdemo.measuring.experiment import Outcome
from asyncdemo.measuring.rows import Row
from tests.pipes import unread_bytes
from tests.simulation import six_rows
from tests.waiting import DEADLINE_S, until

OPENS = """
import os, sys
from asyncdemo.base.output import standard_outputs
with standard_outputs():
    said = [sys.stdin.read(), os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT) > 2]
    said += [os.get_inheritable(number) for number in range(3)]
    os.write(os.open(sys.argv[1], os.O_WRONLY), repr(said).encode())
"""

WRITES = """
import os, signal, sys
from asyncdemo.base.output import say, standard_outputs, write
with standard_outputs():
    signal.signal(signal.SIGUSR1, lambda *_: os.write(2, b"heard"))
    {"say": say, "write": write, "print": print, "Textual": sys.__stdout__.write}[sys.argv[1]]("x" * int(sys.argv[2]))
"""
PIPE_BYTES = 65536
"""That a pipe of Linux holds; macOS's too, once that much is written."""


def unread(isatty: bool = False) -> TextIO:
    """A stream whose reader is gone."""
    reader, writer = os.pipe()
    os.close(reader)
    stream = os.fdopen(writer, "w")
    stream.isatty = lambda: isatty  # type: ignore[method-assign]
    return stream


def test_nobody_hears_that_a_file_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is written all the same, and so is the next one."""
    with unread() as stderr:
        monkeypatch.setattr(sys, "stderr", stderr)
        for name in ("one", "two"):
            save(str(tmp_path / name), "--json", "text")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two"]


def test_a_document_that_nobody_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Is no error in words."""
    with unread() as stdout:
        monkeypatch.setattr(sys, "stdout", stdout)
        with pytest.raises(ReaderGone) as gone:
            save("-", "--json", "text")
    assert (str(gone.value), gone.value.exit_code) == ("", 141)


@pytest.mark.parametrize("put", [lambda: save("-", "--json", "text"), lambda: say("a line")], ids=["a text", "a line"])
def test_a_disk_that_is_full_is_said_in_words(put: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Of standard output, too."""
    if not Path("/dev/full").exists():
        pytest.skip("a device of Linux")
    with Path("/dev/full").open("w") as stdout:
        monkeypatch.setattr(sys, "stdout", stdout)
        with pytest.raises(OutputError, match="No space left on device"):
            put()


def test_rows_are_kept_when_the_next_stage_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are printed and written, and then it is said what failed."""

    def fail(comparison: Comparison) -> int:
        comparison.race.outcomes[1] = Outcome(six_rows()[0], (), None)
        raise StartError("no Redis")

    monkeypatch.setattr(compare, "play_plain", fail)
    written: list[Row] = []

    def write(rows: Sequence[Row]) -> None:
        written.extend(rows)

    with pytest.raises(StartError, match="no Redis"):
        run_compare(CompareOptions(), True, write)
    assert written == [six_rows()[0]]


def test_a_report_that_nobody_reads_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither in a pipe nor in a terminal that is gone; the exit code says so."""
    for isatty in (True, False):
        with unread(isatty) as stream:
            print_report(six_rows(), stream, Output(lambda: None, stream))

    def play(comparison: Comparison) -> int:
        comparison.race.outcomes[1] = Outcome(six_rows()[0], (), None)
        return 0

    monkeypatch.setattr(compare, "play_plain", play)
    with unread() as stdout:
        monkeypatch.setattr(sys, "stdout", stdout)
        assert run_compare(CompareOptions(), True, lambda rows: None) == 141


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_what_nobody_has_read_is_told_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever wrote it may not have asked; of a reader that has left, nothing is said."""
    monkeypatch.setattr(sys, "stderr", StringIO())

    def printed_to(output: TextIO) -> None:
        monkeypatch.setattr(sys, "stdout", output)
        with standard_outputs(), suppress(OutputError):
            print("a line", flush=True)

    with Path("/dev/full").open("w") as full, pytest.raises(OutputError, match="No space left on device"):
        printed_to(full)
    with unread() as nobody:
        printed_to(nobody)


class Screen(StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        return True


def test_a_text_is_put_out_as_whoever_reads_it_can_take_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal as text, a file as the bytes that were read: what is no text comes out as it came in."""
    screen, raw = Screen(), BytesIO()
    monkeypatch.setattr(sys, "stdout", screen)
    write("Zo\u00eb\n")
    assert screen.getvalue() == "Zo\u00eb\n"
    monkeypatch.setattr(sys, "stdout", TextIOWrapper(raw, "ascii"))
    write("Zo\u00eb caf\udce9\n")
    assert raw.getvalue() == "Zo\u00eb caf".encode() + b"\xe9\n"


class Counted(TextIOWrapper):
    """A stream that knows how often somebody has written to it."""

    tries = 0

    def write(self, text: str) -> int:
        self.tries += 1
        return super().write(text)


def test_that_nobody_reads_is_said_once() -> None:
    """And nothing is written from then on."""
    gone: list[int] = []
    with Path("/dev/full").open("wb", buffering=0) as full, Counted(full) as stream:
        output = Output(lambda: gone.append(stream.tries), stream)
        for _ in range(3):
            output.line("a line")
            assert output.gone
        assert gone == [stream.tries]


def test_no_file_of_ours_is_in_the_place_of_one_that_was_closed(tmp_path: Path) -> None:
    """Nor of the processes that we start: a warning of the interpreter's would be written into a database."""
    file = tmp_path / "opened"
    command = [sys.executable, "-c", OPENS, str(file)]
    subprocess.run(["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", *command], check=True, timeout=DEADLINE_S)
    assert file.read_text() == "['', True, True, True, True]"


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("how", ["say", "write", "print", "Textual"])
def test_all_is_written_that_a_signal_interrupts(how: str, unbuffered: str) -> None:
    """A write that has begun ends with a part then. With PYTHONUNBUFFERED, nobody but us goes on with the rest."""
    command = [sys.executable, "-c", WRITES, how, str(3 * PIPE_BYTES)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, env=os.environ | {"PYTHONUNBUFFERED": unbuffered}, **pipes) as process:  # type: ignore[call-overload]
        until(lambda: unread_bytes(process.stdout) == PIPE_BYTES, "a pipe that is full")
        process.send_signal(signal.SIGUSR1)
        assert process.stderr.read(len("heard")) == b"heard"
        assert process.stdout.read().rstrip() == b"x" * 3 * PIPE_BYTES
