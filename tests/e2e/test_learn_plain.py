"""`asyncdemo learn` as text and questions, through a pipe, and its commands."""

import json
import os
import re
import signal
import socket
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.e2e.command import ASYNCDEMO, UNSET, Command, asyncdemo, clean_environment
from tests.e2e.lessons import LEARN, SOLVED, never_over, only_exercise, write_course
from tests.e2e.terminal import InTerminal
from tests.waiting import DEADLINE_S

VIEWS = "02-no-call/hello/views.py"


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """That of somebody with a data folder and a course of their own."""
    return of_one(write_course(tmp_path / "course"), tmp_path / "home")


def of_one(course: Path, home: Path) -> dict[str, str]:
    """That of a learner of this course who has a home of his own."""
    home.mkdir()
    own = {"HOME": str(home), "XDG_DATA_HOME": str(home / "data"), "ASYNCDEMO_COURSE": str(course)}
    return own | {"VISUAL": UNSET, "EDITOR": UNSET}


def typed(lines: str, env: dict[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    """The command in a pipe, given these lines."""
    return subprocess.run(
        [*LEARN, *arguments],
        input=lines,
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        env=clean_environment(**env),
    )


def said(lines: str, env: dict[str, str], *arguments: str) -> str:
    """What it says, in words alone."""
    told = typed(lines, env, *arguments)
    assert (told.returncode, told.stderr) == (0, "")
    assert all(letter.isprintable() or letter == "\n" for letter in told.stdout)
    return told.stdout


def copies(env: dict[str, str]) -> Path:
    """Where copies are."""
    return Path(env["XDG_DATA_HOME"]) / "asyncdemo" / "copies"


def test_the_whole_course_through_a_pipe(env: dict[str, str], tmp_path: Path) -> None:
    """A question, its run, what was said beside what was measured; a check that fails, and one that does not."""
    told = said("soon\n0.01\nzzz\nd\nn\n", env)
    assert told.index("'soon' is no time") < told.index("You said 0.01")
    assert "Lesson 1 of 2: two visitors" in told
    assert re.search(r"Ada came at [\d.]+ s, waited [\d.]+ s; in front: the page's own call: 5.0 s", told)
    assert "A second visitor needs a thread as well." in told
    assert "There is no 'zzz' here." in told
    assert "asyncdemo show step1" in told
    assert told.index("Lesson 2 of 2") < told.index("a  step1") < told.index("kept: lesson 2, no call at all")

    told = said("b\nn\nh\ns\nc\nr\nd\ne\nu\ne\n", env)
    again = told.rindex("You said step3. Measured: step3.")
    assert told.index("An editor needs a terminal.") < told.rindex("Which page is there first?") < again
    assert again < told.rindex("One of them makes the call") < told.rindex("Have the view make no call.")
    assert told.index("You said step3. Measured: step3. That is it.") < told.index("Your copy:")
    assert "The next hint comes with a try" in told
    assert "The solution comes after a try" in told
    assert told.index("Not yet.") < told.index("is as it began.") < told.index("There is no difference.")
    assert told.count("An editor needs a terminal.") == 2
    assert "the copy: visitors come" in told

    (copies(env) / VIEWS).write_text(SOLVED)
    told = said("c\nh\nh\nh\ns\nd\nr\nn\nr\ny\nn\nq\nnever read\n", env)
    assert told.index("It does.") < told.index("The page takes") < told.index("It is one line.")
    assert told.index("It is the line with send_notification.") < told.index("There is no other hint.")
    assert told.index("A solution: what it changes.") < told.index("Lose what you have changed in hello/views.py?")
    assert told.index("The copy is as it began.") < told.index("That was the last lesson.")
    assert "send_notification" in (copies(env) / VIEWS).read_text()


def test_the_end_of_input_keeps_where_one_is(env: dict[str, str]) -> None:
    """At once, and in the middle."""
    assert "kept: lesson 1" in said("", env)
    assert "kept: lesson 2" in said("5\nn\n", env)
    assert json.loads(said("", env, "status", "--json"))["lesson"] == 2


def test_the_commands(env: dict[str, str]) -> None:
    """list, next, back, goto, hint, reset, status: what each says, and what it leaves."""
    assert "> " in said("", env, "list")
    assert "Lesson 2 of 2" in said("", env, "next")
    assert "Lesson 1 of 2" in said("", env, "back")
    assert "Lesson 2 of 2" in said("", env, "goto", "2")
    assert "Lesson 1 of 2" in said("", env, "1")
    assert "Lesson 2 of 2" in said("", env, "2")
    status = json.loads(said("", env, "status", "--json"))
    assert (status["kind"], status["lesson"], status["of_minutes"]) == ("Learn", 2, 5)
    assert [lesson["name"] for lesson in status["lessons"]] == ["two-visitors", "no-call"]
    assert "lesson 2, no call at all; 0 of 2 done" in said("", env, "status")


def test_a_straggler_gets_the_solution(env: dict[str, str]) -> None:
    """And what is lost by it is said, and asked."""
    assert "the solution of lesson 2 is in it" in said("", env, "goto", "2", "--solved")
    status = json.loads(said("", env, "status", "--json"))
    assert (status["minutes"], status["lessons"][1]["solved"]) == (0, True)
    assert "The solution is in it." in said("b\nn\n", env)
    file = copies(env) / VIEWS
    assert file.read_text() == SOLVED
    file.write_text("mine")
    refused = typed("", env, "goto", "2", "--solved")
    assert refused.returncode == 2
    assert "this is lost: hello/views.py" in refused.stdout
    assert "Nothing was overwritten. If that may be lost, add --yes." in refused.stderr
    assert file.read_text() == "mine"
    said("", env, "reset", "2", "--yes")
    other = file.with_name("urls.py")
    other.write_text(other.read_text() + "# mine\n")
    told = said("", env, "goto", "2", "--solved", "--yes")
    assert "this is lost: hello/urls.py\n" in told, "what is as it began is nobody's loss"
    assert "mine" not in other.read_text()
    assert file.read_text() == SOLVED
    assert "this is lost: hello/views.py" in said("", env, "reset", "2", "--yes")
    assert "send_notification" in file.read_text()
    assert "is as it began" in said("", env, "reset", "2")


def test_a_reset_asks_in_a_terminal(env: dict[str, str]) -> None:
    """No is no."""
    said("", env, "goto", "2", "--solved")
    with InTerminal(str(ASYNCDEMO), "learn", "reset", "2", **env) as asked:
        asked.line("Go on")
        asked.type(b"n\n")
        asked.line("Nothing was overwritten")
        assert asked.ends() == 1
    assert (copies(env) / VIEWS).read_text() == SOLVED


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("goto", "9"), "There is no lesson 9. Type one from 1 to 2."),
        (("goto", "x"), "learn: 'x' is no number of a lesson."),
        (("reset", "2", "--solved"), "--solved belongs to goto"),
        (("next", "2"), "learn next: a number belongs to goto and reset."),
        (("goto",), "learn goto: which lesson? Type it like asyncdemo learn goto 5."),
        (("back",), "Lesson 1 is the first."),
        (("hint",), "In lesson 1 there is nothing to change."),
        (("reset",), "In lesson 1 there is nothing to change."),
        (("goto", "1", "--solved"), "In lesson 1 there is nothing to change."),
        (("forward",), "learn 'forward': type one of list, next, back,"),
        (("step3",), "a lesson's number, or nothing. To run that stage: asyncdemo run step3"),
        (("9",), "There is no lesson 9. Type one from 1 to 2."),
        (("list", "--json"), "--json belongs to status: asyncdemo learn status --json"),
        (("--course", "/nowhere/at/all"), "/nowhere/at/all"),
    ],
)
def test_what_cannot_be_done_is_told(env: dict[str, str], arguments: tuple[str, ...], problem: str) -> None:
    """The thing, the problem, and what to type."""
    told = typed("", env, *arguments)
    assert told.returncode in (1, 2)
    assert problem in told.stderr
    assert "Traceback" not in told.stderr


