"""The verdict on a copy: what was measured of it, and what it has said itself of why it does not pass."""

from pathlib import Path

import pytest

from asyncdemo.features.learn.trials import LINKS
from asyncdemo.known.tracebacks import BEGIN
from tests.unit.features.learners import TRACEBACK, at_the_copy, nothing

PASSED_ON = (
    BEGIN,
    '  File "manage.py", line 11, in <module>',
    "    main()",
    "ImproperlyConfigured: cannot import hello.asgi",
)
AWAY = "The channel layer does not answer: Error 111 connecting to localhost:6379."


def told(folder: Path, *printed: str) -> tuple[str, ...]:
    """What is told of a copy that has printed this."""
    return tuple(words_of(folder, printed=printed)[-1].split("\n"))


def words_of(folder: Path, **of_the_run: object) -> tuple[str, ...]:
    """The verdict on a copy whose run is like this."""
    desk = at_the_copy(folder)
    desk.attempt = type("Raises", (desk.attempt,), of_the_run)
    desk.check(nothing)
    assert desk.verdict is not None
    return desk.verdict.words


@pytest.mark.parametrize(
    ("last_s", "late", "times"), [(0.11, [0.05] * 3, 2), (0.11, [0.05], 2), (0.11, [0.01], 1), (0.002, [0.05], 1)]
)
def test_a_copy_that_does_not_pass_on_a_busy_machine_is_played_once_more(
    tmp_path: Path, last_s: float, late: list[float], times: int
) -> None:
    """One that passes has passed, and one that fails on a machine that had time has failed."""
    desk = at_the_copy(tmp_path)
    desk.attempt = type("Late", (desk.attempt,), {"last_s": last_s, "late": [*late], "played": []})
    desk.check(nothing)
    assert desk.verdict is not None
    assert desk.verdict.passed is (last_s < 0.1)
    assert len(desk.attempt.played) == times  # type: ignore[attr-defined]
    assert desk.note == "", "that it is played once more is over"
    still_late = len(late) > 1
    assert any(words.endswith("late on the wall (p90). That may be why.") for words in desk.verdict.words) is still_late


def test_a_check_says_what_it_has_measured(tmp_path: Path) -> None:
    """One that fails, then one that passes."""
    desk = at_the_copy(tmp_path)
    desk.check(nothing)
    assert desk.verdict is not None
    assert not desk.verdict.passed
    assert desk.verdict.words[0] == "5 of 5 answered"
    assert (desk.done.tries, desk.done.passed, desk.learned) == (0, False, None)
    desk.attempt = type("Fast", (desk.attempt,), {"last_s": 0.002})
    desk.check(nothing)
    assert desk.verdict.passed
    assert desk.done.passed
    assert desk.learned is not None


def test_what_is_raised_is_told_without_the_frames_of_libraries(tmp_path: Path) -> None:
    """Below the verdict, from its head to the error."""
    desk = at_the_copy(tmp_path)
    desk.attempt = type("Raises", (desk.attempt,), {"printed": TRACEBACK})
    desk.check(nothing)
    assert desk.verdict is not None
    assert desk.verdict.words[-1] == "\n".join([TRACEBACK[0], *TRACEBACK[3:]])


@pytest.mark.parametrize("link", LINKS)
@pytest.mark.parametrize("times", [1, 2])
def test_what_is_raised_is_told_with_what_it_comes_of(tmp_path: Path, link: str, times: int) -> None:
    """A module that is missing, and not only the one that imports it: what was wrong first comes first."""
    known = (TRACEBACK[0], *TRACEBACK[3:])
    assert told(tmp_path, *TRACEBACK, *("", link, "", *PASSED_ON) * times) == (*known, *(link, *PASSED_ON) * times)


@pytest.mark.parametrize("before", [(), (*TRACEBACK,), (*TRACEBACK, "KeyError: of a library", LINKS[0]), (LINKS[1],)])
def test_what_has_nothing_to_do_with_what_was_raised_is_not_told(tmp_path: Path, before: tuple[str, ...]) -> None:
    """An error of before, or one of a library's, of which nothing is left but its name."""
    assert told(tmp_path, *before, *PASSED_ON) == PASSED_ON


def test_what_nobody_awaited_is_told_and_by_whom(tmp_path: Path) -> None:
    """Python warns of it, and goes on: nothing is raised, and nothing sent."""
    warning = "RuntimeWarning: coroutine 'QueueLayer.send' was never awaited"
    printed = (f"/copies/04-a-message/hello/views.py:8: {warning}", '  get_channel_layer().send("notify", message)')
    assert told(tmp_path, *printed) == (f"web.1: {warning}",)


def test_a_project_that_does_not_start_is_a_verdict(tmp_path: Path) -> None:
    """Its first line, and what was raised in place of all that was printed."""
    problem = "web.1 ended while it was starting. Its last lines:\n  all that it has printed"
    assert words_of(tmp_path, printed=TRACEBACK, problem=problem) == (
        "\n".join([problem.partition("\n")[0], TRACEBACK[0], *TRACEBACK[3:]]),
    )


@pytest.mark.parametrize(
    ("printed", "told"),
    [
        ([f"slot 1: {AWAY} Trying again."], f"web.1: {AWAY}"),
        ([f"slot 1: {AWAY} Trying again.", *["a line"] * 100], f"web.1: {AWAY}"),
        (
            ["CommandError: no", "django.db.utils.OperationalError: locked"],
            "web.1: django.db.utils.OperationalError: locked",
        ),
        ([*TRACEBACK[:3], TRACEBACK[-1]], f"web.1: {TRACEBACK[-1]}"),
        (["It says: ValueError: not at the beginning", "Errors: none", "Traceback"], ""),
    ],
)
def test_what_a_process_complains_of_is_told(tmp_path: Path, printed: list[str], told: str) -> None:
    """The last of it, where the project's own code has raised nothing; and nothing where all is right."""
    desk = at_the_copy(tmp_path)
    desk.attempt = type("Complains", (desk.attempt,), {"printed": printed})
    desk.check(nothing)
    assert desk.verdict is not None
    assert list(desk.verdict.words[2:]) == [told] * bool(told)
    desk.attempt = type("Fast", (desk.attempt,), {"last_s": 0.002})
    desk.check(nothing)
    assert desk.verdict.passed
    assert not any(told in words for words in desk.verdict.words if told)


def test_whose_process_ends_is_told_by_its_own_words(tmp_path: Path) -> None:
    """Whatever others have raised since."""
    problem = "redis.1 ended while the copy was running. Its last lines:\n  Port 6407 is in use by another program."
    assert words_of(tmp_path, printed=TRACEBACK, problem=problem) == (problem,)
