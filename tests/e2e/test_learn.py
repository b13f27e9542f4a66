"""`asyncdemo learn` on a screen: predict, run, see, change, understand; and whatever may come between."""

import json
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.command import UNSET, asyncdemo
from tests.e2e.lessons import BROKEN, LEARN, RAISES, SOLVED, never_over, write_course
from tests.e2e.screen import OnScreen
from tests.waiting import until

CTRL_C = "\x03"
VIEWS = "02-no-call/hello/views.py"


class Learner:
    """Somebody with a data folder and a course of their own."""

    def __init__(self, folder: Path) -> None:
        self.course = write_course(folder / "course")
        self.env = {"HOME": str(folder), "XDG_DATA_HOME": str(folder / "data"), "ASYNCDEMO_COURSE": str(self.course)}
        self.env |= {"VISUAL": UNSET, "EDITOR": UNSET}
        self.copies = folder / "copies"

    def screen(self, *arguments: str, columns: int = 88, rows: int = 24, **env: str) -> OnScreen:
        """The command on a screen."""
        command = [*LEARN, *arguments, "--copies", str(self.copies)]
        return OnScreen(*command, columns=columns, rows=rows, **self.env | env)

    def says(self, *arguments: str) -> str:
        """What one of the commands prints."""
        told = asyncdemo("learn", *arguments, **self.env)
        assert told.returncode == 0, told.stderr
        return told.stdout

    def status(self) -> "dict[str, object]":
        """How far they are."""
        return json.loads(self.says("status", "--json"))  # type: ignore[no-any-return]

    def lesson(self, number: int) -> "dict[str, object]":
        """What was done of a lesson."""
        return self.status()["lessons"][number - 1]  # type: ignore[index, no-any-return]

    def at_the_copy(self) -> None:
        """The second question is answered: what opens next is its exercise."""
        self.says("goto", "2")
        file = Path(str(self.status()["file"]))
        kept = json.loads(file.read_text())
        kept["lessons"] = {"no-call": {"said": "step3", "right": True, "measured": "step3"}}
        file.write_text(json.dumps(kept))

    def editor(self, text: str) -> str:
        """One that writes this, and ends."""
        script = self.course.parent / "editor"
        script.write_text(f"#!/bin/sh\ncat > \"$1\" <<'END'\n{text}END\n")
        script.chmod(0o755)
        return str(script)


@pytest.fixture
def learner(tmp_path: Path) -> Learner:
    return Learner(tmp_path)


def test_predict_run_see_and_go_on(learner: Learner) -> None:
    """What cannot be read is told; the panels run; a wrong answer is told what it comes from; nothing goes on alone."""
    with learner.screen() as screen:
        screen.shows("learn", "1 of 2", "two visitors", "0 min of 5", "your answer:")
        screen.presses("\r", "Type what you expect")
        screen.presses("soon\r", "'soon' is no time", "Type seconds")
        screen.presses("\x1b", "your answer: █")
        screen.presses("0.02\x7f1")
        screen.shows("your answer: 0.01█")
        screen.presses("\r", "workers", "hello: the page", "q stop this run")
        screen.shows("you said 0.01", "that is not it", "visitor", "Ada", "waited", "n next")
        screen.shows("A second visitor needs a thread as well.", "the first visitor's call", "2 min of 5")
        screen.presses("p", "hello: the page", "p back to the lesson")
        screen.presses("p", "you said")
        screen.presses("d", "step1/hello/views.py", "def hello_view")
        screen.presses("d", "you said")
        screen.presses("?", "run it again", "any key closes it")
        screen.presses("x", "you said")
        screen.presses("n", "2 of 2", "no call at all", "a  step1", "b  step3")
        screen.presses("b\r", "q stop this run")
        screen.shows("measured step3", "that is it", "step1: 2 of 2 answered", "step3: 2 of 2 answered")
        screen.presses("q", "kept: lesson 2, no call at all")
        assert screen.ends() == 0
    first, second = learner.lesson(1), learner.lesson(2)
    assert (first["passed"], first["right"]) == (True, False)
    assert (second["passed"], second["right"], second["said"]) == (False, True, "step3")


