"""Whether a copy does what it should, in words."""

from dataclasses import replace
from pathlib import Path

import pytest

from asyncdemo.base.histogram import bucket
from asyncdemo.course.conditions import parse_condition
from asyncdemo.course.figures import Seen
from asyncdemo.course.lesson import Exercise
from asyncdemo.course.verdicts import Verdict, judge_copy, machine_problem, spread
from asyncdemo.course.visits import CALLED
from asyncdemo.events import events as e
from asyncdemo.stages.catalogue import STAGES
from tests.loads import counted, load_of

from .lessons import events, hello, lesson, notification, seen


@pytest.fixture
def exercise(tmp_path: Path) -> Exercise:
    found = lesson(tmp_path).exercise
    assert found is not None
    return found


def loaded(*more: e.Event, waits: tuple[float, ...] = (0.002, 0.002, 0.002, 0.002, 0.11), how: str = "200") -> Seen:
    """The run of the other tests, with what its load has seen of it."""
    visitors = [(number / 10, wait, how) for number, wait in enumerate(waits)]
    load = list(load_of(visitors, 0.5, 1.0, speed=10.0))
    rest = [event for event in events() if not isinstance(event, (e.LoadStarted, e.Stopping))]
    return seen([*rest, *load, *more, events()[-1]])


def verdict(exercise: Exercise, shown: Seen, *conditions: str) -> Verdict:
    return judge_copy(replace(exercise, conditions=tuple(map(parse_condition, conditions))), shown)


def test_all_that_is_asked_for_is_told(exercise: Exercise) -> None:
    assert verdict(exercise, loaded(), "answered >= 100%", "delivered >= 4", "twice = 0") == Verdict(
        True, ("5 of 5 answered", "4 of 5 notifications delivered", "nothing was done twice")
    )


def test_who_waited_is_told_with_whom_he_waited_for(exercise: Exercise) -> None:
    told = verdict(exercise, loaded(), "page p95 < 0.5")
    assert not told.passed
    assert told.words[0].endswith(
        "1 visitor waited for more than 1.0 s "
        "(number 5, Linus: 1.1 s, behind Ada's notification, in slot 1 until 5.0 s); "
        "95 % should have it in less than 0.50 s"
    )


def test_what_is_missing_is_told_with_what_there_should_be(exercise: Exercise) -> None:
    told = verdict(exercise, loaded(), "delivered >= 100%")
    assert told == Verdict(False, ("4 of 5 notifications delivered; it should be at least 5",))


def test_errors_are_told_by_what_they_are(exercise: Exercise) -> None:
    told = verdict(exercise, loaded(how="500"), "answered >= 100%")
    assert told == Verdict(False, ("0 of 5 answered (5 x 500); it should be at least 5",))


def test_who_is_sent_elsewhere_has_not_got_the_page(exercise: Exercise) -> None:
    """A view that redirects to itself has answered nobody."""
    told = verdict(exercise, loaded(how="302"), "answered >= 100%", "errors = 0")
    assert told.words == ("0 of 5 answered (5 x 302); it should be at least 5", "errors: 5; it should be 0")


def test_what_a_server_has_answered_by_itself_is_told_in_its_words(exercise: Exercise) -> None:
    """The most frequent first, and two at the most; not what it said before the load, nor where all is right."""

    def refused(t: float, reason: str) -> e.Answered:
        return e.Answered(t=t, process="web.1", id=f"r{t}", status=503, total_s=0.1, problem="layer", reason=reason)

    said = [
        refused(1.5, "Full."),
        refused(1.6, "No\x1b answer."),
        refused(1.7, "No\x1b answer."),
        refused(0.5, "Cold."),
    ]
    shown = loaded(*said, how="503")
    told = verdict(exercise, shown, "answered >= 100%")
    assert told.words[1:] == ("2 x 503: No\N{REPLACEMENT CHARACTER} answer.", "1 x 503: Full.")
    assert len(verdict(exercise, loaded(*said, refused(1.8, "Away.")), "waited = 0").words) == 3
    assert verdict(exercise, shown, "visitors >= 1").words == ("visitors: 5",)


@pytest.mark.parametrize(
    ("done", "words"),
    [
        (20, "half within 0.50 s, 95 % within 23.0 s"),
        (19, "half within 0.50 s, 95 % within 23.0 s"),
        (18, "half within 0.50 s, 95 % not within 23.0 s"),
        (9, "half not within 0.50 s, 95 % not within 23.0 s"),
        (0, "nobody has it"),
    ],
)
def test_who_still_waits_has_not_got_it_within_his_wait(done: int, words: str) -> None:
    assert spread(0.5, 23.0, done, 20) == words


def test_a_page_that_nobody_has_took_no_time_at_all(exercise: Exercise) -> None:
    told = verdict(exercise, loaded(how="500"), "page p95 < 0.5")
    assert told.words[0].startswith("the page: nobody has it")
    assert "0.000 s" not in told.words[0]


def test_it_is_said_who_had_what_in_hand(exercise: Exercise) -> None:
    told = verdict(exercise, loaded(), "takers <= 4", "workers <= 3")
    assert told == Verdict(
        False,
        ("4 workers had work in hand", "4 workers had pages or notifications in hand; it should be at the most 3"),
    )


