"""`asyncdemo learn` and its commands: what each prints, asks or opens."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from ...base.errors import UsageError
from ...base.output import Output, say
from ...course import copies
from ...course.lesson import OPTIONAL, Exercise, Lesson
from ...course.progress import progress_file
from ...course.reading import LESSONS, read_course
from ...showing.terminal import in_terminal
from .desk import Desk, looked
from .learn_screen import LearnScreen
from .plain import PlainLesson, from_stdin
from .prose import plain_text
from .session import Session, open_session


def session_of(course: Path | None = None, copies_in: Path | None = None) -> Session:
    """How far somebody is in the course, or in that of a folder. Raises AsyncdemoError where it cannot be read."""
    if course is not None and not course.is_dir():
        raise UsageError(f"{course} is no folder. Type one that has lessons in it, like 01-the-second-visitor.")
    file = progress_file()
    session = open_session(read_course(course or LESSONS), file, file.parent / "copies")
    if copies_in is not None:
        copies.make_room(copies_in)
        session.move_copies(copies_in.absolute())
    return session


def open_lesson(session: Session, plain: bool) -> int:
    """The lesson that is next, on a screen or as lines, until somebody leaves: the exit code."""
    desk = Desk(session)
    desk.open()
    desk.note = desk.note or session.notice
    live = in_terminal() and not plain
    code = LearnScreen(desk).play() if live else PlainLesson(desk, from_stdin).play()
    lesson = session.lesson
    Output(lambda: None).line(f"kept: lesson {lesson.number}, {lesson.title}; go on with: asyncdemo learn")
    return code


def go(session: Session, number: int, *, solved: bool, sure: bool) -> bool:
    """Open a lesson next, `solved` with the solution in its copy: whether somebody has agreed to what that overwrites.

    Raises UsageError for a lesson that is not there, or has nothing to solve.
    """
    session.go(number)
    if not solved:
        return True
    exercise = exercise_of(session.lesson)
    folder = session.begin(exercise)
    changed = copies.differing(copies.beginning(exercise, folder), folder)
    lost = [name for name in copies.differing(copies.solved(exercise, folder), folder) if name in changed]
    if lost and not agreed(folder, lost, sure):
        return False
    copies.solve(exercise, folder)
    session.change(looked)
    say(f"{folder}: the solution of lesson {number} is in it")
    return True


def step(session: Session, by: int) -> None:
    """Open the next lesson, or the one before. Raises UsageError where there is none."""
    lesson = session.beside(by)
    if lesson is None:
        here = session.lesson.number
        raise UsageError(f"Lesson {here} is the {'last' if by > 0 else 'first'}. All of them: asyncdemo learn list")
    session.go(lesson.number)


def print_list(session: Session) -> int:
    """All lessons, what was done of them, and which is next."""
    for lesson in session.course.lessons:
        here = ">" if lesson is session.lesson else " "
        track = "  fast track" if lesson.fast else f"  {OPTIONAL}" if lesson.optional else ""
        say(f"{here} {lesson.number:2}  {lesson.minutes:2} min  {state_of(session, lesson):<9} {lesson.title}{track}")
    say(f"{session.minutes} min of {session.course.minutes} are done. > is opened by: asyncdemo learn")
    if any(lesson.fast for lesson in session.course.lessons):
        say("fast track: enough for whoever knows queues already, by: asyncdemo learn goto N")
    return 0


def state_of(session: Session, lesson: Lesson) -> str:
    """What was done of a lesson, in a word."""
    done = session.done_of(lesson)
    if done.passed:
        return "done"
    return "tried" if done.tries else "answered" if done.said else ""


def check(session: Session) -> int:
    """Check the copy of the open lesson once, and say what came of it: 0 where it does what it should, else 1.

    Raises UsageError where there is nothing to change.
    """
    exercise_of(session.lesson)
    return PlainLesson(Desk(session), from_stdin).check()


def print_hint(session: Session) -> int:
    """The next hint: the exit code. Raises UsageError where there is none, or none yet."""
    exercise_of(session.lesson)
    say(plain_text(Desk(session).hint(), 80))
    return 0


def reset(session: Session, number: int, sure: bool) -> int:
    """Make the copy of a lesson as it began, having said what that overwrites: the exit code."""
    lesson = session.numbered(number)
    exercise, folder = exercise_of(lesson), session.folder_of(lesson)
    lost = copies.differing(copies.beginning(exercise, folder), folder)
    if not lost:
        say(f"{folder} is as it began.")
        return 0
    if folder.exists() and not agreed(folder, lost, sure):
        return 1
    copies.reset(exercise, folder)
    say(f"{folder} is as it began.")
    return 0


def agreed(folder: Path, lost: list[str], sure: bool) -> bool:
    """Whether these files may be overwritten: somebody is `sure`, or is asked. Raises UsageError where nobody is."""
    say(f"In {folder}, this is lost: {', '.join(lost)}")
    if sure:
        return True
    if sys.stdin is None or not sys.stdin.isatty():
        raise UsageError("Nothing was overwritten. If that may be lost, add --yes.")
    say("Go on? y yes, others no")
    if from_stdin().strip().lower() in ("y", "yes"):
        return True
    say("Nothing was overwritten.")
    return False


def print_status(session: Session, as_json: bool) -> int:
    """How far somebody is: the exit code."""
    if as_json:
        say(json.dumps(status(session), indent=1))
        return 0
    lesson = session.lesson
    passed = [session.done_of(each).passed for each in session.course.counting]
    say(f"lesson {lesson.number}, {lesson.title}; {sum(passed)} of {len(passed)} done")
    say(f"{session.minutes} min of {session.course.minutes} are done")
    say(f"kept in {session.file}; copies in {session.copies}")
    return 0


def status(session: Session) -> dict[str, object]:
    """How far somebody is, as JSON has it: times in minutes."""
    lesson = session.lesson
    return {
        "kind": "Learn",
        "lesson": lesson.number,
        "name": lesson.name,
        "minutes": session.minutes,
        "of_minutes": session.course.minutes,
        "file": str(session.file),
        "copies": str(session.copies),
        "lessons": [*lessons_status(session)],
    }


def lessons_status(session: Session) -> Iterator[dict[str, object]]:
    """What was done of each lesson."""
    for lesson in session.course.lessons:
        facts = {"number": lesson.number, "name": lesson.name, "title": lesson.title, "minutes": lesson.minutes}
        yield {**facts, "fast": lesson.fast, "optional": lesson.optional, **asdict(session.done_of(lesson))}


def exercise_of(lesson: Lesson) -> Exercise:
    """What is to be changed in a lesson. Raises UsageError where nothing is."""
    exercise = lesson.exercise
    if exercise is None:
        raise UsageError(f"In lesson {lesson.number} there is nothing to change. Try: asyncdemo learn list")
    return exercise
