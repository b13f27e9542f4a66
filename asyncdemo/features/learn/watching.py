"""A copy is looked after: whether somebody has saved something in it."""

from pathlib import Path

from ...base.errors import AsyncdemoError
from ...stages.files import written_in

Stamps = dict[str, tuple[int, int]]
"""File -> when it was written, in ns since 1970, and its size in bytes."""


def stamps(folder: Path) -> Stamps:
    """Of all that somebody has written there; nothing of a folder that is gone or cannot be read."""
    found = {}
    try:
        for file in written_in(folder):
            status = file.stat()
            found[str(file)] = (status.st_mtime_ns, status.st_size)
    except (AsyncdemoError, OSError):  # it goes away while it is looked at: next time it is another
        return {}
    return found


class Saves:
    """Tells of each time that something was saved, one look after it: an editor writes in several steps."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._known = self._last = stamps(folder)

    def came(self) -> bool:
        """Whether something was saved since the last time that this said so. Call it now and then."""
        now = stamps(self.folder)
        settled, self._last = now == self._last, now
        if not settled or now == self._known:
            return False
        self._known = now
        return True

    def forget(self) -> None:
        """What has been saved so far is known."""
        self._known = self._last = stamps(self.folder)
