"""Colours that can be read, and what a theme says of them."""

from pathlib import Path

import pytest

from asyncdemo.deck.deck_theme import footer_of
from asyncdemo.deck.theme import (
    BLACK,
    WHITE,
    Colour,
    colour,
    contrast,
    hexadecimal,
    is_dark,
    luminance,
    mix,
    readable,
)
from tests.unit.deck.presenterm import deck_of, told


@pytest.mark.parametrize(
    ("each", "bright"),
    [
        (WHITE, 1.0),
        (BLACK, 0.0),
        ((255, 0, 0), 0.2126),
        ((0, 255, 0), 0.7152),
        ((0, 0, 255), 0.0722),
        ((10, 10, 10), 0.0030353),
        ((11, 11, 11), 0.0033465),
        ((128, 128, 128), 0.2158605),
    ],
)
def test_a_colour_is_as_bright_as_it_seems(each: Colour, bright: float) -> None:
    """Figures of WCAG 2.1, with the place where its curve begins."""
    assert luminance(each) == pytest.approx(bright, rel=1e-4)


def test_contrast_is_that_of_wcag() -> None:
    """The grey that it names as the brightest on white, and the next one."""
    assert contrast(BLACK, WHITE) == contrast(WHITE, BLACK) == pytest.approx(21)
    assert contrast(WHITE, WHITE) == pytest.approx(1)
    assert contrast((0x76,) * 3, WHITE) == pytest.approx(4.54, abs=0.005)
    assert contrast((0x77,) * 3, WHITE) == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize(
    ("wanted", "ground", "shown"),
    [
        (BLACK, BLACK, (128, 128, 128)),
        (WHITE, WHITE, (115, 115, 115)),
        ((0x76,) * 3, WHITE, (0x76,) * 3),
        ((0x77,) * 3, WHITE, (113, 113, 113)),
        ((255, 0, 0), BLACK, (255, 0, 0)),
        ((118, 118, 118), (118, 118, 118), BLACK),
        ((117, 117, 117), (117, 117, 117), WHITE),
    ],
)
def test_a_colour_is_as_near_to_the_one_that_is_wanted_as_can_be_read(
    wanted: Colour, ground: Colour, shown: Colour
) -> None:
    """Itself, if it can; brighter on what is dark, darker on what is bright, and no more than it has to be."""
    assert contrast(shown, ground) >= 4.5
    assert readable(wanted, ground) == shown


def test_a_ground_is_dark_where_white_reads_better() -> None:
    """The two greys in the middle."""
    assert [is_dark((grey,) * 3) for grey in (0, 117, 118, 255)] == [True, True, False, False]


def test_colours_are_mixed_by_their_share() -> None:
    """To the nearest number."""
    assert mix((0, 100, 200), (100, 0, 201), 0.25) == (25, 75, 200)
    assert hexadecimal((255, 0, 10)) == "#ff000a"


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("red", (255, 0, 0)),
        ("dark_red", (139, 0, 0)),
        (" #f00 ", (255, 0, 0)),
        ("ff0000", (255, 0, 0)),
        ("ff000080", (255, 0, 0)),
        ("potato", None),
        ("", None),
    ],
)
def test_a_colour_may_be_said_in_many_ways(said: str, found: Colour | None) -> None:
    """By a name, or by its numbers."""
    assert colour(said) == found


# Themes


def front(override: str, theme: str = "") -> str:
    """A front matter with a theme, and a slide."""
    below = "".join(f"    {line}\n" for line in override.split("\n"))
    return f"---\ntheme:\n{theme}  override:\n{below}---\nx\n"


def test_what_a_theme_says_of_each_element_is_its_colour() -> None:
    """By the palette's names too; what it does not say is that of the theme below."""
    said = {"default": "{foreground: red, background: p:mine}", "slide_title": "{foreground: lime}"}
    words = "\n".join(f"{name}: {{colors: {colours}}}" for name, colours in said.items())
    theme = deck_of(front(f"palette: {{colors: {{mine: '010203'}}}}\n{words}", "  name: dark\n")).theme
    assert (theme.foreground, theme.background, theme.title) == ((255, 0, 0), (1, 2, 3), (0, 255, 0))
    assert (theme.code, theme.headings[5]) == ((0x04, 0xDE, 0x20), (0xD2, 0xD2, 0xD2))
    theme = deck_of(
        front("inline_code: {colors: {foreground: blue}}\nheadings: {h6: {colors: {foreground: p:no}}}")
    ).theme
    assert (theme.code, theme.headings[5], theme.background) == ((0, 0, 255), None, None)
    assert theme.colour("p:") == theme.colour("palette") is None


@pytest.mark.parametrize(
    ("many", "told_of"), [(0, ""), (1, ""), (2, ""), (6, ""), (7, " and 1 other"), (8, " and 2 others")]
)
def test_six_names_of_what_is_not_obeyed_are_told(many: int, told_of: str) -> None:
    """And how many there are beside; what is obeyed stands between them and is none."""
    names = [f"key{number}: 1" for number in range(many)]
    listed = ", ".join(names[:6]).replace(": 1", "")
    words = f"of the theme, {listed}{told_of} {'is' if many == 1 else 'are'} as in the room"
    text = front("\n".join(["default: {colors: {foreground: red}}", *names]))
    assert told(text) == ([(1, words, False)] if many else [])