def test_what_was_done_twice_is_told(exercise: Exercise) -> None:
    told = verdict(exercise, loaded(*notification(0, 1.6, 0.1, 2)), "twice = 0")
    assert told == Verdict(False, ("done twice: Hello, Ada!; it should be 0",))


def test_what_was_sent_in_place_of_what_is_counted_is_told(exercise: Exercise) -> None:
    """It has been delivered, and none of the visitors is told that."""
    other = e.CallDelivered(t=1.7, process="web.1", id="n9", text="Dear\x1b Linus", worker="slot 1")
    told = verdict(exercise, loaded(other), "delivered >= 100%")
    assert told.words == (
        "4 of 5 notifications delivered (in place of 'Hello, Linus!' came 'Dear\N{REPLACEMENT CHARACTER} Linus'); "
        "it should be at least 5",
    )


def test_one_limit_after_the_other_fails(exercise: Exercise) -> None:
    """One that holds does not make up for one that does not."""
    assert not verdict(exercise, loaded(), "answered >= 100%", "page p50 < 0.001").passed
    assert not verdict(exercise, loaded(), "page p50 < 0.001", "answered >= 100%").passed


def test_what_was_done_twice_is_named_up_to_three(exercise: Exercise) -> None:
    again = [event for number in range(4) for event in notification(number, 1.3, 0.1, 2)]
    told = verdict(exercise, loaded(*again), "twice = 0")
    assert told.words == ("done twice: Hello, Ada!, Hello, Grace!, Hello, Alan!; it should be 0",)


@pytest.mark.parametrize(
    ("waits", "words"),
    [
        ((0.002, 0.002, 0.002, 0.002, 5.0), "4 of 5 answered (1 still waits)"),
        ((0.002, 0.002, 0.002, 5.0, 5.0), "3 of 5 answered (2 still wait)"),
    ],
)
def test_who_still_waits_is_counted(exercise: Exercise, waits: tuple[float, ...], words: str) -> None:
    told = verdict(exercise, loaded(waits=waits), "answered >= 100%")
    assert told.words == (f"{words}; it should be at least 5",)


def test_how_long_the_page_took_has_two_figures(exercise: Exercise) -> None:
    """Each with what should be true of it; nobody is named where none has waited for long."""
    fast = [hello(f"h{number}", 1.0 + number / 10, 0.002, slot=number + 1) for number in range(5)]
    visits = [event for each in fast for event in each]
    load = list(load_of([(number / 10, 0.002, "200") for number in range(5)], 0.5, 1.0, speed=10.0))
    shown = seen([events()[0], *visits, *load, events()[-1]])
    told = verdict(exercise, shown, "page p50 < 0.001", "page p95 < 0.5")
    assert told.words == (
        "the page: half within 0.020 s, 95 % within 0.020 s; half should have it in less than 0.001 s",
        "the page: half within 0.020 s, 95 % within 0.020 s",
    )
    assert (
        verdict(exercise, loaded(), "page p95 < 0.5")
        .words[0]
        .startswith("the page: half within 0.020 s, 95 % within 1.1 s; 1 visitor waited")
    )


def test_a_mail_is_told_by_its_own_figures(exercise: Exercise) -> None:
    """Of those that are sent, and those that are to be."""
    text = "A new password for {}."
    mails = [
        e.CallDelivered(t=1.2 + number / 10, process="worker.1", id=f"m{number}", text=text.format(CALLED[number]))
        for number in range(3)
    ]
    today = replace(exercise, stage=STAGES["today"])
    told = verdict(today, loaded(*mails), "mails >= 100%", "mail p50 < 1", "mail p95 < 8", "delivered >= 1")
    took = "the mail: half within 2.0 s, 95 % not within 7.0 s"
    assert told.words == (
        "3 of 5 mails sent; it should be at least 5",
        f"{took}; half should have it in less than 1.0 s",
        took,
        "4 of 5 notifications delivered",
    )


@pytest.mark.parametrize(("late_s", "busy"), [(0.01, False), (0.09, False), (0.5, True)])
def test_a_machine_that_was_too_busy_is_told(late_s: float, busy: bool) -> None:
    """Nine in ten visitors must have left in time."""
    late = e.LoadTold(t=1.9, process="load.1", number=9, scheduled=20, sent=20, lag=[(bucket(late_s), 20)])
    assert bool(machine_problem([loaded(late)])) is busy
    told = machine_problem([loaded(), loaded(late)])
    assert ("visitors came" in told) is busy, "of several, the one that was latest"


@pytest.mark.parametrize(("page_s", "fits", "busy"), [(9.0, True, False), (0.09, False, False), (0.11, False, True)])
def test_what_should_not_come_out_may_be_the_machines(page_s: float, fits: bool, busy: bool) -> None:
    """A load leaves in time where no worker has any: what has to be computed tells it."""
    slow = loaded()
    slow = replace(slow, outcome=replace(slow.outcome, row=replace(slow.row, reference=counted(*[page_s] * 20))))
    told = machine_problem([loaded(), slow], fits=fits)
    assert bool(told) is busy
    assert not busy or told.startswith("This machine was too busy: a page with nothing to wait for took")


def test_a_load_that_is_a_little_late_is_a_doubt() -> None:
    """But none of what has come out as it should."""
    late = [loaded(e.LoadTold(t=1.9, process="load.1", number=9, scheduled=20, sent=20, lag=[(bucket(0.05), 20)]))]
    assert machine_problem(late, fits=False)
    assert not machine_problem(late)
