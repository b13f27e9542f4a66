"""Whether a text is paged: what fits the terminal is not."""

import pytest

from asyncdemo.showing import pager


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a\n", 2),
        ("a\nb\n", 3),
        ("\n\n", 3),
        ("0123456789\n", 2),
        ("0123456789a\n", 3),
        ("\x1b[31m0123456789\x1b[0m\n", 2),
        ("\x1b[31mone\ntwo\x1b[0m\n", 3),
        ("\N{HIRAGANA LETTER A}" * 5 + "\n", 2),
        ("\N{HIRAGANA LETTER A}" * 6 + "\n", 3),
    ],
)
def test_what_fits_with_the_prompt_below_it(text: str, rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """In ten columns; colours take no room, and some characters that of two. A row less, and it does not."""
    for there, does in ((rows, True), (rows - 1, False)):
        monkeypatch.setattr(pager, "own_size", lambda _, there=there: (10, there))
        assert pager.fits(text) == does


def test_a_terminal_that_does_not_know_its_size_shows_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pager, "own_size", lambda _: (0, 0))
    assert pager.fits("a\n" * 1000)


@pytest.mark.parametrize(
    ("wanted", "fits", "command"),
    [
        (None, True, ""),
        (None, False, "less"),
        ("", False, ""),
        ("cat", False, ""),
        (" cat ", False, ""),
        ("more", True, "more"),
        (" less -R ", True, "less -R"),
    ],
)
def test_which_pager(wanted: str | None, fits: bool, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The user's, whatever fits; else `less` for what does not; none that cannot turn pages."""
    monkeypatch.setattr(pager, "fits", lambda _: fits)
    monkeypatch.setattr(pager.shutil, "which", lambda program: f"/bin/{program}")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("PAGER", raising=False)
    if wanted is not None:
        monkeypatch.setenv("PAGER", wanted)
    assert pager.pager("text") == command
    monkeypatch.setenv("TERM", "dumb")
    assert pager.pager("text") == ""


def test_without_less_there_is_no_pager(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pager, "fits", lambda _: False)
    monkeypatch.setattr(pager.shutil, "which", lambda program: None)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("PAGER", raising=False)
    assert pager.pager("text") == ""