def test_a_theme_of_the_terminal_leaves_all_colours_to_it() -> None:
    """But those of code."""
    for name, code in (("terminal-dark", "base16-eighties.dark"), ("terminal-light", "GitHub")):
        theme = deck_of(f"---\ntheme:\n  name: {name}\n---\nx\n").theme
        assert (theme.background, theme.foreground, theme.headings) == (None, None, (None,) * 6)
        assert (theme.code_theme, theme.prefixes[0]) == (code, "██")
        assert theme.unseen[:2] == ("headings.colors", "inline_code")


def test_a_file_of_a_theme_counts_more_than_a_name(tmp_path: Path) -> None:
    """One in the folder `themes` is found by its name."""
    (tmp_path / "themes").mkdir()
    (tmp_path / "themes" / "mine.yaml").write_text("default:\n  colors:\n    background: '010203'\n")
    for said in ("name: mine", "path: themes/mine.yaml", "name: dark\n  path: themes/mine.yaml"):
        deck = deck_of(f"---\ntheme:\n  {said}\n---\nx\n", tmp_path)
        assert (deck.theme.background, deck.notices) == ((1, 2, 3), ())


@pytest.mark.parametrize(("files", "background"), [(8, (1, 2, 3)), (9, None)])
def test_themes_may_stand_on_one_another_eight_deep(files: int, background: Colour | None, tmp_path: Path) -> None:
    """Deeper than that, one stands on itself: the room's colours are shown."""
    for number in range(files):
        (tmp_path / f"{number}.yaml").write_text(f"extends: '{number + 1}'\n")
    (tmp_path / f"{files}.yaml").write_text("default:\n  colors:\n    background: '010203'\n")
    assert deck_of("---\ntheme:\n  path: 0.yaml\n---\nx\n", tmp_path).theme.background == background


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff", "the theme mine.yaml cannot be read: 'utf-8' codec can't decode"),
        (None, "theme: there is no file mine.yaml beside the deck: the room's colours are shown"),
        (b"[", "the theme mine.yaml cannot be read: while parsing a flow node "),
    ],
)
def test_a_theme_that_cannot_be_read_is_told(content: bytes | None, words: str, tmp_path: Path) -> None:
    """In a line; the deck is shown in the room's colours."""
    if content is not None:
        (tmp_path / "mine.yaml").write_bytes(content)
    deck = deck_of("---\ntheme:\n  path: mine.yaml\n---\nx\n", tmp_path)
    (notice,) = deck.notices
    assert (notice.line, notice.words[: len(words)], notice.wrong) == (1, words, False)
    assert "\n" not in notice.words
    assert deck.theme.background is None


@pytest.mark.parametrize("content", ["", "- a\n", "default: x\n", "default:\n  colors: red\n"])
def test_a_theme_that_says_nothing_is_the_rooms(content: str, tmp_path: Path) -> None:
    """Or says it otherwise than presenterm."""
    (tmp_path / "mine.yaml").write_text(content)
    theme = deck_of("---\ntheme:\n  path: mine.yaml\n---\nx\n", tmp_path).theme
    assert (theme.background, theme.headings, theme.prefixes) == (None, (None,) * 6, ("",) * 6)


@pytest.mark.parametrize(
    ("said", "left", "words"),
    [
        ("{style: template, left: a}", "a", ""),
        ("{style: empty, left: a}", "", ""),
        ("{style: progress_bar}", "", "the footer is a bar of progress: the slide's number is shown"),
        (
            "{style: template, left: {image: a.png}}",
            "[picture: a.png]",
            "the picture a.png stands in the footer: its name is shown",
        ),
    ],
)
def test_a_footer_is_words(said: str, left: str, words: str, tmp_path: Path) -> None:
    """Of the deck, or of a theme's file; what it is otherwise is told."""
    (tmp_path / "mine.yaml").write_text(f"footer: {said}\n")
    for text in (front(f"footer: {said}"), "---\ntheme:\n  path: mine.yaml\n---\nx\n"):
        deck = deck_of(text, tmp_path)
        assert (footer_of(deck, 0).left, [notice.words for notice in deck.notices]) == (left, [words] if words else [])


def test_the_foot_of_a_theme_stays_where_the_deck_says_nothing_of_it(tmp_path: Path) -> None:
    """And is counted from the first slide."""
    (tmp_path / "mine.yaml").write_text("footer: {style: template, center: '{current_slide}', right: '{title}'}\n")
    deck = deck_of(f"{front('default: {}', '  path: mine.yaml' + chr(10))}\n<!-- end_slide -->\n\nA\n===\n", tmp_path)
    feet = [(footer_of(deck, number).center, footer_of(deck, number).right) for number in (0, 1)]
    assert feet == [("1", "A"), ("2", "A")]


@pytest.mark.parametrize("place", ["left", "center", "right"])
def test_a_foot_may_stand_anywhere(place: str) -> None:
    """Alone as well."""
    foot = footer_of(deck_of(front(f"footer: {{style: template, {place}: a}}")), 0)
    assert [foot.left, foot.center, foot.right] == [
        "a" if each == place else "" for each in ("left", "center", "right")
    ]
