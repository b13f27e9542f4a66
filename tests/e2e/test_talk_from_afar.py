"""The talk's other screens: the notes in a second terminal, the remote on a phone."""

import json
import signal
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.e2e.browser import Browser
from tests.e2e.talk import DECK, LIVE, RECORDED, RIGHT, TAB, goes_to, talk, write_deck
from tests.tools import needs
from tests.waiting import DEADLINE_S, until

DOWN, END = "\x1b[B", "\x1b[F"


def test_the_notes_follow_and_survive(tmp_path: Path) -> None:
    """They wait for a talk, follow it, wait again when it has ended, and follow the next. Long ones are scrolled."""
    many = "".join(f"\\nnote {number}." for number in range(1, 10))
    deck = write_deck(tmp_path, DECK.replace("Ask who has waited today.", f'"Ask who has waited today.{many}"'))
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
            speaker.presses(RIGHT, "2/7")
            notes.shows("Ask who", "▼ 6 more", "up down the notes")
            notes.presses(DOWN, "▲ 2 more", "▼ 5 more")
            notes.presses(" ", "note 4.")
            notes.presses(END, "note 9.")
            goes_to(speaker, 3)
            notes.shows("The second line is the slow one")
            goes_to(speaker, 2)
            notes.shows("Ask who", "▼ 6 more")
            speaker.presses("q")
            assert speaker.ends() == 0
        notes.presses("q")
        assert notes.ends() == 0


def test_the_notes_of_a_deck_follow_no_other(tmp_path: Path) -> None:
    """`--notes` with a deck waits for it while another is given; one that is not there is named."""
    deck, other = write_deck(tmp_path), tmp_path / "other deck.md"
    other.write_text(deck.read_text().replace("A small talk", "Another talk"))
    with talk(tmp_path, str(other), "--notes", columns=200) as notes, talk(tmp_path, str(deck)) as speaker:
        speaker.shows("1/7")
        notes.shows(f"It is not being given. In another terminal: asyncdemo talk '{other}'")
        with talk(tmp_path, str(other)) as second:
            notes.shows("Another talk", "1/7")
            speaker.presses(RIGHT, "2/7")
            second.presses(RIGHT, "2/7")
            second.presses(RIGHT, "●●")
            notes.shows("step 2 of 2")
            second.presses("q")
            assert second.ends() == 0
        notes.shows("It is not being given")
        speaker.presses("q")
        notes.presses("q")
        assert (speaker.ends(), notes.ends()) == (0, 0)
    with talk(tmp_path, "nowhere.md", "--notes") as nobody:
        assert nobody.ends() == 2
        nobody.shows("nowhere.md: there is no such deck")


def ask(address: str, method: str = "GET") -> tuple[int, str]:
    """Status and body."""
    request = urllib.request.Request(address, method=method)
    try:
        with urllib.request.urlopen(request, timeout=DEADLINE_S) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def address_of_remote(folder: Path) -> str:
    """As the notes terminal would show it."""
    file = until(lambda: next((folder / "state" / "asyncdemo").glob("talk-*.json"), None), "the talk's progress")
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
            status, told = ask(path, method)
            assert (status, "the one that asyncdemo talk --notes shows" in told) == (403, True)
        assert ask(f"{address}/deck.md")[0] == 404
        goes_to(speaker, 4)
        speaker.presses("f", RECORDED)
        speaker.presses(TAB, "KEYS: DEMO")
        assert json.loads(ask(f"{address}/back", "POST")[1])["title"] == "The code"
        with talk(tmp_path, "--notes", rows=33) as notes:
            notes.shows("The code", "c code of the remote")
            notes.presses("c", "remote", address, "only on this machine")
            notes.presses("q")
            assert notes.ends() == 0
        speaker.presses("q")
        assert speaker.ends() == 0
        with pytest.raises(urllib.error.URLError):
            ask(address)


