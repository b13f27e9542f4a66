"""The talk itself, `talk/deck.md`: complete, readable from the last row, and true."""

import re
import sys
from pathlib import Path

import pytest
from PIL import Image

from asyncdemo.deck.deck import Deck, Picture, Slide
from asyncdemo.deck.reader import read_deck
from asyncdemo.deck.render import room, slide_lines
from asyncdemo.events.events import RunStarted
from asyncdemo.events.recording import read_recording
from asyncdemo.features.players import player_of
from asyncdemo.report.measured_2016 import MEASURED, MEASURED_ON
from asyncdemo.showing.panels import View
from asyncdemo.talk.shipped_talk import DECK, FOLDER
from tests.documents import promises

DELAYS_S = (5, 5, 5, 30)
MEAN_S = sum(DELAYS_S) / len(DELAYS_S)
COLUMNS, ROWS = room(88, 24)
LARGEST_RECORDING, LARGEST_PICTURE = 400_000, 150_000


@pytest.fixture(scope="module")
def deck() -> Deck:
    return read_deck(DECK)


def words_of(deck: Deck, title: str) -> str:
    """All that a slide shows, in one line, and its notes."""
    (slide,) = (slide for slide in deck.slides if slide.title == title)
    return " ".join(" ".join([*slide_lines(slide, slide.steps, 200), slide.notes]).split())


def numbered(slides: tuple[Slide, ...]) -> list[str]:
    return [f"{number} {slide.title}" for number, slide in enumerate(slides, 1)]


def test_the_talk_takes_as_long_as_it_may(deck: Deck) -> None:
    """22 minutes, as in 2016, in about 25 slides; each has its time, and words for the speaker."""
    assert deck.time_s == deck.budget_s == 22 * 60
    assert 22 <= len(deck.slides) <= 28
    assert [slide.title for slide in deck.slides if not (slide.title and slide.notes and slide.time_s)] == []


def test_a_line_of_the_notes_ends_a_sentence(deck: Deck) -> None:
    """Each is kept as it is, and wrapped by itself."""
    lines = [line for slide in deck.slides for line in slide.notes.split("\n") if line]
    assert [line for line in lines if not re.search(r"[.?!:][\")]*$", line)] == []


def test_every_slide_fits_a_projector(deck: Deck) -> None:
    """At its last step, when it is longest."""
    heights = {
        name: len(slide_lines(s, s.steps - 1, COLUMNS))
        for name, s in zip(numbered(deck.slides), deck.slides, strict=True)
    }
    assert {name: height for name, height in heights.items() if height > ROWS} == {}


def test_every_demo_has_a_recording(deck: Deck) -> None:
    """Whole, small, and of the stage that the demo is about."""
    demos = [slide.demo for slide in deck.slides if slide.demo is not None]
    assert len(demos) >= 6
    for demo in demos:
        assert demo.command[0] == "asyncdemo"
        assert demo.fallback is not None
        recording = read_recording(str(demo.fallback))
        assert recording.problem == ""
        assert 10 < recording.length_s < 30
        assert demo.fallback.stat().st_size < LARGEST_RECORDING
        assert {run[0].stage.name for run in recording.runs if isinstance(run[0], RunStarted)} == {demo.command[2]}


def test_the_arithmetic_is_right(deck: Deck) -> None:
    """Workers / mean seconds of a notification."""
    assert f"{MEAN_S} s" in words_of(deck, "Every site has one slow call")
    jam = words_of(deck, "The arithmetic")
    assert f"4 workers ----------- = {4 / MEAN_S:.2f} notifications a second {MEAN_S} s" in jam
    assert f"3 / {MEAN_S} s = {3 / MEAN_S:.2f}" in words_of(deck, "bonus: workers of their own")
    assert f"2 / {MEAN_S} s = {2 / MEAN_S:.2f}" in words_of(deck, "And the notifications?")


def test_the_table_of_the_jam_is_right(deck: Deck) -> None:
    """A visitor a second, four workers: each notification takes one until it is over."""
    ends = [second + delay for second, delay in enumerate(DELAYS_S)]
    free = [4 - sum(end > second for end in ends[: second + 1]) for second in range(5)]
    rows = re.findall(r"^ +(\d) .* (\d)$", "\n".join(slide_lines(*last(deck, "It gums up"), 84)), re.MULTILINE)
    assert [(int(second), int(count)) for second, count in rows] == list(enumerate(free))


