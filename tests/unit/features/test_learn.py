"""A lesson on the desk: what is asked, said, run and checked, and what is kept of it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from asyncdemo.base.errors import UsageError
from asyncdemo.course.lesson import Course
from asyncdemo.course.progress import Done, load
from asyncdemo.features.learn.desk import LAST, LOCKED, NO_MORE, NO_SOLUTION_YET, Desk, Phase
from asyncdemo.features.learn.learn import lessons_status, print_list, print_status, session_of
from asyncdemo.features.learn.plain import PlainLesson
from asyncdemo.features.learn.session import Session
from asyncdemo.features.learn.trials import TRIES
from asyncdemo.features.learn.watching import Saves
from asyncdemo.running.starting import Interrupted
from tests.unit.features.learners import at_the_copy, desk_in, nothing


def change(desk: Desk, text: str = "# mine\n") -> None:
    """Somebody saves a file."""
    (desk.session.folder / "hello" / "views.py").write_text(text)


def test_what_was_said_is_judged_by_what_was_measured(tmp_path: Path) -> None:
    """And kept, at once."""
    desk = desk_in(tmp_path)
    assert desk.phase is Phase.QUESTION
    with pytest.raises(UsageError, match="'soon' is no time"):
        desk.say("soon")
    desk.say("0.01")
    desk.run(nothing)
    assert desk.phase is Phase.ANSWERED
    assert len(desk.told) == 2
    done = load(tmp_path / "learn.json")[0].lessons["the-fifth"]
    assert (done.right, done.passed, done.measured, done.thinking) == (False, False, "1.1 s", "0.01")
    assert "1.1 s" in done.figures.values()


def test_a_right_answer_is_right(tmp_path: Path) -> None:
    """Near enough."""
    desk = desk_in(tmp_path)
    desk.say("1")
    desk.run(nothing)
    assert desk.done.right


def test_a_lesson_without_a_copy_is_done_when_it_is_answered(tmp_path: Path) -> None:
    """It goes on when it is asked to, and stays at the last one."""
    desk = at_the_copy(tmp_path)
    desk.next()
    assert (desk.lesson.number, desk.phase) == (6, Phase.QUESTION)
    desk.say("b")
    desk.run(nothing)
    assert (desk.done.passed, desk.done.right, desk.done.said) == (True, False, "slow")
    desk.next()
    assert (desk.lesson.number, desk.note) == (6, LAST)
    desk.back()
    assert (desk.lesson.number, desk.phase) == (5, Phase.EXERCISE)


def test_a_run_that_is_stopped_leaves_the_answer_where_it_was(tmp_path: Path) -> None:
    """Nothing is kept of it."""
    desk = desk_in(tmp_path, interrupted=True)
    desk.say("0.01")
    with pytest.raises(Interrupted):
        desk.run(nothing)
    assert (desk.phase, desk.done.said) == (Phase.QUESTION, "")


def test_what_is_about_to_run_is_stopped_too(tmp_path: Path) -> None:
    """Whoever asks for the end while tables are made, or between two tries, has it."""
    desk = desk_in(tmp_path, late=[1.0, 0.0])
    desk.on_busy = lambda words: desk.stop(0)
    desk.say("1")
    with pytest.raises(Interrupted):
        desk.run(nothing)
    assert (desk.phase, desk.done.said) == (Phase.QUESTION, "")
    desk.run(nothing)
    assert desk.phase is Phase.ANSWERED


def test_a_run_that_fails_is_told(tmp_path: Path) -> None:
    """And can be asked for again."""
    desk = desk_in(tmp_path, problem="Port 8000 is taken.")
    desk.say("0.01")
    desk.run(nothing)
    assert (desk.phase, desk.note, desk.done.said) == (Phase.QUESTION, "Port 8000 is taken.", "")


def test_a_busy_machine_is_told_and_tried_again(tmp_path: Path) -> None:
    """Nothing is judged by such a run."""
    told: list[str] = []
    desk = desk_in(tmp_path, late=[1.0, 1.0, 0.0])
    desk.on_busy = told.append
    desk.say("1")
    desk.run(nothing)
    assert len(told) == TRIES - 1
    assert told[0].startswith("This machine was too busy")
    assert told[0].endswith("Once more.")
    assert (desk.phase, desk.note) == (Phase.ANSWERED, ""), "that it is played once more is over"


def test_what_came_of_a_busy_machine_is_told_in_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The answer and the verdict, each after what was played once more."""
    desk, typed = desk_in(tmp_path, late=[1.0, 0.0, 1.0, 0.0]), iter(["0.01\n", "n\n", "c\n", ""])
    assert PlainLesson(desk, lambda: next(typed)).play() == 0
    asked, answered, checked = capsys.readouterr().out.split("Once more.\n")
    assert "Type your answer" in asked
    assert "You said 0.01" in answered
    assert "Not yet.\n5 of 5 answered" in checked


