"""Pictures as SVG: XML that stands on its own, with words for whoever does not see it."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from asyncdemo.base.histogram import bucket
from asyncdemo.events import events as e
from asyncdemo.known.load import Load
from asyncdemo.measuring.rows import Row, empty_row
from asyncdemo.report.axes import Scale, around_a_second, curves, failures, failures_of, fitting, tick_text, time_ticks
from asyncdemo.report.load_svg import histogram_svg, over_time_svg
from asyncdemo.report.pages.strips import strip_svg, time_scale
from asyncdemo.report.paint import DARK, LIGHT, SERIES
from asyncdemo.report.svg import NARROW, WIDE, Sheet, picture_svg, standalone
from tests.simulation import row_named, six_rows

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<script>alert(1)</script>\"'&]]>\x00\x1b"


def parsed(svg: str) -> ElementTree.Element:
    """Raises for what is not XML."""
    return ElementTree.fromstring(svg.encode())


def rows_called(name: str) -> list[Row]:
    """The rows, or hostile, empty, one, none of them."""
    rows = list(six_rows())
    return {
        "all": rows,
        "hostile": [replace(row, label=HOSTILE) for row in rows],
        "empty": [empty_row("step1", "")],
        "one": rows[:1],
        "none": [],
        "crowded": [row_named("step3", rate=20.0)],
        "eight": [*rows, *rows[:2]],
    }[name]


@pytest.mark.parametrize("name", ["all", "hostile", "empty", "one", "none", "crowded", "eight"])
def test_the_picture_is_xml_and_needs_nothing_else(name: str) -> None:
    """No address in it but the name of its language; no script."""
    svg = standalone(picture_svg(rows_called(name)))
    root = parsed(svg)
    assert root.tag == f"{SVG}svg"
    assert root.get("viewBox")
    assert not re.search(r"https?:", svg.replace("http://www.w3.org/2000/svg", ""))
    assert not re.search(r"url\((?!#)|@import|<script|href=", svg)
    assert root.find(f".//{SVG}script") is None


def test_a_screen_reader_is_told_what_it_shows() -> None:
    """A title, and each row's figures."""
    root = parsed(standalone(picture_svg(six_rows())))
    assert root.get("role") == "img"
    ids = (root.get("aria-labelledby") or "").split()
    texts = [element.text or "" for element in root.iter() if element.get("id") in ids]
    assert len(texts) == 2
    for row in six_rows():
        assert f"{row.label}: of those who got the page or wait for it half waited up to" in texts[1]


def test_rows_differ_by_more_than_colour() -> None:
    """Each has a mark of its own, a dash of its own, and its name beside it."""
    svg = standalone(picture_svg(six_rows()))
    marks = set(re.findall(r'class="mark s\d" d="([^"]+)"', svg))
    lines = re.findall(r'class="line (s\d)"[^>]* stroke="(#\w+)"[^>]*?(?:stroke-dasharray="([\d ]+)")?>', svg)
    assert (len(marks), len(set(lines)), len({dash for _, _, dash in lines})) == (6, 6, 6)
    assert all(row.label.split()[0] in svg for row in six_rows())


def test_light_and_dark_have_colours_of_their_own() -> None:
    """Whatever the viewer prefers; paper is light."""
    assert LIGHT.keys() == DARK.keys() >= {"paper", "ink", *(f"s{number}" for number in range(SERIES))}
    assert all(LIGHT[name] != DARK[name] for name in LIGHT)
    assert (LIGHT["paper"] > LIGHT["ink"], DARK["paper"] > DARK["ink"]) == (True, False)


