"""`make pictures`: a slide of the talk whose demo runs in it, as a picture for the README."""

import asyncio
import os
import sys
import tempfile
from pathlib import Path

from asyncdemo.base.files import save
from asyncdemo.deck.place import Place
from asyncdemo.deck.reader import read_deck
from asyncdemo.features.replay import REMOTE_FONT
from asyncdemo.running.options import RunOptions
from asyncdemo.stages.catalogue import STAGES
from asyncdemo.talk.demos.shows import WatchOptions
from asyncdemo.talk.presenter.presenter import Presenter, TalkOptions
from asyncdemo.talk.shipped_talk import DECK

SLIDE = "Demo: step3"
DEMO = WatchOptions(RunOptions(STAGES["step3"], speed=2.0), rate=1.0)
"""What its command asks for."""
AFTER_S = 24.0
"""By then it has gummed up, and how that began is still on the chart."""


async def photograph() -> str:
    """The slide as SVG, some seconds after its demo was asked for."""
    deck = read_deck(DECK)
    number = next(number for number, slide in enumerate(deck.slides) if slide.title == SLIDE)
    app = Presenter(TalkOptions(deck, lambda demo: DEMO))
    async with app.run_test(size=(88, 24)) as pilot:
        app.speaker.go(Place(number))
        await pilot.press("enter")
        await pilot.pause(AFTER_S)
        picture = app.export_screenshot(title="asyncdemo talk")
    app.speaker.show_pool.end(10)
    return REMOTE_FONT.sub("", picture)


def main() -> None:
    """Into the file that is named."""
    path = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as nowhere:  # whoever gives a talk here shall not begin where this one ended
        os.environ["XDG_STATE_HOME"] = nowhere
        save(str(path), "--svg", asyncio.run(photograph()))


if __name__ == "__main__":
    main()
