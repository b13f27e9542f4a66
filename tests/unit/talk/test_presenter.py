"""The presenter under Textual's own pilot: every key, through a deck forward and back, with no process started."""

import asyncio
import re
import shutil
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.events import Key
from textual.strip import Strip

from asyncdemo.base.errors import UsageError
from asyncdemo.deck.place import Place
from asyncdemo.deck.reader import parse_deck
from asyncdemo.showing.panels import KEYS_OF_A_RUN, Drawing, help_screen
from asyncdemo.talk.demos.slide_demo import DemoOptions, Phase, ReplayOptions
from asyncdemo.talk.followers.talk_progress import TalkProgressFile, presented
from asyncdemo.talk.presenter.layout import laid_out
from asyncdemo.talk.presenter.presenter import Presenter, TalkOptions
from asyncdemo.talk.presenter.widgets import Lines, Page
from asyncdemo.talk.shipped_talk import FOLDER
from tests.waiting import soon

RECORDING = FOLDER / "recordings" / "step3.jsonl"
TEXT = """\
One
===

First.

<!-- pause -->

Second.
<!-- end_slide -->

Two
===

```python {1|2}
a = 1
b = 2
```
<!-- end_slide -->

Three
===

```bash +exec
asyncdemo replay RECORDING
```
<!-- end_slide -->

Four
===

The last.
"""
PLACES = [Place(0, 0), Place(0, 1), Place(1, 0), Place(1, 1), Place(2, 0), Place(3, 0)]

pytestmark = pytest.mark.skipif(not RECORDING.exists(), reason="needs the talk's recordings")


def understood(demo: Any) -> DemoOptions:
    """A recording for a replay; nothing else."""
    if demo.command[1] == "replay":
        return ReplayOptions(str(RECORDING))
    raise UsageError("not here")


@asynccontextmanager
async def presenting(
    folder: Path, monkeypatch: pytest.MonkeyPatch, clock: Callable[[], float] = time.time, **asked: Any
) -> AsyncIterator[tuple[Any, Any]]:
    """(the presenter, its pilot), at 88x24."""
    monkeypatch.setenv("XDG_STATE_HOME", str(folder))
    (folder / "deck.md").write_text(TEXT)
    app = Presenter(TalkOptions(parse_deck(TEXT, folder / "deck.md"), understood, **asked), clock=clock)
    async with app.run_test(size=(88, 24)) as pilot:
        try:
            yield app, pilot
        finally:
            app.speaker.show_pool.end(10)
            app.progress_file.remove()


@pytest.mark.parametrize(
    ("on", "before"), [("right", "left"), ("space", "pageup"), ("pagedown", "backspace"), ("n", "p")]
)
async def test_forward_and_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, on: str, before: str) -> None:
    """Through every pause and every code step, and the same way back; the ends hold."""
    async with presenting(tmp_path, monkeypatch) as (app, pilot):
        seen = [app.speaker.place]
        for _ in range(len(PLACES)):
            await pilot.press(on)
            seen.append(app.speaker.place)
        assert seen == [*PLACES, PLACES[-1]]
        assert app.speaker.message == "the last slide"
        for place in [*PLACES[-2::-1], PLACES[0]]:
            await pilot.press(before)
            assert app.speaker.place == place
        assert app.speaker.message == "the first slide"


async def test_jumps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Home, End, a number, a search, the overview; Esc and nonsense leave all as it was."""
    async with presenting(tmp_path, monkeypatch) as (app, pilot):
        for keys, place in (
            ("end", Place(3, 0)),
            ("home", Place(0, 0)),
            ("g 2 enter", Place(1, 0)),
            ("g 9 enter", Place(1, 0)),
            ("g x enter", Place(1, 0)),
            ("g 3 backspace 4 enter", Place(3, 0)),
            ("g 1 escape", Place(3, 0)),
            ("slash f i r s t enter", Place(0, 0)),
            ("slash q q enter", Place(0, 0)),
            ("o down down enter", Place(2, 0)),
            ("o pagedown escape", Place(2, 0)),
            ("o home o", Place(2, 0)),
            ("o up up up enter", Place(0, 0)),
        ):
            await pilot.press(*keys.split())
            assert app.speaker.place == place, keys
            assert app.speaker.over == ""
            assert app.speaker.prompt is None


async def test_what_covers_a_slide_goes_with_any_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And that key does nothing else."""
    async with presenting(tmp_path, monkeypatch) as (app, pilot):
        for key, over in (("b", "blank"), ("question_mark", "help")):
            await pilot.press(key)
            assert app.speaker.over == over
            await pilot.press("right")
            assert app.speaker.over == ""
            assert app.speaker.place == Place()


