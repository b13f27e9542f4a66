"""Markdown -> a deck. The format is presenterm's.

Front matter between `---` lines, that makes a slide of its own where it names the talk or who gives it. Slides end at
`<!-- end_slide -->`, or at `---` where the front matter has the option `end_slide_shorthand: true`. A title is
underlined by `===` or `---`. `<!-- pause -->`; `<!-- speaker_note: words -->` on one line or as a block of YAML;
`<!-- // time: 2m -->` and `<!-- // budget: 22m -->`, comments to presenterm. Fences with `{1-3|5|all}`, a fence `file`
that quotes a file, and `bash +exec` for a demo, whose fallback is named above it: `<!-- // fallback: run.jsonl -->`.
Slides are found by the parser, not by a pattern: a fence may contain `---`.
"""

import re
import shlex
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token

from ..base.durations import parse_duration
from ..base.errors import UsageError
from ..base.text import shown
from .comments import ARRANGES, COMMENT, LIKE_A_COMMAND, is_remark, name_of, note
from .deck import Block, Deck, DeckError, Demo, Picture, Prose, Slide
from .deck_files import file_beside
from .draft import Draft
from .fences import SAYS_MORE, line_of, read_fence
from .front_matter import fact, front_matter, intro_words, is_on, options_of

BYTE_ORDER_MARK = "\ufeff"
"""What an editor may write before a text."""
NEWLINE = "\n"
SPAN = re.compile(r"</?span\b[^>]*>")
"""HTML that presenterm knows, for colours. Its words are shown."""
NO_MORE = Token("end", "", 0)
START_ONE = "Start a deck of yours: asyncdemo talk --new DIR"


