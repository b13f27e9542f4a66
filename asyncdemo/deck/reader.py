"""Markdown -> a deck. The format is presenterm's.

Front matter between `---` lines, that makes a slide of its own where it names the talk or who gives it. Slides end at
`<!-- end_slide -->`, or at `---` where the front matter has the option `end_slide_shorthand: true`. A title is
underlined by `===` or `---`. `<!-- pause -->`; `<!-- speaker_note: words -->` on one line or as a block of YAML;
`<!-- // time: 2m -->` and `<!-- // budget: 22m -->`, comments to presenterm. Fences with `{1-3|5|all}`, a fence `file`
that quotes a file, and `bash +exec` for a demo, whose fallback is named above it: `<!-- // fallback: run.jsonl -->`.
Slides are found by the parser, not by a pattern: a fence may contain `---`.

What is wrong stands on its slide, and is told; so is what is shown otherwise than it is written. All else is shown.
"""

import os.path
import re
import shlex
import sys
from dataclasses import dataclass, replace
from io import BytesIO, TextIOWrapper
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from markdown_it.token import Token

from ..base.text import shown, why_unread
from .deck import Block, Deck, DeckError, Demo, Mark, Output, Part, Prose, Slide
from .deck_theme import theme_of
from .last_link import linked, with_link
from .markdown import BREAK, SPAN
from .reading.blocks import Blocks
from .reading.commands import Commands
from .reading.comments import COMMENT, NOT_HERE
from .reading.draft import Draft
from .reading.fences import SAYS_MORE, line_of
from .reading.front_matter import (
    CONFIG,
    config_of,
    configured,
    fact,
    front_matter,
    intro_words,
    options_of,
    unknown_facts,
)
from .reading.reading import NEWLINE, Reading

BYTE_ORDER_MARK = "\ufeff"
"""What an editor may write before a text."""
NO_MORE = Token("end", "", 0)
START_ONE = "Start a deck of yours: asyncdemo talk --new DIR"
STDIN = Path("-")
SHORTHAND = "Slides end at `---` only with `end_slide_shorthand: true` below `options:` in the front matter"


@dataclass(frozen=True)
class ReadOptions:
    """What is said of a deck beside what stands in it."""

    config: Path | None = None
    """presenterm's configuration; None for the one beside the deck, if it is there."""
    link: str = ""
    """The address on its last slide; empty for the deck's own, if it has one."""


AS_IT_IS = ReadOptions()


def read_deck(path: Path, options: ReadOptions = AS_IT_IS) -> Deck:
    """The deck in a file, or in standard input for `-`.

    Raises DeckError for one that cannot be read.
    """
    beside = path.parent / CONFIG
    config = options.config or (beside if beside.is_file() else None)
    deck = parse_deck(text_of(path), path, config_of(config) if config is not None else None)
    return linked(deck, options.link) if options.link else deck


def text_of(path: Path) -> str:
    """What is in a deck's file. Raises DeckError."""
    try:
        if path == STDIN:
            return TextIOWrapper(BytesIO(sys.stdin.buffer.read()), "utf-8").read()
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        problem = what_folder(path) if path.is_dir() else f"cannot be read: {why_unread(error)}. {START_ONE}"
        raise DeckError(path, 0, problem) from None


def what_folder(path: Path) -> str:
    """What to say of a folder where a deck belongs."""
    there = path / "deck.md"
    if there.is_file():
        return f"is a folder. Try: asyncdemo talk {shlex.quote(str(there))}"
    return f"is a folder, and a deck is a file. {START_ONE}"


def parse_deck(text: str, path: Path, config: dict[str, Any] | None = None) -> Deck:
    """The deck in a text; files that it names are beside `path`. Raises DeckError where there is no slide in it."""
    return Reader(text, path, config or {}).deck()


