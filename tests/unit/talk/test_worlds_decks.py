"""Decks as the world writes them: they open, lose nothing, and say what is shown otherwise, wherever they are read."""

import re
from functools import partial
from html import unescape
from pathlib import Path

import pytest

from asyncdemo.cli.talk import understood
from asyncdemo.deck.deck import Deck, Picture, Slide
from asyncdemo.deck.reader import read_deck
from asyncdemo.talk.check import TO_MEND, findings
from asyncdemo.talk.export.document import page
from asyncdemo.talk.presenter.pictures import cells, drawer
from asyncdemo.talk.presenter.presenter import Presenter, TalkOptions
from asyncdemo.talk.transcript import deck_lines
from tests.decks import DECKS, write
from tests.waiting import soon

SIZE = (88, 24)


def squeezed(text: str) -> str:
    """Without blanks and line ends."""
    return re.sub(r"\s+", "", text)


@pytest.fixture(params=DECKS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def deck(name: str, tmp_path: Path) -> Deck:
    """As it is read from its file."""
    return read_deck(write(tmp_path, name))


def test_it_opens_and_all_that_is_told_is_what_is_shown_otherwise(deck: Deck, name: str) -> None:
    """Nothing is to be mended, at the size that talks are made for."""
    understand = partial(understood, allow_exec=True, deck=deck.path)
    found = list(findings(deck, SIZE, understand, with_demos=False))
    assert [finding for finding in found if finding.kind == TO_MEND] == []
    assert len(found) == len(DECKS[name].told)
    assert all(words in str(finding) for finding, words in zip(found, DECKS[name].told, strict=True))


def test_every_slide_is_there_as_text_and_as_a_page(deck: Deck, name: str) -> None:
    """With its words, and in the page its pictures."""
    seen = DECKS[name].seen
    assert len(deck.slides) == len(seen)
    text, html = squeezed("\n".join(deck_lines(deck, SIZE[0]))), page(deck)
    bare = squeezed(unescape(re.sub(r"<[^>]*>", "", html)))
    for words in seen:
        assert squeezed(words) in text
        assert squeezed(words) in bare
    pictures = [block for slide in deck.slides for block in slide.blocks if isinstance(block, Picture)]
    assert html.count("data:image/png;base64,") == len(pictures)


async def test_every_slide_is_shown(deck: Deck, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a screen, in its last step, with pictures in half blocks."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    app = Presenter(TalkOptions(deck, partial(understood, allow_exec=False, deck=deck.path), picture=drawer(True)))
    try:
        async with app.run_test(size=SIZE) as pilot:
            for slide, words in zip(deck.slides, DECKS[name].seen, strict=True):
                for _ in range(slide.steps - 1):
                    await pilot.press("right")
                await soon(partial(shows, app, words, has_picture(slide)), f"{words}, and a picture or none")
                await pilot.press("right")
    finally:
        app.progress_file.remove()


def has_picture(slide: Slide) -> bool:
    return any(isinstance(block, Picture) for block in slide.blocks)


def shows(app: Presenter, words: str, picture: bool) -> bool:
    """Whether these words are on the screen, and a picture, or none."""
    return squeezed(words) in squeezed(screen_of(app)) and ("▀▀" in screen_of(app)) == picture


def screen_of(app: Presenter) -> str:
    """What is on it, as words."""
    return unescape(re.sub(r"<[^>]*>", "", app.export_screenshot()))


@pytest.mark.parametrize(
    ("size", "most", "percent", "shown"),
    [
        ((100, 100), (80, 20), 0, (10, 5)),
        ((2000, 100), (80, 20), 0, (80, 2)),
        ((200, 2000), (80, 20), 0, (4, 20)),
        ((100, 100), (80, 20), 50, (40, 20)),
        ((1000, 100), (80, 20), 50, (40, 2)),
        ((1, 1), (80, 20), 0, (1, 1)),
    ],
)
def test_a_picture_keeps_its_proportions(
    size: tuple[int, int], most: tuple[int, int], percent: int, shown: tuple[int, int]
) -> None:
    """As large as it is, or as the deck says, where there is room."""
    assert cells(size, (10, 20), most, percent) == shown
