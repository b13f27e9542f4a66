"""Screens as one SVG that plays: at each moment what the screen of that moment shows, and nothing else."""

from collections import Counter
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
from rich.style import Style

from asyncdemo.report.screens.film_svg import HOLD_S, STANDS_STILL, film_svg
from asyncdemo.report.screens.screen_svg import screen_svg
from asyncdemo.showing.panels import Drawing
from asyncdemo.showing.panels.lines import plain
from tests.frames import frame_drawing

SVG = "{http://www.w3.org/2000/svg}"
EVERY_S = 0.5
REVERSED = Style(reverse=True)
SCREENS = [frame_drawing(name) for name in ("step3", "reserved", "step3", "load", "load", "reserved")]
"""What is there, is gone, and comes again; the last is not the first."""


def shows(element: ElementTree.Element, at_s: float) -> bool:
    """Whether it is displayed at a moment, as https://www.w3.org/TR/SVG11/animate.html has it for discrete values."""
    animated = element.find(f"{SVG}animate")
    if animated is None:
        return element.get("display") != "none"
    assert (animated.get("calcMode"), animated.get("repeatCount")) == ("discrete", "indefinite")
    assert (animated.get("attributeName"), animated.get("begin")) == ("display", None)
    part = at_s / float((animated.get("dur") or "").removesuffix("s")) % 1
    times = [float(time) for time in (animated.get("keyTimes") or "").split(";")]
    assert times[0] == 0
    assert times == sorted(set(times))
    assert times[-1] < 1
    values = (animated.get("values") or "").split(";")
    return [value for value, time in zip(values, times, strict=True) if time <= part][-1] == "inline"


def drawn(element: ElementTree.Element, at_s: float, row: str = "") -> Iterator[tuple[str, ...]]:
    """Row, kind, attributes and text of whatever is seen at a moment, in the order in which it is drawn."""
    if not shows(element, at_s):
        return
    kind = element.tag.removeprefix(SVG)
    if kind in ("rect", "path", "text"):
        yield row, kind, str(sorted(element.attrib.items())), element.text or ""
    for child in element:
        yield from drawn(child, at_s, element.get("transform") or row)


@pytest.mark.parametrize("number", range(len(SCREENS)))
@pytest.mark.parametrize("turn", [0, 1])
def test_each_screen_is_seen_at_its_time(number: int, turn: int) -> None:
    """In the first round and in the next: all of it, and nothing of another."""
    root = ElementTree.fromstring(film_svg(SCREENS, EVERY_S, "one run").encode())
    whole_s = (len(SCREENS) - 1) * EVERY_S + HOLD_S
    seen = Counter(drawn(root, turn * whole_s + (number + 0.5) * EVERY_S))
    still = ElementTree.fromstring(screen_svg(SCREENS[number], "one run").encode())
    assert seen == Counter(drawn(still, 0.0))


def test_the_last_screen_is_looked_at_for_longer() -> None:
    """Until the first comes again."""
    root = ElementTree.fromstring(film_svg(SCREENS, EVERY_S, "").encode())
    begin = (len(SCREENS) - 1) * EVERY_S
    first, last = list(drawn(root, 0.0)), list(drawn(root, begin + 0.01))
    assert list(drawn(root, begin + HOLD_S - 0.01)) == last != first
    assert list(drawn(root, begin + HOLD_S + 0.01)) == first


def test_letters_stand_on_their_paper() -> None:
    """Whichever of them was there first."""
    screens = [Drawing([plain("a")]), Drawing([plain("a", REVERSED)]), Drawing([plain("b", REVERSED)]), Drawing([])]
    root = ElementTree.fromstring(film_svg(screens, 1.0, "").encode())
    for at_s, letter in ((1.5, "a"), (2.5, "b")):
        assert [part[1:4:2] for part in drawn(root, at_s)][-2:] == [("rect", ""), ("text", letter)]


def test_whoever_does_not_animate_draws_the_last_screen() -> None:
    """Nor does the style sheet matter: its one rule is for browsers, and shows what is there without it."""
    root = ElementTree.fromstring(film_svg(SCREENS, EVERY_S, "one run").encode())
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in (f"{SVG}animate", f"{SVG}style"):
                parent.remove(child)
    still = ElementTree.fromstring(screen_svg(SCREENS[-1], "one run").encode())
    assert list(drawn(root, 0.0)) == list(drawn(still, 0.0))
    assert {group.get("class"): group.get("display") for group in root.iter() if group.get("class")} == {
        "stays": None,
        "moves": "none",
    }
    assert ".moves{display:none!important}.stays{display:inline!important}" in STANDS_STILL


def test_what_stays_is_drawn_once() -> None:
    """A minute of one screen is hardly more than the screen; it is there twice, since the last stands by itself."""
    one, many = len(film_svg(SCREENS[:2], EVERY_S, "")), len(film_svg([SCREENS[0]] * 120 + [SCREENS[1]], EVERY_S, ""))
    assert many - one < 100


def test_one_screen_does_not_move() -> None:
    """There is nothing to come."""
    assert film_svg(SCREENS[:1], EVERY_S, "one run") == screen_svg(SCREENS[0], "one run")
