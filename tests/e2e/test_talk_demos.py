"""The demos of a talk in a real terminal: started, left, killed, and replaced by their recordings."""

from pathlib import Path

import pytest

from asyncdemo.running.run_folder import RUNS_HERE
from tests.e2e.command import asyncdemo
from tests.e2e.own_project import start_project
from tests.e2e.screen import OnScreen
from tests.e2e.talk import (
    DECK,
    ENTER,
    LEFT,
    LIVE,
    RECORDED,
    RIGHT,
    TAB,
    goes_to,
    kill,
    process_with,
    takes_keys_back,
    talk,
    write_deck,
)
from tests.processes import line_of
from tests.waiting import until


def runs(screen: OnScreen) -> bool:
    """Whether a demo runs that other terminals find. What is kept warm is not to be found."""
    return any(screen.tmp.glob(f"asyncdemo-*/{RUNS_HERE}"))


def test_a_demo_runs_when_it_is_asked_to_and_ends_with_its_slide(tmp_path: Path) -> None:
    """Enter runs it; Tab gives it the keys, Esc takes them back; leaving ends it, coming back does not start it."""
    with talk(tmp_path, str(write_deck(tmp_path))) as speaker:
        goes_to(speaker, 4)
        speaker.shows("$ asyncdemo run step3", "Enter runs the demo")
        assert not runs(speaker)
        speaker.presses(ENTER, "0 of 4 busy", "up 0:", LIVE)
        speaker.presses(ENTER, "right goes on")
        speaker.presses("h", LIVE)
        speaker.presses(TAB, "KEYS: DEMO", "Esc back")
        speaker.presses("hh", "2 of 4 busy", "hello, Grace")
        speaker.presses("w", "w: there is no reserved worker here; try asyncdemo run bonus")
        speaker.presses("?", "any key closes it", "KEYS: DEMO  Esc takes them back")
        speaker.hides("Tab gives it the keys")
        speaker.presses("x", "2 of 4 busy")
        takes_keys_back(speaker)
        speaker.presses(LEFT, "The code")
        until(lambda: not runs(speaker), "the end of the demo")
        speaker.presses(RIGHT, "Gumming up", "Enter runs the demo")
        assert not runs(speaker)
        speaker.presses("r", "0 of 4 busy", "up 0:")
        speaker.presses("q", "Quit? A demo runs.")
        speaker.presses("x", LIVE)
        speaker.hides("Quit?")
        speaker.presses("qy")
        assert speaker.ends() == 0


def test_another_terminal_finds_the_demo_on_screen(tmp_path: Path) -> None:
    """`asyncdemo hammer` without an address goes to it."""
    with talk(tmp_path, str(write_deck(tmp_path))) as speaker:
        goes_to(speaker, 4)
        speaker.presses(ENTER, "0 of 4 busy", "up 0:")
        assert runs(speaker)
        sent = asyncdemo("hammer", "--rate", "20", "--duration", "100ms", TMPDIR=str(speaker.tmp))
        assert sent.returncode == 0, sent.stderr
        speaker.shows("2 of 4 busy")
        speaker.presses("qy")
        assert speaker.ends() == 0


@pytest.mark.parametrize(("number", "victim"), [(4, "runserver"), (5, "redis.sock"), (5, "daphne")])
def test_a_demo_that_dies_is_replaced_by_its_recording(tmp_path: Path, number: int, victim: str) -> None:
    """In the same panels, marked as recorded, with the reason; r runs it again."""
    with talk(tmp_path, str(write_deck(tmp_path))) as speaker:
        goes_to(speaker, number)
        speaker.presses(ENTER, " busy ", "up 0:", LIVE)
        kill(speaker, victim)
        speaker.shows(RECORDED, "since: ", "workers")
        speaker.presses("r", LIVE, "up 0:")
        speaker.presses("qy")
        assert speaker.ends() == 0


def test_a_demo_whose_load_dies_is_replaced_by_its_recording(tmp_path: Path) -> None:
    """A stage that nobody visits shows nothing."""
    deck = write_deck(tmp_path, DECK.replace("step3 --port 0", "step3 --hammer 1 --port 0"))
    with talk(tmp_path, str(deck)) as speaker:
        goes_to(speaker, 4)
        speaker.presses(ENTER, "1 of 4 busy", LIVE)
        process_with(speaker, "asyncdemo.load.worker").kill()
        speaker.shows(RECORDED, "since: The load broke off:")
        speaker.presses("q")
        assert speaker.ends() == 0


