"""A deck's theme: by its name, of a file, or in the deck itself."""

from pathlib import Path

import pytest
from rich.console import Console

from asyncdemo.deck.deck_theme import footer_of
from asyncdemo.deck.prose import Palette
from asyncdemo.deck.render import Look, slide_renderable
from asyncdemo.deck.theme import BLACK, colour, contrast
from asyncdemo.talk.export.words import prose
from tests.unit.deck.presenterm import deck_of, told


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
    assert (inks["One"], inks["Three"], inks["four"]) == ("#8ec07c", "#83a598", "#b8bb26")
    assert contrast(colour(inks["Two"]) or BLACK, (0x28, 0x28, 0x28)) >= 4.5
    written = str(prose("# One\n\n`four`\n", theme))
    assert '<h3 class="inked" style="--day: #8ec07c; --night: #8ec07c">One</h3>' in written
    assert '<code class="inked" style="--day: #b8bb26; --night: #b8bb26">four</code>' in written


def test_what_else_a_theme_says_is_told_by_its_names() -> None:
    """Six of them, and how many there are beside."""
    names = [f"      key{number}: 1\n" for number in range(8)]
    ((_, words, _),) = told(f"---\ntheme:\n  override:\n    code:\n{''.join(names)}---\nx\n")
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
