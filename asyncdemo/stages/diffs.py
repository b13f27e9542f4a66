"""What one stage changes against another, as `git diff` between the tags once showed it. Pure."""

import difflib
import io
from collections.abc import Iterable
from dataclasses import dataclass

from .files import Files, in_reading_order

SIGNS = [("+", "insertion"), ("-", "deletion")]


@dataclass(frozen=True)
class FileDiff:
    """What changes in one file. Lines with their ends."""

    header: tuple[str, ...]
    body: tuple[str, ...]
    """The hunks; none where an empty file comes or goes."""

    def count(self, sign: str) -> int:
        """How many lines are added (`+`) or removed (`-`)."""
        return sum(line.startswith(sign) for line in self.body)


def compare(before: Files, after: Files) -> list[FileDiff]:
    """What has to be done to `before` to get `after`, file by file in reading order."""
    names = in_reading_order({**before, **after})
    return [
        compare_file(name, before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)
    ]


def compare_file(name: str, before: str | None, after: str | None) -> FileDiff:
    """One file; None where it is not there."""
    header = [f"diff --git a/{name} b/{name}\n"]
    if before is None:
        header.append("new file mode 100644\n")
    if after is None:
        header.append("deleted file mode 100644\n")
    tab = "\t" if " " in name else ""  # or patch takes the name to end at the space
    old = "/dev/null" if before is None else f"a/{name}{tab}"
    new = "/dev/null" if after is None else f"b/{name}{tab}"
    lines = list(difflib.unified_diff(lines_of(before), lines_of(after), old, new))
    return FileDiff((*header, *lines[:2]), tuple(whole(line) for line in lines[2:]))


def lines_of(text: str | None) -> list[str]:
    """Lines with their ends; only a line feed ends one, for `patch` sees it that way."""
    return io.StringIO(text or "", newline="\n").readlines()


def whole(line: str) -> str:
    """A line of a diff; one without an end says so."""
    return line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def diff_text(changes: Iterable[FileDiff]) -> str:
    """As `patch -p1` and `git apply` read it."""
    return "".join(line for change in changes for line in change.header + change.body)


def stat(changes: list[FileDiff]) -> str:
    """` 2 files changed, 12 insertions(+), 2 deletions(-)`, as git says it."""
    kinds = [(len(changes), "file", " changed")]
    kinds += [(sum(change.count(sign) for change in changes), name, f"({sign})") for sign, name in SIGNS]
    parts = [f"{count} {name}{'' if count == 1 else 's'}{end}" for count, name, end in kinds if count]
    return " " + ", ".join(parts)
