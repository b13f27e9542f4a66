"""The ids of what is over, so that a late event is not taken for the beginning of something new."""

HALF = 25_000
"""Between this and twice as many are remembered: more than comes in between two processes' news of one message."""


class RecentIds:
    """The newest ids. The older half goes as a whole: one at a time, a dictionary would be slow to find the oldest."""

    def __init__(self, half: int = HALF) -> None:
        self._half = half
        self._newer: set[str] = set()
        self._older: set[str] = set()

    def add(self, id_: str) -> None:
        """Remember one as over."""
        self._newer.add(id_)
        if len(self._newer) >= self._half:
            self._older, self._newer = self._newer, set()

    def __contains__(self, id_: str) -> bool:
        return id_ in self._newer or id_ in self._older
