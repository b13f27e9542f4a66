"""`make frames`: what the panels show of recorded runs, in tests/unit/showing/frames, to be looked at: `cat` does.

A frame that is not as it was drawn fails a test. Whoever changes a panel draws them anew, and sees in the diff, with
all others, what has changed on a screen.
"""

import io
from collections.abc import Callable, Iterator
from pathlib import Path

from rich.console import Console

from asyncdemo.events.recording import read_recording
from asyncdemo.known.state import State
from asyncdemo.showing.lines.lane_words import in_words
from asyncdemo.showing.lines.race_lines import ComparisonLines
from asyncdemo.showing.lines.run_lines import PlainLines
from asyncdemo.showing.lines.run_summary import summary
from asyncdemo.showing.panels import KEYS_OF_A_RUN, Drawing, View, help_screen, lane_panels, race, render, render_load
from tests.loads import bad_day
from tests.simulated_race import MORE, Race
from tests.simulated_today import today_events
from tests.simulation import SIX

RECORDINGS = Path(__file__).parents[1] / "talk" / "recordings"
FOLDER = Path(__file__).parent / "unit" / "showing" / "frames"
Draw = Callable[[State, float, View], Drawing]
LESSON = "lesson-"
"""How the name of a frame begins that is on the clock of the lesson, as a lane of a race is."""
SIZES = {"60x15": (60, 15), "88x24": (88, 24), "110x33": (110, 33), "160x50": (160, 50)}
EDGES = ("79x18", "80x18", "72x20", "80x22", "80x24", "99x29", "100x30", "149x36", "150x36")
"""At which a run or a load is put together in another way than with a row or a column less."""
RACE_EDGES = ("40x10", "80x11", "80x16", "80x17", "79x24", "99x30", "100x30", "149x40", "150x40")
"""At which a race is."""
SIZES |= {size: (int(size.partition("x")[0]), int(size.partition("x")[2])) for size in (*EDGES, *RACE_EDGES)}
FRAMES: dict[str, tuple[Draw, str, float, str]] = {
    "nothing-yet": (render, "step3", 0.0, "88x24"),
    "step1-starts": (render, "step1", 0.3, "60x15"),
    "step1-threads": (render, "step1-threads", 6.0, "88x24"),
    "step2-refuses": (render, "step2", 9.0, "88x24"),
    "step3-small": (render, "step3", 6.0, "60x15"),
    "step3": (render, "step3", 6.0, "88x24"),
    "step3-large": (render, "step3", 12.0, "110x33"),
    "step3-wide": (render, "step3", 12.0, "160x50"),
    "bonus": (render, "bonus", 20.0, "110x33"),
    "reserved": (render, "reserved", 9.0, "88x24"),
    "load-nothing-yet": (render_load, "step3", 0.0, "88x24"),
    "load-small": (render_load, "step3", 6.0, "60x15"),
    "load": (render_load, "step3", 6.0, "88x24"),
    "load-large": (render_load, "step2", 5.0, "110x33"),
    "load-over": (render_load, "step2", 99.0, "88x24"),
    "lesson-step1": (render, "step1-threads", 6.0, "88x24"),
    "lesson-step2": (render, "step2", 9.0, "88x24"),
    "lesson-step3": (render, "step3", 12.0, "110x33"),
    "lesson-bonus": (render, "bonus", 20.0, "160x50"),
} | {f"edge-{size}": (render, "reserved", 9.0, size) for size in EDGES}
"""Name -> what draws it, the recording, the moment in seconds of it, the size of the screen."""
TODAY: dict[str, tuple[str, float, str, dict[str, float]]] = {
    "today-small": ("today", 4.5, "60x15", {}),
    "today": ("today", 4.5, "88x24", {}),
    "today-one-queue": ("one queue", 6.0, "110x33", {}),
    "today-wide": ("today", 4.5, "160x50", {}),
    "today-reserved": ("today reserved", 6.0, "88x24", {}),
    "today-nobody": ("nobody", 4.5, "88x24", {}),
    "today-held": ("today", 6.0, "88x24", {"worker.2": 4.2}),
    "today-held-small": ("celery", 6.0, "60x15", {"worker.2": 4.2}),
    "today-pockets": ("celery defaults", 6.0, "88x24", {"worker.1": 5.0}),
    "today-pockets-small": ("celery defaults", 6.0, "60x15", {}),
}
"""Name -> a simulated run of today, the moment of it, the size of the screen, who is killed in it and when."""
PROBLEM = "step3 did not start: port 8003 is taken by another program"
RACES: dict[str, tuple[Race, float, str, str]] = {
    "race-nothing-yet": (Race(*SIX), 0.0, "88x24", ""),
    "race-ready": (Race(*SIX), 0.43, "88x24", ""),
    "race-begins": (Race(*SIX), 1.2, "88x24", ""),
    "race": (Race(*SIX), 4.7, "88x24", "4"),
    "race-small": (Race(*SIX), 4.7, "60x15", "4"),
    "race-large": (Race(*SIX), 4.7, "110x33", "6"),
    "race-wide": (Race(*SIX), 4.7, "160x50", ""),
    "race-drains": (Race(*SIX, linger_s=60), 9.8, "88x24", ""),
    "race-over": (Race(*SIX, linger_s=60), 40.0, "88x24", ""),
    "race-over-small": (Race(*SIX, linger_s=60), 40.0, "60x15", ""),
    "race-two": (Race("bonus", "reserved"), 4.7, "88x24", "2"),
    "race-two-large": (Race("bonus", "reserved"), 4.7, "110x33", ""),
    "race-eight": (Race(*SIX, *MORE), 4.7, "88x24", "7"),
    "race-eight-small": (Race(*SIX, *MORE), 4.7, "60x15", ""),
    "race-fails": (Race(*SIX, failed={4: PROBLEM}), 0.43, "88x24", ""),
    "race-failed": (Race(*SIX, failed={4: PROBLEM}), 4.7, "88x24", ""),
    "race-failed-small": (Race(*SIX, failed={4: PROBLEM}), 4.7, "60x15", ""),
    "race-today": (Race("reserved", "today", "priority", "today reserved"), 5.2, "88x24", "2"),
    "race-today-over": (Race("reserved", "today", "priority", "today reserved"), 40.0, "110x33", ""),
    "race-today-small": (Race("reserved", "today", "priority", "today reserved"), 5.2, "60x15", ""),
    "race-cut": (Race(*SIX, cut_at=4.5), 9.0, "88x24", ""),
} | {f"edge-race-{size}": (Race(*SIX, linger_s=60), 9.8, size, "4") for size in RACE_EDGES}
"""Name -> a simulated race, the moment of it, the size of the screen, the selected lane."""
HELD = "today-held"
LINES = ("step2", "reserved")
"""Runs of which every line is kept that a pipe is told."""
RACE_LINES = ("race-over", "race-eight", "race-failed", "race-today-over", "race-cut")
"""Races of which it is kept what a pipe is told of all their lanes, and what a screen says of them at each moment."""
SAID_AT = (0.0, 0.43, 0.9, 2.0, 4.7, 6.7, 9.8, 40.0)
LOOKS_S = 0.25


