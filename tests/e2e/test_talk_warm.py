"""The next stage of a talk is kept warm, and its address and the load of another terminal follow the slide."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.e2e.command import ASYNCDEMO, asyncdemo, listens, visit
from tests.e2e.screen import OnScreen
from tests.e2e.talk import DECK, ENTER, LEFT, LIVE, RIGHT, goes_to, process_with, talk, write_deck
from tests.ports import free_port
from tests.processes import line_of
from tests.waiting import until

BUSY_PORT = "Port {} on 127.0.0.1 is in use"


@contextmanager
def on_one_port(folder: Path) -> Iterator[tuple[OnScreen, int]]:
    """A talk whose two stages have the same port."""
    port = free_port()
    with talk(folder, str(write_deck(folder, DECK.replace("--port 0", f"--port {port}")))) as speaker:
        yield speaker, port


def listening(process: psutil.Process) -> bool:
    """Whether it can be spoken to."""
    return any(each.status == psutil.CONN_LISTEN for each in process.net_connections("tcp"))


def test_it_is_there_before_it_is_wanted_and_nobody_knows(tmp_path: Path) -> None:
    """Its own address is free, no terminal finds it; Enter shows the very same processes."""
    with on_one_port(tmp_path) as (speaker, port):
        goes_to(speaker, 4)
        warm = process_with(speaker, "runserver")
        until(lambda: listening(warm), "the warm server")
        assert not listens(port)
        nobody = asyncdemo("hammer", "--duration", "1s", TMPDIR=str(speaker.tmp))
        assert (nobody.returncode, "Nothing of asyncdemo runs here" in nobody.stderr) == (2, True)
        speaker.presses(ENTER, "0 of 4 busy", f":{port}", "up 0:", LIVE)
        assert warm.is_running()
        assert [each.pid for each in speaker.processes() if "runserver" in line_of(each)] == [warm.pid]
        assert visit(f"http://127.0.0.1:{port}/?name=Ada")[0] == 200
        speaker.shows("1 of 4 busy")
        speaker.presses(LEFT, "The code")
        until(lambda: not listens(port), "the address to be free")
        until(lambda: not warm.is_running(), "the end of the demo")
        speaker.presses("q")
        assert speaker.ends() == 0


def test_address_and_load_follow_the_slide(tmp_path: Path) -> None:
    """One load of another terminal reaches what is on screen, first the one, then the other, and nobody between."""
    with on_one_port(tmp_path) as (speaker, port):
        goes_to(speaker, 4)
        speaker.presses(ENTER, "0 of 4 busy", f":{port}", "up 0:", LIVE)
        with OnScreen(str(ASYNCDEMO), "hammer", "--rate", "5", "--duration", "1h", TMPDIR=str(speaker.tmp)) as load:
            load.shows(f"127.0.0.1:{port}", "4 there")
            speaker.shows("4 of 4 busy")
            goes_to(speaker, 5)
            load.shows("refused")
            speaker.presses(ENTER, f":{port}", LIVE)
            speaker.shows("1 of 1 busy")
            speaker.presses("qy")
            assert speaker.ends() == 0
            load.presses("q")
            load.ends()


def test_one_that_dies_before_it_is_wanted_is_started_anew(tmp_path: Path) -> None:
    """As if there had been none."""
    with on_one_port(tmp_path) as (speaker, port):
        goes_to(speaker, 5)
        until(lambda: listening(process_with(speaker, "daphne")), "the warm server")
        process_with(speaker, "redis.sock").kill()
        until(lambda: not speaker.processes(), "the end of the others")
        speaker.presses(ENTER, "0 of 1 busy", f":{port}", "up 0:", LIVE)
        speaker.presses("qy")
        assert speaker.ends() == 0


def test_an_address_that_is_taken(tmp_path: Path) -> None:
    """Somebody else has it: the recording, and why; when it is free, it runs."""
    with on_one_port(tmp_path) as (speaker, port):
        goes_to(speaker, 4)
        command = [str(ASYNCDEMO), "run", "step1", "--port", str(port)]
        with OnScreen(*command) as other:
            other.shows("up 0:")
            speaker.presses(ENTER, "  recorded  ", f"since: {BUSY_PORT.format(port)} by another program.")
            other.presses("q")
            assert other.ends() == 0
        speaker.presses("r", LIVE, "up 0:", f":{port}")
        speaker.presses("qy")
        assert speaker.ends() == 0


@pytest.mark.parametrize("keys", [RIGHT, "g7\r"])
def test_behind_the_last_one_nothing_is_kept(tmp_path: Path, keys: str) -> None:
    """What was warm for a slide that has been passed ends."""
    with on_one_port(tmp_path) as (speaker, _):
        goes_to(speaker, 5)
        process_with(speaker, "daphne")
        speaker.presses(keys)
        until(lambda: not speaker.processes(), "the end of what nobody wants any more")
        speaker.presses("q")
        assert speaker.ends() == 0