async def test_a_demo_takes_keys_only_when_they_are_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Enter starts it once; a second is harmless; Tab, Esc; leaving makes it ready again."""
    async with presenting(tmp_path, monkeypatch) as (app, pilot):
        speaker = app.speaker
        await pilot.press("r")
        assert speaker.message == "there is no demo here"
        await pilot.press("g", "3", "enter", "tab")
        assert not speaker.demo_has_keys
        await pilot.press("enter")
        demo = speaker.demo
        assert demo.phase is Phase.RECORDED
        await soon(lambda: demo.drawing is not None, "its panels")
        await pilot.press("enter", "f")
        assert (speaker.place, speaker.demo, demo.phase) == (Place(2), demo, Phase.RECORDED)
        await pilot.press("tab", "right", "n")
        assert speaker.place == Place(2)
        speaker.press_from_afar("forward")
        assert (speaker.place, speaker.demo_has_keys) == (Place(3), False)
        await pilot.press("left")
        assert speaker.demo.phase is Phase.READY
        await soon(lambda: not speaker.show_pool.busy, "the end of the recording")


def seen(app: Presenter) -> str:
    """All that is on the screen."""
    return unescape(re.sub(r"<[^>]*>", "", app.export_screenshot())).replace("\xa0", " ")


async def test_what_a_demo_has_open_goes_with_its_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By Esc, and by a button of the phone: nobody could close it there. Meanwhile the foot says who has the keys."""
    async with presenting(tmp_path, monkeypatch) as (app, pilot):
        await pilot.press("g", "3", "enter", "enter")
        await soon(lambda: "workers" in seen(app), "the panels")
        for take_back in (partial(pilot.press, "escape"), partial(asyncio.to_thread, app.press_from_afar, "key")):
            await pilot.press("tab")
            await soon(lambda: "Esc back" in seen(app), "its keys")
            await pilot.press("question_mark")
            await soon(lambda: "this page; any key closes it" in seen(app), "the demo's keys")
            await soon(lambda: "Esc takes them back" in seen(app), "who has the keys")
            await take_back()
            assert not app.speaker.demo_has_keys
            await soon(lambda: "workers" in seen(app), "the panels")
        await pilot.press("right")
        await soon(lambda: not app.speaker.show_pool.busy, "the end of the recording")


async def test_shift_alone_is_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal that tells of it neither closes what lies over a slide, nor answers a question."""
    async with presenting(tmp_path, monkeypatch) as (app, pilot):
        for name in ("left_shift", "right_control", "iso_level3_shift", "caps_lock"):
            app.speaker.over, app.speaker.asking = "help", True
            app.post_message(Key(name, None))
            await pilot.pause()
            assert (app.speaker.over, app.speaker.asking) == ("help", True)
        app.post_message(Key("Y", "Y"))
        await pilot.pause()
        assert app.speaker.ended


async def test_that_nothing_can_be_written_is_said_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not at every turn, and not over what else is to be said."""
    async with presenting(tmp_path, monkeypatch) as (app, pilot):
        app.speaker.began, app.speaker.message = 1.0, "since: it died"
        shutil.rmtree(tmp_path / "asyncdemo", ignore_errors=True)
        (tmp_path / "asyncdemo").touch()  # where the folder was: nothing can be written there
        await soon(lambda: app.progress.began == 1.0, "a look")
        assert app.speaker.message == "since: it died"
        await pilot.press("right")
        assert app.speaker.message == f"notes cannot follow: {tmp_path / 'asyncdemo'} cannot be written: File exists"
        await pilot.press("right")
        assert app.speaker.message == ""


