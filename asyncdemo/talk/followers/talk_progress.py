"""Where a talk stands: a small file that the presenter writes at every turn.

The notes terminal and the remote read it, and so does the next start after a crash. It is in the user's own folder
for state, since the remote's token is in it. A clean end removes it.

The presenter holds a lock on the file. It is gone with the process, however that dies: the process's number says less,
since somebody else may have it by then.
"""

import fcntl
import hashlib
import json
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO

from ...base.files import is_special, place, read_own
from ...base.typed import read_json, typed
from ...deck.deck import Deck, Slide
from ...deck.place import Place, budget, time_before
from ...deck.render import inline
from ...running.other_runs import TALKS, state_folder

FORGOTTEN_S = 3 * 3600.0
"""How long a talk that was cut off can be taken up again: another day, it is another talk."""


@dataclass(frozen=True)
class TalkProgress:
    """What others may know of a talk. Times in seconds, since 1970 where they say when."""

    deck: str
    """Its file."""
    title: str
    """Of the slide on screen."""
    slide: int
    """Counted from 0, as is the step."""
    step: int
    steps: int
    slides: int
    notes: str = ""
    next_title: str = ""
    """Of the slide after this; empty on the last."""
    next_notes: str = ""
    began: float | None = None
    """When the first slide was left; None before."""
    slide_began: float | None = None
    """When this slide came on screen."""
    budget_s: float = 0.0
    """Of the whole talk; 0: none."""
    before_s: float = 0.0
    """What the slides before this one are meant to take."""
    slide_s: float = 0.0
    """What this one is meant to take; 0: nothing is said."""
    demo: str = ""
    """What its demo does, in a word; empty for a slide without."""
    lesson_key: str = ""
    """The one key of the lesson and what it does, where its demo runs and has it now: `w: a worker for web only`; else
    empty."""
    address: str = ""
    """Of the remote, with its token; empty without one."""
    pid: int = 0
    """Of the presenter."""


def progress_at(
    deck: Deck, place: Place, began: float | None, slide_began: float, demo: str, address: str
) -> TalkProgress:
    """How a talk stands at a place."""
    slide = deck.slides[place.slide]
    after = deck.slides[place.slide + 1] if place.slide + 1 < len(deck.slides) else Slide("", (), 0)
    return TalkProgress(
        deck=str(deck.path.resolve()),
        title=inline(slide.title),
        slide=place.slide,
        step=place.step,
        steps=slide.steps,
        slides=len(deck.slides),
        notes=slide.notes,
        next_title=inline(after.title),
        next_notes=after.notes,
        began=began,
        slide_began=slide_began,
        budget_s=budget(deck),
        before_s=time_before(deck, place.slide),
        slide_s=slide.time_s or 0.0,
        demo=demo,
        address=address,
        pid=os.getpid(),
    )


def file_of(deck: Path) -> Path:
    """Where a deck's progress is."""
    name = hashlib.sha256(str(deck.resolve()).encode()).hexdigest()[:16]
    return state_folder() / TALKS.replace("*", name)


class TalkProgressFile:
    """A deck's progress in the hands of a presenter; the last one to write it, if the deck has several."""

    def __init__(self, deck: Path) -> None:
        self._path = file_of(deck)
        self._held: BinaryIO | None = None
        """What we have written last, locked."""

    def write(self, progress: TalkProgress) -> str:
        """Write it for whoever follows; a problem in words, empty for none. Nobody reads half of it."""
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if is_special(self._path):  # whoever opens a pipe waits for its other end
                self._path.unlink()
            written = place(self._path, json.dumps(asdict(progress)).encode(), lock)
        except OSError as error:
            return f"notes cannot follow: {self._path.parent} cannot be written: {error.strerror}"
        self._let_go()
        self._held = written
        return ""

    @property
    def gone(self) -> bool:
        """Whether what we wrote is there no more: another presenter of the deck replaced it, and has ended."""
        try:
            return self._held is not None and not self._path.exists()
        except OSError:
            return False  # nobody can look

    def remove(self) -> None:
        """The talk is over, and what a crash left is old. What another presenter of the deck has written, stays."""
        with suppress(OSError):
            ours = self._held is not None and is_at(self._held, self._path)
            if ours or not locked(self._path):
                self._path.unlink()
        self._let_go()

    def _let_go(self) -> None:
        if self._held is not None:
            self._held.close()
            self._held = None


def lock(written: BinaryIO) -> None:
    """For us alone, for as long as it is open."""
    os.fchmod(written.fileno(), 0o600)
    with suppress(OSError):  # a disk without locks: the process's number has to do
        fcntl.flock(written, fcntl.LOCK_EX | fcntl.LOCK_NB)


def read_progress(file: Path) -> TalkProgress | None:
    """What a file says; None for one that is gone, not ours, or another version's."""
    try:
        return typed(read_json(read_own(file)[0]), TalkProgress)
    except (OSError, ValueError):
        return None


def left_by_crash(deck: Path) -> TalkProgress | None:
    """Where a presenter of this deck was that did not end cleanly, not long ago; None if none was."""
    file = file_of(deck)
    progress = read_progress(file)
    with suppress(OSError):
        fresh = time.time() - file.stat().st_mtime < FORGOTTEN_S
        return progress if progress is not None and fresh and not alive(progress) else None
    return None


def presented(deck: Path | None = None) -> TalkProgress | None:
    """The talk that is being given; of several, the one whose speaker did something last. With a deck, only that."""
    told = sorted(written(), key=lambda pair: pair[0], reverse=True)
    wanted = None if deck is None else str(deck.resolve())
    return next((progress for _, progress in told if wanted in (None, progress.deck) and alive(progress)), None)


def written() -> Iterator[tuple[float, TalkProgress]]:
    """Every talk that is written down, with when."""
    for file in state_folder().glob(TALKS):
        progress = read_progress(file)
        if progress is not None:
            try:
                yield file.stat().st_mtime, progress
            except OSError:
                continue  # it has just ended


def alive(progress: TalkProgress) -> bool:
    """Whether its presenter is there."""
    return exists(progress.pid) and locked(file_of(Path(progress.deck)))


def exists(pid: int) -> bool:
    """Whether a process of ours has this number."""
    try:
        os.kill(pid, 0)
    except (OSError, OverflowError):
        return False
    return True


def locked(file: Path) -> bool:
    """Whether a living presenter holds this file; on a disk without locks nobody knows, and it counts as held."""
    try:
        at_once = os.open(file, os.O_RDONLY | os.O_NONBLOCK)
        with open(at_once, encoding="utf-8") as opened:  # noqa: PTH123  # pathlib's waits for the end of a pipe
            fcntl.flock(opened, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return not is_at(opened, file)  # free is what a crash has left, and what was replaced while we looked
    except FileNotFoundError:
        return False
    except OSError:
        return True


def is_at(opened: IO[Any], path: Path) -> bool:
    """Whether an open file is the one that has this name now."""
    return os.path.samestat(os.fstat(opened.fileno()), path.stat())
