"""A screen as SVG: every cell at its place, whoever draws it."""

import re
from xml.etree import ElementTree

import pytest
from rich.style import Style

from asyncdemo.report.screens.glyphs import BLOCKS, CELL_H, CELL_W, DRAWN, block_path, line_path
from asyncdemo.report.screens.screen_svg import FONT_SIZE, THEME, frame_group, look_of, screen_svg
from asyncdemo.showing.panels import Drawing
from asyncdemo.showing.panels.lines import Line, box, plain
from asyncdemo.showing.panels.style import NONE, NOTIFY
from tests.frames import FRAMES, frame_drawing

SVG = "{http://www.w3.org/2000/svg}"
RED = Style(color="#ff0000")
HOSTILE = "a]]></text><script>\x1b[2J\x00 & b"


def parsed(*lines: Line) -> ElementTree.Element:
    return ElementTree.fromstring(screen_svg(Drawing(list(lines)), "asyncdemo").encode())


def elements(root: ElementTree.Element, kind: str) -> list[ElementTree.Element]:
    return list(root.iter(f"{SVG}{kind}"))


def places(path: str) -> list[float]:
    """Numbers of a path's data."""
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", path)]


@pytest.mark.parametrize("name", FRAMES)
def test_every_screen_is_drawn_with_plain_attributes(name: str) -> None:
    """No style sheet, no class, nothing to fetch: colours in hex on whatever is drawn."""
    root = ElementTree.fromstring(screen_svg(frame_drawing(name), "asyncdemo").encode())
    for element in root.iter():
        assert not {"class", "style", "href"} & set(element.attrib)
        assert element.tag.removeprefix(SVG) in {"svg", "g", "rect", "path", "text", "title"}
        if element.tag.removeprefix(SVG) in {"rect", "path", "text"}:
            inks = [element.get("fill"), element.get("stroke")]
            assert any(re.fullmatch("#[0-9a-f]{6}", ink) for ink in inks if ink), element.attrib
    assert not any(DRAWN & set(element.text or "") for element in elements(root, "text"))


@pytest.mark.parametrize("name", ["step3", "bonus", "load"])
def test_its_text_is_that_of_the_screen(name: str) -> None:
    """Its words and the blanks between them can be read and copied, row by row; what is a shape is none."""
    drawing = frame_drawing(name)
    root = ElementTree.fromstring(screen_svg(drawing, "").encode())
    shown = ["".join(text for text, _ in line) for line in drawing.lines]
    told = "".join(elements(root, "g")[0].itertext()).split("\n")
    assert [row.split() for row in told[: len(shown)]] == [
        "".join(character for character in row if character not in DRAWN).split() for row in shown
    ]
    assert "longest wait" in "\n".join(told) or name == "load"


def test_a_word_stands_at_its_cell() -> None:
    """A font of another width shifts no other word; wide characters take two cells."""
    words = {element.text: element for element in elements(parsed([("ab  漢字 c", RED)]), "text")}
    assert [(words[word].get("x"), words[word].get("textLength")) for word in ("ab", "漢字", "c")] == [
        ("0", str(2 * CELL_W)),
        (str(4 * CELL_W), str(4 * CELL_W)),
        (str(9 * CELL_W), None),
    ]
    assert {element.get("fill") for element in words.values() if element.text} >= {"#ff0000"}


def test_a_row_stands_below_the_other() -> None:
    """The font is that of all of them."""
    groups = elements(parsed(plain("one"), plain("two")), "g")
    assert [group.get("transform") for group in groups[2:]] == ["translate(0 0)", f"translate(0 {CELL_H})"]
    assert groups[1].get("font-size") == str(FONT_SIZE)


def test_neighbours_of_one_style_are_one_shape() -> None:
    """Bars of several heights too; another colour is another shape."""
    root = parsed([("▁▂", RED), ("█", RED), ("█", NOTIFY)])
    paths = elements(root, "path")
    assert [path.get("fill") for path in paths] == ["#ff0000", look_of(NOTIFY).ink]
    assert paths[0].get("d") == f"M0 16H{CELL_W}V18H0zM{CELL_W} 14H{2 * CELL_W}V18H{CELL_W}zM18 0H27V18H18z"


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_stays_in_its_cells(block: str) -> None:
    """And a row of them begins where the one before ends."""
    for cells in (1, 3):
        found = re.findall(r"M([\d.]+) (\d+)H([\d.]+)V(\d+)H([\d.]+)z", block_path(block, 2, cells))
        for left, top, right, foot, back in found:
            assert 2 * CELL_W <= float(left) < float(right) <= (2 + cells) * CELL_W
            assert 0 <= int(top) < int(foot) <= CELL_H
            assert back == left


def test_bars_are_as_high_as_they_say() -> None:
    """Each eighth of a cell is one more; so are those that grow to the right."""
    tall = [CELL_H - places(block_path(block, 0))[1] for block in "▁▂▃▄▅▆▇█"]
    assert tall == [round(CELL_H * eighths / 8) for eighths in range(1, 9)]
    wide = [places(block_path(block, 0))[2] for block in "▏▎▍▌▋▊▉█"]
    assert wide == [CELL_W * eighths / 8 for eighths in range(1, 9)]


@pytest.mark.parametrize(("line", "ends"), [("├", {"h4.5", "v-9", "v9"}), ("└", {"h4.5", "v-9"}), ("━", {"h9"})])
def test_lines_meet_at_the_edge_of_their_cells(line: str, ends: set[str]) -> None:
    """Frames close."""
    assert set(re.findall(r"[hv]-?[\d.]+", line_path(line, 0))) == ends


def test_a_box_is_lines() -> None:
    """No font draws it."""
    root = parsed(*box(plain("title"), [plain("inside")], 20, 4, NOTIFY))
    assert [element.text for element in elements(root, "text") if element.text][1:] == ["title", "inside"]
    assert {path.get("stroke") for path in elements(root, "path")} == {look_of(NOTIFY).ink}


def test_a_reversed_text_stands_on_paper() -> None:
    """Ink and paper change places."""
    rect = elements(parsed([("ab", NONE), (" now ", Style(reverse=True))]), "rect")[1]
    assert (rect.get("fill"), rect.get("x"), rect.get("width")) == (
        THEME.foreground_color.hex,
        str(2 * CELL_W),
        str(5 * CELL_W),
    )
    assert look_of(Style(reverse=True)).ink == THEME.background_color.hex


def test_letters_look_as_their_style_says() -> None:
    """Bold, slanted, underlined and struck through."""
    text = elements(parsed([("word", Style(bold=True, italic=True, underline=True, strike=True))]), "text")[1]
    assert (text.get("font-weight"), text.get("font-style")) == ("bold", "italic")
    assert text.get("text-decoration") == "underline line-through"


def test_what_a_user_typed_cannot_become_markup() -> None:
    """Neither in the title nor on the screen; it stays XML."""
    drawing = Drawing([plain(HOSTILE)])
    root = ElementTree.fromstring(screen_svg(drawing, HOSTILE).encode())
    assert not list(root.iter(f"{SVG}script"))
    assert "</text><script>" in "".join(root.itertext())


def test_a_frame_can_stand_among_others() -> None:
    """A group without a size, an id or a title, as often as one likes in a picture."""
    group = ElementTree.fromstring(frame_group(Drawing([plain("one")])))
    assert group.tag == "g"
    assert not any(element.get("id") for element in group.iter())
