"""`asyncdemo show` and `diff` in a terminal: paged where they do not fit, by whatever pages for the user."""

import re

import pytest
from rich.text import Text

from tests.documents import CHECKOUT
from tests.e2e.command import ASYNCDEMO, asyncdemo
from tests.e2e.screen import OnScreen
from tests.tools import needs
from tests.waiting import until

FIRST, LAST = "step3/hello/views.py", "execute_from_command_line(sys.argv)"
"""What `show step3` begins and ends with."""


def on_screen(*words: str, **env: str) -> OnScreen:
    """The command in a terminal that is too small for most."""
    return OnScreen(str(ASYNCDEMO), *words, **env)


def waits(shown: OnScreen, prompt: str = ":") -> str:
    """The screen, as soon as the pager waits for a key."""
    return until(
        lambda: seen if (seen := shown.shown.rstrip()).endswith(f"\n{prompt}") else "", f"{prompt!r} at the foot"
    )


@pytest.mark.parametrize(
    ("words", "first", "last"), [("show step3", FIRST, LAST), ("diff step1 bonus", "diff --git", "insertions(+)")]
)
def test_what_is_longer_than_the_terminal_is_paged(words: str, first: str, last: str) -> None:
    """In colours; Ctrl-C is the pager's, and what was read stays on the screen."""
    needs("less")
    with on_screen(*words.split()) as shown:
        seen = waits(shown)
        assert first in seen
        assert last not in seen
        assert b"\x1b[1m" in shown.raw
        shown.type(b"G")
        assert last in waits(shown, "(END)")
        shown.type(b"\x03")
        until(lambda: shown.presses("g").rstrip().endswith("\n:"), "the begin again")  # Ctrl-C takes keys away with it
        assert first in shown.shown
        shown.type(b"q")
        assert shown.ends() == 0
        assert b"\x1b[?1049h" not in shown.raw
        assert "Traceback" not in shown.text


def test_a_reader_of_the_pager_who_has_seen_enough() -> None:
    """It is no error."""
    needs("less")
    with on_screen("show", "step3") as shown:
        assert FIRST in waits(shown)
        shown.type(b"q")
        assert shown.ends() == 0
        assert LAST not in shown.shown


def test_the_advice_for_monday_is_drawn_in_a_terminal() -> None:
    """Without the marks of Markdown, in no more columns than there are; whole. In a pipe it is as it is written."""
    written = (CHECKOUT / "MONDAY.md").read_text()
    with on_screen("monday", "--no-pager") as shown:
        assert shown.ends() == 0
        text = Text.from_ansi(shown.raw.decode().replace("\r\n", "\n")).plain
        lines = text.split("\n")
        assert [line for line in lines if "**" in line or "`" in line or line.startswith("#")] == []
        assert max(map(len, lines)) <= shown.columns
        assert letters(text) == letters(written)
        assert b"\x1b[1mJobs vanish\x1b[0m" in shown.raw
    assert asyncdemo("monday").stdout == written


def letters(text: str) -> str:
    """Letters and digits alone; of a link to what it is called, once."""
    return re.sub(r"[\W_]", "", text.replace("(docs/today.md)", ""))


def test_what_fits_is_not_paged() -> None:
    """Nobody has to press a key."""
    with on_screen("show", "step1", "views.py") as shown:
        assert shown.ends() == 0
        assert "def hello_view" in shown.shown
        assert b"\x1b[K" not in shown.raw


@pytest.mark.parametrize("rows", [11, 12, 13])
def test_the_prompt_has_its_row(rows: int) -> None:
    """What would push its own first line out of the terminal does not fit."""
    needs("less")
    lines = len(asyncdemo("show", "step1", "urls.py").stdout.splitlines())
    with on_screen("show", "step1", "urls.py", rows=lines + rows - 11) as shown:
        if rows == 11:
            waits(shown)
            shown.type(b"q")
        assert shown.ends() == 0


@pytest.mark.parametrize(
    ("words", "env"),
    [
        ("show step3", {"PAGER": "cat"}),
        ("show step3", {"PAGER": ""}),
        ("show step3 --no-pager", {"PAGER": "false"}),
        ("show step3 --plain", {"PAGER": "false"}),
        ("diff step1 bonus --no-pager", {"PAGER": "false"}),
        ("diff step1 bonus --plain", {"PAGER": "false"}),
        ("show step3", {"PAGER": "false", "TERM": "dumb"}),
    ],
)
def test_who_wants_no_pager_gets_none(words: str, env: dict[str, str]) -> None:
    """All of it goes by."""
    with on_screen(*words.split(), **env) as shown:
        assert shown.ends() == 0
        assert shown.raw.count(b"\n") > 60
        assert b"pager" not in shown.raw


def test_a_pager_of_the_users_with_options() -> None:
    """It gets all of it, what fits too, as git has it; one that leaves early is no error."""
    with on_screen("show", "step1", "views.py", PAGER="sed 's/^/read: /'") as shown:
        assert shown.ends() == 0
        assert "read:" in shown.shown
    with on_screen("show", "step3", PAGER="head -n 1") as shown:
        assert shown.ends() == 0
        assert FIRST in shown.shown
        assert shown.raw.count(b"\n") == 1


def test_a_pager_that_is_not_there() -> None:
    """The shell says so, and all of it goes by."""
    with on_screen("show", "step1", "views.py", PAGER="no-such-pager --at all") as shown:
        assert shown.ends() == 0
        shown.shows("no-such-pager", "def hello_view")
        assert "Traceback" not in shown.text


def test_a_pager_that_fails() -> None:
    """It is named, with what to type instead."""
    with on_screen("show", "step3", PAGER="exit 3") as shown:
        assert shown.ends() == 1
        shown.shows("asyncdemo: The pager 'exit 3' ended with exit code 3. Try --no-pager, or another PAGER.")


@pytest.mark.parametrize(("number", "code"), [("INT", 0), ("TERM", 143)])
def test_a_signal_ends_both(number: str, code: int) -> None:
    """Without a word."""
    with on_screen("show", "step3", PAGER="echo reading; exec sleep 1000") as shown:
        shown.shows("reading")
        if number == "INT":
            shown.type(b"\x03")
        else:
            shown.process.terminate()
        assert shown.ends() == code
        assert "Traceback" not in shown.text
        assert "pager" not in shown.text


def test_a_pipe_has_no_pager() -> None:
    """Whatever is set."""
    piped = asyncdemo("show", "step3", PAGER="false")
    assert (piped.returncode, piped.stderr) == (0, "")
    assert LAST in piped.stdout
