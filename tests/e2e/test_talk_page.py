"""The page of `talk --export` in a browser: opened, driven by keys, played, and read without its script."""

import base64
import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from asyncdemo.toolkit.talk.export import export_deck
from asyncdemo.toolkit.talk.parse import read_deck
from asyncdemo.toolkit.talk.shipped import DECK
from tests.e2e.browser import QUIET, Browser
from tests.tools import needs
from tests.waiting import until

FLAGS = [*QUIET, "--window-size=1280,800"]
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

<!-- end_slide -->

Three
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
PAPER = (1017, 688)
"""A4 across, without its margins, in pixels of 96 to an inch."""
DRIVER = """
<script>
const count = (wanted) => document.querySelectorAll(wanted).length;
const where = () => +document.querySelector(".here").id.split("-")[1];
const told = [where()];
for (const key of KEYS) {
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  told.push([where(), count(".here .later"), count(".here .dim")]);
}
document.title = JSON.stringify(told);
</script>
"""

Browse = Callable[..., str]


@pytest.fixture
def browse(tmp_path: Path) -> Browse:
    """Opens a page and returns what has become of it after so many milliseconds of its time."""
    needs("chromium")

    def opened(page: Path, anchor: str = "", ms: int = 1000) -> str:
        profile = f"--user-data-dir={tmp_path / 'profile'}"
        shown = ["--dump-dom", f"--virtual-time-budget={ms}", f"{page.as_uri()}{anchor}"]
        done = subprocess.run(["chromium", *FLAGS, profile, *shown], capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return opened


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    """The talk, exported."""
    path = tmp_path / "talk.html"
    assert export_deck(DECK, str(path)) == 0
    return path


def driven(folder: Path, browse: Browse, *keys: str) -> list[list[int]]:
    """[slide, parts to come, dim lines] after each key. The policy is left out: it would not let the driver run."""
    (folder / "deck.md").write_text(DECK_TEXT)
    page = folder / "driven.html"
    export_deck(folder / "deck.md", str(page))
    text = re.sub(r"<meta http-equiv[^>]*>", "", page.read_text())
    page.write_text(text.replace("</body>", DRIVER.replace("KEYS", json.dumps(keys)) + "</body>"))
    title = re.search(r"<title>(.*?)</title>", browse(page))
    assert title is not None
    began, *told = json.loads(title[1])
    assert began == 1
    return told  # type: ignore[no-any-return]


def test_a_slide_opens_by_its_address(talk: Path, browse: Browse) -> None:
    """That one alone, with its number; the script is allowed to run by the policy."""
    text = browse(talk, "#slide-3")
    assert re.findall(r'<section id="slide-(\d+)" class="slide here"', text) == ["3"]
    assert f"<span>3 / {len(read_deck(DECK).slides)}</span>" in text


def test_a_recording_plays(talk: Path, browse: Browse) -> None:
    """From its beginning, when its slide is on screen."""
    number = next(n for n, slide in enumerate(read_deck(DECK).slides, 1) if slide.title == "Demo: step3")
    early, late = (browse(talk, f"#slide-{number}", ms) for ms in (1500, 5000))
    moments = [re.search(r"<output>(\d+) s of 16 s</output>", text) for text in (early, late)]
    assert all(moments)
    first, second = (int(moment[1]) for moment in moments if moment)
    assert first < second < 16
    assert "Pause</button>" in late


def test_without_its_script_the_page_is_a_long_one(talk: Path, browse: Browse, tmp_path: Path) -> None:
    """Every slide, every part, and the last picture of each recording."""
    page = tmp_path / "bare.html"
    text = talk.read_text()
    page.write_text(text[: text.rindex("<script>")] + "</body></html>")
    text = browse(page)
    assert text.count("<section ") == len(read_deck(DECK).slides)
    assert 'class="js"' not in text
    assert "<nav" not in text
    assert text.count('class="panels wide"') == sum(
        slide.demo is not None and slide.demo.command[1] == "run" for slide in read_deck(DECK).slides
    )


def test_keys_go_step_by_step(tmp_path: Path, browse: Browse) -> None:
    """On and back through parts and lines, and no further than the ends."""
    assert driven(tmp_path, browse, "ArrowRight", " ", "PageDown", "ArrowRight", "ArrowRight") == [
        [1, 0, 1],
        [1, 0, 1],
        [2, 0, 0],
        [3, 0, 0],
        [3, 0, 0],
    ]
    assert driven(tmp_path, browse, "End", "ArrowLeft", "PageUp", "ArrowLeft", "ArrowLeft", "Home") == [
        [3, 0, 0],
        [2, 0, 0],
        [1, 0, 1],
        [1, 0, 1],
        [1, 1, 0],
        [1, 1, 0],
    ]


def opened(browser: Browser, page: Path) -> None:
    """Return when its script has shown a slide."""
    browser.open(page.as_uri())
    until(lambda: browser.value("document.readyState === 'complete' && !!document.querySelector('.here')"), "the page")


def test_on_paper_each_slide_has_a_page(talk: Path, tmp_path: Path) -> None:
    """With its notes, and with some room to spare: other machines have other fonts."""
    needs("chromium")
    with Browser(tmp_path, PAPER) as browser:
        opened(browser, talk)
        printed = base64.b64decode(browser.ask("Page.printToPDF", preferCSSPageSize=True)["data"])
        assert len(re.findall(rb"/Type\s*/Page\b", printed)) == len(read_deck(DECK).slides)
        browser.ask("Emulation.setEmulatedMedia", media="print")
        assert browser.value("document.querySelectorAll('.notes:not([open])').length") == 0
        heights = browser.value("[...document.querySelectorAll('.slide')].map((slide) => slide.offsetHeight)")
        assert [n for n, height in enumerate(heights, 1) if not 0 < height < 0.95 * PAPER[1]] == []


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


def test_a_phone_shows_the_panels_that_it_has_room_for(talk: Path, tmp_path: Path) -> None:
    """Held upright, those of fewer columns; turned, the wide ones. Both play."""
    needs("chromium")
    number = next(n for n, slide in enumerate(read_deck(DECK).slides, 1) if slide.title == "Demo: step3")
    here = "[...document.querySelectorAll('.here svg')]"
    seen = f"{here}.filter((svg) => svg.clientWidth).map((svg) => svg.dataset.shape)"
    with Browser(tmp_path) as phone:
        opened(phone, talk)
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
    (tmp_path / "deck.md").write_text(DECK_TEXT)
    export_deck(tmp_path / "deck.md", str(tmp_path / "page.html"))
    left, right = [(300, 400), (200, 405), (100, 410)], [(100, 400), (200, 395), (300, 390)]
    with Browser(tmp_path) as phone:
        phone.ask("Emulation.setTouchEmulationEnabled", enabled=True)
        opened(phone, tmp_path / "page.html")
        turns = [(left, [1, 0]), (left, [1, 0]), (left, [2, 0]), (right, [1, 0]), (right, [1, 0]), (right, [1, 1])]
        turns += [([(200, 500), (205, 300)], [1, 1]), ([(300, 400)], [1, 0]), ([(40, 400)], [1, 1])]
        for points, place in turns:
            swipe(phone, *points)
            arrives(phone, place)


def test_a_finger_that_looks_around_turns_nothing(tmp_path: Path) -> None:
    """Code that is wider than the screen moves under it; so does all of a page that is zoomed."""
    needs("chromium")
    (tmp_path / "deck.md").write_text(CODE_TEXT)
    export_deck(tmp_path / "deck.md", str(tmp_path / "page.html"))
    with Browser(tmp_path) as phone:
        phone.ask("Emulation.setTouchEmulationEnabled", enabled=True)
        opened(phone, tmp_path / "page.html")
        code = "Math.round(document.querySelector('.here pre').getBoundingClientRect().top + 12)"
        for begins_at, place in ((code, 2), (code, 2), ("600", 3)):
            y = phone.value(begins_at)
            swipe(phone, (300, y), (200, y), (100, y))
            arrives(phone, [place, 0])
        phone.ask("Emulation.setPageScaleFactor", pageScaleFactor=2)
        swipe(phone, (100, 300), (200, 300), (300, 300))
        assert at(phone) == [3, 0]
