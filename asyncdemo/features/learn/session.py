"""Where somebody is in the course, and what was done of it: kept at each step, so that it outlives any screen."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ...base.errors import UsageError
from ...course import copies
from ...course.lesson import Course, Exercise, Lesson
from ...course.progress import Done, Progress, keep, load


@dataclass
class Session:
    """A course, and the file in which it is kept how far one is."""

    course: Course
    file: Path
    default_copies: Path
    """Where copies go, if the file does not say."""
    progress: Progress
    notice: str = ""
    """What is to be told of the file."""

    @property
    def lesson(self) -> Lesson:
        """The one that is open; where there is none of its number any more, the nearest below."""
        lessons = self.course.lessons
        return next((lesson for lesson in reversed(lessons) if lesson.number <= self.progress.at), lessons[0])

    @property
    def done(self) -> Done:
        """What was done of it."""
        return self.done_of(self.lesson)

    def done_of(self, lesson: Lesson) -> Done:
        """What was done of a lesson."""
        return self.progress.lessons.get(lesson.name, Done())

    def change(self, do: Callable[[Done], None]) -> None:
        """Keep something of the open lesson. Raises StartError."""
        name = self.lesson.name
        self._keep(lambda progress: do(progress.of(name)))

    def go(self, number: int) -> None:
        """Open another lesson. Raises UsageError if there is none of this number, StartError."""
        self.numbered(number)

        def set_place(progress: Progress) -> None:
            progress.at = number

        self._keep(set_place)

    def numbered(self, number: int) -> Lesson:
        """Raises UsageError if there is none of this number."""
        try:
            return self.course.numbered(number)
        except KeyError:
            first, last = self.course.lessons[0].number, self.course.lessons[-1].number
            raise UsageError(f"There is no lesson {number}. Type one from {first} to {last}.") from None

    def beside(self, step: int) -> Lesson | None:
        """The next lesson, or the one before; None where there is none."""
        place = self.course.lessons.index(self.lesson) + step
        return self.course.lessons[place] if 0 <= place < len(self.course.lessons) else None

    @property
    def copies(self) -> Path:
        """Where copies are: where they were, if that is a place on this machine, too."""
        kept = Path(self.progress.copies) if self.progress.copies else None
        return kept if kept is not None and kept.is_dir() else self.default_copies

    @property
    def folder(self) -> Path:
        """Where the copy of the open lesson is."""
        return self.folder_of(self.lesson)

    def folder_of(self, lesson: Lesson) -> Path:
        """Where the copy of a lesson is, or will be."""
        return copies.folder_of(lesson, self.copies)

    def begin(self, exercise: Exercise) -> Path:
        """Its folder, made if it is not there. Raises StartError, UsageError."""
        folder = self.folder
        copies.begin(exercise, folder)
        self.move_copies(folder.parent)
        return folder

    def move_copies(self, folder: Path) -> None:
        """From now on they are there; those that are elsewhere stay. Raises StartError."""

        def set_copies(progress: Progress) -> None:
            progress.copies = str(folder)

        self.default_copies = folder
        if self.progress.copies != str(folder):
            self._keep(set_copies)

    @property
    def minutes(self) -> int:
        """Of the lessons that are done, and count."""
        return sum(lesson.minutes for lesson in self.course.counting if self.done_of(lesson).passed)

    def _keep(self, do: Callable[[Progress], None]) -> None:
        """Change what is in the file now: another terminal may have written there."""
        there, problem = load(self.file)
        self.progress = self.progress if problem or not self.file.exists() else there
        self.notice = problem or self.notice
        do(self.progress)
        keep(self.file, self.progress)


def open_session(course: Course, file: Path, default_copies: Path) -> Session:
    """How far somebody is. Raises StartError where that cannot be read."""
    progress, notice = load(file)
    return Session(course, file, default_copies, progress, notice)
