"""A recording as pictures of its panels, a few a second: rows of styled text, each row kept once."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from math import inf
from pathlib import Path

from rich.cells import cell_len
from rich.style import Style

from ...events.recording import RecordingError, read_recording
from ...features.film import EVERY_S, moments, pictures
from ...features.players import player_of
from ...showing.panels.lines import Line

SHAPES = {"wide": (88, 24), "upright": (60, 26)}
"""Columns and rows of its pictures; upright for a phone held so, where those of 88 columns could not be read."""
LONGEST_S = 1800.0
"""Of a film: its pictures are drawn and kept one by one."""
COLOURS = {"green": "w", "dark_orange": "n", "red": "a", "cyan": "c"}
"""Letters that the style sheet knows: w(eb), n(otify), a(larm)."""

Span = tuple[int, str, str]
"""Column, text, letters of its style."""
Row = tuple[Span, ...]


@dataclass(frozen=True)
class Film:
    """Pictures of a run."""

    name: str
    """In the page; no other has it."""
    rows: list[Row]
    """Every row that occurs, once."""
    frames: dict[str, list[list[int]]]
    """By shape; for each picture, its rows from the top, by their place in `rows`."""
    words: list[str]
    """What happened, for whoever cannot see it."""

    def last(self, shape: str) -> list[Row]:
        """The last picture."""
        return [self.rows[number] for number in self.frames[shape][-1]]

    def as_json(self) -> str:
        """For the script of the page. Nothing in it can end the element around it."""
        facts = {"every": EVERY_S, "rows": self.rows, "frames": self.frames}
        return json.dumps(facts, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def film(path: Path, name: str) -> Film:
    """The film of a recording, from when its page could be opened. Raises RecordingError."""
    recording = read_recording(str(path))
    if recording.length_s > LONGEST_S:
        raise RecordingError(f"{path} takes {recording.length_s:.0f} s: a page has room for {LONGEST_S:g} s of a run.")
    player = player_of(recording)
    player.seek(inf)
    words = player.summary()
    known: dict[Row, int] = {}
    frames: dict[str, list[list[int]]] = {
        shape: [
            [known.setdefault(row_of(line), len(known)) for line in shown.lines[:-1]]  # no keys
            for shown in pictures(player, moments(recording, EVERY_S), size)
        ]
        for shape, size in SHAPES.items()
    }
    return Film(name, list(known), frames, words)


def row_of(line: Line) -> Row:
    """Spans of one style each, without the blanks between them."""
    spans: list[Span] = []
    column = 0
    for text, letters in joined((text, letters_of(style)) for text, style in line):
        shown = text if "r" in letters else text.strip()
        if shown.strip():
            blanks = 0 if "r" in letters else len(text) - len(text.lstrip())
            spans.append((column + blanks, shown, letters))
        column += cell_len(text)
    return tuple(spans)


def joined(parts: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Neighbours that look the same, as one."""
    whole: list[tuple[str, str]] = []
    for text, letters in parts:
        if whole and whole[-1][1] == letters:
            whole[-1] = (whole[-1][0] + text, letters)
        else:
            whole.append((text, letters))
    return whole


def letters_of(style: Style) -> str:
    """`b` bold, `d` dim, `r` reversed, and a colour."""
    colour = COLOURS.get(style.color.name, "") if style.color is not None else ""
    return " ".join(
        filter(None, ("b" if style.bold else "", "d" if style.dim else "", "r" if style.reverse else "", colour))
    )