def test_what_can_be_typed_would_work(deck: Deck) -> None:
    """A project is not called like a module of Python's own; what is to wait apart is sent there."""
    projects = re.findall(r"(\w+)\.[aw]sgi", words_of(deck, "Today: Django runs in the server"))
    assert len(projects) == 2, projects
    assert not set(projects) & sys.stdlib_module_names
    shown, _, _ = words_of(deck, "Today: give it workers, two kinds").partition("The queue is a table")
    assert '@task(queue_name="long")' in shown
    assert "db_worker --queue-name short" in shown


def last(deck: Deck, title: str) -> tuple[Slide, int]:
    """A slide and its last step."""
    (slide,) = (slide for slide in deck.slides if slide.title == title)
    return slide, slide.steps - 1


def test_figures_of_2016_are_those_that_were_measured(deck: Deck) -> None:
    """And they say when."""
    step3, general, reserved = MEASURED["step3", 4, 0], MEASURED["bonus", 3, 0], MEASURED["bonus", 2, 1]
    jam, lost = words_of(deck, "The arithmetic"), words_of(deck, "What gets lost")
    assert f"for 90 s: of 90 visitors, {step3.answered} ever got their page" in jam
    assert f"for 90 s: {reserved.answered} pages, {reserved.printed} notifications. {reserved.lost} lost" in lost
    assert MEASURED_ON in jam
    assert MEASURED_ON in lost
    beside = f"{general.answered} of 90 visitors, in 90 s where ours come for 60, and {reserved.answered} of 90"
    assert beside in words_of(deck, "Side by side")
    assert step3.first_waited == 5
    assert "it was the fifth request then" in words_of(deck, "It gums up")


@pytest.mark.checkout
def test_figures_of_the_comparison_are_those_of_the_readme(deck: Deck) -> None:
    """And of its pages: the medians of several races, with what is between them."""
    row = r"^\| (bonus, [^|]*) \| [-\d]+ \| ([^|]*) of 60 \| [^|]* \| ([\d.]+ s)"
    rows = re.findall(row, promises(), re.MULTILINE)
    shown = words_of(deck, "Side by side")
    assert len(rows) == 2
    for label, answered, p95 in rows:
        assert f"{label} {answered} {p95}" in shown


@pytest.mark.checkout
def test_the_picture_is_that_of_the_recording(deck: Deck) -> None:
    """Drawn from it; the words below it are its figures, and those for whoever cannot see it too."""
    drawing = pytest.importorskip("talk.make_waits_picture", reason="needs the checkout's talk/")
    (picture,) = (block for slide in deck.slides for block in slide.blocks if isinstance(block, Picture))
    waits = drawing.waits_in(FOLDER / "recordings" / "bonus.jsonl")
    with Image.open(picture.path) as shown:
        assert shown.convert("RGB").tobytes() == drawing.drawn(waits).tobytes()
    assert picture.path.stat().st_size < LARGEST_PICTURE
    before = max(wait for came, wait in waits.visitors if came < waits.ready)
    then = max(wait for came, wait in waits.visitors if came >= waits.ready)
    assert f"up to {before:.0f} s, then up to {then:.1f} s" in words_of(deck, "The key")
    assert f"climb to {before:.0f} s;" in picture.words
    assert f"none is above {then:.1f} s" in picture.words


RECORDINGS = sorted((FOLDER / "recordings").glob("*.jsonl"))


@pytest.mark.parametrize("recording", RECORDINGS, ids=[path.stem for path in RECORDINGS])
def test_no_word_of_a_demo_is_cut(recording: Path) -> None:
    """From its beginning to its end, on the screens that speakers have: a room reads along."""
    played = read_recording(str(recording))
    player = player_of(played)
    for number in range(int(played.length_s - played.ready_s) + 1):
        at = played.ready_s + number
        player.seek(at)
        for size in ((88, 23), (80, 23)):
            panels = player.picture(player.state, at, View(*size, mark="recorded")).lines[:-1]
            lines = ["".join(text for text, _ in line) for line in panels]
            assert [line for line in lines if "…" in line] == []
