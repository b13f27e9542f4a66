"""Whether what was changed does what it should: by what its visitors and notifications have experienced. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import inf

from ..base.durations import seconds_text
from ..base.histogram import Histogram, at_least
from ..base.text import counted, printable, wait
from ..events import events as e
from ..events.stage import Task
from .conditions import Condition
from .figures import Seen, percentile
from .lesson import Exercise
from .visits import OWN_CALL, Visit

LATE_S = 0.1
"""On the wall: a machine that lets so many of a load's requests leave later than this tells nothing of a project."""
DOUBT_S = 0.03
"""On the wall: where they leave so much later, what should not have come out may be the machine's, …"""
DOUBT_PAGE_S = 0.1
"""… and where a page with nothing to wait for takes so long: 0.02 s where it is alone."""
LATE_PERCENT = 90
REASONS = 2
"""So many are told of why a server has answered by itself."""


@dataclass(frozen=True)
class Verdict:
    """What came of a check."""

    passed: bool
    words: tuple[str, ...]
    """A sentence each: what was right, then what was not."""


def judge_copy(exercise: Exercise, seen: Seen) -> Verdict:
    """Every condition of the exercise, in words. What the copy began as says what it prints."""
    seen = replace(seen, stage=exercise.stage)
    kept = [condition.holds([seen]) for condition in exercise.conditions]
    words = [sentence(condition, seen, held=held) for condition, held in zip(exercise.conditions, kept, strict=True)]
    words += () if all(kept) else refusals(seen)
    return Verdict(all(kept), tuple(dict.fromkeys(words)))


def refusals(seen: Seen) -> list[str]:
    """What the server itself has said to visitors, most often first: `12 x 503: The channel layer does not answer`."""
    answers = (event for event in seen.story.events if isinstance(event, e.Answered) and event.t >= seen.story.begin)
    said = Counter((event.status, event.reason) for event in answers if event.reason)
    return [f"{count} x {status}: {printable(reason, 300)}" for (status, reason), count in said.most_common(REASONS)]


def sentence(condition: Condition, seen: Seen, *, held: bool) -> str:
    """`60 of 60 answered`; `9 waited behind a notification (the fifth: 1.1 s, behind Ada's)`."""
    words = WORDS.get(condition.figure.name.partition(" p")[0])
    told = words(seen) if words is not None else f"{condition.figure.name}: {condition.figure.in_words([seen])}"
    if held:
        return told
    return f"{told}; {needed(condition, condition.bound([seen]))}"


def needed(condition: Condition, limit: float) -> str:
    """What should have been true: `95 % should have it in less than 0.50 s`, `it should be at least 6`."""
    name, _, part = condition.figure.name.partition(" p")
    relation = RELATIONS[condition.relation]
    if part and name in WORDS:
        return f"{'half' if part == '50' else f'{part} %'} should have it in {relation} {seconds_text(limit)}"
    return f"it should be {relation} {limit:g}".replace("  ", " ")


RELATIONS = {"<": "less than", "<=": "at the most", ">": "more than", ">=": "at least", "=": ""}


def answered_text(seen: Seen) -> str:
    """Who got the page."""
    row = seen.row
    ends = [f"{count} x {end}" for end, count in sorted(row.load.ended.items()) if not end.startswith("2")]
    waiting = [f"{row.waiting} still {wait(row.waiting)}"] if row.waiting else []
    others = [*ends, *waiting]
    return f"{seen.answered} of {row.visitors} answered" + (f" ({', '.join(others)})" if others else "")


def page_text(seen: Seen) -> str:
    """How long the page took, and who was in front of those who waited."""
    row = seen.row
    told = f"the page: {spread(row.percentile_s(50), row.percentile_s(95), row.answered, row.answered + row.waiting)}"
    late = [visit for visit in seen.visits if visit.waited_s > row.slow_s]
    if not late:
        return told
    many = counted(len(late), "visitor")
    return f"{told}; {many} waited for more than {seconds_text(row.slow_s)} ({late_text(late[0])})"


def spread(half_s: float, most_s: float, done: int, of: int) -> str:
    """How long something took, or takes: who has waited for so long, and still waits, has not got it within that."""
    if not done:
        return "nobody has it"
    parts = (("half", half_s, 50), ("95 %", most_s, 95))
    return ", ".join(
        f"{words} {'within' if 100 * done >= percent * of else 'not within'} {seconds_text(seconds)}"
        for words, seconds, percent in parts
    )


def late_text(visit: Visit) -> str:
    """One of those who waited."""
    behind = "" if visit.front.startswith(OWN_CALL) else "behind "
    front = f", {behind}{visit.front}" if visit.front else ""
    return f"number {visit.number}, {visit.name}: {seconds_text(visit.waited_s)}{front}"


def delivered_text(seen: Seen) -> str:
    """What became of the notifications."""
    sent = counted(len(seen.visits), "notification")
    return f"{seen.delivered(seen.slow)} of {sent} delivered{stray_text(seen, seen.slow)}"


def stray_text(seen: Seen, task: Task | None) -> str:
    """That something else was sent in place of what is counted: ` (in place of 'Hello, Ada!' came 'Ada')`."""
    late = next((visit for visit in seen.visits if seen.text(task, visit) not in seen.printed), None)
    if late is None or not seen.stray:
        return ""
    return f" (in place of {seen.text(task, late)!r} came {printable(seen.stray[0], 60)!r})"


def mails_text(seen: Seen) -> str:
    """What became of the quick work."""
    quick = seen.stage.quick
    return f"{seen.delivered(quick)} of {len(seen.visits)} mails sent{stray_text(seen, quick)}"


def mail_text(seen: Seen) -> str:
    """How long the quick work took."""
    took, sent = seen.took(seen.stage.quick), seen.delivered(seen.stage.quick)
    return f"the mail: {spread(percentile(took, 50), percentile(took, 95), sent, len(took))}"


def twice_text(seen: Seen) -> str:
    """What was done more than once."""
    again = [text for text, count in seen.printed.items() if count > 1]
    return f"done twice: {', '.join(again[:3])}" if again else "nothing was done twice"


WORDS: dict[str, Callable[[Seen], str]] = {
    "answered": answered_text,
    "page": page_text,
    "delivered": delivered_text,
    "mails": mails_text,
    "mail": mail_text,
    "twice": twice_text,
    "takers": lambda seen: f"{counted(seen.takers, 'worker')} had work in hand",
    "workers": lambda seen: f"{counted(seen.workers, 'worker')} had pages or notifications in hand",
}
"""What a figure says of a run, whatever was asked of it."""


def machine_problem(seen: Sequence[Seen], *, fits: bool = True) -> str:
    """Why this machine was too busy to tell anything by these runs; empty if it was not. What has come out as it should
    (`fits`) is doubted less."""
    late_s, slow_s = (LATE_S, inf) if fits else (DOUBT_S, DOUBT_PAGE_S)
    lag = latest(each.row.load.lag for each in seen)
    page = latest(each.row.reference for each in seen)
    if lag > late_s:
        return f"This machine was too busy: visitors came {seconds_text(lag)} late on the wall (p{LATE_PERCENT})."
    if page > slow_s:
        took = f"{seconds_text(page)} on the wall (p{LATE_PERCENT})"
        return f"This machine was too busy: a page with nothing to wait for took {took}."
    return ""


def latest(told: Iterable[Histogram | None]) -> float:
    """What nine in ten did not exceed, of what took longest; 0.0 where nothing was measured."""
    return max((at_least(each.percentile(LATE_PERCENT)) for each in told if each is not None), default=0.0)
