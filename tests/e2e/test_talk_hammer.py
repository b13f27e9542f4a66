"""A load in a slide: on a server, on what runs in another terminal, and on nobody."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.e2e.command import Command, asyncdemo, stage
from tests.e2e.screen import OnScreen
from tests.e2e.talk import (
    ENTER,
    LEFT,
    LIVE,
    RECORDED,
    RIGHT,
    TAB,
    process_with,
    takes_keys_back,
    talk,
    write_deck,
)
from tests.e2e.web import OK, Web, never, saying
from tests.ports import free_port
from tests.processes import line_of
from tests.waiting import until

DECK = """\
Load it
===

<!-- // fallback: recording.jsonl -->
```bash +exec
asyncdemo hammer ARGUMENTS
```
<!-- end_slide -->

The end
===

Thank you.
"""
BARE = DECK.replace("<!-- // fallback: recording.jsonl -->\n", "")
SENDER = "asyncdemo.load.worker"


def with_load(folder: Path, arguments: str, deck: str = DECK, columns: int = 88, rows: int = 24) -> OnScreen:
    """A talk whose first slide has `asyncdemo hammer …` in it."""
    path = write_deck(folder, deck.replace("ARGUMENTS", arguments))
    return talk(folder, str(path), columns=columns, rows=rows)


def run_beside(speaker: OnScreen) -> Command:
    """A stage in another terminal of the same user."""
    return stage("step3", "--speed", "20", TMPDIR=str(speaker.tmp))


def quits(speaker: OnScreen) -> None:
    """Whether a demo runs or not."""
    speaker.presses("qy")
    assert speaker.ends() == 0


@pytest.mark.parametrize(("columns", "rows"), [(88, 24), (110, 33), (60, 15)])
def test_a_load_on_a_server(tmp_path: Path, columns: int, rows: int) -> None:
    """Its panels and keys; q leaves its last picture, r sends again, leaving the slide ends it."""
    with (
        Web(saying(OK)) as web,
        with_load(tmp_path, f"{web.url} --rate 10 --duration 1h", columns=columns, rows=rows) as speaker,
    ):
        speaker.shows("1/2", "Enter runs the demo")
        assert speaker.processes() == []
        speaker.presses(ENTER, LIVE, " load ", "sending 10/s for 3600 s, even"[: columns - 60], "latency")
        speaker.presses(TAB, "KEYS: DEMO", "Esc back", "< > rate  space pause" if columns > 60 else "? keys  q end")
        speaker.presses(">", "20/s, 2 times"[: columns - 45])
        speaker.presses("<<", "5/s, 0.5 times"[: columns - 45])
        speaker.presses("?", "lower, raise the rate")
        speaker.presses(" ", "latency")
        speaker.presses(" ", "paused")
        speaker.presses("q", "it is over: r runs it again", " over")
        speaker.hides("paused")
        assert speaker.processes() == []
        speaker.presses("r", LIVE, "0%")
        until(speaker.processes, "who sends")
        speaker.presses(RIGHT, "Thank you")
        until(lambda: not speaker.processes(), "the end of the load")
        speaker.presses(LEFT, "Enter runs the demo")
        quits(speaker)
    assert web.heads


def test_a_load_that_comes_to_its_end(tmp_path: Path) -> None:
    """Its figures stay on the slide."""
    with Web(saying(OK)) as web, with_load(tmp_path, f"{web.url} --rate 20 --duration 500ms") as speaker:
        speaker.shows("1/2")
        speaker.presses(ENTER, "it is over: r runs it again", " over", "answered", "10 ")
        first = len(web.heads)
        speaker.presses("r")
        until(lambda: len(web.heads) == 2 * first, "as many visitors again")
        speaker.shows("it is over: r runs it again")
        quits(speaker)


def test_a_load_on_what_runs_in_another_terminal(tmp_path: Path) -> None:
    """Looked for when the demo begins: at first nothing is there, then a stage, whose speed it takes."""
    with with_load(tmp_path, "--name Grace --rate 0.5 --duration 20m") as speaker:
        speaker.shows("1/2")
        speaker.presses(ENTER, RECORDED, "since: Nothing of asyncdemo runs here, and no URL is given.")
        with run_beside(speaker) as run:
            assert run.url
            speaker.presses("r", "x20: sending 10/s for 60 s, even", "0.5/s x 11.25 s = 5.6 workers needed")
            run.line("Grace: ")
            speaker.presses(LEFT)
            speaker.presses(RIGHT, "Thank you")
            until(lambda: not any(SENDER in line_of(each) for each in speaker.processes()), "the end of the load")
            run.stop()
        quits(speaker)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ("", "Nothing of asyncdemo runs here, and no URL is given."),
        ("http://nope.invalid/", "There is no host 'nope.invalid'."),
        ("http://127.0.0.1:PORT/", "connection refused by 127.0.0.1:"),
        ("--json -", "asyncdemo hammer: --json is not in a slide"),
        ("--rate abc", "--rate 'abc' is no rate."),
    ],
)
def test_a_load_that_cannot_be(tmp_path: Path, arguments: str, reason: str) -> None:
    """The recording plays, or, where there is none, the reason is said; f plays it at any time."""
    arguments = arguments.replace("PORT", str(free_port()))
    with with_load(tmp_path, arguments) as speaker:
        speaker.shows("1/2")
        speaker.presses(ENTER, RECORDED, f"since: {reason}", "workers")
        speaker.presses("f")
        speaker.hides("since: ")
        speaker.shows(RECORDED)
        quits(speaker)
    with with_load(tmp_path, arguments, BARE) as speaker:
        speaker.shows("1/2")
        speaker.presses(ENTER, reason)
        assert RECORDED not in speaker.shown
        quits(speaker)


def test_a_load_that_breaks_off(tmp_path: Path) -> None:
    """As any demo that dies; and a server that answers nobody is a load like others."""
    with Web(never) as web, with_load(tmp_path, f"{web.url} --rate 10") as speaker:
        speaker.shows("1/2")
        speaker.presses(ENTER, LIVE, "<1 s", "no failures")
        process_with(speaker, SENDER).kill()
        speaker.shows(RECORDED, "since: The load broke off:")
        speaker.presses("r", LIVE, "no failures")
        speaker.presses(TAB, "KEYS: DEMO")
        takes_keys_back(speaker)
        quits(speaker)


def test_a_check_tries_a_load(tmp_path: Path) -> None:
    """What it would need is said; where that is there, all is well."""
    for arguments, problem in (
        ("", "needs a stage that runs: start one in another terminal, asyncdemo run step3, or give it a URL"),
        ("http://127.0.0.1:1/", "connection refused by 127.0.0.1"),
        ("--html load.html", "asyncdemo hammer: --html is not in a slide"),
        ("--closed 0", "--closed 0: type a number of visitors"),
    ):
        result = check(tmp_path, arguments)
        assert result.returncode == 1
        assert f"deck.md:5: asyncdemo hammer {arguments}".strip() in result.stdout
        assert problem in result.stdout
        assert "1 to mend" in result.stdout
    with Web(saying(OK)) as web:
        assert "all is well" in check(tmp_path, web.url).stdout
    with stage("step3", "--speed", "20") as run:
        assert run.url
        assert "all is well" in check(tmp_path, "--rate 0.1", TMPDIR=str(run.tmp)).stdout
        run.stop()


def check(folder: Path, arguments: str, **env: str) -> "subprocess.CompletedProcess[str]":
    """`asyncdemo talk --check` for a deck with this load."""
    path = write_deck(folder, DECK.replace("ARGUMENTS", arguments))
    return asyncdemo("talk", str(path), "--check", **{"TMPDIR": str(folder)} | env)


def test_a_deck_with_a_load_as_text_and_as_a_page(tmp_path: Path) -> None:
    """Nothing is sent for either; what a check would find is counted."""
    path = write_deck(tmp_path, BARE.replace("ARGUMENTS", "http://127.0.0.1:9/"))
    printed = asyncdemo("talk", str(path), "--plain")
    assert printed.returncode == 0
    assert "$ asyncdemo hammer http://127.0.0.1:9/" in printed.stdout
    exported = asyncdemo("talk", str(path), "--export", str(tmp_path / "talk.html"))
    assert exported.returncode == 0, exported.stderr
    assert f"asyncdemo talk {path} --check tells it" in exported.stderr, "it has no fallback"
    page = re.sub(r"<[^>]*>", "", (tmp_path / "talk.html").read_text())
    assert "asyncdemo hammer http://127.0.0.1:9/" in page