def told(run: str, now: float, in_lesson: bool = False) -> tuple[State, list[str]]:
    """What is known of a recorded run at a moment, its log too, and every line that a pipe has been told."""
    state = State(in_lesson=in_lesson)
    lines = PlainLines(state)
    events = read_recording(str(RECORDINGS / f"{run}.jsonl")).events
    return state, [line for event in events if event.t <= now for line in lines.take(event)]


def text_of(drawing: Drawing, view: View) -> str:
    """As a terminal gets it."""
    file = io.StringIO()
    console = Console(file=file, width=view.width, height=view.height, color_system="standard", force_terminal=True)
    console.print(drawing, end="")
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines()) + "\n"


def view_of(name: str) -> View:
    """How its user looks at it."""
    return View(*SIZES[FRAMES[name][3]], keys="space pause  h hello  ? help  q quit", selected="web.1")


def frame_drawing(name: str) -> Drawing:
    """One of them."""
    draw, run, now, _ = FRAMES[name]
    return draw(told(run, now, in_lesson=name.startswith(LESSON))[0], now, view_of(name))


def frame(name: str) -> str:
    """One of them as text."""
    return text_of(frame_drawing(name), view_of(name))


def race_frame(name: str) -> str:
    """One of a race."""
    run, now, size, selected = RACES[name]
    view = View(*SIZES[size], keys="up down a lane  Enter its panels  space pause  ? keys  q end", selected=selected)
    return text_of(race(run.lanes(now), now, view), view)


