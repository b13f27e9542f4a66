"""A deck's theme: by its name, of a file, or in the deck itself."""

import re
from pathlib import Path

import pytest
from pygments.token import Comment, Keyword, Name, Number, String
from rich.console import Console

from asyncdemo.deck.code_colours import KNOWN, ink
from asyncdemo.deck.deck_theme import footer_of
from asyncdemo.deck.prose import Palette
from asyncdemo.deck.render import Look, slide_lines, slide_renderable
from asyncdemo.deck.theme import BLACK, Colour, colour, contrast
from asyncdemo.talk.export.document import page
from asyncdemo.talk.export.words import prose
from tests.unit.deck.presenterm import WIDTH, deck_of, told


@pytest.mark.parametrize("name", ["dark", "light", "gruvbox-dark", "terminal-dark", "catppuccin-mocha"])
def test_themes_are_known_by_their_names(name: str) -> None:
    """A name that is not known is told, and the deck is shown in the room's colours."""
    ((line, words, wrong),) = told(f"---\ntheme:\n  name: {name}\n---\nx\n")
    assert (line, wrong) == (1, False)
    assert words.startswith("of the theme, ")
    assert words.endswith(" are as in the room")
    ((_, words, wrong),) = told(f"---\ntheme:\n  name: no-{name}\n---\nx\n")
    assert (wrong, words.startswith(f"the theme 'no-{name}' is not known")) == (False, True)


def test_headings_and_code_have_the_colours_of_the_theme() -> None:
    """By the level of each; on the screen and in the page as far as they can be read; what is overridden, counts."""
    override = "  override:\n    headings:\n      h2:\n        colors:\n          foreground: '000000'\n"
    deck = deck_of(f"---\ntheme:\n  name: gruvbox-dark\n{override}---\n# One\n\n## Two\n\n### Three\n\n`four`\n")
    theme = deck.theme
    assert theme.headings[:3] == ((0x8E, 0xC0, 0x7C), (0, 0, 0), (0x83, 0xA5, 0x98))
    look = Look(palette=Palette((0x28, 0x28, 0x28), theme))
    console = Console(width=40, color_system="truecolor", force_terminal=True)
    drawn = console.render(slide_renderable(deck.slides[0], 0, look), console.options)
    inks = {part.text.strip(): part.style.color.name for part in drawn if part.style and part.style.color}
    inks = {words.strip("█▓▒ "): ink for words, ink in inks.items()}
    assert (inks["One"], inks["Three"], inks["four"]) == ("#8ec07c", "#83a598", "#b8bb26")
    assert contrast(colour(inks["Two"]) or BLACK, (0x28, 0x28, 0x28)) >= 4.5
    written = str(prose("# One\n\n`four`\n", theme))
    assert '<h3 class="inked" style="--day: #8ec07c; --night: #8ec07c">██ One</h3>' in written
    assert '<code class="inked" style="--day: #b8bb26; --night: #b8bb26">four</code>' in written


def test_what_else_a_theme_says_is_told_by_its_names() -> None:
    """Six of them, and how many there are beside."""
    names = [f"      key{number}: 1\n" for number in range(8)]
    ((_, words, _),) = told(f"---\ntheme:\n  override:\n    code:\n{''.join(names)}---\nx\n")
    ((_, one, _),) = told(
        "---\ntheme:\n  override:\n    default:\n      background_image:\n        path: a.png\n---\nx\n"
    )
    assert one == "of the theme, default.background_image.path is as in the room"
    listed = ", ".join(f"code.key{number}" for number in range(6))
    assert words == f"of the theme, {listed} and 2 others are as in the room"


def test_a_theme_may_be_a_file_that_extends_another(tmp_path: Path) -> None:
    """Beside the deck."""
    (tmp_path / "mine.yaml").write_text('extends: light\ndefault:\n  colors:\n    background: "ffffee"\n')
    theme = deck_of("---\ntheme:\n  path: mine.yaml\n---\nx\n", tmp_path).theme
    assert (theme.background, theme.foreground) == ((255, 255, 238), (0x21, 0x25, 0x29))