def test_the_key_of_the_lesson_is_on_the_phone(tmp_path: Path) -> None:
    """While the demo of a stage runs that has it; a worker reserved for web comes, and the chart says so."""
    needs("chromium")
    with talk(tmp_path, str(write_deck(tmp_path)), "--remote") as speaker, Browser(tmp_path) as phone:
        speaker.shows("1/7")
        phone.open(address_of_remote(tmp_path))
        goes_to(speaker, 5)
        key = "document.getElementById('key')"
        until(lambda: phone.value("document.getElementById('demo')?.textContent") == "Run the demo", "the slide")
        assert phone.value(f"{key}.hidden")
        phone.value("document.getElementById('demo').click()")
        speaker.shows("0 of 1 busy", "up 0:", LIVE)
        until(lambda: not phone.value(f"{key}.hidden"), "the key")
        assert phone.value(f"{key}.textContent") == "w: a worker for web only"
        assert phone.value("document.documentElement.scrollHeight <= innerHeight")
        phone.photograph(tmp_path / "phone.png")
        phone.value(f"{key}.click()")
        speaker.shows("w was pressed on the phone")
        speaker.shows("webworker.1 w", "0 of 2 busy")
        phone.value("document.getElementById('back').click()")
        until(lambda: phone.value(f"{key}.hidden"), "a slide without it")
        speaker.presses("q")
        speaker.presses("q")
        assert speaker.ends() == 0


def test_after_a_crash_the_phone_goes_on(tmp_path: Path) -> None:
    """The talk comes back where it was, and the remote at its address."""
    deck = str(write_deck(tmp_path))
    with talk(tmp_path, deck, "--remote") as speaker:
        goes_to(speaker, 3)
        address = address_of_remote(tmp_path)
        assert ask(address)[0] == 200
        speaker.send(signal.SIGKILL)
        assert speaker.ends() == -signal.SIGKILL
    with talk(tmp_path, deck, "--remote") as speaker:
        speaker.shows("3/7")
        assert json.loads(ask(f"{address}/back", "POST")[1])["slide"] == 1
        speaker.presses("q")
        assert speaker.ends() == 0


def test_a_phone_reads_the_address_from_the_notes(tmp_path: Path) -> None:
    """With a code, where it is one that a phone can open."""
    with talk(tmp_path, str(write_deck(tmp_path)), "--remote", "--host", "0.0.0.0") as speaker:
        speaker.shows("1/7")
        address = address_of_remote(tmp_path)
        assert "//127." not in address
        assert "//0." not in address
        with talk(tmp_path, "--notes", rows=33) as notes:
            notes.shows(address, "▀")
            notes.presses("q")
            assert notes.ends() == 0
        assert "<button" in ask(address)[1]
        speaker.presses("q")
        assert speaker.ends() == 0


def test_the_remote_in_a_browser(tmp_path: Path) -> None:
    """On a phone's screen: title, notes, what comes next; buttons turn, one runs a demo; turns by keys are seen."""
    needs("chromium")
    with talk(tmp_path, str(write_deck(tmp_path)), "--remote") as speaker, Browser(tmp_path) as phone:
        speaker.shows("1/7")
        phone.open(address_of_remote(tmp_path))

        def shows(element: str, words: str) -> None:
            text = f"document.getElementById('{element}')?.textContent"
            until(lambda: words in str(phone.value(text)), lambda: f"{words!r} in {element}: {phone.value(text)!r}")

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
        shows("demo", "Run the demo")
        phone.photograph(tmp_path / "phone.png")
        assert phone.value("document.documentElement.scrollWidth <= innerWidth")
        phone.value("document.getElementById('demo').click()")
        speaker.shows("0 of 4 busy", "up 0:", LIVE)
        shows("where", "demo live")
        until(lambda: phone.value("document.getElementById('demo').hidden"), "nothing to run")
        assert phone.value("document.getElementById('key').hidden")  # step3 has no worker of this kind
        speaker.presses("f", RECORDED)
        shows("demo", "Run it live")
        phone.value("document.getElementById('back').click()")
        shows("title", "The code")
        until(lambda: phone.value("document.getElementById('demo').hidden"), "a slide without a demo")
        speaker.send(signal.SIGSTOP)
        shows("problem", "cannot be reached")  # although somebody listens
        speaker.send(signal.SIGCONT)
        until(lambda: phone.value("document.getElementById('problem').textContent") == "", "the talk on the phone")
        speaker.presses("q")
        assert speaker.ends() == 0
        shows("problem", "cannot be reached")
