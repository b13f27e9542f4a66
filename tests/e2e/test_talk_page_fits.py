"""The page of `talk --export`: a slide with a demo is seen whole, whatever the screen, with panels that can be read."""

import json
import re
from functools import partial
from pathlib import Path

import pytest

from asyncdemo.deck.reader import read_deck
from asyncdemo.talk.shipped_talk import DECK
from tests.e2e.browser import Browser
from tests.tools import needs
from tests.waiting import until

SCREENS = ((1280, 800), (1440, 900), (1024, 768), (390, 844))
LEAST_ROW = {1280: 12, 1440: 12, 1024: 12, 390: 10}
"""Pixels of a row of the panels, by the width of the screen: less can't be read."""
LEAST_CHART = 3
"""Rows of a chart that are labelled."""
BOXES = """
(() => {
  const box = (element) => {
    const { left, top, right, bottom } = element.getBoundingClientRect();
    return [`${element.localName} ${element.textContent.trim().slice(0, 30)}`, left, top, right, bottom];
  };
  const slide = document.querySelector(".slide.here");
  const parts = "h2, p, td, figcaption, svg, svg g, .controls, .controls > *, summary";
  const isSeen = (part) => part.getClientRects().length && part.checkVisibility(); // not what is folded away
  const seen = [...slide.querySelectorAll(parts)].filter(isSeen);
  const svg = [...slide.querySelectorAll("svg")].find((one) => one.clientWidth);
  const rows = [...svg.querySelectorAll("g")].map((row) => row.textContent);
  const { width, height } = svg.viewBox.baseVal, shown = svg.getBoundingClientRect();
  return JSON.stringify({
    boxes: seen.map(box), below: document.querySelector("body > nav").getBoundingClientRect().top, width: innerWidth,
    row: Math.min(shown.height / height, shown.width / width) * height / rows.length, rows,
  });
})()
"""
HOLD = """
(() => {
  const slider = document.querySelector(".slide.here .controls input");
  slider.value = slider.max;
  slider.dispatchEvent(new Event("input"));
})()
"""


@pytest.mark.parametrize("screen", SCREENS)
def test_every_slide_with_a_demo_is_whole(screen: tuple[int, int], talk_page: Path, tmp_path: Path) -> None:
    """Title, words, command, panels, the buttons below them: nothing under the page's own buttons, nor beside it."""
    needs("chromium")
    demos = [number for number, slide in enumerate(read_deck(DECK).slides, 1) if slide.demo is not None]
    assert len(demos) > 5
    with Browser(tmp_path, screen) as browser:
        browser.open(talk_page.as_uri())
        until(lambda: browser.value("document.querySelector('.here') !== null"), "the page")
        for number in demos:
            browser.value(f"location.hash = '#slide-{number}'")
            until(partial(browser.value, f"document.querySelector('#slide-{number}.here .controls') !== null"), "it")
            browser.value(HOLD)
            seen, where = json.loads(browser.value(BOXES)), f"slide {number} at {screen}"
            assert [box for box in seen["boxes"] if not within(box, seen["width"], seen["below"])] == [], where
            assert seen["row"] >= LEAST_ROW[screen[0]], where
            labelled = [row for row in seen["rows"] if re.match(r"[│ ]*10* m?s", row)]
            assert len(labelled) >= LEAST_CHART, f"{where}: {seen['rows']}"


def within(box: tuple[str, float, float, float, float], width: float, below: float) -> bool:
    """Whether all of an element is on the screen, above what stands at its foot."""
    _, left, top, right, bottom = box
    return left >= -0.5 and top >= -0.5 and right <= width + 0.5 and bottom <= below
