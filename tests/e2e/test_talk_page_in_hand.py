"""The page of `talk --export` in front of somebody: on a phone and on paper, under a finger, a mouse and a keyboard."""

import base64
import re
from pathlib import Path

import pytest

from asyncdemo.deck.reader import read_deck
from asyncdemo.talk.export.export import export_deck
from asyncdemo.talk.shipped_talk import DECK
from tests.e2e.browser import Browser
from tests.tools import needs
from tests.waiting import until

DECK_TEXT = """\
One
===

a

<!-- pause -->

```python {1|2}
x = 1
y = 2
```

<!-- end_slide -->

Two
===
"""
CODE_TEXT = f"""\
Narrow
===

```python
x = 1
```

<!-- end_slide -->

Wide
===

```python
x = "{"wide " * 20}"
```

<!-- end_slide -->

Last
===
"""
LATER_TEXT = """\
Words, then a demo
===

words

<!-- pause -->

<!-- // fallback: run.jsonl -->
```bash +exec
asyncdemo run step3
```
"""
LONG = "https://example.org/" + 20 * "no/blank/"
WIDE_TEXT = f"""\
{LONG} `{LONG}`
===

by {LONG}

<!-- end_slide -->

Code within
===

- code in a list

  ```
  {LONG}
  ```

>     {LONG}

<!-- end_slide -->

Table
===

| {LONG} | b |
|---|---|
| a | `{LONG}` |

<!-- end_slide -->

Words
===

- {LONG} **{LONG}** <{LONG}>

# {LONG}

<!-- speaker_note: {LONG} -->

```bash +exec
asyncdemo run step3 {LONG}
```
"""
SCREENS = ((1280, 800), (390, 780), (844, 390))
PAPER = (1017, 688)
"""A4 across, without its margins, in pixels of 96 to an inch."""


def exported(folder: Path, text: str) -> Path:
    """The page of a deck."""
    (folder / "deck.md").write_text(text)
    assert export_deck(folder / "deck.md", str(folder / "page.html")) == 0
    return folder / "page.html"


def click(browser: Browser, what: str) -> None:
    """In the middle of it."""
    box = f"const box = document.querySelector({what!r}).getBoundingClientRect();"
    x, y = browser.value(f"{{ {box} [box.x + Math.min(box.width, innerWidth) / 2, box.y + box.height / 2] }}")
    for kind in ("mousePressed", "mouseReleased"):
        browser.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)


def press(browser: Browser, key: str) -> None:
    """A key, as a keyboard sends it."""
    for kind in ("rawKeyDown", "keyUp"):
        browser.ask("Input.dispatchKeyEvent", type=kind, key=key)


def opened(browser: Browser, page: Path) -> None:
    """Return when its script has shown a slide."""
    browser.open(page.as_uri())
    until(lambda: browser.value("document.readyState === 'complete' && !!document.querySelector('.here')"), "the page")