def test_a_demo_that_cannot_start_is_replaced_by_its_recording(tmp_path: Path) -> None:
    """Here: its port is taken. And f plays the recording of one that could."""
    deck = write_deck(tmp_path, DECK.replace("--workers 1 --port 0", "--workers 1 --port 1"))
    with talk(tmp_path, str(deck), ASYNCDEMO_HOST="203.0.113.1") as speaker:
        goes_to(speaker, 5)
        speaker.presses(ENTER, RECORDED, "since: ")
        goes_to(speaker, 4)
        speaker.presses("f", RECORDED, "up 0:")
        speaker.presses(TAB, "KEYS: DEMO")
        speaker.presses(" ", "paused")
        takes_keys_back(speaker)
        goes_to(speaker, 6)
        speaker.presses(ENTER, "only with --allow-exec")
        speaker.presses("f", "there is no recording")
        speaker.presses("q")
        assert speaker.ends() == 0


def test_a_project_beside_the_deck(tmp_path: Path) -> None:
    """Wherever the talk was typed: it is begun by Enter alone, dies, and is replaced; `--check` finds it as well."""
    start_project(tmp_path / "mysite")
    deck = write_deck(tmp_path, DECK.replace("run step3 --port 0 --delays 3600", "run ./mysite --port 0 --hammer 2"))
    with talk(tmp_path, str(deck)) as speaker:
        goes_to(speaker, 3)
        assert not [process for process in speaker.processes() if "mysite" in line_of(process)]
        speaker.presses(RIGHT * 3, "$ asyncdemo run ./mysite", "Enter runs the demo")
        speaker.presses(ENTER, "mysite", "up 0:", LIVE, " answered")
        kill(speaker, "manage.py runserver", "RUN_MAIN")  # the one that serves, and is watched by another
        speaker.shows(RECORDED, "since: ")
        speaker.presses("q")
        assert speaker.ends() == 0
    tried = asyncdemo("talk", "--check", str(deck))
    assert "deck.md:42" not in tried.stdout, tried.stdout


def edges(screen: OnScreen) -> set[str]:
    """What the rows of the panels end with, in the last column of the window: a frame's side, or its inner edge."""
    return {line[screen.columns - 1 :] for line in screen.shown.splitlines() if line.startswith("│")}


@pytest.mark.parametrize("by", ["its own time", "its q"])
def test_a_demo_that_ends_is_over_and_no_crash(tmp_path: Path, by: str) -> None:
    """Its Redis ends with it. What stays on the slide follows the window, and its clock stands."""
    ends = " --for 1s" if by == "its own time" else ""
    deck = write_deck(tmp_path, DECK.replace("--workers 1 --port 0", f"--workers 1 --port 0{ends}"))
    with talk(tmp_path, str(deck)) as speaker:
        goes_to(speaker, 5)
        speaker.presses(ENTER)
        if not ends:  # of one that ends by itself, a busy machine may show the end alone
            speaker.shows("0 of 1 busy", "up 0:", LIVE)
            speaker.presses(TAB, "KEYS: DEMO")
            speaker.presses("q")
        speaker.shows("it is over: r runs it again", "up 0:")
        speaker.hides("KEYS: DEMO")
        speaker.resize(70, 20)
        speaker.shows("p50 -  p95 -  max -")
        speaker.resize(110, 33)
        speaker.shows("─ notifications ─", "0 of 1 busy")
        until(lambda: edges(speaker) == {"│", "┤"}, lambda: f"whole panels:\n{speaker.shown}")
        speaker.presses("q")
        assert speaker.ends() == 0


def test_another_program_runs_when_it_is_allowed_to(tmp_path: Path) -> None:
    """Its lines are in the slide, made safe; leaving ends it. Typed without the flag, it does not run."""
    program = "sh -c 'echo from $((40+2)); printf \\033[31m; sleep 3600'"
    with talk(tmp_path, str(write_deck(tmp_path, DECK.replace("rm -rf nothing", program))), "--allow-exec") as speaker:
        goes_to(speaker, 6)
        speaker.presses(ENTER, "from 42", LIVE)
        speaker.presses(TAB, "no demo runs here that could have the keys")
        speaker.presses(RIGHT, "Thank you")
        until(lambda: not speaker.processes(), "the end of the program")
        speaker.presses(LEFT, "Enter runs the demo")
        speaker.presses("q")
        assert speaker.ends() == 0
