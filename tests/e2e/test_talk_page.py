"""The page of `talk --export` in a browser: opened, driven by keys, played, and read without its script."""

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from asyncdemo.deck.reader import read_deck
from asyncdemo.talk.export.export import export_deck
from asyncdemo.talk.shipped_talk import DECK
from tests.e2e.browser import QUIET
from tests.tools import needs

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


def test_a_slide_opens_by_its_address(talk_page: Path, browse: Browse) -> None:
    """That one alone, with its number; the script is allowed to run by the policy."""
    text = browse(talk_page, "#slide-3")
    assert re.findall(r'<section id="slide-(\d+)" class="slide here"', text) == ["3"]
    assert f"<span>3 / {len(read_deck(DECK).slides)}</span>" in text


def test_a_recording_plays(talk_page: Path, browse: Browse) -> None:
    """From its beginning, when its slide is on screen."""
    number = next(n for n, slide in enumerate(read_deck(DECK).slides, 1) if slide.title == "Demo: step3")
    early, late = (browse(talk_page, f"#slide-{number}", ms) for ms in (1500, 5000))
    moments = [re.search(r"<output>(\d+) s of (\d+) s</output>", text) for text in (early, late)]
    assert all(moments)
    (first, whole), (second, also) = (map(int, moment.groups()) for moment in moments if moment)
    assert first < second < whole == also
    assert "Pause</button>" in late


def test_without_its_script_the_page_is_a_long_one(talk_page: Path, browse: Browse, tmp_path: Path) -> None:
    """Every slide, every part, and the last picture of each recording."""
    page = tmp_path / "bare.html"
    text = talk_page.read_text()
    page.write_text(text[: text.rindex("<script>")] + "</body></html>")
    text = browse(page)
    assert text.count("<section ") == len(read_deck(DECK).slides)
    assert 'class="js"' not in text
    assert "<nav" not in text
    assert text.count('class="panels wide"') == sum(slide.demo is not None for slide in read_deck(DECK).slides)


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
