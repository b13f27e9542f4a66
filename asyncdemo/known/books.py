"""The books: where everything is that was sent and that no visitor waits for, counted.

sent = delivered + running + queued + held + lost + unknown
lost = refused + expired + died with a worker, or with the queue + failed in the consumer or the task
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields


@dataclass
class Books:
    """The notifications, counted: all of them, or those of one kind."""

    delivered: int = 0
    running: int = 0
    queued: int = 0
    """On a queue, or in the pocket of a worker that has not begun with it."""
    held: int = 0
    """A worker that is dead had it: nobody else may begin with it, for ever or until it is given out again."""
    refused: int = 0
    """The channel was full."""
    expired: int = 0
    """It waited on its channel for too long."""
    died: int = 0
    """It was in the hands of a worker that died or was stopped, or on its queue when that went: a run of a stage takes
    it along."""
    failed: int = 0
    """Its code raised an exception."""
    unknown: int = 0
    """It was sent, and nobody can tell where it is."""
    again: int = 0
    """How often one was begun that had been begun before. No term of the sum."""

    @property
    def lost(self) -> int:
        """All that nobody will ever deliver."""
        return self.refused + self.expired + self.died + self.failed

    @property
    def sent(self) -> int:
        """All of them."""
        return self.delivered + self.running + self.queued + self.held + self.lost + self.unknown


def total(parts: Iterable[Books]) -> Books:
    """All of these together."""
    each = list(parts)
    return Books(**{term.name: sum(getattr(books, term.name) for books in each) for term in fields(Books)})


LOSSES = {
    "refused": "refused, the channel was full",
    "expired": "expired in the queue",
    "died": "in the hands of a worker that died or was stopped, or in a queue that is gone",
    "failed": "failed in the consumer",
}
"""The terms of `lost`, in words."""


def losses(books: Books, job: str) -> list[tuple[int, str]]:
    """How many were lost, and how in words; a `job` that is a task has no consumer."""
    words = LOSSES | ({"failed": "failed in the task"} if job == "task" else {})
    counts = [(getattr(books, term), text) for term, text in words.items()]
    return [(count, text) for count, text in counts if count]
