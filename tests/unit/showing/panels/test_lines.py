"""What a screen is put together from: at the cell where each begins to be cut, left out or counted."""

import pytest

from asyncdemo.showing.panels.lines import (
    Line,
    below,
    box,
    fit,
    in_room,
    left,
    plain,
    right,
    screen,
    too_small,
    wrapped_rows,
)
from asyncdemo.showing.panels.style import DIM, NONE
from asyncdemo.showing.panels.workers import Columns


def texts(lines: list[Line]) -> list[str]:
    """Without their colours."""
    return ["".join(text for text, _ in line) for line in lines]


WIDE: Line = [("ab", DIM), ("日c", NONE)]
"""Of five cells."""


@pytest.mark.parametrize(
    ("width", "parts"),
    [
        (2, [("a", DIM), ("…", NONE)]),
        (3, [("ab", DIM), ("…", NONE)]),
        (4, [("ab", DIM), (" ", NONE), ("…", NONE)]),  # half a character is a blank
        (5, WIDE),
        (6, [*WIDE, (" ", NONE)]),
    ],
)
def test_a_line_is_cut_at_the_cell(width: int, parts: Line) -> None:
    """A character of two cells has both or none; nothing is added that has no cells."""
    assert fit(WIDE, width) == parts


def test_a_column_cuts_what_is_longer_than_it() -> None:
    """What stands at its left end is marked, a figure at its right end is not."""
    assert [left("abc", width)[0] for width in (2, 3, 4)] == ["a…", "abc", "abc "]
    assert [left("日本", width)[0] for width in (3, 4, 5)] == ["日…", "日本", "日本 "]
    assert [right("abc", width)[0] for width in (2, 3, 4)] == ["ab", "abc", " abc"]
    assert [right("日本", width)[0] for width in (3, 4, 5)] == ["日 ", "日本", " 日本"]


def test_a_title_loses_what_it_says_last() -> None:
    """As soon as there is a cell too few for it; its first word stays."""
    title: Line = [("pages", NONE), (": all, lesson time; who waits", NONE)]
    (whole,) = texts([title])
    shorter = ["pages: all, lesson time", "pages: all", "pages"]
    for words, next_words in zip([whole, *shorter], shorter, strict=False):
        assert texts([in_room(title, len(words))]) == [words]
        assert texts([in_room(title, len(words) - 1)]) == [next_words]
    assert texts([in_room(title, 4)]) == ["pages"]


def test_a_frame_is_as_large_as_it_is_told() -> None:
    """Its title whole where there is room for a blank on both sides; lines that are too many are left out."""
    title: Line = [("ab, cdef", NONE)]
    assert texts(box(title, [plain("x")], 14, 4)) == [
        "╭─ ab, cdef ─╮",
        "│ x          │",
        "│            │",
        "╰────────────╯",
    ]
    assert texts(box(title, [plain("x"), plain("y"), plain("z")], 13, 4)) == [
        "╭─ ab ──────╮",
        "│ x         │",
        "│ y         │",
        "╰───────────╯",
    ]


def test_two_frames_share_an_edge() -> None:
    """With the lower one's title on it."""
    upper, lower = (box([(name, NONE)], [plain("x")], 8, 3) for name in "ab")
    assert texts(below(upper, lower)) == ["╭─ a ──╮", "│ x    │", "├─ b ──┤", "│ x    │", "╰──────╯"]


def test_a_screen_keeps_its_foot() -> None:
    """Whatever there is above it."""
    lines = [plain("one"), plain("two"), plain("three")]
    assert texts(screen(lines, plain("foot"), 4, 3).lines) == ["one ", "two ", "foot"]
    assert texts(screen(lines[:1], plain("foot"), 5, 4).lines) == ["one  ", "     ", "     ", "foot "]
    assert screen(lines, [], 4, 3).size == (4, 3)


@pytest.mark.parametrize(
    ("rows", "shown"),
    [
        (1, ["▼ 3 more"]),
        (2, ["one two", "▼ 2 more"]),
        (3, ["one two", "three", "four"]),
        (4, ["one two", "three", "four"]),
    ],
)
def test_of_words_that_need_more_rows_it_is_said_how_many(rows: int, shown: list[str]) -> None:
    """One row more of them would say no more than that it is there."""
    assert [row.rstrip() for row in wrapped_rows("one two three four", 9, rows)] == shown


def test_a_screen_that_is_too_small_is_filled_all_the_same() -> None:
    """With its own size, and what it would need."""
    drawing = too_small(24, 3, "it needs", (40, 10))
    assert texts(drawing.lines) == ["24x3: it needs 40x10    ", " " * 24, " " * 24]
    assert drawing.size == (24, 3)
    assert texts(too_small(10, 1, "it needs", (40, 10)).lines) == ["10x1: it …"]


@pytest.mark.parametrize(
    ("width", "takes", "now", "strip"),
    [
        (49, 0, 16, 8),
        (54, 0, 16, 8),
        (57, 0, 16, 10),
        (75, 0, 16, 28),
        (76, 12, 22, 10),
        (77, 12, 22, 11),
        (100, 12, 22, 34),
    ],
)
def test_the_columns_of_the_workers_fill_the_panel(width: int, takes: int, now: int, strip: int) -> None:
    """What each takes is said from 76 cells on; the strip of the last minute has what is left."""
    assert Columns.of(width) == Columns(takes, now, strip, worker=11)


def test_long_names_take_cells_from_what_a_worker_does() -> None:
    """So that `last 60 s` stays above the strip; never below the 16 that the work needs."""
    lent = Columns.of(76, worker=16)
    assert (lent.now, lent.strip) == (17, 10)
    assert (Columns.of(76, 16, 16).now, Columns.of(76, 16, 16).strip) == (16, 8)
