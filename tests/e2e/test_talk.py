"""`asyncdemo talk` in a real terminal: turned, resized, edited, killed; its demos started, killed and replaced."""

import json
import os
import signal
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.e2e.browser import Browser
from tests.e2e.command import ASYNCDEMO, asyncdemo
from tests.e2e.screen import OnScreen
from tests.e2e.talk import DECK, ENTER, LEFT, RIGHT, TAB, TITLES, goes_to, kill, takes_keys_back, talk, write_deck
from tests.tools import needs
from tests.waiting import until

LIVE, RECORDED = "  live  ", "  recorded  "


def test_through_the_deck_and_back(tmp_path: Path) -> None:
    """Every step forward, every step back; q ends it, and nothing is remembered."""
    with talk(tmp_path, str(write_deck(tmp_path))) as speaker:
        speaker.shows("A small talk", "1/7")
        speaker.presses(RIGHT, "The slow view", "Every visitor waits", "●○")
        speaker.hides("nobody else")
        speaker.presses(" ", "nobody else", "●●")
        speaker.presses("\x1b[6~", "The code", "▌ def hello")
        speaker.presses(ENTER, "▌     notify")
        speaker.presses("n", "●●●")
        for title in TITLES[3:]:
            speaker.presses(RIGHT, title)
        speaker.presses(RIGHT, "the last slide")
        for title in TITLES[5:2:-1]:
            speaker.presses(LEFT, title)
        speaker.presses("\x1b[5~", "The code", "●●●")
        speaker.presses("\x7f", "▌     notify")
        speaker.presses("p", "▌ def hello")
        speaker.presses(LEFT, "nobody else")
        speaker.presses(LEFT * 2, "1/7")
        speaker.presses("q")
        assert speaker.ends() == 0
        assert list((tmp_path / "state" / "asyncdemo").iterdir()) == []


def test_a_demo_runs_when_it_is_asked_to_and_ends_with_its_slide(tmp_path: Path) -> None:
    """Enter runs it; Tab gives it the keys, Esc takes them back; leaving ends it, coming back does not start it."""
    with talk(tmp_path, str(write_deck(tmp_path))) as speaker:
        goes_to(speaker, 4)
        speaker.shows("$ asyncdemo run step3", "Enter runs the demo")
        assert speaker.processes() == []
        speaker.presses(ENTER, "0 of 4 busy", "up 0:", LIVE)
        speaker.presses(ENTER, "right goes on")
        speaker.presses("h", LIVE)
        speaker.presses(TAB, "KEYS: DEMO", "Esc back")
        speaker.presses("hh", "2 of 4 busy", "hello, Grace")
        speaker.presses("w", "step3 has slots in the server process")
        takes_keys_back(speaker)
        speaker.presses(LEFT, "The code")
        until(lambda: not speaker.processes(), "the end of the demo")
        speaker.presses(RIGHT, "Gumming up", "Enter runs the demo")
        assert speaker.processes() == []
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
        until(lambda: list(speaker.tmp.glob("asyncdemo-*/run.json")), "what runs here")
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
        speaker.shows(RECORDED, "recorded, since:", "workers")
        speaker.presses("r", LIVE, "up 0:")
        speaker.presses("qy")
        assert speaker.ends() == 0


def test_a_demo_that_cannot_start_is_replaced_by_its_recording(tmp_path: Path) -> None:
    """Here: its port is taken. And f plays the recording of one that could."""
    deck = write_deck(tmp_path, DECK.replace("--workers 1 --port 0", "--workers 1 --port 1"))
    with talk(tmp_path, str(deck), ASYNCDEMO_HOST="203.0.113.1") as speaker:
        goes_to(speaker, 5)
        speaker.presses(ENTER, RECORDED, "recorded, since:")
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


def test_search_overview_blank_and_help(tmp_path: Path) -> None:
    """They lie over the slide, and go again."""
    with talk(tmp_path, str(write_deck(tmp_path))) as speaker:
        speaker.shows("1/7")
        speaker.presses(f"/four slots{ENTER}", "Gumming up")
        speaker.presses(f"/nowhere{ENTER}", "no slide says 'nowhere'")
        speaker.presses("g99", "go to slide: 99")
        speaker.presses(ENTER, "there are slides 1 to 7")
        speaker.presses("o", "▸   4", "Enter goes there")
        speaker.presses("\x1b[B\x1b[B\x1b[B" + ENTER, "Thank you")
        speaker.presses("b")
        until(lambda: not speaker.shown.strip(), "a blank screen")
        speaker.presses(" ", "Thank you")
        speaker.presses("?", "its recording instead")
        speaker.presses("?", "Thank you")
        speaker.presses("\x1b[H", "1/7")
        speaker.presses("\x1b[F", "7/7")
        speaker.presses("\x03")
        assert speaker.ends() == 0


