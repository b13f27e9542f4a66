"""Slides of a lesson with figures of its run in them: `{{page p95}}`. Pure."""

import re
from collections.abc import Sequence
from dataclasses import replace

from ..deck.deck import Block, Prose, Slide
from .conditions import Figure, parse_figure
from .figures import Seen

HOLE = re.compile(r"\{\{\s*(.+?)\s*\}\}")


def figures_in(slide: Slide) -> list[Figure]:
    """Those that its text has room for. Raises UsageError for one that is none."""
    texts = [block.text for block in slide.blocks if isinstance(block, Prose)]
    return [parse_figure(name) for text in texts for name in HOLE.findall(text)]


def filled(slide: Slide, seen: Sequence[Seen]) -> Slide:
    """It, with its figures."""

    def with_figures(block: Block) -> Block:
        if not isinstance(block, Prose):
            return block
        return replace(block, text=HOLE.sub(lambda found: parse_figure(found[1]).in_words(seen), block.text))

    parts = tuple(replace(part, blocks=tuple(map(with_figures, part.blocks))) for part in slide.parts)
    return replace(slide, parts=parts)
