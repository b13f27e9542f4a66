"""What a lesson looks like: a desk as lines, below a head and above the keys. Pure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from string import ascii_lowercase

from ...base.text import counted
from ...course.conditions import parse_figure
from ...course.figures import Seen
from ...course.lesson import Question
from ...course.progress import Done
from ...course.texts import filled_with, names_in
from ...deck.deck import Slide
from ...showing.panels import Drawing, View
from ...showing.panels.lines import Line, length, plain, screen
from ...showing.panels.style import ALARM, DIM, NONE, REVERSE, STRONG, WEB
from ...showing.panels.view import footer
from .desk import Desk, Phase
from .prose import apart, prose_lines, text_lines
from .visitors import chosen, more_words, visitor_lines

EDGES = 3
"""Rows that are no text: the head, an empty one below it, and the keys."""
RIGHT, WRONG = "that is it", "that is not it"
PASSED, FAILED = "It does.", "Not yet."
PASSED_BEFORE = "You have passed this check."
SOLUTION_THERE = "The solution is in it."


@dataclass(frozen=True)
class Reading:
    """How a page is read just now."""

    typed: str = ""
    """What stands in the line of an answer."""
    top: int = 0
    """The first line of the text that is seen."""
    every_visitor: bool = False
    """Whether all of them are shown."""


def head(desk: Desk, width: int) -> Line:
    """Which lesson it is, and how much of the course is done."""
    lesson, course = desk.lesson, desk.session.course
    line: Line = [
        (" learn ", REVERSE),
        (f"  {course.place(lesson)}   ", NONE),
        (lesson.title, STRONG),
    ]
    minutes = f"{desk.session.minutes} min of {course.minutes} done "
    spare = width - length(line) - len(minutes)
    return [*line, (" " * spare + minutes, DIM)] if spare >= 2 else line


def page(desk: Desk, view: View, reading: Reading) -> tuple[Drawing, int]:
    """The desk on a screen, and the first line of its text that is seen: no further down than there is text."""
    lines = BODIES[desk.phase](desk, view.width, reading)
    return scrolled(head(desk, view.width), lines, view, reading.top)


def scrolled(top_line: Line, lines: Sequence[Line], view: View, top: int) -> tuple[Drawing, int]:
    """A text from its line `top` on, and that number; what is above and below is told at the edges."""
    rows = max(1, view.height - EDGES)
    top = max(0, min(top, len(lines) - rows))
    shown, below = list(lines[top : top + rows]), len(lines) - top - rows
    between = plain(f" ▲ {counted(top, 'line')} above: up", DIM) if top else []
    if below > 0:
        shown[-1] = plain(f" ▼ {below + 1} more lines: space, or down", DIM)
    return screen([top_line, between, *shown], footer(view), view.width, view.height), top


def question_body(desk: Desk, width: int, reading: Reading) -> list[Line]:
    """What is asked, and the line of the answer."""
    question = desk.question
    ask: Line = [(" your answer: ", DIM), (reading.typed, STRONG), ("█", NONE), (f" {question.unit}", DIM)]
    return apart([*asked(question, width), [ask], note_lines(desk, width)])


def asked(question: Question, width: int) -> Iterator[list[Line]]:
    """The question, and what can be chosen."""
    yield prose_lines(question.slide, width)
    yield [line for text in choices(question) for line in text_lines(text, width)]


def choices(question: Question) -> list[str]:
    """`a  faster`, a line each."""
    return [f"{letter}  {choice.words}" for letter, choice in zip(ascii_lowercase, question.choices, strict=False)]


def running_body(desk: Desk, width: int, reading: Reading) -> list[Line]:
    """In a line, what runs; the panels are another picture."""
    words = desk.trial.words if desk.trial is not None else "starting"
    what = "checking your copy" if desk.phase is Phase.CHECKING else "running"
    return apart([text_lines(f"{what}: {words}", width), note_lines(desk, width)])


def answered_body(desk: Desk, width: int, reading: Reading) -> list[Line]:
    """What was said beside what was measured, visitor by visitor, and why."""
    question = desk.question
    blocks = [prose_lines(question.slide, width), said_lines(desk.done, width), note_lines(desk, width)]
    if desk.seen:
        blocks += seen_blocks(question, desk.seen, width, every=reading.every_visitor)
    return apart([*blocks, *(prose_lines(slide, width) for slide in explanations(desk))])


def said_lines(done: Done, width: int) -> list[Line]:
    """`you said 0.01 s   measured 1.1 s   that is not it`, on a line, or each on its own."""
    parts: list[Line] = [
        [(" you said ", DIM), (done.said, STRONG)],
        [(" measured ", DIM), (done.measured, WEB if done.right else ALARM)],
        [(f" {RIGHT if done.right else WRONG}", STRONG)],
    ]
    one: Line = [part for line in parts for part in [*line, ("  ", NONE)]]
    return [one] if length(one) <= width else parts


def explanations(desk: Desk) -> Iterator[Slide]:
    """What is told when something has run, with the figures of that run."""
    figures = desk.done.figures
    yield from (filled_with(slide, figures) for slide in desk.told if figures.keys() >= {*names_in(slide)})


def seen_blocks(question: Question, seen: Sequence[Seen], width: int, *, every: bool) -> Iterator[list[Line]]:
    """The visitors of each run; of many, the first, with whoever was asked about."""
    asked_about = [visitor_of(question, number) for number, _ in enumerate(seen, 1)]
    waits = [each.waits(question.right) for each in seen]
    shown = [all_ if every else chosen(all_, asked) for all_, asked in zip(waits, asked_about, strict=True)]
    beside = [visit for visits in shown for visit in visits]
    for each, all_, visits, asked in zip(seen, waits, shown, asked_about, strict=True):
        name = [plain(f" {run_words(question, each)}", STRONG)] if len(seen) > 1 or is_about_mails(question) else []
        more = more_words(all_, visits)
        rest = text_lines(f"{more}: v shows all", width, DIM) if more else []
        yield [*name, *visitor_lines(visits, width, asked, beside), *rest]


def has_more_visitors(desk: Desk) -> bool:
    """Whether some are left out where not all are asked for."""
    if not desk.seen:
        return False
    runs = [each.waits(desk.question.right) for each in desk.seen]
    return any(len(chosen(visits, visitor_of(desk.question, run))) < len(visits) for run, visits in enumerate(runs, 1))


def run_words(question: Question, seen: Seen) -> str:
    """What a run is called above its visitors, and what their waits are for where that is no page."""
    answered = f"{seen.row.label}: {seen.answered} of {seen.row.visitors} answered"
    return f"{answered}; how long until the mail of each was out" if is_about_mails(question) else answered


def is_about_mails(question: Question) -> bool:
    """Whether it asks for the wait of the quick work, and not for that of the page."""
    return question.right.startswith("mail ")


def visitor_of(question: Question, run: int) -> int:
    """The number of the visitor that was asked about, in that run; 0 for none."""
    figure = parse_figure(question.right) if question.right else None
    return figure.argument if figure is not None and figure.run == run else 0


def exercise_body(desk: Desk, width: int, reading: Reading) -> list[Line]:
    """What is to be done, and where; what was found last comes first."""
    exercise = desk.exercise
    done = [prose_lines(desk.learned, width)] if desk.learned is not None else []
    hints = [hint_lines(number, slide, width) for number, slide in enumerate(desk.hints, 1)]
    return apart(
        [
            verdict_lines(desk, width),
            note_lines(desk, width),
            *done,
            *reversed(hints),
            prose_lines(exercise.slide, width),
            place_lines(desk, exercise.opens, width),
            text_lines(f"{tries_text(desk)}{question_text(desk)}", width, DIM),
        ]
    )


def hint_lines(number: int, slide: Slide, width: int) -> list[Line]:
    """A hint under its number."""
    return [plain(f" hint {number}", STRONG), *prose_lines(slide, width)]


def verdict_lines(desk: Desk, width: int) -> list[Line]:
    """What the last check has come to; of one of another day, that it was passed."""
    verdict = desk.verdict
    if verdict is None:
        return [plain(f" {PASSED_BEFORE}", WEB)] if desk.done.passed else []
    first = plain(f" {PASSED}", WEB) if verdict.passed else plain(f" {FAILED}", ALARM)
    return [first, *(line for words in verdict.words for line in text_lines(words, width))]


def place_lines(desk: Desk, opens: str, width: int) -> list[Line]:
    """Where the copy is, and whether the solution is in it."""
    there = [*text_lines(SOLUTION_THERE, width, "bold")] if desk.holds_solution else []
    return [*text_lines(f"your copy: {desk.session.folder}", width), *there, *text_lines(f"begin with: {opens}", width)]


def tries_text(desk: Desk) -> str:
    """How often something was tried, and what there is of hints."""
    done, hints = desk.done, len(desk.lesson.hints)
    waiting = "" if done.hints >= min(hints, done.tries) else ", one waits: h"
    return f"tries: {done.tries}   hints: {done.hints} of {hints}{waiting}"


def question_text(desk: Desk) -> str:
    """How the question is read again, if there was one."""
    return "   the question again: u" if desk.done.measured else ""


def note_lines(desk: Desk, width: int) -> list[Line]:
    """What has to be told."""
    return text_lines(desk.note, width, "bold") if desk.note else []


BODIES: dict[Phase, Callable[[Desk, int, Reading], list[Line]]] = {
    Phase.QUESTION: question_body,
    Phase.RUNNING: running_body,
    Phase.ANSWERED: answered_body,
    Phase.EXERCISE: exercise_body,
    Phase.CHECKING: running_body,
    Phase.CHECKED: exercise_body,
}