def read_deck(path: Path) -> Deck:
    """The deck in a file. Raises DeckError for one that cannot be read, or understood."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
        problem = what_folder(path) if path.is_dir() else f"cannot be read: {why}. {START_ONE}"
        raise DeckError(path, 0, problem) from None
    return parse_deck(text, path)


def what_folder(path: Path) -> str:
    """What to say of a folder where a deck belongs."""
    there = path / "deck.md"
    if there.is_file():
        return f"is a folder. Try: asyncdemo talk {shlex.quote(str(there))}"
    return f"is a folder, and a deck is a file. {START_ONE}"


def parse_deck(text: str, path: Path) -> Deck:
    """The deck in a text; files that it names are beside `path`. Raises DeckError."""
    return Reader(text, path).deck()


class Reader:
    """Goes through the tokens of a deck's Markdown."""

    def __init__(self, text: str, path: Path) -> None:
        self._path = path
        self._facts, body = front_matter(shown(text.removeprefix(BYTE_ORDER_MARK)), path)
        self._lines = body.split("\n")
        found: dict[str, Any] = {}
        self._tokens = MarkdownIt("commonmark").enable("table").parse(body, found)
        self._targets: dict[str, dict[str, str]] = found.get("references", {})
        self._options = options_of(self._facts, path)
        self._ended: list[Draft] = []
        self._draft = Draft(1, incremental=self._options.incremental)
        self._links: list[tuple[str, int]] = []
        self._budget_s: float | None = None

    def deck(self) -> Deck:
        """All slides that say something."""
        slides = tuple(self._slide(draft) for draft in self._with_intro(self._drafts()) if not draft.empty)
        if not slides:
            raise DeckError(self._path, 1, f"there is no slide in it. {START_ONE}")
        title = fact(self._facts, "title") or next((slide.title for slide in slides if slide.title), "")
        author = fact(self._facts, "author") or fact(self._facts, "authors")
        return Deck(self._path, slides, title, author, tuple(self._links), self._budget_s)

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
        slide = draft.slide()
        if draft.fallback is not None and slide.demo is None:
            raise DeckError(self._path, draft.fallback_line, "a fallback, but no demo: it stands above a `bash +exec`")
        return slide

    def _drafts(self) -> list[Draft]:
        """Every slide, and what is between two ends."""
        line = 1
        for token, after in pairwise([*self._tokens, NO_MORE]):
            line = line_of(token) if token.map is not None else line  # the cells of a table do not know theirs
            if token.level == 0 and token.nesting >= 0:
                self._read(token, after, line)
            elif self._draft.incremental and is_item_of_slide(token):
                self._draft.parts.append([])
                if token.nesting > 0:
                    self._block(token, after)
            self._look_into(token, line)
        return [*self._ended, self._draft]

    def _read(self, token: Token, after: Token, line: int) -> None:
        """What begins at the outermost level; `after` is the token that comes next."""
        if token.type == "html_block":
            for words in self._comments(token):
                self._command(words, line)
        elif token.type == "hr" and token.markup.startswith("---") and self._options.rules_end:
            self._end_slide(line + 1)
        elif token.type == "heading_open" and token.markup in ("=", "-"):
            self._title(token, after, line)
        elif not (self._draft.incremental and token.type.endswith("list_open")):
            self._block(token, after)

    def _end_slide(self, line: int) -> None:
        """The next one begins."""
        self._ended.append(self._draft)
        self._draft = Draft(line, incremental=self._options.incremental)

    def _title(self, token: Token, after: Token, line: int) -> None:
        """What is underlined. Raises DeckError where it seems to be no title, or the second of its slide."""
        if token.markup == "-" and self._options.rules_end:
            problem = "`---` right below a text underlines it: leave an empty line above, or underline a title by `===`"
            raise DeckError(self._path, line, problem)
        if self._draft.shows and self._options.titles_end:
            self._end_slide(line)
        if self._draft.title:
            end = "---" if self._options.rules_end else "<!-- end_slide -->"
            problem = f"a second title on the slide: is `{end}` missing above it? Other headings begin with `##`."
            raise DeckError(self._path, line, problem)
        self._draft.title, self._draft.line = " ".join(after.content.split()), line

    def _block(self, token: Token, after: Token) -> None:
        """A block, or an item of a list."""
        here = self._draft.parts[-1]
        if token.type == "fence":
            here.append(self._fence(token))
        elif token.type == "paragraph_open" and is_picture(after):
            here.append(self._picture(after))
        elif token.map is not None:
            text = self._with_targets("\n".join(self._lines[token.map[0] : token.map[1]]).rstrip())
            if here and isinstance(here[-1], Prose):
                here[-1] = Prose(f"{here[-1].text}\n\n{text}", here[-1].line)
            else:
                here.append(Prose(text, line_of(token)))

    def _picture(self, token: Token) -> Picture:
        """A text that is a picture and nothing else; then it is no text any more."""
        (image,), token.children, line = token.children or [token], [], line_of(token)
        words = (part.strip() for part in image.content.split(","))
        told = ", ".join(part for part in words if part and not part.startswith("image:"))  # its size, in presenterm
        return Picture(file_beside(self._path, unquote(str(image.attrs["src"])), line), told, line)

    def _with_targets(self, text: str) -> str:
        """With the addresses of its links that are told elsewhere, like `[1]: https://example.org/`."""
        said = " ".join(text.lower().upper().split())  # as the parser writes their names
        targets = [f"[{name}]: <{told['href']}>" for name, told in self._targets.items() if f"[{name}]" in said]
        return "\n".join([text, "", *targets]) if targets else text

    def _comments(self, token: Token) -> list[str]:
        if COMMENT.sub("", token.content).strip():
            problem = "HTML is not shown. Only comments like <!-- pause --> may stand here."
            raise DeckError(self._path, line_of(token), problem)
        prefix, said = self._options.prefix, COMMENT.findall(token.content)
        return [words.removeprefix(prefix).strip() for words in said if not is_remark(words, prefix)]

    def _command(self, words: str, line: int) -> None:
        """What a comment asks for."""
        name, draft = name_of(words), self._draft
        if words == "end_slide":
            self._end_slide(line + 1)
        elif words == "pause":
            draft.parts.append([])
        elif name == "speaker_note":
            draft.notes.append(note(words))
        elif words.startswith("//"):
            self._fact(words.removeprefix("//").strip(), line)
        elif name == "incremental_lists":
            draft.incremental = is_on(words.partition(":")[2])
        elif words == "skip_slide":
            draft.skipped = True
        elif name not in ARRANGES and ("\n" not in words or LIKE_A_COMMAND.match(words)):
            problem = f"<!-- {words.partition(NEWLINE)[0]} --> is no command. Comments begin like this: <!-- // …"
            raise DeckError(self._path, line, problem)

    def _fact(self, words: str, line: int) -> None:
        """What presenterm ignores: a time, a budget, or a fallback."""
        name, value, draft = name_of(words), words.partition(":")[2], self._draft
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

    def _fence(self, token: Token) -> Block:
        draft = self._draft
        block = read_fence(token, self._lines, self._path, draft.fallback)
        if isinstance(block, Demo) and any(isinstance(other, Demo) for part in draft.parts for other in part):
            problem = "a slide has one demo at the most. Put this one on a slide of its own."
            raise DeckError(self._path, block.line, problem)
        return block

    def _look_into(self, token: Token, line: int) -> None:
        """Note the links of a text. What stands within one, or within a list, and would not be obeyed, is told."""
        if token.level and token.type == "html_block":
            self._check_comments(self._comments(token), line)
        elif token.level and token.type == "fence" and SAYS_MORE.search(token.info):
            problem = f"```{token.info.strip()} stands within a list or a quotation. Begin a line with it."
            raise DeckError(self._path, line, problem)
        for child in token.children or ():
            if child.type == "link_open":
                self._links.append((str(child.attrs["href"]), line))
            elif child.type == "image":
                problem = f"the picture {child.attrs['src']} stands within a text: leave empty lines around it"
                raise DeckError(self._path, line, problem)
            elif child.type == "html_inline" and COMMENT.fullmatch(child.content):
                self._check_comments(self._comments(child), line)
            elif child.type == "html_inline" and not SPAN.fullmatch(child.content):
                problem = f"{child.content} would be taken for HTML, which is not shown: put it in backticks"
                raise DeckError(self._path, line, problem)

    def _check_comments(self, said: list[str], line: int) -> None:
        if said:
            problem = f"<!-- {said[0]} --> stands within a text or a list. Begin a line with it."
            raise DeckError(self._path, line, problem)


def is_item_of_slide(token: Token) -> bool:
    """Whether an item of a list that stands in no other begins here, or such a list ends."""
    return (token.type == "list_item_open" and token.level == 1) or (
        token.type in ("bullet_list_close", "ordered_list_close") and token.level == 0
    )


def is_picture(token: Token) -> bool:
    """Whether a text is a picture and nothing else."""
    return [child.type for child in token.children or ()] == ["image"]