def test_a_footer_stands_at_the_foot_but_where_it_is_not_wanted() -> None:
    """With what the deck says of itself; what is not known stays as it is written."""
    front = (
        "---\ntitle: T\nauthor: Ada\ntheme:\n  override:\n    footer:\n      style: template\n"
        '      left: "{author}, {nobody}"\n      right: "{current_slide} of {total_slides} {{x}}"\n---\n'
    )
    deck = deck_of(f"{front}<!-- end_slide -->\n<!-- no_footer -->\n\na\n")
    told = [footer_of(deck, number) for number in (0, 1)]
    assert (told[0].left, told[0].right) == ("Ada, {nobody}", "1 of 2 {x}")
    assert not told[1]


def test_headings_have_the_prefixes_of_the_theme() -> None:
    """On the screen and in the page, by their levels; one that is overridden counts, and an empty one is none."""
    override = "  override:\n    headings:\n      h2:\n        prefix: '>>'\n      h3:\n        prefix: ''\n"
    front = f"---\ntheme:\n  name: dark\n{override}---\n"
    deck = deck_of(f"{front}# One\n\n## Two\n\n### Three\n\n#### Four\n")
    look = Look(palette=Palette(theme=deck.theme))
    lines = slide_lines(deck.slides[0], 0, WIDTH, look)
    assert lines == ["██ One", "", ">> Two", "", "Three", "", "░░░░░ Four"]
    assert ">&gt;&gt; Two</h4>" in str(prose("## Two\n", deck.theme))
    ((_, words, _),) = [(n.line, n.words, n.wrong) for n in deck.notices]
    assert "prefix" not in words


@pytest.mark.parametrize("name", sorted(KNOWN))
@pytest.mark.parametrize("ground", [(0, 0, 0), (255, 255, 255), (40, 44, 52)])
def test_colours_of_code_can_be_read_on_the_ground_of_the_deck(name: str, ground: Colour) -> None:
    """Whatever ground they were made for; and they tell kinds of code from one another."""
    kinds = (Comment, Keyword, Name.Function, Number, String)
    inks = [ink(name, kind, ground) for kind in kinds]
    assert all(contrast(each, ground) >= 4.5 for each in inks if each is not None)
    assert len(set(inks)) >= 3


def test_code_has_the_colours_of_the_theme() -> None:
    """Of one that comes with presenterm, and of one that is asked for by its name; on the screen and in the page."""
    code = "```python\ndef f():  # why\n    return 'x'\n```\n"
    for theme, keyword in (
        ("  name: dark\n", "#cc99cc"),
        ("  override:\n    code:\n      theme_name: Nord\n", "#81a1c1"),
    ):
        deck = deck_of(f"---\ntheme:\n{theme}---\n{code}")
        console = Console(width=40, color_system="truecolor", force_terminal=True)
        look = Look(palette=Palette((16, 18, 24), deck.theme))
        drawn = console.render(slide_renderable(deck.slides[0], 0, look), console.options)
        inks = {part.text.strip(): part.style.color.name for part in drawn if part.style and part.style.color}
        assert inks["return"] == keyword
        assert f"--night: {keyword}" in page(deck)


@pytest.mark.parametrize("theme", ["name: light", "name: dark", "override:\n    code:\n      theme_name: Nord"])
def test_code_can_be_read_in_the_page(theme: str) -> None:
    """On its own ground there, which is not that of the texts, by day and by night."""
    deck = deck_of(f"---\ntheme:\n  {theme}\n---\n```python\ndef f():  # why\n    return 'x' + 1\n```\n")
    written = page(deck)
    tints = [colour(found) for found in re.findall(r"--tint: (#\w+)", written)]
    day, night = (tints[-1], tints[-1]) if len(tints) > 2 else tints
    for name, ground in (("day", day), ("night", night)):
        inks = {colour(found) for found in re.findall(rf"--{name}: (#\w+)", written)}
        assert len(inks) > 2
        assert min(contrast(each or BLACK, ground or BLACK) for each in inks) >= 4.5


def test_colours_of_code_that_are_not_known_are_told() -> None:
    """With those that are; the code is in those of the room."""
    text = "---\ntheme:\n  override:\n    code:\n      theme_name: Mine\n---\nx\n"
    ((line, words, wrong),) = told(text)
    assert (line, wrong) == (1, False)
    assert words.startswith("the colours of code 'Mine' are not known: the room's are shown. Known are Dracula, GitHub")
    assert deck_of(text).theme.code_theme == ""