@pytest.mark.parametrize("sheet", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("name", ["all", "hostile", "empty", "crowded"])
def test_every_colour_is_an_attribute(name: str, sheet: Sheet) -> None:
    """What reads no style sheet draws the same; that has another colour for each class, in the dark alone."""
    svg = standalone(picture_svg(rows_called(name), sheet=sheet))
    assert "var(" not in svg
    before, _, dark = svg.partition("@media screen and (prefers-color-scheme: dark)")
    assert before.endswith("<style>")
    for element in parsed(svg).iter():
        if element.tag.removeprefix(SVG) in {"rect", "path", "text"}:
            fill, stroke = element.get("fill", ""), element.get("stroke", "")
            assert {fill, stroke} != {"none"}
            assert all(re.fullmatch("none|#[0-9a-f]{6}", each) for each in (fill, stroke)), element.attrib
            assert f'[class="{element.get("class")}"]' in dark


@pytest.mark.parametrize("name", ["all", "hostile", "eight"])
def test_words_of_a_narrow_picture_fit(name: str) -> None:
    """On a phone held upright, where a unit is a pixel; and none is smaller than 11."""
    root = parsed(standalone(picture_svg(rows_called(name), sheet=NARROW)))
    sizes = {int(each.get("font-size", "0")) for each in root.iter(f"{SVG}text")}
    assert min(sizes) >= 12
    shown = 358  # of a page of 390
    assert min(sizes) * shown / NARROW.width >= 11


def test_a_long_curve_is_drawn_to_its_end() -> None:
    """Each of its points."""
    svg = picture_svg([row_named("step1", rate=20.0)])
    line = re.search(r'class="line s0" d="([^"]+)"', svg)
    assert line is not None
    assert line[1].count("L") == 239
    assert 'class="band s0"' in svg


def test_each_visitor_of_a_minute_has_a_mark() -> None:
    """None stands on another's place; who got no page has an x."""
    failed = [failures_of(row.load, row.speed) for row in six_rows()]
    for row, got, none in zip(six_rows(), curves(six_rows()), failed, strict=True):
        assert len({point.came_s for point in (*got.points, *none.points)}) == 60
        assert (len(got.points), len(none.points)) == (row.answered, row.errors)
    assert {point.count for curve in (*curves(six_rows()), *failed) for point in curve.points} == {1}
    assert picture_svg(six_rows()).count('class="failed"') == sum(row.errors for row in six_rows()) > 26


@pytest.mark.parametrize(("number", "workers"), list(enumerate([13, 4, 4, 4, 3, 3])))
def test_strips_have_words(number: int, workers: int) -> None:
    """As many as there are workers, each with its share."""
    row = six_rows()[number]
    assert len({strip.worker for strip in row.strips}) == len(row.strips) == workers
    for strip in row.strips:
        root = parsed(strip_svg(strip, row, "row-1"))
        title = root.find("title")
        assert title is not None
        assert f"{strip.worker}: busy for {strip.busy:.0%}" in (title.text or "")
    parsed(time_scale(row))


def test_notifications_are_hatched() -> None:
    """So that a strip can be read without colour."""
    row = six_rows()[3]
    assert "url(#row-4-hatch)" in strip_svg(row.strips[0], row, "row-4")


@pytest.mark.parametrize(("name", "marks"), [("all", 60), ("empty", 0), ("crowded", 8)])
def test_a_single_load_is_drawn(name: str, marks: int) -> None:
    """With and without requests: where each visitor's mark has room, it has one; and the latencies have bars.

    Of the crowd, few get the page; the others have marks, and bars, of their own.
    """
    load = rows_called(name)[0].load
    over_time, histogram = (parsed(standalone(svg(load))) for svg in (over_time_svg, histogram_svg))
    drawn = [each.get("class", "").split()[0] for each in over_time.iter() if each.get("class")]
    bars = [each for each in histogram.iter() if each.get("class") == "bar"]
    assert drawn.count("mark") == marks
    assert bool(bars) == bool(marks)
    assert (drawn.count("failed") > 60) == (name == "crowded") == ('class="lost"' in histogram_svg(load))
    words = f"{load.page.whole.count} latencies of the page, {load.failed.whole.count} of errors"
    assert words in "".join(histogram.itertext())


@pytest.mark.parametrize("fastest_s", [0.00097, 0.0097, 0.05, 0.97])
def test_the_fastest_bar_is_as_wide_as_the_others(fastest_s: float) -> None:
    """Also where it ends at a power of ten."""
    load = Load()
    waits = [(0, bucket(seconds), 1) for seconds in (fastest_s, fastest_s * 3)]
    load.fold(e.LoadTold(t=1.0, process="load.1", number=1, scheduled=2, sent=2, by_end={"200": waits}))
    widths = re.findall(r'class="bar"[^>]* width="([\d.]+)"', standalone(histogram_svg(load)))
    assert len(widths) == 2
    assert float(widths[0]) == pytest.approx(float(widths[1]), abs=0.2)


def test_a_second_is_in_the_middle_of_a_comparison() -> None:
    """Whatever the longest wait."""
    for rows in (six_rows(), [row_named("reserved")]):
        scale = around_a_second([*curves(rows), *failures(rows)])
        assert scale.level(1.0) == pytest.approx(0.5)
        assert scale.top_s >= max(row.max_s for row in rows) * 0.99
        for each in failures(rows):
            assert all(scale.top_s >= point.longest_s for point in each.points), "each x is as high as it says"


def test_scales() -> None:
    """What is beyond one is at its end."""
    scale = Scale(0.01, 100.0)
    assert [scale.level(seconds) for seconds in (0.0, 0.01, 1.0, 100.0, 1e6)] == pytest.approx([0, 0, 0.5, 1, 1])
    assert scale.ticks == pytest.approx([0.01, 0.1, 1, 10, 100])
    assert (fitting([0.003, 0.4]).bottom_s, fitting([0.003, 0.4]).top_s) == pytest.approx((0.001, 1.0))
    assert fitting([]).ticks == pytest.approx([0.001, 0.01, 0.1, 1])
    assert time_ticks(60.0) == [0, 10, 20, 30, 40, 50, 60]
    assert [tick_text(seconds) for seconds in (1e-5, 0.001, 0.01, 1.0, 100.0)] == [
        "10 µs",
        "1 ms",
        "10 ms",
        "1 s",
        "100 s",
    ]
