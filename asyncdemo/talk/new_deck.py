"""`asyncdemo talk --new DIR`: a small deck to begin with; `--copy DIR`: the talk that comes with it, to be changed."""

import os
import shlex
from collections.abc import Iterator
from pathlib import Path

from ..base.files import save_all
from ..base.installation import PACKAGE
from ..base.output import say
from ..deck.deck import Code, Deck, Demo, Picture
from ..deck.deck_files import find_file
from ..deck.reader import read_deck
from ..deck.render import quoted_from
from .shipped_talk import DECK, FOLDER

START = Path(__file__).with_name("start.md")
"""Three slides that explain themselves."""
RECORDING = "recordings/step3.jsonl"
"""The fallback of their demo."""
QUOTED = "views.py"
"""The file that they quote."""


def new_deck(folder: Path) -> int:
    """Write a deck into a folder, which is made. Returns the exit code.

    Raises UsageError for a folder that has a deck, StartError for one that cannot be written.
    """
    sources = {
        "deck.md": START,
        RECORDING: FOLDER / RECORDING,
        QUOTED: PACKAGE / "stages" / "step1" / "hello" / QUOTED,
    }
    save_all(folder, "--new", {name: source.read_bytes() for name, source in sources.items()})
    deck = folder / "deck.md"
    others = " and ".join(str(folder / name) for name in (QUOTED, RECORDING))
    say(f"{deck}: three slides to begin with, which use {others}")
    say(f"Present them: asyncdemo talk {shlex.quote(str(deck))}")
    return 0


def copy_talk(folder: Path) -> int:
    """Write the talk that comes with asyncdemo into a folder, with all that it quotes, shows and plays.

    Returns the exit code. Raises UsageError for a folder that has a deck, StartError for one that cannot be written.
    """
    text, copies = DECK.read_text(encoding="utf-8"), dict(copied(read_deck(DECK)))
    for name, (_, new) in copies.items():
        text = text.replace(name, new)
    files = {new: source.read_bytes() for source, new in copies.values()}
    save_all(folder, "--copy", {"deck.md": text.encode(), **files})
    deck = folder / "deck.md"
    say(f"{deck}: the talk, yours to change. Present it: asyncdemo talk {shlex.quote(str(deck))}")
    return 0


def copied(deck: Deck) -> Iterator[tuple[str, tuple[Path, str]]]:
    """Each file as the deck names it, where it is, and how it is named in a copy."""
    for name in named_files(deck):
        source = find_file(deck.path, name)
        if source is not None:
            yield name, (source, quoted_from(name))


def named_files(deck: Deck) -> Iterator[str]:
    """The files that a deck names, as it names them."""
    for block in (block for slide in deck.slides for block in slide.blocks):
        if isinstance(block, Code) and block.source:
            yield block.source
        elif isinstance(block, Picture):
            yield os.path.relpath(block.path, deck.path.parent)
        elif isinstance(block, Demo):
            yield from [os.path.relpath(block.fallback, deck.path.parent)] if block.fallback is not None else []
            yield from block.command[2:3] if block.is_replay else ()
    yield from (target for target, _ in deck.links if "://" not in target)