def test_a_file_that_cannot_be_read_is_put_aside(env: dict[str, str]) -> None:
    """It is told, and nothing is lost."""
    folder = Path(env["XDG_DATA_HOME"]) / "asyncdemo"
    folder.mkdir(parents=True)
    (folder / "learn.json").write_text("{")
    assert "could not be read" in said("", env)
    assert (folder / "learn.broken.json").read_text() == "{"


def test_plain_in_a_terminal(env: dict[str, str]) -> None:
    """Lines, no escape sequences; Ctrl-C ends it where a line is waited for."""
    with InTerminal(*LEARN, "--plain", **env) as plain:
        plain.line("Type your answer")
        plain.type(b"5\n")
        plain.line("You said 5.0 s")
        plain.line("n next, r run it again")
        assert b"\x1b" not in plain.raw
        plain.type(b"\x03")
        plain.line("kept: lesson 1")
        assert plain.ends() == 0


def test_a_signal_in_the_middle_of_a_run(env: dict[str, str]) -> None:
    """Nothing stays, and one is where one was."""
    reading, writing = os.pipe()
    os.write(writing, b"5\n")

    class Piped(Command):
        def _spawn(self) -> "subprocess.Popen[bytes]":
            ends = {"stdout": self._output, "stderr": subprocess.STDOUT}
            return subprocess.Popen(self.command, stdin=reading, env=self.env, **ends)

    try:
        never_over(Path(env["ASYNCDEMO_COURSE"]))
        with Piped(str(ASYNCDEMO), "learn", **env) as run:
            run.line("visitors come")
            assert run.stop(signal.SIGTERM) == 128 + signal.SIGTERM
            assert "kept: lesson 1" in run.text
    finally:
        os.close(reading)
        os.close(writing)
    assert json.loads(said("", env, "status", "--json"))["lessons"][0]["said"] == ""