@pytest.mark.parametrize(("page_s", "late_s", "times"), [(0.5, 0.05, 2), (0.5, 0.01, 1), (0.002, 0.05, 1)])
def test_what_people_wrongly_expect_may_be_the_machines(
    tmp_path: Path, page_s: float, late_s: float, times: int
) -> None:
    """It is played once more on a machine that was a little busy; what comes out then is what is told."""
    desk = at_the_copy(tmp_path)
    desk.next()
    values = {"slow_s": page_s, "last_s": page_s, "late": [late_s], "played": []}
    desk.attempt = type("Busy", (desk.attempt,), values)
    desk.say("b")
    desk.run(nothing)
    assert (desk.phase, desk.done.right) == (Phase.ANSWERED, page_s > 0.1)
    assert len(desk.attempt.played) == times  # type: ignore[attr-defined]


def test_a_machine_that_stays_busy_judges_nothing(tmp_path: Path) -> None:
    """It is said what to do, and the answer stands."""
    desk = desk_in(tmp_path, late=[1.0] * TRIES)
    desk.say("1")
    desk.run(nothing)
    assert desk.phase is Phase.QUESTION
    assert "End what else runs here, and try again." in desk.note
    desk.run(nothing)
    assert desk.phase is Phase.ANSWERED


def test_a_try_is_a_check_of_something_that_was_changed(tmp_path: Path) -> None:
    """Each unlocks a hint; what is checked twice is one."""
    desk = at_the_copy(tmp_path)
    desk.check(nothing)
    with pytest.raises(UsageError, match=LOCKED):
        desk.hint()
    with pytest.raises(UsageError, match=NO_SOLUTION_YET):
        desk.solution()
    assert desk.hints == ()
    change(desk)
    desk.check(nothing)
    desk.check(nothing)
    assert desk.done.tries == 1
    assert (desk.hint(), len(desk.hints)) == (desk.lesson.hints[0], 1)
    with pytest.raises(UsageError, match=NO_MORE):
        desk.hint()
    there, solved = desk.solution()
    assert (there["hello/views.py"], solved["hello/views.py"]) == ("# mine\n", "# solved\n")
    assert desk.done.solved


def test_a_reset_makes_the_copy_as_it_began(tmp_path: Path) -> None:
    """It is no save, and what it overwrites is known."""
    desk = at_the_copy(tmp_path)
    change(desk)
    assert desk.overwritten() == ["hello/views.py"]
    desk.reset()
    assert desk.overwritten() == []
    assert not desk.saved()
    assert not desk.saved()


def test_a_file_that_is_saved_is_seen_once(tmp_path: Path) -> None:
    """When it is no more being written; not what a run leaves."""
    saves = Saves(tmp_path)
    assert not saves.came()
    (tmp_path / "views.py").write_text("1")
    assert [saves.came() for _ in range(3)] == [False, True, False]
    (tmp_path / "db.sqlite3").write_text("1")
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "views.cpython-311.pyc").write_text("1")
    assert [saves.came() for _ in range(3)] == [False, False, False]
    (tmp_path / "views.py").unlink()
    assert [saves.came() for _ in range(3)] == [False, True, False]


def test_two_terminals_write_one_file(tmp_path: Path) -> None:
    """What one has kept, the other does not lose."""
    desk = at_the_copy(tmp_path)
    other = Session(desk.session.course, desk.session.file, tmp_path, load(desk.session.file)[0])
    other.go(6)
    desk.session.change(lambda done: setattr(done, "tries", 7))
    kept = json.loads((tmp_path / "learn.json").read_text())
    assert (kept["at"], kept["lessons"]["the-fifth"]["tries"]) == (6, 7)


