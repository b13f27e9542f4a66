"""Source code in colours: nothing of it is left out."""

import os
import sys
import tty
from pathlib import Path

import pytest
from rich.text import Text

from asyncdemo.showing.source_output import Source, coloured, pages, painted, show_changes, show_stage
from asyncdemo.stages.catalogue import STAGES
from asyncdemo.stages.diffs import compare, diff_text, stat
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


STEP1 = stage_files(STAGES["step1"])
HOW = {"plain": False, "no_pager": False}


def test_a_file_goes_into_a_pipe_as_it_is(capfd: pytest.CaptureFixture[str]) -> None:
    """One that was asked for without a heading."""
    assert show_stage(STAGES["step1"], "views.py", **HOW) == 0
    (text,) = [text for name, text in STEP1.items() if name.endswith("/views.py")]
    assert capfd.readouterr().out == text


def test_all_files_of_a_stage_have_headings(capfd: pytest.CaptureFixture[str]) -> None:
    """But those that are empty, of which there is nothing to see; a line between two."""
    assert show_stage(STAGES["step1"], None, **HOW) == 0
    full = {name: text for name, text in STEP1.items() if text}
    assert 1 < len(full) < len(STEP1)
    expected = "\n".join(f"==> step1/{name} <==\n{content}" for name, content in full.items())
    assert capfd.readouterr().out == expected


def test_an_empty_file_that_was_asked_for_is_shown(capfd: pytest.CaptureFixture[str]) -> None:
    empty = next(name for name, text in STEP1.items() if not text)
    assert show_stage(STAGES["step1"], empty, **HOW) == 0
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize(("plain", "no_pager"), [(False, False), (False, True), (True, False), (True, True)])
def test_in_a_terminal_there_are_colours_and_a_pager(
    plain: bool, no_pager: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unless neither is wanted: a plain text is what a pipe has, and has no summary at its end."""
    before, after = Source("a", {"x.py": "one = 1\n"}), Source("b", {"x.py": "two = 2\n"})
    changes = compare(before.files, after.files)
    read = tmp_path / "read"
    for name, value in {"TERM": "xterm", "PAGER": "cat > $READ", "READ": str(read)}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("NO_COLOR", raising=False)
    keyboard, terminal = os.openpty()
    tty.setraw(terminal)
    with os.fdopen(terminal, "w") as output:
        monkeypatch.setattr(sys, "stdout", output)
        for show, text in (
            (lambda: show_changes(before, after, plain, no_pager), diff_text(changes)),
            (lambda: show_stage(STAGES["step1"], "urls.py", plain, no_pager), STEP1["hello/urls.py"]),
        ):
            read.unlink(missing_ok=True)
            assert show() == 0
            paged = read.exists()
            seen = read.read_text() if paged else os.read(keyboard, 4096).decode()
            assert paged == (not plain and not no_pager)
            assert ("\x1b[" in seen) == (not plain)
            if plain:
                assert seen == text
            else:
                end = f"\n{stat(changes)}" if "diff" in text else ""
                assert shown(seen).rstrip() == f"{text.rstrip()}{end}".rstrip()
    os.close(keyboard)


def test_two_that_are_the_same_have_no_changes(capfd: pytest.CaptureFixture[str]) -> None:
    """That is said, and not where the changes would be."""
    assert show_changes(Source("a", STEP1), Source("b", STEP1), **HOW) == 0
    assert capfd.readouterr() == ("", "a and b are the same: there is no difference.\n")