class Reader:
    """Goes through the tokens of a deck's Markdown."""

    def __init__(self, text: str, path: Path, config: dict[str, Any]) -> None:
        reading = self._reading = Reading(path)
        self._blocks, self._commands = Blocks(reading), Commands(reading, self._read_all)
        facts, body = front_matter(shown(text.removeprefix(BYTE_ORDER_MARK)), reading.wrong_above)
        self._facts = configured(facts, config)
        unknown = unknown_facts(self._facts)
        if unknown:
            reading.tell(2, unknown, wrong=True)
        reading.options = options_of(self._facts, lambda line, words: reading.tell(line, words, wrong=True))
        if reading.options.apart:
            reading.tell(2, f"list_item_newlines is not obeyed: lists are shown {NOT_HERE['list_item_newlines']}")
        self._theme, problems = theme_of(self._facts, path)
        for problem in problems:
            reading.tell(1, problem)
        reading.draft = reading.new_draft(1)
        reading.take(body)

    def deck(self) -> Deck:
        """All slides that say something."""
        drafts = self._drafts()
        self._put_above(drafts)
        slides = tuple(self._slide(draft) for draft in self._with_intro(drafts) if not draft.empty)
        slides = self._with_outputs(slides)
        if not slides:
            raise DeckError(self._reading.path, 1, f"there is no slide in it. {START_ONE}")
        title = fact(self._facts, "title") or next((slide.title for slide in slides if slide.title), "")
        author = fact(self._facts, "author") or fact(self._facts, "authors")
        notices = tuple(sorted(self._reading.notices, key=lambda notice: notice.line))
        names = {name: fact(self._facts, name) for name in ("author", "date", "event", "location", "sub_title")}
        address = fact(self._facts, "link")
        if address:
            slides = with_link(slides, address, title)
            self._reading.links.append((address, 2))
        return Deck(
            self._reading.path,
            slides,
            title,
            author,
            tuple(self._reading.links),
            self._reading.budget_s,
            notices,
            self._theme,
            tuple(names.items()),
        )

    def _with_outputs(self, slides: tuple[Slide, ...]) -> tuple[Slide, ...]:
        """The slides, where the output of a program that there is not is wrong; what is seen elsewhere is told."""
        known = {demo.name for slide in slides for demo in slide.demos if demo.name}
        return tuple(self._with_output(slide, known) for slide in slides)

    def _with_output(self, slide: Slide, known: set[str]) -> Slide:
        parts = (tuple(self._output(block, slide, known) for block in part.blocks) for part in slide.parts)
        return replace(slide, parts=tuple(map(Part, parts)))

    def _output(self, block: Block, slide: Slide, known: set[str]) -> Block:
        if not isinstance(block, Output):
            return block
        command = f"<!-- snippet_output: {block.name} -->"
        if block.name not in known:
            return self._reading.problem(block.line, f"{command}: no program is called +id:{block.name}")
        told = output_elsewhere(next((demo for demo in slide.demos if demo.name == block.name), None))
        self._reading.tell(block.line, f"{command}: {told}") if told else None
        return block

    def _put_above(self, drafts: list[Draft]) -> None:
        """What was wrong before there were slides stands on that of its line; a rule that might be an end, too."""
        for problem in self._reading.above:
            draft = [drafts[0], *(draft for draft in drafts if draft.line <= problem.line)][-1]
            draft.parts[0].insert(0, problem)
        if len(drafts) == 1 and self._reading.rules:
            draft, part, place, line = self._reading.rules[0]
            draft.parts[part].insert(place, self._reading.problem(line, f"a rule, and the slide goes on. {SHORTHAND}"))

    def _with_intro(self, drafts: list[Draft]) -> list[Draft]:
        """With the slide that the front matter stands for, as in presenterm. A time and notes right below are its."""
        title, words = fact(self._facts, "title"), intro_words(self._facts)
        if not title and not words:
            return drafts
        first, *others = [Draft(1), *drafts] if drafts[0].shows else drafts
        first.title, first.line, first.parts = title, 1, [[Prose(words, 1)] if words else []]
        first.time_s = first.time_s or 0.0
        return [first, *others]

    def _slide(self, draft: Draft) -> Slide:
        if draft.fallback is not None:
            problem = "a fallback, but no demo: it stands above a `bash +exec`"
            draft.here.append(self._reading.problem(draft.fallback_line, problem))
        return draft.slide()

    def _drafts(self) -> list[Draft]:
        """Every slide, and what is between two ends."""
        self._read_all()
        return [*self._reading.ended, self._reading.draft]

    def _read_all(self) -> None:
        line = 1
        for token, after in pairwise([*self._reading.tokens, NO_MORE]):
            line = line_of(token) if token.map is not None else line  # the cells of a table do not know theirs
            if token.level == 0 and token.nesting >= 0:
                self._read(token, after, line)
            elif self._reading.draft.incremental and is_item_of_slide(token):
                self._reading.draft.parts.append([])
                if token.nesting > 0:
                    self._blocks.block(token, after)
            self._look_into(token, line)

    def _read(self, token: Token, after: Token, line: int) -> None:
        """What begins at the outermost level; `after` is the token that comes next."""
        if token.type == "html_block":
            self._html(token, line)
        elif token.type == "hr" and token.markup.startswith("---"):
            self._rule(token, after, line)
        elif token.type == "heading_open" and (
            token.markup in ("=", "-") or (self._reading.options.headings and token.tag == "h1")
        ):
            self._title(token, after, line)
        elif not (self._reading.draft.incremental and token.type.endswith("list_open")):
            self._blocks.block(token, after)

    def _html(self, token: Token, line: int) -> None:
        """Comments, which are commands; all else stands as it is written."""
        words = COMMENT.sub("", token.content).strip()
        for said in self._commands.comments(token):
            self._commands.obey(said, line)
        if words:
            self._html_words(words, line)
            self._reading.draft.here.append(Prose(words, line))

    def _html_words(self, words: str, line: int) -> None:
        """Tell what of HTML is only words here."""
        tag = next(
            (tag for tag in re.findall(r"<[^>]*>?", words) if not (SPAN.fullmatch(tag) or BREAK.fullmatch(tag))), ""
        )
        if tag:
            self._reading.tell(
                line, f"{tag.split(NEWLINE)[0]} is HTML, of which only <span> is known: it is shown as it is written"
            )

    def _rule(self, token: Token, after: Token, line: int) -> None:
        if self._reading.options.rules_end:
            self._reading.end_slide(line + 1)
        else:
            draft = self._reading.draft
            self._reading.rules.append((draft, len(draft.parts) - 1, len(draft.here), line))
            self._blocks.block(token, after)

    def _title(self, token: Token, after: Token, line: int) -> None:
        """What is underlined. What seems to be no title is told; the second of a slide is shown, with what is wrong."""
        if token.markup == "-" and self._reading.options.rules_end:
            self._reading.tell(
                line, "`---` right below a text makes a title of it: for the end of a slide, leave an empty line above"
            )
        if self._reading.draft.shows and self._reading.options.titles_end:
            self._reading.end_slide(line)
        title = " ".join(after.content.split())
        if self._reading.draft.title:
            end = "---" if self._reading.options.rules_end else "<!-- end_slide -->"
            more = "" if self._reading.options.rules_end else f" {SHORTHAND}."
            self._reading.wrong(
                line, f"a second title on the slide: is `{end}` missing above it?{more} Other headings begin with `##`."
            )
            self._reading.draft.here.append(Prose(f"## {title}", line))
            return
        here = self._reading.draft.here
        self._reading.draft.centred = any(isinstance(block, Mark) and block.name == "jump_to_middle" for block in here)
        self._reading.draft.title, self._reading.draft.line = title, line

    def _look_into(self, token: Token, line: int) -> None:
        """Note the links of a text. What stands within one, or within a list, and is not obeyed, is told."""
        if token.level and token.type == "html_block":
            self._within(self._commands.comments(token), line)
            self._html_words(COMMENT.sub("", token.content), line)
        elif token.level and token.type == "fence" and SAYS_MORE.search(token.info):
            self._reading.wrong(
                line, f"```{token.info.strip()} stands within a list or a quotation. Begin a line with it."
            )
        for child in token.children or ():
            if child.type == "link_open":
                self._reading.links.append(
                    (self._from_here(str(child.attrs["href"])), self._reading.line_in_deck(line))
                )
            elif child.type == "image":
                where = "stands within a list, a table, a title or a link"
                self._reading.tell(line, f"the picture {child.attrs['src']} {where}: its words are shown")
            elif child.type == "html_inline" and COMMENT.fullmatch(child.content):
                self._within(self._commands.comments(child), line)
            elif child.type == "html_inline":
                self._html_words(child.content, line)

    def _from_here(self, target: str) -> str:
        """A link's target, as the deck itself would name it."""
        if not self._reading.included or urlsplit(target).scheme or not urlsplit(target).path:
            return target
        return os.path.relpath(self._reading.file.parent / target, self._reading.path.parent)

    def _within(self, said: list[str], line: int) -> None:
        if said:
            self._reading.wrong(line, f"<!-- {said[0]} --> stands within a text or a list. Begin a line with it.")


def output_elsewhere(demo: Demo | None) -> str:
    """How the output of a demo, None for one of another slide, is seen otherwise than it is written; empty if not."""
    if demo is None:
        return "its program ends with its own slide: what it has printed by then is seen here"
    return "the panels of the demo are seen below the slide" if demo.command[0] == "asyncdemo" else ""


def is_item_of_slide(token: Token) -> bool:
    """Whether an item of a list that stands in no other begins here, or such a list ends."""
    return (token.type == "list_item_open" and token.level == 1) or (
        token.type in ("bullet_list_close", "ordered_list_close") and token.level == 0
    )
