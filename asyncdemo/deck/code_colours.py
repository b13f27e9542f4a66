"""The colours of code that a deck's theme asks for, as far as they can be read on the deck's ground. Pure.

They are those of Pygments where it has them. Two palettes are not there: Base16 by Chris Kempson, whose styling guide
says what each of its colours is for, and that of GitHub. What they say of the ground behind code is not obeyed.
"""

from functools import lru_cache

from pygments.style import Style as Scheme
from pygments.styles import get_style_by_name
from pygments.token import Comment, Keyword, Name, Number, Operator, String, Token
from rich.style import Style
from rich.syntax import SyntaxTheme

from .theme import Colour, colour, hexadecimal, readable

Kind = tuple[str, ...]
"""Of code, as Pygments tells kinds: `Token.Name.Function`."""
BASE16 = {
    "base16-eighties.dark": "747369 d3d0c8 f2777a f99157 ffcc66 99cc99 66cccc 6699cc cc99cc",
    "base16-mocha.dark": "7e705a d0c8c6 cb6077 d28b71 f4bc87 beb55b 7bbda4 8ab3b5 a89bb9",
    "base16-ocean.dark": "65737e c0c5ce bf616a d08770 ebcb8b a3be8c 96b5b4 8fa1b3 b48ead",
    "base16-ocean.light": "a7adba 4f5b66 bf616a d08770 ebcb8b a3be8c 96b5b4 8fa1b3 b48ead",
}
"""Of comments, all else, tags, numbers, classes, strings, escapes, functions, keywords: base03, 05, and 08 to 0E."""
GITHUB: dict[Kind, str] = {
    Comment: "#969896",
    Keyword: "#a71d5d",
    Operator: "#a71d5d",
    String: "#183691",
    Number: "#0086b3",
    Name.Function: "#795da3",
    Name.Class: "#795da3",
    Name.Decorator: "#795da3",
    Name.Builtin: "#0086b3",
    Name.Tag: "#63a35c",
}
OF_PYGMENTS = {
    "Dracula": "dracula",
    "Monokai Extended": "monokai",
    "Monokai Extended Bright": "monokai",
    "Monokai Extended Origin": "monokai",
    "Nord": "nord",
    "OneHalfDark": "one-dark",
    "Solarized (dark)": "solarized-dark",
    "Solarized (light)": "solarized-light",
    "TwoDark": "one-dark",
    "gruvbox-dark": "gruvbox-dark",
    "gruvbox-light": "gruvbox-light",
    "zenburn": "zenburn",
}
"""Names of themes as presenterm has them -> as Pygments calls the same scheme."""
KNOWN = frozenset({*BASE16, *OF_PYGMENTS, "GitHub"})


@lru_cache(32)
def scheme(name: str) -> type[Scheme]:
    """By presenterm's name of it, which is among the known."""
    if name in OF_PYGMENTS:
        found: type[Scheme] = get_style_by_name(OF_PYGMENTS[name])
        return found
    return type("Scheme", (Scheme,), {"styles": base16(BASE16[name]) if name in BASE16 else GITHUB})


def base16(colours: str) -> dict[Kind, str]:
    """By the kinds of Pygments."""
    comment, text, tag, number, kind, string, escape, function, keyword = (f"#{each}" for each in colours.split())
    return {
        Token: text,
        Comment: comment,
        Keyword: keyword,
        Keyword.Constant: number,
        Keyword.Type: kind,
        Operator.Word: keyword,
        String: string,
        String.Escape: escape,
        String.Interpol: escape,
        String.Regex: escape,
        Number: number,
        Name.Attribute: function,
        Name.Builtin: escape,
        Name.Class: kind,
        Name.Constant: number,
        Name.Decorator: function,
        Name.Function: function,
        Name.Tag: tag,
        Name.Variable: tag,
    }


@lru_cache(4096)
def ink(name: str, kind: Kind, ground: Colour) -> Colour | None:
    """Of a piece of code, as far as it can be read there; None for that of the text."""
    said = scheme(name).style_for_token(kind)["color"]
    found = colour(str(said)) if said else None
    return readable(found, ground) if found is not None else None


class CodeColours(SyntaxTheme):
    """For the terminal."""

    def __init__(self, name: str, ground: Colour) -> None:
        self._name, self._ground = name, ground

    def get_style_for_token(self, token_type: Kind) -> Style:
        """Letters alone: they stand on the deck's ground."""
        found = ink(self._name, token_type, self._ground)
        return Style(color=hexadecimal(found)) if found is not None else Style()

    def get_background_style(self) -> Style:
        """None: there is the deck's own."""
        return Style()
