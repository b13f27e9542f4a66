"""Tracebacks among the lines that processes print: the way through libraries left out, and where each was raised."""

import re
from collections import Counter
from dataclasses import dataclass, field

BEGIN = "Traceback (most recent call last):"
FRAME = re.compile(r'  File "(?P<file>.+)", line (?P<line>\d+)(?:, in (?P<function>.+))?$')
LIBRARY = re.compile(
    r"/(?:site|dist)-packages/|/lib/python\d[^/]*/|^<frozen |\.pyx$"
    r"|/asyncdemo/(?:attach|base|channel_http|events|probes)/"
)
"""In the path of a file that nobody edits for a stage."""
PATH_OF_2016 = re.compile(r"(?:.*/)?channel_http/")
"""What a checkout puts into a copy and nobody ships: a library, though it lies in the copy's own folder."""
DIES = re.compile(r"Exception in thread django-main-thread:|Process SpawnProcess-\d+:")
"""What stands before the traceback of a server that waits for a file to change, and serves nothing meanwhile: the names
of `runserver`'s thread and of `uvicorn --reload`'s process, which Python says. Were they others, a project that cannot
come up would be told by its traceback alone."""
CHECKS = "SystemCheckError: System check identified some issues:"
"""How an error of Django's ends whose reason stands some lines below."""
CANNOT_COME_UP = "cannot come up until this is mended"
"""What is said of such a server before its page could ever be opened."""
SERVES_NOTHING = "serves nothing until this is mended"
MARKS = frozenset("~^ ")
"""What a line is made of that points at a part of the one above."""


@dataclass
class Open:
    """A traceback whose end has not come yet."""

    where: str = ""
    """The innermost of its own lines, `hello/views.py, line 8`; empty while all were a library's."""
    function: str = ""
    own: bool = False
    """Whether the frame that is being told is the stage's own."""

    def take(self, line: str, folder: str) -> list[str]:
        """A line of it, as it is to be told, with its file as seen from the stage's folder; none of a library."""
        if frame := FRAME.match(line):
            return self._frame(line, frame, folder)
        return [line] if self.own and not MARKS.issuperset(line) else []

    def _frame(self, line: str, frame: re.Match[str], folder: str) -> list[str]:
        outside, found, inside = frame["file"].partition(f"{folder}/")
        self.own = is_written(f"/{inside}", frame["function"]) if found else not LIBRARY.search(outside)
        if not self.own:
            return []
        begin = [] if self.where else [BEGIN]
        file = inside or outside
        self.where = f"{file}, line {frame['line']}"
        self.function = f", in {frame['function']}" if frame["function"] else ""
        return [*begin, line.replace(frame["file"], file)]


def is_written(path: str, function: str | None) -> bool:
    """Whether a file in the stage's folder is no library, nor one of a virtual environment there. A frame without a
    function is of a slip of the pen: where that is, somebody has written, whosever file it was."""
    return not LIBRARY.search(path) and not (function and PATH_OF_2016.match(path))


@dataclass
class Tracebacks:
    """What the stage's own code has raised."""

    counts: Counter[str] = field(default_factory=Counter)
    """Times, for each `ZeroDivisionError in hello/views.py, line 8`."""
    last: str = ""
    """The newest, `hello/views.py, line 8, in hello_view: ZeroDivisionError: division by zero`."""
    serves_nothing: dict[str, str] = field(default_factory=dict)
    """Process -> the error with which its server has died. It is there, and waits to be mended."""
    _open: dict[str, Open] = field(default_factory=dict)
    """By process."""
    _dying: dict[str, str] = field(default_factory=dict)
    """Process -> the error of its server, while its reason is still to come."""

    def take(self, process: str, line: str, folder: str) -> list[str]:
        """A line that was printed, as it is to be told: what leads to it has waited. `folder` is the stage's."""
        if DIES.fullmatch(line):
            self._dying[process] = ""
        if line == BEGIN:
            self._open[process] = Open()
            return []
        if process not in self._open:
            self._reason(process, line)
            return [line]
        if line.startswith("  "):
            return self._open[process].take(line, folder)
        self._died(process, self._ended(self._open.pop(process), line))
        return [line]

    def serves(self, process: str) -> None:
        """It has answered: whatever it died with is mended."""
        self.serves_nothing.pop(process, None)
        self._dying.pop(process, None)

    def _died(self, process: str, error: str) -> None:
        """Where it is a server that has, remember with what: of several errors, the last is where it ended."""
        if process in self._dying:
            self._dying[process] = error
            if not error.endswith(CHECKS):
                self.serves_nothing[process] = error

    def _reason(self, process: str, line: str) -> None:
        """What a system check says first."""
        if self._dying.get(process, "").endswith(CHECKS) and line.strip() not in ("", "ERRORS:"):
            self.serves_nothing[process] = self._dying.pop(process).removesuffix(CHECKS) + line.strip()

    def _ended(self, traceback: Open, error: str) -> str:
        """Take in its end: where it was raised, and what."""
        if traceback.where:
            self.counts[f"{error.partition(':')[0].rpartition('.')[2]} in {traceback.where}"] += 1
            self.last = f"{traceback.where}{traceback.function}: {error}"
        return f"{traceback.where}: {error}" if traceback.where else error