def test_the_slide_follows_the_window(tmp_path: Path) -> None:
    """60x20 and back; a window that is too small says so; a slide longer than it scrolls."""
    long = DECK.replace("Thank you.", "\n\n".join(f"Line {number}." for number in range(1, 31)))
    with talk(tmp_path, str(write_deck(tmp_path, long))) as speaker:
        goes_to(speaker, 4)
        speaker.presses(ENTER, "0 of 4 busy", "up 0:", "─ notifications ─")
        speaker.resize(60, 20)
        speaker.shows("slot 4", "hello p50")
        speaker.hides("─ notifications ─")
        speaker.resize(50, 10)
        speaker.shows("50x10: a slide needs 60x15")
        speaker.resize(110, 33)
        speaker.shows("Four slots.", "─ notifications ─")
        speaker.resize(88, 24)
        goes_to(speaker, 7)
        speaker.shows("Line 1.", "more rows: down")
        speaker.presses("\x1b[B" * 40, "Line 30.")
        speaker.presses("\x1b[A" * 40, "Line 1.")
        speaker.presses("q")
        assert speaker.ends() == 0


def test_an_edited_deck_is_shown_at_the_same_place(tmp_path: Path) -> None:
    """A slide more before it; then an error, which is said and ends nothing; then mended."""
    deck = write_deck(tmp_path)
    with talk(tmp_path, str(deck)) as speaker:
        goes_to(speaker, 4)
        speaker.presses(ENTER, "0 of 4 busy", "up 0:")
        deck.write_text(DECK.replace("The code\n", "Before\n===\n\nNew.\n\n---\n\nThe code\n"))
        speaker.shows(" 5/8 ", LIVE)
        deck.write_text(DECK + "\n```python {9}\nx\n```\n")
        speaker.shows("! deck.md:", "the code has lines 1 to 1", " 5/8 ", LIVE)
        deck.write_text(DECK)
        speaker.hides("the code has lines")
        speaker.shows(" 4/7 ", LIVE)
        speaker.presses("qy")
        assert speaker.ends() == 0


def test_killed_it_leaves_nothing_and_reopens_where_it_was(tmp_path: Path) -> None:
    """SIGKILL with a demo running: no process, no folder. The next start is at that slide; a clean end forgets it."""
    deck = write_deck(tmp_path)
    with talk(tmp_path, str(deck)) as speaker:
        goes_to(speaker, 5)
        speaker.presses(ENTER, " busy ", "up 0:")
        speaker.send(signal.SIGKILL)
        assert speaker.ends() == -signal.SIGKILL
    with talk(tmp_path, str(deck)) as speaker:
        speaker.shows("With Redis", "back where the last presenter was")
        speaker.presses("q")
        assert speaker.ends() == 0
    with talk(tmp_path, str(deck)) as speaker:
        speaker.shows("1/7")
        speaker.presses("q")
        assert speaker.ends() == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_and_its_demo(tmp_path: Path, number: signal.Signals) -> None:
    """With the exit code that goes with it, and the terminal as it was."""
    with talk(tmp_path, str(write_deck(tmp_path))) as speaker:
        before = speaker.settings()
        goes_to(speaker, 4)
        speaker.presses(ENTER, "0 of 4 busy", "up 0:")
        assert speaker.stop(number) == (0 if number == signal.SIGINT else 128 + number)
        assert speaker.settings() == before


def test_the_window_is_closed_in_the_middle_of_the_talk(tmp_path: Path) -> None:
    """Nothing is left."""
    with talk(tmp_path, str(write_deck(tmp_path))) as speaker:
        goes_to(speaker, 4)
        speaker.presses(ENTER, "0 of 4 busy", "up 0:")
        speaker.close_the_window()
        speaker.ends()


def test_no_color_has_no_colours(tmp_path: Path) -> None:
    """NO_COLOR is heard; bold and reverse are not colours."""
    with talk(tmp_path, str(write_deck(tmp_path)), NO_COLOR="1") as speaker:
        goes_to(speaker, 3)
        goes_to(speaker, 4)
        speaker.presses("f", RECORDED, "up 0:")
        speaker.presses("q")
        assert speaker.ends() == 0
        colours = {str(number) for number in [*range(30, 39), *range(40, 49), *range(90, 98), *range(100, 108)]}
        assert [sgr for sgr in sgrs(speaker) if colours & set(sgr)] == []


def sgrs(screen: OnScreen) -> list[list[str]]:
    """The parameters of every escape sequence that sets colours."""
    parts = screen.raw.decode("utf-8", "replace").split("\x1b[")[1:]
    return [part.split("m")[0].split(";") for part in parts if part.lstrip("0123456789;:").startswith("m")]


