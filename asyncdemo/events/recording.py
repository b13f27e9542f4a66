"""Recordings: the events of a run in a file, a line each, after a line that says what the file is."""

import json
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

from asyncdemo import __version__

from ..base import files
from ..base.errors import AsyncdemoError
from ..base.text import printable
from ..base.typed import read_json
from .events import Event, LoadStarted, Ready, RunStarted, Stopping
from .wire import UnknownStage, decode, encode

FORMAT = 6
"""Raised whenever an older asyncdemo could not read a recording of this one."""
READABLE = (2, 3, 4, 5, FORMAT)
"""Of format 2, a run says no more of its stage than the name; up to 3, a load does not tell pages from refusals; up
to 4, no event says its lane, and a comparison is one run after the other; up to 5, there is one kind of work."""

RECORD_ONE = "Record one: asyncdemo run step3 --record run.jsonl"
"""Not into the file that was named: it may be something else, and dear to somebody."""

LONGEST_S = 7 * 24 * 3600.0
"""No run takes longer: a time beyond it is damage."""


LONGEST_HEADER = 1024
"""Bytes of a first line."""


class RecordingError(AsyncdemoError):
    """The file is no recording."""


@dataclass(frozen=True)
class Recording:
    """What a file holds, as far as it can be read."""

    events: list[Event]
    """By time."""
    problem: str = ""
    """What is wrong with the file, in a sentence; empty for a whole one."""

    @property
    def length_s(self) -> float:
        """From the start of the run to its last event."""
        return self.events[-1].t

    @property
    def end_s(self) -> float:
        """When a run began to be ended; of several, and where nothing says so, when the last event was."""
        stopping = (event.t for event in self.events if isinstance(event, Stopping))
        return next(stopping, self.length_s) if len(self.runs) == 1 else self.length_s

    @property
    def runs(self) -> list[list[Event]]:
        """Its events, run by run: a comparison holds several, side by side or one after the other."""
        if lanes := sorted({event.lane for event in self.events} - {0}):
            return [[event for event in self.events if event.lane == lane] for lane in lanes]
        begins = [number for number, event in enumerate(self.events) if isinstance(event, RunStarted)]
        ends = [*begins[1:], len(self.events)]
        return [self.events[begin:end] for begin, end in zip([0, *begins[1:]], ends, strict=True)]

    @property
    def side_by_side(self) -> bool:
        """Whether it holds runs that went on at the same time."""
        spans = sorted((run[0].t, run[-1].t) for run in self.runs)
        return any(begin < end for (_, end), (begin, _) in pairwise(spans))

    @property
    def ready_s(self) -> float:
        """When the page could be opened, after a restart the last time; where it never could, the end. Of runs side by
        side, when the first visitors came to all of them."""
        if self.side_by_side and (begins := [event.t for event in self.events if isinstance(event, LoadStarted)]):
            return min(begins)
        first = self.runs[0]
        return next((event.t for event in reversed(first) if isinstance(event, Ready)), first[-1].t)


def open_record(path: str) -> BinaryIO:
    """A file to record to, with its first line. Raises StartError if it cannot be written, UsageError for `-`."""
    header = {"kind": "Recording", "format": FORMAT, "asyncdemo": __version__}
    return files.stream(path, "--record", json.dumps(header).encode() + b"\n")


def record(file: BinaryIO, event: Event) -> None:
    """Add an event. Raises OSError when there is no room for it."""
    files.write_whole(file, encode(event))


def read_recording(path: str) -> Recording:
    """Read a file as far as it goes. Raises RecordingError for what is none."""
    try:
        with Path(path).open("rb") as file:
            first = file.readline(LONGEST_HEADER)
            version_problem(first, path)  # of what is none, no more is read: it may have no end
            lines = (first + file.read()).splitlines(keepends=True)
    except OSError as error:
        raise RecordingError(f"{path} cannot be read: {error.strerror}. {RECORD_ONE}") from None
    return parse(lines, path)


def parse(lines: list[bytes], path: str) -> Recording:
    """The recording in these lines. Raises RecordingError for what is none."""
    problems = [version_problem(lines[0] if lines else b"", path)]
    events, damaged = [], 0
    for line in lines[1:]:
        try:
            event = decode(line)
        except UnknownStage as error:
            raise RecordingError(
                f"{path} is of a stage {printable(repr(error.stage))}, which this asyncdemo does not have."
            ) from None
        except ValueError:
            damaged += 1
            continue
        if event.t <= LONGEST_S:
            events.append(event)
        else:
            damaged += 1
    if not any(isinstance(event, RunStarted) for event in events):
        raise RecordingError(f"{path} holds no run. {RECORD_ONE}")
    if damaged:
        problems.append(f"{damaged} of its {len(lines)} lines cannot be read")
    if not lines[-1].endswith(b"\n"):
        problems.append("it is cut off")
    return Recording(sorted(events, key=lambda event: event.t), "; ".join(filter(None, problems)))


def version_problem(line: bytes, path: str) -> str:
    """What the first line says against reading on. Raises RecordingError when the file is no recording."""
    try:
        header = read_json(line)
        kind, number, version = header["kind"], header["format"], header["asyncdemo"]
    except (ValueError, KeyError, TypeError):
        kind = number = version = None
    if kind != "Recording":
        raise RecordingError(f"{path} is no recording of asyncdemo. {RECORD_ONE}")
    newer = f"it is of format {number}, by asyncdemo {version}; this one reads {FORMAT}"
    return "" if number in READABLE else printable(newer)
