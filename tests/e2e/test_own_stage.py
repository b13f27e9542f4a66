"""A stage is one folder and one entry: one that asyncdemo does not have runs, is loaded, watched and compared."""

import json
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

import asyncdemo as package
from asyncdemo.events import events as e
from asyncdemo.events.recording import read_recording
from asyncdemo.load.visitor import VISITORS
from tests.e2e import own_stage
from tests.e2e.command import Command, asyncdemo, balanced, visit
from tests.e2e.screen import OnScreen
from tests.waiting import until

BONUS = Path(package.__file__).parent / "stages" / "bonus"


@pytest.fixture
def own(tmp_path: Path) -> list[str]:
    """`asyncdemo` with the stage in its catalogue."""
    folder = tmp_path / "a project of mine"
    own_stage.make_project(folder, BONUS)
    return [sys.executable, str(Path(own_stage.__file__)), str(folder)]


def run(own: list[str], *arguments: str) -> Command:
    """It runs, and everything is recorded."""
    return Command(*own, "run", "own", "--port", "0", "--record", "RECORD", *arguments)


def test_it_runs_and_its_recording_plays_where_nobody_knows_it(own: list[str], tmp_path: Path) -> None:
    """Its names are everywhere; `asyncdemo replay`, which has no such stage, tells the same."""
    with run(own, "--workers", "2", "--reserved-web", "1", "--delays", "0.2,3600") as mine:
        mine.line(r"stage +own: a stage of somebody's own$")
        mine.line(r"workers +2: 1 general \+ 1 reserved for page, which leaves mail alone$")
        mine.line(r"try +curl 'http://127\.0\.0\.1:\d+/greet/\?who=Ada'$")
        mine.line(r"ticker\.1 +tick$")
        assert visit(f"{mine.url}?who=Ada")[0] == 200
        mine.line(r"hello +Ada: 200 in \S+ s by (taker|pager)\.1")
        mine.line(r"notified +Dear Ada, by taker\.1")
        assert visit(f"{mine.url}?who=Grace")[0] == 200
        mine.wait_for(1, e.CallStarted, text="Dear Grace,")
        assert visit(f"{mine.url}?who=Alan")[0] == 200
        until(lambda: mine.state.channels.depths.get("mail"), "a mail that waits")
        assert mine.stop() == 0
        mine.line(r"hellos +3 x 200; 0 without an answer")
        balanced(mine)
        books = mine.state.books
        assert (books.sent, books.delivered, books.died + books.queued) == (3, 1, 2)
        assert set(mine.takers("mail").values()) == {"taker.1"}
        kept = tmp_path / "own.jsonl"
        kept.write_bytes(mine.record.read_bytes())
        told = mine.text
        grace = mine.all(e.CallStarted, text="Dear Grace,")[0].t - mine.all(e.Ready)[0].t
    replayed = asyncdemo("replay", str(kept))
    assert replayed.returncode == 0
    for line in replayed.stdout.splitlines():
        assert line in told
    picture = tmp_path / "own.svg"
    frame = asyncdemo("replay", str(kept), "--svg", str(picture), "--size", "110x33", "--at", f"{grace + 0.1:.2f}s")
    assert frame.returncode == 0
    shown = "".join(ET.parse(picture).getroot().itertext())
    assert all(words in shown for words in ("1 general + 1 reserved", "page + mail", "mail Grace"))


def test_it_is_watched_and_loaded(own: list[str]) -> None:
    """In panels, with its keys; the load of another terminal finds it, and knows its page and its speed."""
    command = [*own, "run", "own", "--port", "0", "--speed", "20", "--workers", "2"]
    with OnScreen(*command, columns=110, rows=33) as mine:
        mine.shows(" own ", "2 general", "page + mail", "taker.2", "up 0:")
        mine.presses("w", "pager.1")
        mine.presses("h", "hello")
        loaded = mine_hammer(own, mine.tmp)
        assert "(own)" in loaded
        assert "1/s x 11.25 s" in loaded
        mine.presses("qy")
        assert mine.ends() == 0


def mine_hammer(own: list[str], folder: Path) -> str:
    """What `hammer` says, which looks for the run where that has written itself down."""
    with Command(*own, "hammer", "--duration", "5s", "--name", "Zoë", TMPDIR=str(folder)) as load:
        assert load.ends() == 0
        return load.text


def test_it_is_compared(own: list[str], tmp_path: Path) -> None:
    """Its row has its name, its books and its lesson; a comparison of all leaves it out."""
    figures, recording = tmp_path / "own.json", tmp_path / "own.jsonl"
    files = ("--json", str(figures), "--record", str(recording))
    slow = ("--speed", "1", "--rate", "10", "--delays", "0.5")  # there is a minute for each to be taken
    with Command(*own, "compare", "own", "--duration", "1s", *slow, *files) as mine:
        mine.line("^1/1 own, 2 general: a stage of somebody's own$")
        assert mine.ends() == 0
    (row,) = json.loads(figures.read_text())["rows"]
    assert (row["label"], row["run"]["stage"]) == ("own, 2 general", "own")
    assert row["requests"]["scheduled"] == 10 == row["notifications"]["sent"]
    assert {worker["name"] for worker in row["workers"]} == {"taker.1", "taker.2"}
    assert row["lesson"]
    visits = [event for event in read_recording(str(recording)).events if isinstance(event, e.Arrived | e.Answered)]
    assert {visit.name for visit in visits if visit.path == "/greet/"} == set(VISITORS[:10])


def test_setups_of_it_are_compared(own: list[str], tmp_path: Path) -> None:
    """With other numbers of workers than its own, beside a stage of the talk."""
    figures = tmp_path / "own.json"
    files = ("--json", str(figures))
    with Command(*own, "compare", "own:1+1", "own", "step3:2", "--duration", "5s", "--speed", "20", *files) as mine:
        assert mine.ends() == 0
    rows = json.loads(figures.read_text())["rows"]
    assert [row["label"] for row in rows] == ["own, 1+1 reserved", "own, 2 general", "step3, 2 workers"]
    assert [{worker["process"] for worker in row["workers"]} for row in rows[:2]] == [
        {"taker.1", "pager.1"},
        {"taker.1", "taker.2"},
    ]


def test_without_its_entry_it_is_unknown() -> None:
    """Nothing of it is left anywhere."""
    asked = asyncdemo("run", "own")
    assert (asked.returncode, asked.stderr.count("There is no stage and no folder 'own'")) == (2, 1)
