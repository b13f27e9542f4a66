"""The table and the picture in a terminal: as wide as asked at the most, and every figure the row's own."""

from dataclasses import replace

import pytest

from asyncdemo.base.durations import seconds_text
from asyncdemo.base.text import ordinal
from asyncdemo.measuring.rows import Row, empty_row
from asyncdemo.report.lessons import lesson
from asyncdemo.report.picture import picture
from asyncdemo.report.table import as_text, compact, final, wrapped
from asyncdemo.showing.panels.lines import Drawing, length
from tests.simulation import row_named, six_rows

WIDTHS = [60, 80, 88, 110, 120, 200]
HOSTILE = "\x1b[31m[/red]<b>&\u202e宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽"


def some(kind: str) -> list[Row]:
    """Rows as they come: all, none yet, one of them running, with a name that somebody chose."""
    rows = list(six_rows())
    if kind == "running":
        rows[2:] = [replace(rows[2], over=False), *(empty_row(row.label, row.command) for row in rows[3:])]
    if kind == "hostile":
        rows = [replace(row, label=HOSTILE, command=HOSTILE * 20) for row in rows]
    if kind == "empty":
        rows = [empty_row(row.label, row.command) for row in rows]
    return [] if kind == "none" else rows


def widest(drawing: Drawing) -> int:
    """Cells of the longest line."""
    return max((length(line) for line in drawing.lines), default=0)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("kind", ["all", "running", "hostile", "empty", "none"])
def test_nothing_is_wider_than_asked(width: int, kind: str) -> None:
    """Whatever the rows are, and whatever they are called; nothing that a terminal would obey is left."""
    rows = some(kind)
    for drawing in (compact(rows, width), final(rows, width), picture(rows, width), picture(rows, width, height=4)):
        assert widest(drawing) <= width
        assert "\x1b" not in as_text(drawing)


@pytest.mark.parametrize("width", WIDTHS)
def test_while_rows_come_in_each_has_one_line(width: int) -> None:
    """Under the panels there is room for no more; the row that runs is marked."""
    lines = as_text(compact(some("running"), width)).splitlines()
    assert len(lines) == 1 + 6
    assert [line[0] for line in lines].count("▸") == 1
    assert lines[3].startswith("▸ step2")
    assert "60/60" in lines[1]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("number", range(6))
def test_every_figure_of_a_row_is_in_the_table(width: int, number: int) -> None:
    """None is cut, not at 60 columns either, and none belongs to another row."""
    row = six_rows()[number]
    text = as_text(final([row], width))
    words = text.split()
    figures = [
        f"{row.answered}/{row.visitors}",
        str(row.errors),
        ordinal(row.first_waited) if row.first_waited else "nobody",
    ]
    figures += [f"{row.busy:.0%}"] if row.busy is not None else []
    figures += [str(getattr(row.books, name)) for name in ("sent", "delivered", "running", "queued", "lost", "unknown")]
    for figure in figures:
        assert figure in words
    for seconds in (row.percentile_s(50), row.percentile_s(95), row.max_s):
        assert seconds_text(seconds) in text
    flat = " ".join(words)
    assert lesson(row) in flat
    assert row.command in flat.replace("\\ ", "")
    assert "…" not in text


@pytest.mark.parametrize("width", WIDTHS[1:])
def test_labels_are_whole_in_table_and_picture(width: int) -> None:
    """A long one takes a second line beside its figures."""
    table, drawn = as_text(final(six_rows(), width)), as_text(picture(six_rows(), width))
    for row in six_rows():
        for word in row.label.split():
            assert table.count(word) >= 2
            assert word in drawn
    assert "…" not in table + drawn


def test_the_loss_is_told_with_its_reason() -> None:
    """Next to the fast page."""
    text = as_text(final(six_rows(), 80))
    assert f"{six_rows()[5].books.expired} expired" in text
    assert "lost how" in text


def test_seconds_are_named() -> None:
    """Those of the lesson are not those of the wall, unless the run went at the speed of life."""
    assert "Seconds are those of the lesson: the runs went x10" in " ".join(as_text(final(six_rows(), 200)).split())
    assert "lesson" not in as_text(final([row_named("step1", speed=1.0, seconds=5.0)], 200)).splitlines()[0]


def strips(width: int) -> list[list[str]]:
    """The two lines of each row of the picture, without their labels."""
    lines = as_text(picture(six_rows(), width)).splitlines()
    return [[line.partition("┤")[2] for line in lines[start : start + 2]] for start in range(2, 2 + 6 * 3, 3)]


@pytest.mark.parametrize("width", WIDTHS[1:])
def test_the_upper_half_of_a_strip_is_for_visitors_who_noticed(width: int) -> None:
    """Without any colour: all of step1 and step2 is up there, step3 after a few visitors, the last row never."""
    step1, step1_bound, step2, step3, general, reserved = strips(width)
    for strip in (step1, step1_bound, step2):
        assert set(strip[1]) <= {"█", "x"}
        assert " " not in strip[0]
    assert "x" in step2[0], "who waited a minute for a 503 has noticed as well"
    assert "x" not in step1[0] + step1[1]
    for strip in (step3, general):
        assert strip[0].startswith(" ")
        assert not strip[0].endswith(" ")
    assert reserved[0].strip() == ""
    assert "█" not in reserved[1]
    assert " " not in reserved[1]


@pytest.mark.parametrize("width", WIDTHS[1:])
@pytest.mark.parametrize("seconds", [17.0, 60.0, 90.0, 300.0])
def test_bars_stand_side_by_side(width: int, seconds: float) -> None:
    """However many visitors come: there is no hole between two of them."""
    lines = as_text(picture([row_named("step1", seconds=seconds)], width)).splitlines()
    assert set(lines[3].partition("┤")[2]) == {"█"}


def test_all_strips_share_the_axis_of_time() -> None:
    """A row that runs fills its strip as far as it has come."""
    lines = as_text(picture(six_rows(), 88)).splitlines()
    assert lines[-1].split() == ["0", "s", "15", "s", "30", "s", "45", "s", "60", "s"]
    assert lines[-2].count("┬") == 5


@pytest.mark.parametrize(
    ("number", "text"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (121, "121st")]
)
def test_ordinals(number: int, text: str) -> None:
    """As they are said."""
    assert ordinal(number) == text


def test_words_wrap_at_blanks_and_break_only_where_they_must() -> None:
    """By terminal cells: some characters take two."""
    assert wrapped("one two three", 7) == ["one two", "three"]
    assert wrapped("abcdef", 4) == ["abcd", "ef"]
    assert wrapped("宽宽宽", 4) == ["宽宽", "宽"]
    assert wrapped("", 4) == [""]
