"""The pages of a report in a browser: they open from a file, without a network, in light, in dark and on paper."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from asyncdemo.report.about import About, installed_versions
from asyncdemo.report.lessons import lesson
from asyncdemo.report.pages.compare_page import compare_page
from asyncdemo.report.pages.load_page import load_page
from tests.e2e.browser import QUIET
from tests.png import colours
from tests.simulation import six_rows
from tests.tools import needs

ABOUT = About(datetime(2026, 11, 22, 15, 30, tzinfo=UTC), "asyncdemo compare", versions=installed_versions())
PAGES = {"comparison": compare_page(six_rows(), ABOUT), "load": load_page(six_rows()[3], ABOUT)}
FLAGS = [*QUIET, "--hide-scrollbars", "--host-resolver-rules=MAP * ~NOTFOUND"]
"""No name can be looked up: a page that wants anything from the network does not get it."""
DARK = "--blink-settings=preferredColorScheme=0"
SIZE = (1000, 1200)


def browse(page: str, folder: Path, *arguments: str) -> str:
    """What the browser prints about a page that it opens from a file."""
    needs("chromium")
    file = folder / "report.html"
    file.write_text(page)
    command = ["chromium", *FLAGS, f"--user-data-dir={folder / 'profile'}", *arguments, file.as_uri()]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout


def test_a_comparison_opens_without_a_network(tmp_path: Path) -> None:
    """All of it is there as a browser understands it: every row, its lesson, its pictures."""
    dom = browse(PAGES["comparison"], tmp_path, "--dump-dom")
    assert dom.count("<section") == 4 + 6
    assert dom.count('role="img"') == 1 + sum(len(row.strips) for row in six_rows())
    for row in six_rows():
        assert lesson(row).replace(">", "&gt;") in dom
    assert dom.rstrip().endswith("</html>")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("how", "paper"), [((), (255, 255, 255)), ((DARK,), (20, 24, 29))], ids=["light", "dark"])
def test_a_page_is_drawn(name: str, how: tuple[str, ...], paper: tuple[int, int, int], tmp_path: Path) -> None:
    """Mostly paper, light or dark as the reader has it, and on it far more than one colour."""
    shot = tmp_path / "page.png"
    browse(PAGES[name], tmp_path, *how, f"--window-size={SIZE[0]},{SIZE[1]}", f"--screenshot={shot}")
    seen = colours(shot)
    share = seen[paper] / sum(seen.values())
    assert max(seen, key=lambda colour: seen[colour]) == paper
    assert 0.5 < share < 0.97
    assert len(seen) > 100


def test_a_comparison_fits_on_paper(tmp_path: Path) -> None:
    """A teacher prints it: a page for the picture and the table, and about one for each row."""
    printed = tmp_path / "page.pdf"
    browse(PAGES["comparison"], tmp_path, "--no-pdf-header-footer", f"--print-to-pdf={printed}")
    sheets = printed.read_bytes().count(b"/Type /Page\n")
    assert 4 <= sheets <= 10