def test_giving_up_in_the_middle_and_coming_back(learner: Learner) -> None:
    """A run that is stopped asks first, and leaves the answer where it was; what opens next is where one was."""
    never_over(learner.course)
    with learner.screen() as screen:
        screen.shows("your answer:")
        screen.presses("5\r", "q stop this run, Ctrl-C: leave")
        screen.presses("q", "Stop this run?")
        screen.presses("y", "your answer: 5█")
        screen.presses("\x1b", "your answer: █")
        screen.presses("q", "kept: lesson 1")
        assert screen.ends() == 0
    learner.at_the_copy()
    with learner.screen() as screen:
        screen.shows("Have the view make no call.", "your copy:", "tries: 0")
        screen.presses("q", "kept: lesson 2")
        assert screen.ends() == 0
    assert (learner.copies / VIEWS).exists()


def test_an_editor_solves_it_and_saving_checks(learner: Learner) -> None:
    """`e` leaves the screen and comes back; the check is by itself, says what it has measured, and what was learned."""
    learner.at_the_copy()
    with learner.screen(EDITOR=learner.editor(SOLVED)) as screen:
        screen.shows("Have the view make no call.")
        screen.presses("c", "checking your copy")
        screen.shows("Not yet.", "2 of 2 answered", "tries: 0", "hints: 0 of 2")
        screen.presses("h", "The next hint comes with a try")
        screen.presses("s", "The solution comes after a try")
        screen.presses("e", "checking your copy")
        screen.shows("It does.", "2 of 2 answered", "The page takes", "3 min of 5 done", "n next")
        screen.presses("d", "send_notification", "diff --git")
        screen.presses("d", "It does.")
        screen.presses("r", "Lose what you have changed in hello/views.py?")
        screen.presses("n", "It does.")
        screen.presses("h", "It is one line.")
        screen.presses("s", "a solution: what it changes", "There is no difference.")
        screen.presses("\x1b", "It does.")
        screen.presses("r", "Lose what you have changed")
        screen.presses("y", "the copy is as it began", "You have passed this check.")
        screen.presses("n", "That was the last lesson.")
        screen.presses("q")
        assert screen.ends() == 0
    assert "send_notification" in (learner.copies / VIEWS).read_text()
    assert (learner.lesson(2)["passed"], learner.lesson(2)["tries"]) == (True, 1)


BAD_COPIES: "dict[str, tuple[Callable[[Path], object], tuple[str, ...]]]" = {
    "a syntax error": (lambda copy: (copy / "hello/views.py").write_text(BROKEN), ("hello/views.py", "SyntaxError")),
    "a view that raises": (
        lambda copy: (copy / "hello/views.py").write_text(RAISES),
        ("hello/views.py", "line 2", "KeyError: 'nobody'"),
    ),
    "a deleted file": (lambda copy: (copy / "hello/views.py").unlink(), ("hello/urls.py", "ModuleNotFoundError")),
    "no project any more": (
        lambda copy: [(copy / name).unlink(missing_ok=True) for name in ("manage.py", "Procfile")],
        ("neither a manage.py nor a Procfile", "To have the copy as it began: r"),
    ),
    "a port of its own": (
        lambda copy: (copy / "Procfile").write_text("web: python manage.py runserver 8000\n"),
        ("does not say $PORT", "To have the copy as it began: r"),
    ),
    "no folder": (lambda copy: copy.rename(copy.with_name("elsewhere")), ("is not there",)),
}


def unwrapped(shown: str) -> str:
    """A screen as one line: where its lines are broken depends on how long the folder's name is."""
    return " ".join(shown.split())


def test_a_copy_that_does_not_run_is_told_in_words(learner: Learner) -> None:
    """By file and line, without the frames of libraries; nothing is lost, and the screen stays: one after the other."""
    learner.at_the_copy()
    with learner.screen(rows=40) as screen:
        screen.shows("Have the view make no call.")
        for name, (spoil, words) in BAD_COPIES.items():
            print(name)  # what pytest tells last is the one that failed
            spoil(learner.copies / "02-no-call")
            screen.shows("Not yet.")
            until(lambda words=words: all(each in unwrapped(screen.shown) for each in words), f"{words}")
            assert "site-packages" not in screen.shown
            assert "Traceback (most recent call last):" in screen.shown or "Error" not in words[-1]
            screen.presses("r", "Lose what you have changed")
            screen.presses("y", "the copy is as it began")
            screen.hides("Not yet.")
            assert "send_notification" in (learner.copies / VIEWS).read_text()
        screen.presses("q", "kept")
        assert screen.ends() == 0


@pytest.mark.parametrize(
    ("editor", "words"),
    [
        (UNSET, "Neither VISUAL nor EDITOR"),
        ("no-such-editor", "There is no editor 'no-such-editor' here"),
        ("false", "The editor 'false' ended with exit code 1."),
    ],
)
def test_an_editor_that_is_not_there(learner: Learner, editor: str, words: str) -> None:
    """It is said, with what to do, on the screen."""
    learner.at_the_copy()
    with learner.screen(EDITOR=editor, columns=110) as screen:
        screen.shows("Have the view make no call.")
        screen.presses("e", words)
        screen.presses("q", "kept")
        assert screen.ends() == 0


