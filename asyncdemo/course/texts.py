"""Slides of a lesson with figures of its run in them: `{{page p95}}`. Pure."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from ..deck.deck import Block, Prose, Slide
from .conditions import Figure, parse_figure
from .figures import Seen

HOLE = re.compile(r"\{\{\s*(.+?)\s*\}\}")


def figures_in(slide: Slide) -> list[Figure]:
    """Those that its text has room for. Raises UsageError for one that is none."""
    return [parse_figure(name) for name in names_in(slide)]


def names_in(slide: Slide) -> list[str]:
    """Those of its figures, as they are written there."""
    texts = [block.text for block in slide.blocks if isinstance(block, Prose)]
    return [name for text in texts for name in HOLE.findall(text)]


def figures_of(slides: Iterable[Slide], seen: Sequence[Seen]) -> dict[str, str]:
    """Name -> in words, of all figures in these texts."""
    return {name: parse_figure(name).in_words(seen) for slide in slides for name in names_in(slide)}


def filled(slide: Slide, seen: Sequence[Seen]) -> Slide:
    """It, with its figures."""
    return filled_with(slide, figures_of([slide], seen))


def filled_with(slide: Slide, figures: Mapping[str, str]) -> Slide:
    """It, with figures that are words already. Raises KeyError for one that is not there."""
    return with_prose(slide, lambda text: HOLE.sub(lambda found: figures[found[1]], text))


def with_prose(slide: Slide, change: Callable[[str], str]) -> Slide:
    """It, with another text in each block of prose."""

    def changed(block: Block) -> Block:
        return replace(block, text=change(block.text)) if isinstance(block, Prose) else block

    parts = tuple(replace(part, blocks=tuple(map(changed, part.blocks))) for part in slide.parts)
    return replace(slide, parts=parts)
