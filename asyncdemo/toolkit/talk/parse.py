"""Markdown -> a deck. The format is presenterm's.

Front matter between `---` lines. Slides end at `<!-- end_slide -->`, or at `---` where the front matter has the option
`end_slide_shorthand: true`. A title is underlined by `===`. `<!-- pause -->`; `<!-- speaker_note: words -->` on one
line or as a block of YAML; `<!-- // time: 2m -->` and `<!-- // budget: 22m -->`, comments to presenterm. Fences with
`{1-3|5|all}`, a fence `file` that quotes a file, and `bash +exec` for a demo, whose fallback is named above it:
`<!-- // fallback: run.jsonl -->`.
Slides are found by the parser, not by a pattern: a fence may contain `---`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from ..durations import parse_duration
from ..errors import UsageError
from ..text import shown
from .beside import file_beside
from .deck import Block, Deck, DeckError, Demo, Part, Picture, Prose, Slide
from .fences import read_fence
from .front_matter import fact, front_matter, read_yaml, rules_end_slides

COMMENT = re.compile(r"<!--\s*(.*?)\s*-->\s*", re.DOTALL)
BLOCK = re.compile(r"[|>][-+\d]*\s+")
LIKE_A_COMMAND = re.compile(r"[a-z_]+:")
NEWLINE = "\n"
PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)\)")
ARRANGES = {
    *("alignment", "column", "column_layout", "end_slide", "font_size", "incremental_lists", "jump_to_middle"),
    *("list_item_newlines", "new_line", "new_lines", "newline", "newlines", "no_footer", "reset_layout"),
}
"""Commands of presenterm that say where on the screen something stands. Here one thing stands below the other."""


@dataclass
class Draft:
    """A slide while it is read."""

    line: int
    title: str = ""
    parts: list[list[Block]] = field(default_factory=lambda: [[]])
    notes: list[str] = field(default_factory=list)
    time_s: float | None = None
    fallback: Path | None = None
    fallback_line: int = 0
    skipped: bool = False

    @property
    def empty(self) -> bool:
        """Whether nothing has been said in it."""
        return self.skipped or not (self.title or any(self.parts) or self.notes)

    def slide(self) -> Slide:
        """It is complete."""
        parts = tuple(Part(tuple(blocks)) for blocks in self.parts if blocks)
        return Slide(self.title, parts, self.line, "\n".join(self.notes), self.time_s)


def read_deck(path: Path) -> Deck:
    """The deck in a file. Raises DeckError for one that cannot be read, or understood."""
    try:
        text = path.read_text(encoding="utf-8-sig")  # an editor's mark at the beginning is not part of it
    except (OSError, UnicodeDecodeError) as error:
        raise DeckError(path, 1, f"cannot be read: {error}. Start a deck of yours: asyncdemo talk --new DIR") from None
    return parse_deck(text, path)


def parse_deck(text: str, path: Path) -> Deck:
    """The deck in a text; files that it names are beside `path`. Raises DeckError."""
    return Reader(text, path).deck()


class Reader:
    """Goes through the tokens of a deck's Markdown."""

    def __init__(self, text: str, path: Path) -> None:
        self._path = path
        self._facts, body = front_matter(shown(text), path)
        self._lines = body.split("\n")
        found: dict[str, Any] = {}
        self._tokens = MarkdownIt("commonmark").enable("table").parse(body, found)
        self._targets: dict[str, dict[str, str]] = found.get("references", {})
        self._shorthand = rules_end_slides(self._facts)
        self._links: list[tuple[str, int]] = []
        self._budget_s: float | None = None

    def deck(self) -> Deck:
        """All slides that say something."""
        slides = (*self._intro(), *(self._slide(draft) for draft in self._drafts() if not draft.empty))
        if not slides:
            raise DeckError(self._path, 1, "there is no slide in it. Start a deck of yours: asyncdemo talk --new DIR")
        title = fact(self._facts, "title") or next((slide.title for slide in slides if slide.title), "")
        author = fact(self._facts, "author") or fact(self._facts, "authors")
        return Deck(self._path, slides, title, author, tuple(self._links), self._budget_s)

    def _intro(self) -> list[Slide]:
        """The slide that a title in the front matter stands for, as in presenterm."""
        if not fact(self._facts, "title"):
            return []
        words = [fact(self._facts, name) for name in ("sub_title", "author", "authors", "event", "location", "date")]
        text = "\n\n".join(filter(None, words))
        return [Slide(fact(self._facts, "title"), (Part((Prose(text, 1),)),) if text else (), 1)]

    def _slide(self, draft: Draft) -> Slide:
        slide = draft.slide()
        if draft.fallback is not None and slide.demo is None:
            raise DeckError(self._path, draft.fallback_line, "a fallback, but no demo: it stands above a `bash +exec`")
        return slide

    def _drafts(self) -> Iterator[Draft]:
        draft, heading, line = Draft(1), False, 1
        for token in self._tokens:
            line = line_of(token) if token.map is not None else line  # the cells of a table do not know theirs
            if token.level == 0 and token.nesting >= 0:
                if token.type == "html_block":
                    for words in self._comments(token):
                        if words == "end_slide":
                            yield draft
                            draft = Draft(line + 1)
                        else:
                            self._command(words, draft, line)
                elif token.type == "hr" and token.markup.startswith("---") and self._shorthand:
                    yield draft
                    draft = Draft(line + 1)
                elif token.type == "heading_open" and token.markup == "=" and not draft.title:
                    heading = True
                elif not heading:
                    self._block(token, draft)
            elif heading and token.type == "inline":
                draft.title, draft.line, heading = " ".join(token.content.split()), line, False
            self._look_into(token, line)
        yield draft

    def _block(self, token: Token, draft: Draft) -> None:
        """A block at the outermost level."""
        here = draft.parts[-1]
        if token.type == "fence":
            here.append(self._fence(token, draft))
        elif token.map is not None:
            text = "\n".join(self._lines[token.map[0] : token.map[1]]).rstrip()
            picture = PICTURE.fullmatch(text.strip())
            if picture:
                here.append(Picture(file_beside(self._path, picture[2], line_of(token)), picture[1], line_of(token)))
                return
            text = self._with_targets(text)
            if here and isinstance(here[-1], Prose):
                here[-1] = Prose(f"{here[-1].text}\n\n{text}", here[-1].line)
            else:
                here.append(Prose(text, line_of(token)))

    def _with_targets(self, text: str) -> str:
        """With the addresses of its links that are told elsewhere, like `[1]: https://example.org/`."""
        said = " ".join(text.lower().upper().split())  # as the parser writes their names
        targets = [f"[{name}]: <{told['href']}>" for name, told in self._targets.items() if f"[{name}]" in said]
        return "\n".join([text, "", *targets]) if targets else text

    def _comments(self, token: Token) -> list[str]:
        if COMMENT.sub("", token.content).strip():
            problem = "HTML is not shown. Only comments like <!-- pause --> may stand here."
            raise DeckError(self._path, line_of(token), problem)
        return COMMENT.findall(token.content)

    def _command(self, words: str, draft: Draft, line: int) -> None:
        """What a comment asks for."""
        name = words.partition(":")[0].strip()
        if words == "pause":
            draft.parts.append([])
        elif name == "speaker_note":
            draft.notes.append(note(words))
        elif words.startswith("//"):
            self._remark(words.removeprefix("//").strip(), draft, line)
        elif words == "skip_slide":
            draft.skipped = True
        elif name not in ARRANGES and ("\n" not in words or LIKE_A_COMMAND.match(words)):
            problem = f"<!-- {words.partition(NEWLINE)[0]} --> is no command. Comments begin like this: <!-- // …"
            raise DeckError(self._path, line, problem)

    def _remark(self, words: str, draft: Draft, line: int) -> None:
        """What presenterm ignores: a time, a fallback, or words for whoever reads the deck."""
        name, _, value = words.partition(":")
        if name == "time":
            draft.time_s = self._duration(name, value, line)
        elif name == "budget":
            self._budget_s = self._duration(name, value, line)
        elif name == "fallback":
            if any(isinstance(block, Demo) for block in draft.parts[-1]):
                raise DeckError(self._path, line, "a fallback stands above its demo, not below")
            draft.fallback, draft.fallback_line = file_beside(self._path, value.strip(), line), line

    def _duration(self, name: str, value: str, line: int) -> float:
        try:
            return parse_duration(value, f"{name}:")
        except UsageError as error:
            raise DeckError(self._path, line, str(error)) from None

    def _fence(self, token: Token, draft: Draft) -> Block:
        block = read_fence(token, self._lines, self._path, draft.fallback)
        if isinstance(block, Demo) and any(isinstance(other, Demo) for part in draft.parts for other in part):
            problem = "a slide has one demo at the most. Put this one on a slide of its own."
            raise DeckError(self._path, block.line, problem)
        return block

    def _look_into(self, token: Token, line: int) -> None:
        """Note the links of a text; a command within one, or within a list, would not be obeyed."""
        inner = [token] if token.type == "html_block" and token.level else token.children or ()
        for child in inner:
            if child.type == "link_open":
                self._links.append((str(child.attrs["href"]), line))
            elif child.type.startswith("html_"):
                for words in COMMENT.findall(child.content):
                    if not words.startswith("//"):
                        problem = f"<!-- {words} --> stands within a text or a list. Begin a line with it."
                        raise DeckError(self._path, line, problem)


def note(words: str) -> str:
    """The words of `speaker_note: …`: as they stand there, or as YAML has them in a block or in quotation marks."""
    text = words.partition(":")[2].strip()
    if text[:1] in ("|", ">", '"', "'"):
        try:
            return shown(str(read_yaml(words)["speaker_note"])).strip()
        except (yaml.YAMLError, KeyError, TypeError):
            text = BLOCK.sub("", text)
    return "\n".join(line.strip() for line in text.split("\n"))


def line_of(token: Token) -> int:
    """Counted from 1."""
    return token.map[0] + 1 if token.map is not None else 1
