"""`make recordings`: how long each visitor of a recorded demo waited, as a picture for the slide behind it.

Few large shapes: half blocks show them to the last row.

python -m talk.make_waits_picture talk/recordings/bonus.jsonl talk/pictures/waits.png
"""

import sys
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import NamedTuple, TypeVar

from PIL import Image, ImageDraw

from asyncdemo.base.files import place
from asyncdemo.base.output import say
from asyncdemo.events.events import Answered, Event, LoadStarted, ProcessStarted, RunStarted, WorkerReady
from asyncdemo.events.recording import read_recording
from asyncdemo.talk.presenter.themes import DARK, NOTIFY

Kind = TypeVar("Kind", bound=Event)
SIZE = (1200, 200)
"""Pixels: three for each half block of a slide, or a few more."""
GROUND, LETTERS, GREEN = (DARK.background_color, DARK.foreground_color, DARK.ansi_colors[2])
ORANGE = NOTIFY["dark"]
TOP, FLOOR = 14, 20
"""Pixels above the longest wait; and the height of none at all, which is to be seen, too."""
LINE = 18
"""How wide the line of the key is, and the strokes of its letter."""
LETTER = ((36, 0), (68, 80), (104, 14), (140, 80), (172, 0))
"""`w`, from the head of its line on."""


class Waits(NamedTuple):
    """What the visitors of a demo found, in seconds of the lesson since its load began."""

    visitors: list[tuple[float, float]]
    """When each came, and how long it was until the page was there."""
    pressed: float
    """When the key was pressed that starts a reserved worker."""
    ready: float
    """When that worker was ready."""


def waits_in(recording: Path) -> Waits:
    """Of a recorded run with a load, in which a reserved worker was started by its key."""
    (run,) = read_recording(str(recording)).runs
    began = first(run, RunStarted)
    load = first(run, LoadStarted).t
    reserved = [event for event in run if event.process.startswith(began.stage.reserved)]
    visitors = [event for event in run if isinstance(event, Answered) and event.name is not None]

    def at(t: float) -> float:
        return (t - load) * began.speed

    waited = sorted((at(each.t - each.total_s), each.total_s * began.speed) for each in visitors)
    return Waits(waited, at(first(reserved, ProcessStarted).t), at(first(reserved, WorkerReady).t))


def first(run: Iterable[Event], kind: type[Kind]) -> Kind:
    """The first event of a kind."""
    return next(event for event in run if isinstance(event, kind))


def drawn(waits: Waits) -> Image.Image:
    """Each visitor as high as they waited: orange until the reserved worker was ready, green from then on."""
    width, height = SIZE
    image = Image.new("RGB", SIZE, GROUND)
    draw = ImageDraw.Draw(image)
    last, longest = waits.visitors[-1][0] + 1, max(wait for _, wait in waits.visitors)
    ends = [*(came for came, _ in waits.visitors[1:]), last]
    for (came, wait), end in zip(waits.visitors, ends, strict=True):
        top = height - FLOOR - wait / longest * (height - TOP - FLOOR)
        colour = ORANGE if came < waits.ready else GREEN
        draw.rectangle((int(came / last * width), int(top), int(end / last * width) - 1, height), colour)
    pressed = int(waits.pressed / last * width)
    draw.line([(pressed, 0), (pressed, height)], LETTERS, LINE)
    draw.line([(pressed + x, TOP + y) for x, y in LETTER], LETTERS, LINE, joint="curve")
    return image


def main() -> None:
    """From a recording, into a file."""
    recording, path = map(Path, sys.argv[1:])
    written = BytesIO()
    drawn(waits_in(recording)).quantize(16).save(written, "PNG", optimize=True)
    place(path, written.getvalue()).close()
    say(f"{path}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
