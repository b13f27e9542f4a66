"""The page around the slides: one file that needs nothing else, neither network nor script."""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from ...deck.deck import Deck, Demo
from ...deck.deck_files import find_file
from ...deck.render import inline
from ...report.markup import Markup, element, html_page
from .film import Film, film
from .panels import data_element
from .slides import Films, slide_section

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
    return html_page(inline(deck.title), policy(script), STYLE.read_text(encoding="utf-8"), *body, author=deck.author)


def policy(script: str) -> str:
    """Nothing may be fetched, and nothing may run but the one script that is ours."""
    ours = b64encode(sha256(script.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{ours}'"


def films_of(deck: Deck) -> Films:
    """The films of the demos that have one; demos of the same recording share it."""
    by_path: dict[Path, Film] = {}
    films: dict[Demo, Film] = {}
    for demo in (slide.demo for slide in deck.slides if slide.demo is not None):
        path = recording_of(demo, deck.path)
        if path is not None:
            by_path[path] = by_path.get(path) or film(path, str(len(by_path) + 1))
            films[demo] = by_path[path]
    return films


def recording_of(demo: Demo, deck: Path) -> Path | None:
    """The file of a replay; of others what they fall back on."""
    words = demo.command[2:] if demo.command[:2] == ("asyncdemo", "replay") else ()
    return next(filter(None, (find_file(deck, word) for word in words)), demo.fallback)