def test_the_notes_follow_and_survive(tmp_path: Path) -> None:
    """They wait for a talk, follow it, wait again when it has ended, and follow the next."""
    deck = write_deck(tmp_path)
    with talk(tmp_path, "--notes") as notes:
        notes.shows("No talk is being given")
        with talk(tmp_path, str(deck)) as speaker:
            speaker.shows("1/7")
            notes.shows("A small talk", "The slow view", "the clock has not begun")
            speaker.presses(RIGHT, "2/7")
            notes.shows("Ask who has waited today", "2/7", "step 1 of 2", "The code", "The second line is the slow one")
            goes_to(speaker, 4)
            notes.shows("demo ready")
            speaker.presses("f", RECORDED)
            notes.shows("demo recorded")
            speaker.presses("q")
            assert speaker.ends() == 0
        notes.shows("No talk is being given")
        with talk(tmp_path, str(deck)) as speaker:
            notes.shows("A small talk", "1/7")
            notes.resize(60, 15)
            notes.shows("A small talk", "1/7")
            speaker.presses("q")
            assert speaker.ends() == 0
        notes.presses("q")
        assert notes.ends() == 0


def ask(address: str, method: str = "GET") -> tuple[int, str]:
    """Status and body."""
    request = urllib.request.Request(address, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def address_of_remote(folder: Path) -> str:
    """As the notes terminal would show it."""
    file = until(lambda: next((folder / "state" / "asyncdemo").glob("talk-*.json"), None), "the talk's standing")
    return str(json.loads(file.read_text())["address"])


def test_the_remote_turns_slides(tmp_path: Path) -> None:
    """With its token; with another, nothing. Its address is in the notes terminal, and not on the slide."""
    with talk(tmp_path, str(write_deck(tmp_path)), "--remote") as speaker:
        speaker.shows("1/7")
        address = address_of_remote(tmp_path)
        base, _, token = address.rpartition("/")
        assert base.startswith("http://127.0.0.1:")
        assert token not in speaker.shown
        assert "<button" in ask(address)[1]
        assert json.loads(ask(f"{address}/forward", "POST")[1])["slide"] == 1
        speaker.shows("The slow view")
        assert json.loads(ask(f"{address}/back", "POST")[1])["title"] == "A small talk"
        for path, method in ((f"{address}x", "GET"), (f"{base}/", "GET"), (f"{base}/{'x' * 16}/forward", "POST")):
            assert ask(path, method)[0] == 403
        assert ask(f"{address}/deck.md")[0] == 404
        goes_to(speaker, 4)
        speaker.presses("f", RECORDED)
        speaker.presses(TAB, "KEYS: DEMO")
        assert json.loads(ask(f"{address}/back", "POST")[1])["title"] == "The code"
        with talk(tmp_path, "--notes", rows=33) as notes:
            notes.shows("The code", "c shows")
            notes.presses("c", "remote", address, "▀")
            notes.presses("q")
            assert notes.ends() == 0
        speaker.presses("q")
        assert speaker.ends() == 0
        with pytest.raises(urllib.error.URLError):
            ask(address)


def test_the_remote_in_a_browser(tmp_path: Path) -> None:
    """On a phone's screen: title, notes, what comes next; the buttons turn, and the keyboard's turns are seen."""
    needs("chromium")
    with talk(tmp_path, str(write_deck(tmp_path)), "--remote") as speaker, Browser(tmp_path) as phone:
        speaker.shows("1/7")
        phone.open(address_of_remote(tmp_path))

        def shows(element: str, words: str) -> None:
            text = f"document.getElementById('{element}')?.textContent"
            until(lambda: words in str(phone.value(text)), f"{words!r} in {element}: {phone.value(text)!r}")

        shows("title", "A small talk")
        phone.value("document.getElementById('forward').click()")
        speaker.shows("The slow view")
        shows("notes", "Ask who has waited today.")
        shows("next", "The code")
        shows("where", "2/7, step 1 of 2")
        phone.value("document.getElementById('back').click()")
        speaker.shows("1/7")
        goes_to(speaker, 4)
        shows("where", "demo ready")
        phone.photograph(tmp_path / "phone.png")
        assert phone.value("document.documentElement.scrollWidth <= innerWidth")
        speaker.presses("q")
        assert speaker.ends() == 0
        shows("problem", "cannot be reached")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere.md"], "nowhere.md:1: cannot be read"),
        (["--theme", "pink"], "--theme 'pink'"),
        (["--host", "::1"], "Add --remote"),
        (["--notes"], "needs a terminal"),
        ([], "needs a terminal"),
    ],
)
def test_wrong_words(arguments: list[str], words: str) -> None:
    """A message and an exit code; no traceback."""
    shown = subprocess.run(
        [str(ASYNCDEMO), "talk", *arguments], capture_output=True, text=True, timeout=30, env=os.environ
    )
    assert shown.returncode in (1, 2)
    assert words in shown.stderr
    assert "Traceback" not in shown.stderr
