"""Source code in colours: nothing of it is left out."""

import pytest
from rich.text import Text

from asyncdemo.showing import source_output
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


Told = list[tuple[str, bool]]
STEP1 = stage_files(STAGES["step1"])


@pytest.fixture
def put_out(monkeypatch: pytest.MonkeyPatch) -> Told:
    """What is put out, and whether it may be paged; in a pipe, unless a test says otherwise."""
    told: list[tuple[str, bool]] = []

    def show(text: str, paged: bool) -> int:
        told.append((text, paged))
        return 7

    monkeypatch.setattr(source_output, "show", show)
    in_a(monkeypatch, terminal=False)
    return told


def in_a(monkeypatch: pytest.MonkeyPatch, *, terminal: bool) -> None:
    """A terminal with colours, or none."""
    monkeypatch.setattr(source_output, "wants_colours", lambda: terminal)
    monkeypatch.setattr(source_output, "is_terminal", lambda stream: terminal)


def test_a_file_goes_into_a_pipe_as_it_is(put_out: Told) -> None:
    """One that was asked for without a heading."""
    assert show_stage(STAGES["step1"], "views.py", plain=False, no_pager=False) == 7
    (text,) = [text for name, text in STEP1.items() if name.endswith("/views.py")]
    assert put_out == [(text, True)]


def test_all_files_of_a_stage_have_headings(put_out: Told) -> None:
    """But those that are empty, of which there is nothing to see; a line between two."""
    assert show_stage(STAGES["step1"], None, plain=False, no_pager=False) == 7
    full = {name: text for name, text in STEP1.items() if text}
    assert 1 < len(full) < len(STEP1)
    ((text, _),) = put_out
    assert text == "\n".join(f"==> step1/{name} <==\n{content}" for name, content in full.items())


def test_an_empty_file_that_was_asked_for_is_shown(put_out: Told) -> None:
    empty = next(name for name, text in STEP1.items() if not text)
    show_stage(STAGES["step1"], empty, plain=False, no_pager=False)
    assert put_out == [("", True)]


@pytest.mark.parametrize(
    ("plain", "no_pager", "coloured_too", "paged"),
    [(False, False, True, True), (False, True, True, False), (True, False, False, False), (True, True, False, False)],
)
def test_in_a_terminal_there_are_colours_and_a_pager(
    plain: bool, no_pager: bool, coloured_too: bool, paged: bool, put_out: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unless neither is wanted: a plain text is what a pipe has, and has no summary at its end."""
    step1, step2 = (Source(name, stage_files(STAGES[name])) for name in ("step1", "step2"))
    show_stage(STAGES["step1"], "views.py", plain=plain, no_pager=no_pager)
    show_changes(step1, step2, plain=plain, no_pager=no_pager)
    piped = [text for text, _ in put_out]
    put_out.clear()
    in_a(monkeypatch, terminal=True)
    monkeypatch.setattr(source_output, "painted", lambda pages: f"{len(list(pages))} painted\n")
    changes = compare(step1.files, step2.files)
    show_stage(STAGES["step1"], "views.py", plain=plain, no_pager=no_pager)
    assert show_changes(step1, step2, plain=plain, no_pager=no_pager) == 7
    painted = ["1 painted\n", f"{len(changes)} painted\n{stat(changes)}\n"]
    assert put_out == [(text, paged) for text in (painted if coloured_too else piped)]
    assert piped[1] == diff_text(changes)


def test_two_that_are_the_same_have_no_changes(put_out: Told, capsys: pytest.CaptureFixture[str]) -> None:
    """That is said, and not where the changes would be."""
    assert show_changes(Source("a", STEP1), Source("b", STEP1), plain=False, no_pager=False) == 0
    assert put_out == []
    assert capsys.readouterr() == ("", "a and b are the same: there is no difference.\n")
