"""Source code in colours: nothing of it is left out."""

import pytest
from rich.text import Text

from asyncdemo.showing.source_output import coloured, pages, painted
from asyncdemo.stages.catalogue import STAGES
from asyncdemo.stages.diffs import compare
from asyncdemo.stages.files import stage_files


def shown(text: str) -> str:
    """What stands on the screen, without its colours."""
    return Text.from_ansi(text).plain


@pytest.mark.parametrize("headings", [True, False])
def test_every_page_is_painted(headings: bool) -> None:
    """Each file once, in its order; a line is as long as it was."""
    files = {"a.py": "import os  # " + "long " * 60 + "\n", "b.html": "{% if a %}<p>b</p>\n"}
    screen = shown(painted(pages(STAGES["step1"], files, headings)))
    assert [text.strip() in screen for text in files.values()] == [True, True]
    assert screen.index("import os") < screen.index("<p>b</p>")
    assert ["step1/a.py" in screen, "step1/b.html" in screen] == [headings, headings]


def test_every_change_is_painted() -> None:
    """With its sign, as a diff has it."""
    changes = compare(stage_files(STAGES["step1"]), stage_files(STAGES["step2"]))
    screen = shown(painted(coloured(change) for change in changes)).splitlines()
    lines = [line.rstrip("\n") for change in changes for line in (*change.header, *change.body)]
    assert len(lines) > 10
    assert [line for line in lines if line.strip() and line.rstrip() not in map(str.rstrip, screen)] == []
