"""The page around the slides: one file that needs nothing else, neither network nor script."""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from ...deck.deck import Deck, Demo
from ...deck.deck_files import find_file
from ...deck.render import inline
from ...deck.theme import DeckTheme, colour, hexadecimal, is_dark, mix, readable
from ...report.markup import Markup, element, html_page
from .film import Film, film
from .panels import data_element
from .slides import Films, slide_section
from .words import letters, tint

COLOURS = {
    False: {
        "web": "00785a",
        "notify": "c96f00",
        "alarm": "b3261e",
        "cyan": "0a6b86",
        "k": "8a2f7d",
        "s": "2c6e1f",
        "n": "0b5c9e",
    },
    True: {
        "web": "3fcf9f",
        "notify": "f0a234",
        "alarm": "ff8a80",
        "cyan": "5cc8e6",
        "k": "e29bd8",
        "s": "9cd67f",
        "n": "7cc0f5",
    },
}
"""Of the style sheet, on bright grounds and on dark ones; a theme's ground may ask for others."""
STYLE = Path(__file__).with_name("page.css")
SCRIPT = Path(__file__).with_name("page.js")


def page(deck: Deck) -> str:
    """The whole file. Raises AsyncdemoError for a recording or a picture that cannot be read."""
    films = films_of(deck)
    script = SCRIPT.read_text(encoding="utf-8")
    slides = (slide_section(deck, number, films) for number in range(1, len(deck.slides) + 1))
    body = [
        element("main", *slides),
        *(data_element(each) for each in {each.name: each for each in films.values()}.values()),
        element("script", Markup(script)),
    ]
    style = STYLE.read_text(encoding="utf-8") + colours(deck.theme)
    return html_page(inline(deck.title), policy(script), style, *body, author=deck.author)


def colours(theme: DeckTheme) -> str:
    """The style sheet's colours as the deck's theme has them, by day and by night; none where it says nothing."""
    ground = theme.background
    if ground is None:
        return ""
    ink = letters(theme, ground)
    title = readable(theme.title, ground) if theme.title is not None else ink
    told = {
        "paper": ground,
        "ink": ink,
        "accent": title,
        "warm": title,
        "rule": mix(ground, ink, 0.2),
        "tint": tint(theme, ground),
    }
    told["soft"] = readable(mix(ink, ground, 0.3), told["tint"])
    base = COLOURS[is_dark(ground)]
    told |= {name: readable(colour(said) or ink, told["tint"]) for name, said in base.items()}
    said = "; ".join(f"--{name}: {hexadecimal(each)}" for name, each in told.items())
    kind = "dark" if is_dark(ground) else "light"
    return f"@media screen {{ :root:root {{ color-scheme: {kind}; {said} }} }}\nh2 {{ color: var(--accent) }}\n"


def policy(script: str) -> str:
    """Nothing may be fetched, and nothing may run but the one script that is ours."""
    ours = b64encode(sha256(script.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{ours}'"


def films_of(deck: Deck) -> Films:
    """The films of the demos that have one; demos of the same recording share it."""
    by_path: dict[Path, Film] = {}
    films: dict[Demo, Film] = {}
    for demo in (demo for slide in deck.slides for demo in slide.demos):
        path = recording_of(demo, deck.path)
        if path is not None:
            by_path[path] = by_path.get(path) or film(path, str(len(by_path) + 1))
            films[demo] = by_path[path]
    return films


def recording_of(demo: Demo, deck: Path) -> Path | None:
    """The file of a replay; of others what they fall back on."""
    words = demo.command[2:] if demo.is_replay else ()
    return next(filter(None, (find_file(deck, word) for word in words)), demo.fallback)