def test_the_first_lesson_that_comes_with_it(env: dict[str, str]) -> None:
    """It is asked, run and explained."""
    told = said("5\n", env | {"ASYNCDEMO_COURSE": UNSET})
    assert "Lesson 1 of 14" in told
    assert "You said 5.0 s. Measured:" in told
    assert asyncdemo("learn", "list", **env | {"ASYNCDEMO_COURSE": UNSET}).stdout.count(" min ") == 16


def solved_and_checked(env: dict[str, str]) -> str:
    """The solution of the first lesson is put into its copy, and checked."""
    said("", env, "goto", "1", "--solved")
    return said("c\n", env)


def test_two_learners_on_one_machine_check_one_lesson_at_the_same_moment(tmp_path: Path) -> None:
    """Each copy has a Redis of its own, so neither takes the other's visitors: both solutions pass."""
    course = only_exercise(8, tmp_path / "course")
    learners = [of_one(course, tmp_path / name) for name in ("ada", "grace")]
    with ThreadPoolExecutor(len(learners)) as together:
        told = list(together.map(solved_and_checked, learners))
    for words in told:
        assert "24 of 24 answered" in words
        assert "It does." in words


def test_a_port_that_is_typed_as_a_number_is_taken_where_it_is_free(tmp_path: Path) -> None:
    """And where another program has it, that is what the check says."""
    course = only_exercise(8, tmp_path / "course", visitors=4, lasts=6, passes=["answered >= 100%"])
    env = of_one(course, tmp_path / "ada")
    said("", env, "goto", "1", "--solved")
    (copy,) = copies(env).iterdir()
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        assert "REDIS_PORT=6408\n" in (copy / ".env").read_text()
        for name, variable in {"Procfile": "$REDIS_PORT", "hello/settings.py": "{os.environ['REDIS_PORT']}"}.items():
            text = (copy / name).read_text()
            assert variable in text
            (copy / name).write_text(text.replace(variable, port))
        told = said("c\n", env)
    assert "Not yet." in told
    assert "redis.1 ended while the copy was" in told
    assert f"Port {port} is in use by another program. Take another one" in told
    assert "It does." in said("c\n", env)


def test_a_copy_is_checked_in_another_terminal(env: dict[str, str]) -> None:
    """Once, and its exit code says what came of it; a try, which unlocks a hint."""
    nothing = typed("", env, "check")
    assert (nothing.returncode, nothing.stdout) == (2, "")
    assert "In lesson 1 there is nothing to change." in nothing.stderr
    said("", env, "goto", "2")
    failed = typed("", env, "check")
    assert (failed.returncode, failed.stderr) == (1, "")
    assert "Not yet." in failed.stdout
    (copies(env) / VIEWS).write_text(SOLVED)
    assert "It does." in said("", env, "check")
    assert json.loads(said("", env, "status", "--json"))["lessons"][1]["passed"]
    assert "It is one line." in said("", env, "hint")


def test_a_copy_that_reaches_no_redis_is_told_which(tmp_path: Path) -> None:
    """In words, once, beside how many had an error."""
    env = of_one(only_exercise(8, tmp_path / "course", visitors=4, lasts=6), tmp_path / "ada")
    said("", env, "goto", "1", "--solved")
    (copy,) = copies(env).iterdir()
    settings = copy / "hello" / "settings.py"
    settings.write_text(settings.read_text().replace("{os.environ['REDIS_PORT']}", "1"))
    told = said("c\n", env)
    assert "0 of 4 answered (4 x 503)" in told
    assert re.search(r"4 x 503: The channel layer does not answer: .*127\.0\.0\.1.*\b1\b", told)
    assert told.count("The channel layer does not answer") == 1