def race_told(name: str) -> Iterator[str]:
    """Each line that a pipe has been told of a race, and the sentences of its screen at some moments."""
    run = RACES[name][0]
    lines = ComparisonLines({number: case.command for number, case in enumerate(run.cases, 1)}, 10.0)
    moments = [number * LOOKS_S for number in range(round(SAID_AT[-1] / LOOKS_S))]
    for now, lanes in zip(moments, run.lanes_at(*moments), strict=True):
        yield from lines.lines(lanes, now)
    for now, lanes in zip(SAID_AT, run.lanes_at(*SAID_AT), strict=True):
        yield f"\nat {now} s:"
        yield from (f"{news.lane} {news.name}{news.words}" for news in in_words(lanes, now))


def load_frame(size: str) -> str:
    """One of a load by itself, on a bad day."""
    view = View(*SIZES[size], keys="q quit")
    return text_of(render_load(bad_day(), 4.0, view), view)


def today_told(name: str) -> tuple[State, list[str]]:
    """What is known of a simulated run of today at the moment of a frame, and every line that a pipe has been told."""
    case, now, _, killed = TODAY[name]
    state = State()
    lines = PlainLines(state)
    return state, [line for event in today_events(case, killed) if event.t <= now for line in lines.take(event)]


def today_frame(name: str) -> str:
    """One of today."""
    _, now, size, _ = TODAY[name]
    view = View(*SIZES[size], keys="space pause  h hello  ? help  q quit", selected="worker.1")
    return text_of(render(today_told(name)[0], now, view), view)


def lane_frame() -> str:
    """The panels of one lane."""
    view = View(*SIZES["88x24"], keys="Esc back  space pause  ? keys  q end", selected="4")
    return text_of(lane_panels(Race(*SIX).lanes(4.7)[4], 4.7, view), view)


def drawn() -> Iterator[tuple[str, str]]:
    """(file name, text) of all."""
    for name in FRAMES:
        yield f"{name}.txt", frame(name)
    for name in RACES:
        yield f"{name}.txt", race_frame(name)
    for name in TODAY:
        yield f"{name}.txt", today_frame(name)
    state, lines = today_told(HELD)
    yield f"lines-{HELD}.txt", "\n".join([*lines, "", *summary(state), ""])
    yield "race-lane.txt", lane_frame()
    for size in EDGES:
        yield f"edge-load-{size}.txt", load_frame(size)
    for name in RACE_LINES:
        yield f"lines-{name}.txt", "\n".join([*race_told(name), ""])
    for run in LINES:
        for clock in ("", LESSON):
            state, lines = told(run, 99.0, in_lesson=clock == LESSON)
            yield f"lines-{clock}{run}.txt", "\n".join([*lines, "", *summary(state), ""])
    for size in ("60x15", "88x24"):
        view = View(*SIZES[size])
        yield f"help-{size}.txt", text_of(help_screen(KEYS_OF_A_RUN, *SIZES[size]), view)


if __name__ == "__main__":
    for name, text in drawn():
        (FOLDER / name).write_text(text)
