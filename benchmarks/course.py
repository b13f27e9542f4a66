"""Whether the course is right on a machine that has busy loops beside it: false passes, false fails and false answers.

    python -m benchmarks.course --repeats 30 --lessons 4 8 11 12 14 --others 5 [--jobs 2] [--busy 2] [--smoke] [--write]

A false pass is a start or a typical wrong change that passes, a false fail a solution that does not. The wrong copies
of a lesson take turns, the beginning among them. A false answer is what people typically say and is right by a run of
the lesson's question. What says that the machine was too busy is none of these, and is counted. So many lessons side by
side as there are jobs, which makes the machine busier still. Aim: none of the three.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory

from asyncdemo.course.copies import beginning, over, put, solved
from asyncdemo.course.lesson import Exercise, Lesson
from asyncdemo.course.predictions import is_as_taught
from asyncdemo.course.reading import read_course
from asyncdemo.features.learn.trials import BusyMachineError, play_check, play_question

from .report import write_results

LOOP = "import os\nparent = os.getppid()\nwhile os.getppid() == parent: pass"
"""It ends with whoever wanted it, however that ends."""


@dataclass
class Count:
    """What came of one lesson's checks."""

    lesson: Lesson
    solutions: int = 0
    wrongs: int = 0
    false_fails: list[str] = field(default_factory=list)
    false_passes: list[str] = field(default_factory=list)
    answers: int = 0
    false_answers: int = 0
    too_busy: int = 0
    seconds: list[float] = field(default_factory=list)

    @property
    def row(self) -> str:
        """Of the table."""
        checks = f"{self.solutions} | {len(self.false_fails)} | {self.wrongs} | {len(self.false_passes)}"
        checks += f" | {self.answers} | {self.false_answers}"
        longest = max(self.seconds, default=0.0)
        return f"| {self.lesson.number} {self.lesson.title} | {checks} | {self.too_busy} | {longest:.1f} s |"


@contextmanager
def busy_loops(count: int) -> Iterator[None]:
    """So many processes that do nothing, as fast as they can. Each has a session of its own, as what is run has: a
    system that shares its processors among sessions gives each loop as much as it gives one of those."""
    loops = [subprocess.Popen([sys.executable, "-c", LOOP], start_new_session=True) for _ in range(count)]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


def measured(lesson: Lesson, repeats: int) -> Count:
    """Its solution and a wrong copy, so many times, in turn."""
    exercise, count = lesson.exercise, Count(lesson)
    assert exercise is not None
    for name, files in islice(cycle(wrong_copies(exercise).items()), repeats):
        verdict = checked(exercise, solved(exercise, Path("copy")), count)
        count.solutions += verdict is not None
        if verdict is not None and not verdict[0]:
            count.false_fails.append(verdict[1])
        verdict = checked(exercise, files, count)
        count.wrongs += verdict is not None
        if verdict is not None and verdict[0]:
            count.false_passes.append(f"{name}: {verdict[1]}")
        answer(lesson, count)
        print(count.row, file=sys.stderr, flush=True)
    return count


def answer(lesson: Lesson, count: Count) -> None:
    """Run what its question is about, if it has one."""
    if lesson.question is None:
        return
    try:
        seen = play_question(lesson.question)
    except BusyMachineError:
        count.too_busy += 1
        return
    count.answers += 1
    count.false_answers += not is_as_taught(lesson.question, seen)


def wrong_copies(exercise: Exercise) -> dict[str, Mapping[str, bytes]]:
    """What must not pass, by its name."""
    began = beginning(exercise, Path("copy"))
    return {"start": began} | {wrong.name: over(began, wrong.files) for wrong in exercise.wrong}


def checked(exercise: Exercise, files: Mapping[str, bytes], count: Count) -> tuple[bool, str] | None:
    """Whether a copy passes, and the words; None where the machine was too busy to tell."""
    with TemporaryDirectory(prefix="asyncdemo-benchmark-") as made:
        folder, began = Path(made) / "copy", time.monotonic()
        put(files, folder)
        try:
            verdict = play_check(exercise, folder)
        except BusyMachineError:
            count.too_busy += 1
            return None
        count.seconds.append(time.monotonic() - began)
        return verdict.passed, "; ".join(verdict.words)


def result(counts: list[Count], busy: int) -> str:
    """The table, and what was wrong, in words."""
    checked = "solutions | false fails | wrong copies | false passes"
    head = f"| lesson | {checked} | questions | false answers | too busy | the longest check |"
    lines = [f"Beside {busy} busy loops:\n", head, "|---" * 9 + "|", *(count.row for count in counts)]
    fails, passes = sum(len(each.false_fails) for each in counts), sum(len(each.false_passes) for each in counts)
    checks = sum(each.solutions + each.wrongs for each in counts)
    answers, false = sum(each.answers for each in counts), sum(each.false_answers for each in counts)
    lines.append(f"\n- {checks} checks: {fails} false fails, {passes} false passes; aim 0 and 0")
    lines.append(f"- {answers} questions: {false} false answers; aim 0")
    for each in counts:
        lines += [f"- lesson {each.lesson.number}: {words}" for words in (*each.false_fails, *each.false_passes)]
    return "\n".join(lines)


def parsed() -> argparse.Namespace:
    """What was typed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.course")
    parser.add_argument("--repeats", type=int, default=30)
    parser.add_argument("--lessons", type=int, nargs="*", default=[4, 8, 11, 12, 14])
    parser.add_argument("--others", type=int, default=0, help="so many repeats of the other lessons with an exercise")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--busy", type=int, default=2, help="so many loops that never wait, beside what is checked")
    parser.add_argument("--smoke", action="store_true", help="one repeat of one lesson: does it run at all?")
    parser.add_argument("--write", action="store_true", help="write the result into RESULTS.md")
    return parser.parse_args()


def main() -> None:
    """Measure, print, and write if that is asked for."""
    typed = parsed()
    if typed.smoke:
        typed.repeats, typed.lessons, typed.others = 1, [8], 0
    lessons = [lesson for lesson in read_course().lessons if lesson.exercise is not None]
    wanted = [(lesson, typed.repeats if lesson.number in typed.lessons else typed.others) for lesson in lessons]
    with busy_loops(typed.busy), ThreadPoolExecutor(typed.jobs) as pool:
        counts = list(pool.map(lambda each: measured(*each), [each for each in wanted if each[1]]))
    text = result(counts, typed.busy)
    print(text)
    if typed.write:
        write_results("course", text, [argument for argument in sys.argv[1:] if argument != "--write"] + ["--write"])


if __name__ == "__main__":
    main()
