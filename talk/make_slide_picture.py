"""`make pictures`: a slide of the talk whose demo runs in it, as a picture for the README."""

import asyncio
import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from unittest import mock

from rich.console import Console
from rich.segment import Segment
from rich.text import Text

from asyncdemo.base.files import save
from asyncdemo.deck.place import Place
from asyncdemo.deck.reader import read_deck
from asyncdemo.report.screens.screen_svg import screen_svg
from asyncdemo.running.options import RunOptions
from asyncdemo.showing.panels import Drawing
from asyncdemo.showing.panels.lines import Line
from asyncdemo.showing.panels.style import NONE
from asyncdemo.stages.catalogue import STAGES
from asyncdemo.talk.demos.shows import WatchOptions
from asyncdemo.talk.presenter.presenter import Presenter, TalkOptions
from asyncdemo.talk.shipped_talk import DECK

SLIDE = "Demo: step3"
DEMO = WatchOptions(RunOptions(STAGES["step3"], speed=2.0), rate=1.0)
"""What its command asks for."""
SIZE = (88, 24)
AFTER_S = 24.0
"""By then it has gummed up, and how that began is still on the chart."""


async def photograph() -> str:
    """The slide as SVG, some seconds after its demo was asked for."""
    deck = read_deck(DECK)
    number = next(number for number, slide in enumerate(deck.slides) if slide.title == SLIDE)
    app = Presenter(TalkOptions(deck, lambda demo: DEMO))
    async with app.run_test(size=SIZE) as pilot:
        app.speaker.go(Place(number))
        await pilot.press("enter")
        await pilot.pause(AFTER_S)
        picture = screen_svg(Drawing(screen_of(app)), "asyncdemo talk")
    app.speaker.show_pool.end(10)
    return picture


def screen_of(app: Presenter) -> list[Line]:
    """What the terminal shows. Textual writes its screen to a console of Rich, and asks that for a picture."""
    with mock.patch.object(Console, "export_svg", lambda console, **_: console.export_text(styles=True)):
        rows = app.export_screenshot().splitlines()
    console = Console(width=SIZE[0])
    return [parts_of(Text.from_ansi(row).render(console)) for row in rows[: SIZE[1]]]


def parts_of(segments: Iterable[Segment]) -> Line:
    """Of a row, without its end."""
    return [(segment.text, segment.style or NONE) for segment in segments if segment.text != "\n"]


def main() -> None:
    """Into the file that is named."""
    path = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as nowhere:  # whoever gives a talk here shall not begin where this one ended
        os.environ["XDG_STATE_HOME"] = nowhere
        save(str(path), "--svg", asyncio.run(photograph()))


if __name__ == "__main__":
    main()