def test_minutes_are_those_of_lessons_that_are_done(tmp_path: Path) -> None:
    """Whoever comes late has none of those before behind him."""
    desk = desk_in(tmp_path)
    desk.session.go(6)
    assert desk.session.minutes == 0
    desk.open()
    desk.say("a")
    desk.run(nothing)
    assert desk.session.minutes == 5
    desk.session.go(5)
    assert desk.session.minutes == 5


def test_a_question_is_read_again(tmp_path: Path) -> None:
    """With all that was told, also another day; the copy stays, and what is saved meanwhile is seen."""
    desk = at_the_copy(tmp_path)
    seen = desk.seen
    desk.check(nothing)
    desk.read_question_again()
    assert (desk.phase, desk.seen, len(desk.told)) == (Phase.ANSWERED, seen, 2)
    change(desk)
    assert [desk.saved() for _ in range(2)] == [False, True]
    checked = desk.verdict
    desk.next()
    assert (desk.phase, desk.verdict) == (Phase.CHECKED, checked)
    later = Desk(desk.session)
    later.open()
    later.read_question_again()
    assert (later.phase, later.seen, later.told) == (Phase.ANSWERED, (), desk.told)


def test_each_run_has_panels_of_its_own(tmp_path: Path) -> None:
    """Of the question while it is read, else of the copy, whatever has run last."""
    desk = at_the_copy(tmp_path)
    asked = desk.trial
    desk.check(nothing)
    checked = desk.trial
    assert checked is not asked
    desk.read_question_again()
    assert desk.trial is asked
    desk.run(nothing)
    assert desk.trial not in (asked, checked)
    desk.next()
    assert desk.trial is checked


def test_the_lesson_before_has_its_run_with_it(tmp_path: Path) -> None:
    """Until the course is left: its visitors can be read again."""
    desk = at_the_copy(tmp_path)
    seen = desk.seen
    desk.next()
    assert desk.seen == ()
    desk.back()
    desk.read_question_again()
    assert desk.seen == seen


def test_whether_the_solution_is_in_the_copy(tmp_path: Path) -> None:
    """It is told of one that was looked at, as long as it is there."""
    desk = at_the_copy(tmp_path)
    change(desk)
    desk.check(nothing)
    desk.solution()
    assert not desk.holds_solution
    change(desk, "# solved\n")
    desk.check(nothing)
    assert desk.holds_solution
    desk.reset()
    assert not desk.holds_solution


def test_a_lesson_that_is_gone_opens_the_nearest(tmp_path: Path) -> None:
    """A course that has become shorter, and one that begins later."""
    desk = desk_in(tmp_path)
    desk.session.progress.at = 99
    assert desk.lesson.number == 6
    desk.session.progress.at = 1
    assert desk.lesson.number == 5


def test_a_lesson_for_where_there_is_time_does_not_count(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It can be opened and done; all is done without it."""
    session = desk_in(tmp_path).session
    first, last = session.course.lessons
    session.course = Course((first, replace(last, optional=True)))
    assert [session.course.place(lesson) for lesson in session.course.lessons] == [
        "1 of 1",
        f"{last.number}, where there is time",
    ]
    session.go(last.number)
    session.change(passed)
    print_list(session)
    print_status(session, as_json=False)
    told = capsys.readouterr().out.splitlines()
    assert told[1].endswith("the last  where there is time")
    assert told[2].startswith(f"0 min of {first.minutes} are done.")
    assert told[3].endswith("the last; 0 of 1 done")
    session.go(first.number)
    session.change(passed)
    assert session.minutes == session.course.minutes == first.minutes
    assert [lesson["optional"] for lesson in lessons_status(session)] == [False, True]


def passed(done: Done) -> None:
    done.passed = True


def test_a_folder_for_copies_is_kept_before_there_is_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As somebody says it who begins with the first lesson, where nothing is to be changed."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    session_of(copies_in=tmp_path / "mine")
    assert session_of().copies == tmp_path / "mine"