def swipe(browser: Browser, *points: tuple[int, int]) -> None:
    """A finger touches a place, goes to others, and leaves."""
    for kind, (x, y) in zip(["touchStart", *["touchMove"] * len(points)], points, strict=False):
        browser.ask("Input.dispatchTouchEvent", type=kind, touchPoints=[{"x": x, "y": y}])
    browser.ask("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])


def at(browser: Browser) -> list[int]:
    """The slide, and the parts of it that are to come."""
    there = "+document.querySelector('.here').id.split('-')[1], document.querySelectorAll('.here .later').length"
    return list(browser.value(f"[{there}]"))


def arrives(browser: Browser, place: list[int]) -> None:
    """Return when it is there: a finger is heard when the page has time."""
    until(lambda: at(browser) == place, f"{place}")


def test_on_paper_each_slide_has_a_page(talk_page: Path, tmp_path: Path) -> None:
    """With its notes, and with some room to spare: other machines have other fonts."""
    needs("chromium")
    with Browser(tmp_path, PAPER) as browser:
        opened(browser, talk_page)
        printed = base64.b64decode(browser.ask("Page.printToPDF", preferCSSPageSize=True)["data"])
        assert len(re.findall(rb"/Type\s*/Page\b", printed)) == len(read_deck(DECK).slides)
        browser.ask("Emulation.setEmulatedMedia", media="print")
        assert browser.value("document.querySelectorAll('.notes:not([open])').length") == 0
        heights = browser.value("[...document.querySelectorAll('.slide')].map((slide) => slide.offsetHeight)")
        assert [n for n, height in enumerate(heights, 1) if not 0 < height < 0.95 * PAPER[1]] == []


def test_a_phone_shows_the_panels_that_it_has_room_for(talk_page: Path, tmp_path: Path) -> None:
    """Held upright, those of fewer columns; turned, the wide ones. Both play."""
    needs("chromium")
    number = next(n for n, slide in enumerate(read_deck(DECK).slides, 1) if slide.title == "Demo: step3")
    here = "[...document.querySelectorAll('.here svg')]"
    seen = f"{here}.filter((svg) => svg.clientWidth).map((svg) => svg.dataset.shape)"
    with Browser(tmp_path) as phone:
        opened(phone, talk_page)
        phone.value(f"location.hash = '#slide-{number}'")
        until(lambda: phone.value(seen) == ["upright"], "the panels of an upright phone")
        phone.value("document.querySelector('.here button').click()")  # it begins to play by itself: hold it
        phone.ask("Emulation.setDeviceMetricsOverride", width=780, height=390, deviceScaleFactor=2, mobile=True)
        until(lambda: phone.value(seen) == ["wide"], "the panels of a phone that has been turned")
        ends = f"{here}.map((svg) => svg.textContent.includes('4 of 4 busy'))"
        for moment, jammed in (("0", False), ("60", True)):
            phone.value(f"document.querySelector('.here input').value = {moment}")
            phone.value("document.querySelector('.here input').dispatchEvent(new Event('input'))")
            assert phone.value(ends) == [jammed, jammed]


def test_a_finger_turns(tmp_path: Path) -> None:
    """Step by step, as the keys do; up and down scrolls, and a tap turns only where there is nothing else."""
    needs("chromium")
    page = exported(tmp_path, DECK_TEXT)
    left, right = [(300, 400), (200, 405), (100, 410)], [(100, 400), (200, 395), (300, 390)]
    with Browser(tmp_path) as phone:
        phone.ask("Emulation.setTouchEmulationEnabled", enabled=True)
        opened(phone, page)
        turns = [(left, [1, 0]), (left, [1, 0]), (left, [2, 0]), (right, [1, 0]), (right, [1, 0]), (right, [1, 1])]
        turns += [([(200, 500), (205, 300)], [1, 1]), ([(300, 400)], [1, 0]), ([(40, 400)], [1, 1])]
        for points, place in turns:
            swipe(phone, *points)
            arrives(phone, place)


def test_a_finger_that_looks_around_turns_nothing(tmp_path: Path) -> None:
    """Code that is wider than the screen moves under it; so does all of a page that is zoomed."""
    needs("chromium")
    page = exported(tmp_path, CODE_TEXT)
    with Browser(tmp_path) as phone:
        phone.ask("Emulation.setTouchEmulationEnabled", enabled=True)
        opened(phone, page)
        code = "Math.round(document.querySelector('.here pre').getBoundingClientRect().top + 12)"
        for begins_at, place in ((code, 2), (code, 2), ("600", 3)):
            y = phone.value(begins_at)
            swipe(phone, (300, y), (200, y), (100, y))
            arrives(phone, [place, 0])
        phone.ask("Emulation.setPageScaleFactor", pageScaleFactor=2)
        swipe(phone, (100, 300), (200, 300), (300, 300))
        assert at(phone) == [3, 0]


def test_keys_turn_whatever_was_clicked(tmp_path: Path) -> None:
    """Code that fits takes none; wider code moves to the sides, and all other keys go on."""
    needs("chromium")
    page = exported(tmp_path, CODE_TEXT)
    with Browser(tmp_path) as browser:
        opened(browser, page)
        for key, place in (("ArrowRight", 2), ("ArrowLeft", 2), ("ArrowRight", 2), ("ArrowUp", 1), ("ArrowDown", 2)):
            click(browser, ".here pre .line")
            assert browser.value("document.activeElement.tagName") == "PRE"
            press(browser, key)
            assert at(browser) == [place, 0]
        click(browser, ".here pre .line")
        press(browser, " ")
        assert at(browser) == [3, 0]


def test_a_recording_begins_when_it_is_seen(tmp_path: Path) -> None:
    """Not behind a pause; and it waits when it is hidden again."""
    needs("chromium")
    (tmp_path / "run.jsonl").write_bytes((DECK.parent / "recordings" / "step3.jsonl").read_bytes())
    page = exported(tmp_path, LATER_TEXT)
    playing = "document.querySelector('.player button').textContent === 'Pause'"
    moment = "+document.querySelector('.player input').value"
    back, on = (f"document.querySelectorAll('nav button')[{number}].click()" for number in (0, 1))
    with Browser(tmp_path) as browser:
        opened(browser, page)
        assert not browser.value(playing)
        for _ in range(2):
            assert browser.value(f"{on}; [{playing}, {moment}]") == [True, 0]
            until(lambda: browser.value(moment) > 0, "the recording to play")
            assert not browser.value(f"{back}; {playing}")


@pytest.mark.parametrize("screen", SCREENS)
def test_nothing_is_wider_than_the_screen(screen: tuple[int, int], tmp_path: Path) -> None:
    """What has no blank is broken, code and tables move within the page; the buttons stay where a thumb finds them."""
    needs("chromium")
    page = exported(tmp_path, WIDE_TEXT)
    with Browser(tmp_path, screen) as browser:
        opened(browser, page)
        for number in range(1, 5):
            browser.value(f"location.hash = '#slide-{number}'")
            arrives(browser, [number, 0])
            width = browser.value("Math.max(innerWidth, document.documentElement.scrollWidth)")
            assert width <= screen[0], f"slide {number} takes {width} of {screen[0]} pixels"


def test_a_tab_counts_from_where_the_code_begins(tmp_path: Path) -> None:
    """Not from the number of its line."""
    needs("chromium")
    page = exported(tmp_path, "A\n===\n\n```text +line_numbers\n1234x\n\tx\n```\n")
    with Browser(tmp_path) as browser:
        opened(browser, page)
        right = "(piece) => Math.round(piece.getBoundingClientRect().right)"
        spaces, tab = browser.value(f"[...document.querySelectorAll('pre .line > :last-child')].map({right})")
        assert spaces == tab
