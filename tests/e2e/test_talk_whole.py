"""The talk itself in a real terminal, all of it: forward and back, every demo started, killed and replaced."""

import json
import signal
from pathlib import Path

from rich.text import Text

from asyncdemo.deck.deck import Demo
from asyncdemo.deck.place import Place, at_end, back, forward
from asyncdemo.deck.reader import read_deck
from asyncdemo.deck.render import Look, inline, slide_lines
from asyncdemo.running.run_folder import RUNS_HERE
from asyncdemo.talk.shipped_talk import DECK
from tests.e2e.command import listens
from tests.e2e.screen import OnScreen
from tests.e2e.talk import ENTER, LEFT, LIVE, RECORDED, RIGHT, kill, live_runs, talk
from tests.waiting import until

TALK = read_deck(DECK)
LAST = at_end(TALK, len(TALK.slides) - 1)
READY = "Enter runs the demo"
IN_HALF_BLOCKS = Look(picture=lambda picture, rows: Text("▀▀▀"))
"""What is seen of a picture, at least."""


def test_the_whole_talk_forward_and_back(tmp_path: Path) -> None:
    """Every step of every slide; each demo dies once and is replaced. On the way back none starts by itself."""
    with talk(tmp_path, ASYNCDEMO_PORT="0") as speaker:
        ports, place = [], Place()
        shows_place(speaker, place)
        while place != LAST:
            if is_demo(place):
                ports += dies_and_is_replaced(speaker, place)
            place = forward(TALK, place)
            speaker.presses(RIGHT)
            shows_place(speaker, place)
        while place != Place():
            place = back(TALK, place)
            speaker.presses(LEFT)
            shows_place(speaker, place)
            assert live_runs(speaker) == []
        speaker.presses("q")
        assert speaker.ends() == 0
        assert len(ports) >= sum(slide.demo is not None for slide in TALK.slides)
        assert [port for port in ports if listens(port)] == []
        assert list((tmp_path / "state" / "asyncdemo").iterdir()) == []


def test_killed_in_its_last_demo_it_leaves_nothing(tmp_path: Path) -> None:
    """SIGKILL for the talk itself, with the most processes that it ever has: none is left, nor their port."""
    number, demo = [(n, slide.demo) for n, slide in enumerate(TALK.slides, 1) if slide.demo is not None][-1]
    with talk(tmp_path, ASYNCDEMO_PORT="0") as speaker:
        speaker.shows(f" 1/{len(TALK.slides)} ")
        speaker.presses(f"g{number}{ENTER}", f" {number}/{len(TALK.slides)} ", READY)
        speaker.presses(ENTER, LIVE)
        speaker.port = is_live(speaker, demo)
        speaker.send(signal.SIGKILL)
        assert speaker.ends() == -signal.SIGKILL


def shows_place(screen: OnScreen, place: Place) -> None:
    """The slide as it is at that step, every word of it, and where that is; a demo waits for the speaker."""
    slide = TALK.slides[place.slide]
    words = [line.strip() for line in slide_lines(slide, place.step, screen.columns - 4, IN_HALF_BLOCKS)]
    steps = " " + "●" * (place.step + 1) + "○" * (slide.steps - place.step - 1) if slide.steps > 1 else ""
    where = f" {place.slide + 1}/{len(TALK.slides)}{steps} "
    shown = screen.shows(inline(slide.title), where, *words, *([READY] if slide.demo is not None else []))
    assert LIVE not in shown
    assert RECORDED not in shown


def is_demo(place: Place) -> bool:
    """Whether all of the slide is seen, and a demo is part of it."""
    return TALK.slides[place.slide].demo is not None and place == at_end(TALK, place.slide)


def dies_and_is_replaced(screen: OnScreen, place: Place) -> list[int]:
    """Run its demo, and once more for each thing that may die in it: the ports that it had."""
    demo = TALK.slides[place.slide].demo
    assert demo is not None
    ports = []
    for key, (victim, reason) in zip(f"{ENTER}rr", victims(demo), strict=False):
        screen.presses(key, LIVE)
        ports.append(is_live(screen, demo))
        kill(screen, victim)
        screen.shows(RECORDED, f"since: {reason}", f" {place.slide + 1}/{len(TALK.slides)} ")
        until(lambda: not live_runs(screen) and not listens(ports[-1]), "the end of what was live")
    return ports


def is_live(screen: OnScreen, demo: Demo) -> int:
    """Return when its panels are there, and those of no recording; the port of its page."""
    run = until(lambda: next(iter(live_runs(screen)), None), f"a run of {demo.text}")
    url = json.loads((run / RUNS_HERE).read_text().splitlines()[1])["url"]
    panels = ["longest wait", "page", "notify"] if demo.command[1] == "compare" else [" busy ", "up 0:"]
    screen.shows(LIVE, demo.command[2], *panels)
    screen.hides(RECORDED)
    return int(url.rstrip("/").rpartition(":")[2])


def victims(demo: Demo) -> list[tuple[str, str]]:
    """Words of the command lines of what is to die in a demo, and the reason that the foot gives then."""
    if "bonus" in demo.command:
        web = ("daphne", "web.1 ended while bonus was running")
        return [web] if demo.command[1] == "compare" else [web, ("redis.sock", "Redis ended in the middle of the run")]
    server = "waitress" if "--workers" in demo.command else "runserver"
    return [(server, f"web.1 ended while {demo.command[2]} was running")]