async def test_a_standing_that_somebody_took_away_is_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second presenter of the deck, that was started by mistake and ended."""
    async with presenting(tmp_path, monkeypatch) as (app, pilot):
        await pilot.press("right")
        assert presented() == app.speaker.progress
        second = TalkProgressFile(app.speaker.deck.path)
        second.write(app.speaker.progress)
        second.remove()
        assert presented() is None
        await soon(lambda: presented() == app.speaker.progress, "it to be written again")


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
async def test_it_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    """At once, where no demo runs."""
    async with presenting(tmp_path, monkeypatch) as (app, pilot):
        await pilot.press(key)
        assert app.speaker.ended
        await asyncio.sleep(0)
        assert app.return_code == 0


@pytest.mark.parametrize("theme", ["dark", "bright"])
async def test_rooms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, theme: str) -> None:
    """The background is that of the room."""
    async with presenting(tmp_path, monkeypatch, theme=theme) as (app, pilot):
        await pilot.press("right")
        assert (app.screen.styles.background.brightness > 0.9) == (theme == "bright")


async def test_nothing_is_drawn_when_nothing_has_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A talk that waits is not put together again, twice a second; the clock is, when it says something else."""
    now, asked = 1000.0, 0

    def clock() -> float:
        nonlocal asked
        asked += 1
        return now

    def clock_shown() -> str:
        foot = app.query_one("#foot", Lines)
        return "".join(segment.text for strip in foot.render_lines(foot.size.region) for segment in strip)[-6:]

    async with presenting(tmp_path, monkeypatch, clock) as (app, pilot):
        await pilot.press("right")
        await pilot.pause()
        assert clock_shown() == " 0:00 "
        put_together = laid_out.cache_info()
        now += 65
        for _ in range(3):
            before = asked
            app.speaker.show_pool.changed()
            await soon(lambda before=before: asked > before, "a look")  # type: ignore[misc]
            await pilot.pause()
            assert clock_shown() == " 1:05 "
        assert laid_out.cache_info() == put_together


@pytest.mark.parametrize("theme", ["dark", "bright"])
async def test_lines_look_as_textual_would_have_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, theme: str
) -> None:
    """The panels are drawn past Textual's styles, and look the same; of the next picture, what has changed."""
    async with presenting(tmp_path, monkeypatch, theme=theme) as (app, pilot):
        lines = app.query_one("#over", Lines)
        first = help_screen(KEYS_OF_A_RUN, 88, 24)
        await pilot.press("question_mark")
        await pilot.pause()
        lines.show(first)
        shown = lines.render_lines(lines.size.region)
        for strip, line in zip(shown, first.lines, strict=True):
            drawn = Strip([Segment(text, style) for text, style in line]).adjust_cell_length(lines.size.width)
            for each in lines.get_line_filters():
                drawn = drawn.apply_style(lines.rich_style).apply_filter(each, lines.background_colors[1])
            assert list(strip.simplify()) == list(drawn.simplify())
        written: list[Any] = []
        monkeypatch.setattr(app, "_display", lambda screen, rows: written.append(rows.render_segments(app.console)))
        lines.show(Drawing([*first.lines[:3], [("another", Style(bold=True))], *first.lines[4:]]), at_once=True)
        assert len(written) == 1
        assert written[0].startswith("\x1b[4;1H")
        assert "another" in written[0]
        assert written[0].count("H") == 1


async def test_what_a_step_brings_is_scrolled_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it is below the screen; the next slide begins at its top."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    lines = "".join(f"- line {number}\n" for number in range(30))
    text = f"Long\n===\n\n{lines}\n<!-- pause -->\n\nat last\n\n<!-- end_slide -->\n\nNext\n===\n\n{lines}\n"
    app = Presenter(TalkOptions(parse_deck(text, tmp_path / "deck.md"), understood))
    try:
        async with app.run_test(size=(88, 24)) as pilot:
            page = app.query_one(Page)
            for _ in range(3):
                await pilot.press("right")
                await soon(lambda: page.scroll_y > 0 and page.scroll_y == page.max_scroll_y, "its end")
                await pilot.press("left")
            await pilot.press("right")
            await soon(lambda: app.query_one("#bar").size.height == 2, "that the deck's file is not there")
            await soon(lambda: page.scroll_y == page.max_scroll_y, "its end, in less room")
            await pilot.press("up")
            await soon(lambda: page.rows_below == 1, "a row above it")
            await pilot.press("right")
            await soon(lambda: page.scroll_y == 0 and page.rows_below > 0, "its top")
    finally:
        app.progress_file.remove()