def reach(screen: OnScreen, state: str) -> None:
    """Bring a course to one of its states."""
    if state in ("running", "answered"):
        screen.shows("your answer:")
        screen.presses("5\r", "q stop this run")
    if state == "answered":
        screen.shows("you said", "n next")
    if state in ("checking", "checked"):
        screen.shows("Have the view make no call.")
        screen.presses("c", "checking your copy")
    if state == "checked":
        screen.shows("Not yet.")
    if state == "exercise":
        screen.shows("Have the view make no call.")
    if state == "question":
        screen.shows("your answer:")


STATES = ("question", "running", "answered", "exercise", "checking", "checked")


@pytest.mark.parametrize("state", STATES)
def test_ctrl_c_leaves_nothing_running_and_keeps_the_place(learner: Learner, state: str) -> None:
    """In each state: exit code 0, the screen as before, no process and no port."""
    if state in ("running", "checking"):
        never_over(learner.course)
    if state in ("exercise", "checking", "checked"):
        learner.at_the_copy()
    with learner.screen() as screen:
        reach(screen, state)
        screen.presses(CTRL_C, "kept: lesson", "go on with: asyncdemo learn")
        assert screen.ends() == 0
    with learner.screen() as screen:
        screen.shows({"question": "your answer", "running": "your answer", "answered": "you said"}.get(state, "copy:"))
        screen.presses("q", "kept")
        assert screen.ends() == 0


@pytest.mark.parametrize("state", ["question", "running", "checking"])
def test_a_window_that_is_closed_keeps_the_place(learner: Learner, state: str) -> None:
    """SIGHUP: everything ends."""
    never_over(learner.course)
    if state == "checking":
        learner.at_the_copy()
    with learner.screen() as screen:
        reach(screen, state)
        screen.close_the_window()
        until(lambda: screen.process.poll() is not None, "its end")
        assert screen.process.returncode in (128 + signal.SIGHUP, 141)
    assert learner.status()["lesson"] == (2 if state == "checking" else 1)


def test_ctrl_c_is_for_the_editor_while_there_is_one(learner: Learner) -> None:
    """It comes back to the lesson."""
    learner.at_the_copy()
    script = learner.course.parent / "waits"
    script.write_text("#!/bin/sh\necho it waits\nexec sleep 600\n")
    script.chmod(0o755)
    with learner.screen(VISUAL=str(script)) as screen:
        screen.shows("Have the view make no call.")
        screen.presses("e", "it waits")
        screen.presses(CTRL_C)
        screen.hides("it waits")
        screen.presses("q", "kept")
        assert screen.ends() == 0


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (110, 33), (60, 15)])
def test_every_size_shows_the_question_and_the_keys(learner: Learner, columns: int, rows: int) -> None:
    """What does not fit is scrolled to, and told."""
    with learner.screen(columns=columns, rows=rows) as screen:
        screen.shows("1 of 2", "your answer:", "? keys", "q stop here")
        screen.presses("0.01\r", "q stop this run")
        seen = screen.shows("you said")
        assert ("more lines: space, or down" in seen) == (rows == 15)
        screen.presses("\x1b[F", "and then the own")
        screen.presses("\x1b[H", "How long")
        screen.presses("q", "kept")
        assert screen.ends() == 0


def test_without_colours_everything_is_told_in_words(learner: Learner) -> None:
    """And no escape sequence sets a colour."""
    with learner.screen(NO_COLOR="1") as screen:
        screen.shows("your answer:")
        screen.presses("0.01\r", "q stop this run")
        screen.shows("that is not it")
        screen.presses("q", "kept")
        assert screen.ends() == 0
        assert b"\x1b[31" not in screen.raw
        assert b"\x1b[38" not in screen.raw


def test_the_copy_can_be_edited_in_another_terminal(learner: Learner) -> None:
    """A file that is saved is checked, whoever has saved it."""
    learner.at_the_copy()
    with learner.screen() as screen:
        screen.shows("Have the view make no call.")
        file = learner.copies / VIEWS
        beside = file.with_name(".views.new")
        beside.write_text(SOLVED)
        beside.replace(file)  # as editors save
        screen.shows("It does.")
        screen.presses("q", "kept")
        assert screen.ends() == 0
