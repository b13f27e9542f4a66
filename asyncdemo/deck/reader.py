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
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from markdown_it.token import Token

from ..base.durations import parse_duration
from ..base.errors import UsageError
from ..base.text import shown
from .comments import COMMANDS, COMMENT, LIKE_A_COMMAND, NOT_HERE, is_remark, mark_of, name_of, note, unclosed
from .deck import Deck, DeckError, Demo, Link, Mark, Notice, Part, Picture, Problem, Prose, Slide
from .deck_files import file_beside
from .deck_theme import theme_of
from .draft import Draft
from .fences import SAYS_MORE, line_of, read_fence
from .front_matter import (
    CONFIG,
    config_of,
    configured,
    fact,
    front_matter,
    intro_words,
    is_on,
    options_of,
    unknown_facts,
)
from .markdown import BREAK, SPAN, parser
from .render import room, slide_lines

BYTE_ORDER_MARK = "\ufeff"
"""What an editor may write before a text."""
NEWLINE = "\n"
NO_MORE = Token("end", "", 0)
USUAL_SIZE = (88, 24)
"""Columns and rows of the screen that a slide is made for."""
START_ONE = "Start a deck of yours: asyncdemo talk --new DIR"
STDIN = Path("-")
SHORTHAND = "Slides end at `---` only with `end_slide_shorthand: true` below `options:` in the front matter"
IMAGE = re.compile(r"!\[(?:[^\[\]]|\[[^\]]*\])*\](?:\((?:<[^>]*>|[^()]|\([^()]*\))*\)|\[[^\]]*\])?")
"""A picture, as it is written."""
WIDTH = re.compile(r"(?:width|w):(\d{1,3})%")
DEEPEST = 8
"""How many files may include one another."""


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


def linked(deck: Deck, address: str) -> Deck:
    """With an address on the last slide, instead of the deck's own."""
    slides = [replace(slide, parts=tuple(map(without_link, slide.parts))) for slide in deck.slides]
    kept = [slide for slide in slides if slide.title or slide.blocks]
    return replace(deck, slides=with_link(tuple(kept), address, deck.title))


def without_link(part: Part) -> Part:
    return replace(part, blocks=tuple(block for block in part.blocks if not isinstance(block, Link)))


def with_link(slides: tuple[Slide, ...], address: str, title: str) -> tuple[Slide, ...]:
    """With an address on the last slide; where there is no room for its code, on one of its own behind it."""
    last = slides[-1].with_block(Link(address))
    columns, rows = room(*USUAL_SIZE)
    if len(slide_lines(last, last.steps - 1, columns)) <= rows:
        return (*slides[:-1], last)
    return (*slides, Slide(title, (Part((Link(address),)),), last.line, time_s=0.0))


def text_of(path: Path) -> str:
    """What is in a deck's file. Raises DeckError."""
    try:
        if path == STDIN:
            return sys.stdin.buffer.read().decode()
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
        problem = what_folder(path) if path.is_dir() else f"cannot be read: {why}. {START_ONE}"
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
        self._path = self._file = path
        self._included: list[int] = []
        """Lines of the deck that include the file that is being read, and of those in between."""
        self._notices: list[Notice] = []
        self._above: list[Problem] = []
        """What is wrong before the first slide begins."""
        facts, body = front_matter(shown(text.removeprefix(BYTE_ORDER_MARK)), self._wrong_above)
        self._facts = configured(facts, config)
        unknown = unknown_facts(self._facts)
        if unknown:
            self._tell(2, unknown, wrong=True)
        self._options = options_of(self._facts, lambda line, words: self._tell(line, words, wrong=True))
        if self._options.item_rows > 1:
            self._tell(2, f"list_item_newlines is not obeyed: lists are shown {NOT_HERE['list_item_newlines']}")
        self._theme, problem = theme_of(self._facts, path)
        if problem:
            self._tell(1, problem)
        self._draft = self._new_draft(1)
        self._take(body)
        self._ended: list[Draft] = []
        self._links: list[tuple[str, int]] = []
        self._rules: list[tuple[Draft, int, int, int]] = []
        """Where `---` is only a rule: the slide, its part, the place in that, the line."""
        self._enters = 0
        """The line of columns of which none has been entered; 0: there are none."""
        self._columns = 0
        """How many columns the slide has now; 0 outside of them."""
        self._budget_s: float | None = None

    def _take(self, body: str) -> None:
        """A text to be read. Where a comment swallows what is below it, it ends with its line, and that is told."""
        mended: set[int] = set()
        while True:
            self._lines = body.split(NEWLINE)
            found: dict[str, Any] = {}
            self._tokens = parser().parse(body, found)
            self._targets: dict[str, dict[str, str]] = found.get("references", {})
            swallowing = (line_of(t) for t in self._tokens if t.type == "html_block" and unclosed(t.content))
            open_end = next((line for line in swallowing if line not in mended), 0)
            if not open_end:
                return
            mended.add(open_end)
            self._above.append(
                self._problem(open_end, f"the comment {self._lines[open_end - 1].strip()} is not closed by -->")
            )
            self._lines[open_end - 1] = closed(self._lines[open_end - 1])
            body = NEWLINE.join(self._lines)

    def deck(self) -> Deck:
        """All slides that say something."""
        drafts = self._drafts()
        self._put_above(drafts)
        slides = tuple(self._slide(draft) for draft in self._with_intro(drafts) if not draft.empty)
        if not slides:
            raise DeckError(self._path, 1, f"there is no slide in it. {START_ONE}")
        title = fact(self._facts, "title") or next((slide.title for slide in slides if slide.title), "")
        author = fact(self._facts, "author") or fact(self._facts, "authors")
        notices = tuple(sorted(self._notices, key=lambda notice: notice.line))
        names = {name: fact(self._facts, name) for name in ("author", "date", "event", "location", "sub_title")}
        address = fact(self._facts, "link")
        if address:
            slides = with_link(slides, address, title)
            self._links.append((address, 2))
        return Deck(
            self._path,
            slides,
            title,
            author,
            tuple(self._links),
            self._budget_s,
            notices,
            self._theme,
            tuple(names.items()),
        )

    # What is told

    def _problem(self, line: int, words: str) -> Problem:
        """Something that is wrong, told."""
        at, where = (self._included[0], f"{self._file.name}:{line}: ") if self._included else (line, "")
        self._notices.append(Notice(at, f"{where}{words}"))
        return Problem(f"{where}{words}", at)

    def _wrong(self, line: int, words: str) -> None:
        """Something that is wrong stands where it is."""
        self._draft.here.append(self._problem(line, words))

    def _wrong_above(self, line: int, words: str) -> None:
        self._above.append(self._problem(line, words))

    def _tell(self, line: int, words: str, wrong: bool = False) -> None:
        """Something is shown otherwise than it is written; or is wrong, and nothing to be seen."""
        at, where = (self._included[0], f"{self._file.name}:{line}: ") if self._included else (line, "")
        self._notices.append(Notice(at, f"{where}{words}", wrong))

    def _put_above(self, drafts: list[Draft]) -> None:
        """What was wrong before there were slides stands on that of its line; a rule that might be an end, too."""
        for problem in self._above:
            draft = [drafts[0], *(draft for draft in drafts if draft.line <= problem.line)][-1]
            draft.parts[0].insert(0, problem)
        if len(drafts) == 1 and self._rules:
            draft, part, place, line = self._rules[0]
            draft.parts[part].insert(place, self._problem(line, f"a rule, and the slide goes on. {SHORTHAND}"))

    # Slides

    def _new_draft(self, line: int) -> Draft:
        return Draft(line, incremental=self._options.incremental, tables_grow=self._options.tables_grow)

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
            draft.here.append(self._problem(draft.fallback_line, problem))
        return draft.slide()

    def _drafts(self) -> list[Draft]:
        """Every slide, and what is between two ends."""
        self._read_all()
        return [*self._ended, self._draft]

    def _read_all(self) -> None:
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

    def _read(self, token: Token, after: Token, line: int) -> None:
        """What begins at the outermost level; `after` is the token that comes next."""
        if token.type == "html_block":
            self._html(token, line)
        elif token.type == "hr" and token.markup.startswith("---"):
            self._rule(token, after, line)
        elif token.type == "heading_open" and (
            token.markup in ("=", "-") or (self._options.headings and token.tag == "h1")
        ):
            self._title(token, after, line)
        elif not (self._draft.incremental and token.type.endswith("list_open")):
            self._block(token, after)

    def _html(self, token: Token, line: int) -> None:
        """Comments, which are commands; all else stands as it is written."""
        words = COMMENT.sub("", token.content).strip()
        for said in self._comments(token):
            self._command(said, line)
        if words:
            self._html_words(words, line)
            self._draft.here.append(Prose(words, line))

    def _html_words(self, words: str, line: int) -> None:
        """Tell what of HTML is only words here."""
        tag = next(
            (tag for tag in re.findall(r"<[^>]*>?", words) if not (SPAN.fullmatch(tag) or BREAK.fullmatch(tag))), ""
        )
        if tag:
            self._tell(
                line, f"{tag.split(NEWLINE)[0]} is HTML, of which only <span> is known: it is shown as it is written"
            )

    def _rule(self, token: Token, after: Token, line: int) -> None:
        if self._options.rules_end:
            self._end_slide(line + 1)
        else:
            self._rules.append((self._draft, len(self._draft.parts) - 1, len(self._draft.here), line))
            self._block(token, after)

    def _end_slide(self, line: int) -> None:
        """The next one begins."""
        self._ended.append(self._draft)
        self._draft, self._columns, self._enters = self._new_draft(line), 0, 0

    def _title(self, token: Token, after: Token, line: int) -> None:
        """What is underlined. What seems to be no title is told; the second of a slide is shown, with what is wrong."""
        if token.markup == "-" and self._options.rules_end:
            self._tell(
                line, "`---` right below a text makes a title of it: for the end of a slide, leave an empty line above"
            )
        if self._draft.shows and self._options.titles_end:
            self._end_slide(line)
        title = " ".join(after.content.split())
        if self._draft.title:
            end = "---" if self._options.rules_end else "<!-- end_slide -->"
            more = "" if self._options.rules_end else f" {SHORTHAND}."
            self._wrong(
                line, f"a second title on the slide: is `{end}` missing above it?{more} Other headings begin with `##`."
            )
            self._draft.here.append(Prose(f"## {title}", line))
            return
        here = self._draft.here
        self._draft.centred = any(isinstance(block, Mark) and block.name == "jump_to_middle" for block in here)
        self._draft.title, self._draft.line = title, line

    # Blocks

    def _block(self, token: Token, after: Token) -> None:
        """A block, or an item of a list."""
        here = self._draft.here
        if self._enters:
            self._tell(self._enters, "no column is entered below it: what comes first stands in column 0")
            self._enters = 0
        if token.type == "fence":
            self._fence(token)
        elif token.type == "paragraph_open" and has_picture(after):
            self._with_pictures(token, after)
        elif token.type == "table_open" and self._draft.tables_grow and token.map is not None:
            text = self._text(token)
            here.append(Prose(text, line_of(token), max(1, text.count(NEWLINE) - 1)))
            self._draft.parts.append([])
        elif token.map is not None:
            self._prose(self._text(token), line_of(token))

    def _prose(self, text: str, line: int) -> None:
        here, before = self._draft.here, self._draft.here[-1:]
        text = self._with_targets(text)
        if before and isinstance(before[0], Prose) and not before[0].grows:
            here[-1] = Prose(f"{before[0].text}\n\n{text}", before[0].line)
        elif text.strip():
            here.append(Prose(text, line))

    def _text(self, token: Token) -> str:
        first, end = token.map or [0, 0]
        return NEWLINE.join(self._lines[first:end]).rstrip()

    def _with_pictures(self, token: Token, inline: Token) -> None:
        """A text with pictures in it: what is before each, the picture, and what is behind it."""
        images = [child for child in inline.children or () if child.type == "image"]
        texts = IMAGE.split(self._text(token))
        if len(texts) != len(images) + 1:  # it cannot be told where they stand
            self._prose(self._text(token), line_of(token))
            return
        for image, text in zip([None, *images], texts, strict=True):
            if image is not None:
                self._picture(image, line_of(token))
            if text.strip():
                self._prose(text.strip(), line_of(token))
        inline.children = [child for child in inline.children or () if child.type != "image"]

    def _picture(self, image: Token, line: int) -> None:
        """A picture, of its own size or as wide as its words say."""
        prefix, name = self._options.images, unquote(str(image.attrs["src"]))
        if urlsplit(name).scheme in ("http", "https"):
            self._tell(line, f"the picture {name} is not beside the deck: its address is shown")
            self._prose(f"[{image.content or name}](<{name}>)", line)
            return
        words = [part.strip() for part in image.content.split(",")]
        sizes = [
            found for word in words if word.startswith(prefix) and (found := WIDTH.fullmatch(word.removeprefix(prefix)))
        ]
        is_size = [word.startswith(prefix) and (prefix != "" or WIDTH.fullmatch(word) is not None) for word in words]
        told = ", ".join(word for word, size in zip(words, is_size, strict=True) if word and not size)
        try:
            path = file_beside(self._file, name, line)
        except DeckError as error:
            self._wrong(line, error.problem)
            return
        self._draft.here.append(Picture(path, told, line, int(sizes[0][1]) if sizes else 0))

    def _with_targets(self, text: str) -> str:
        """With the addresses of its links that are told elsewhere, like `[1]: https://example.org/`."""
        said = " ".join(text.lower().upper().split())  # as the parser writes their names
        targets = [f"[{name}]: <{told['href']}>" for name, told in self._targets.items() if f"[{name}]" in said]
        return NEWLINE.join([text, "", *targets]) if targets else text

    def _fence(self, token: Token) -> None:
        for block in read_fence(token, self._lines, self._file, self._draft.fallback, self._tell, self._options.drawn):
            if isinstance(block, Problem):
                self._wrong(block.line, block.words)
                continue
            self._draft.here.append(block)
            if isinstance(block, Demo):
                self._draft.fallback = None

    # Commands

    def _comments(self, token: Token) -> list[str]:
        prefix, said = self._options.prefix, COMMENT.findall(token.content)
        return [words.removeprefix(prefix).strip() for words in said if not is_remark(words, prefix)]

    def _command(self, words: str, line: int) -> None:
        """What a comment asks for."""
        name, value = name_of(words), words.partition(":")[2].strip()
        if words == "end_slide":
            self._end_slide(line + 1)
        elif words.startswith("//"):
            self._fact(words.removeprefix("//").strip(), line)
        elif name == "include":
            self._include(value, line)
        elif name in NOT_HERE:
            told = f"<!-- {words} --> is not obeyed: what is below it is shown {NOT_HERE[name]}"
            self._tell(line, told) if value != "1" else None
        elif name in COMMANDS:
            if not self._draft_command(name, words, value):
                self._arrange(words, line)
        elif NEWLINE not in words or LIKE_A_COMMAND.match(words):
            first = words.partition(NEWLINE)[0]
            self._wrong(line, f"<!-- {first} --> is no command. Comments begin like this: <!-- // …")

    def _draft_command(self, name: str, words: str, value: str) -> bool:
        """What is said of the slide as it is read; False for another command."""
        draft = self._draft
        if words == "pause":
            draft.parts.append([])
        elif name == "speaker_note":
            draft.notes.append(note(words))
        elif name == "incremental_lists":
            draft.incremental = is_on(value)
        elif name == "incremental_tables":
            draft.tables_grow = is_on(value)
        elif words == "skip_slide":
            draft.skipped = True
        elif words == "no_footer":
            draft.has_footer = False
        else:
            return False
        return True

    def _arrange(self, words: str, line: int) -> None:
        """Where what comes below it stands. What cannot be done is told, and what is below it stands where it would."""
        mark = mark_of(words, self._columns, line)
        if isinstance(mark, Mark) and mark.name == "snippet_output":
            self._tell(line, f"<!-- {words} -->: what the program prints is seen in the panel of its demo")
            return
        if isinstance(mark, str):
            self._enters = 0
            self._wrong(line, f"<!-- {words} -->: {mark}")
            return
        if mark.name == "jump_to_middle" and self._columns:
            self._tell(line, f"<!-- {words} --> is not obeyed in columns: what is below it stands where it would")
            return
        self._enters = line if mark.name == "column_layout" else 0 if mark.name == "column" else self._enters
        if isinstance(mark.value, tuple) or mark.name == "reset_layout":
            self._columns = len(mark.value) if isinstance(mark.value, tuple) else 0
            self._enters = self._enters if self._columns else 0
        self._draft.here.append(mark)

    def _include(self, name: str, line: int) -> None:
        """Go through another file as if it stood here."""
        try:
            path = file_beside(self._file, name, line)
            if len(self._included) >= DEEPEST:
                raise DeckError(path, line, f"{name} is included within itself")
            text = shown(path.read_text(encoding="utf-8-sig"))
        except (DeckError, OSError, UnicodeDecodeError) as error:
            self._wrong(line, error.problem if isinstance(error, DeckError) else f"{name} cannot be read: {error}")
            return
        before = (self._file, self._lines, self._tokens, self._targets)
        self._included.append(line)
        self._file = path
        self._take(text)
        self._read_all()
        self._included.pop()
        self._file, self._lines, self._tokens, self._targets = before

    def _fact(self, words: str, line: int) -> None:
        """What presenterm ignores: a time, a budget, or a fallback."""
        name, value, draft = name_of(words), words.partition(":")[2], self._draft
        if name == "time":
            draft.time_s = self._duration(name, value, line) or draft.time_s
        elif name == "budget":
            self._budget_s = self._duration(name, value, line) or self._budget_s
        elif name == "fallback":
            self._fallback(value.strip(), line)

    def _fallback(self, name: str, line: int) -> None:
        draft = self._draft
        if draft.here and isinstance(draft.here[-1], Demo):
            self._wrong(line, "a fallback stands above its demo, not below")
            return
        try:
            draft.fallback, draft.fallback_line = file_beside(self._file, name, line), line
        except DeckError as error:
            self._wrong(line, error.problem)

    def _duration(self, name: str, value: str, line: int) -> float | None:
        try:
            return parse_duration(value, f"{name}:")
        except UsageError as error:
            self._wrong(line, str(error))
            return None

    # Within a text

    def _look_into(self, token: Token, line: int) -> None:
        """Note the links of a text. What stands within one, or within a list, and is not obeyed, is told."""
        if token.level and token.type == "html_block":
            self._within(self._comments(token), line)
            self._html_words(COMMENT.sub("", token.content), line)
        elif token.level and token.type == "fence" and SAYS_MORE.search(token.info):
            self._wrong(line, f"```{token.info.strip()} stands within a list or a quotation. Begin a line with it.")
        for child in token.children or ():
            if child.type == "link_open":
                self._links.append(
                    (self._from_here(str(child.attrs["href"])), self._included[0] if self._included else line)
                )
            elif child.type == "image":
                self._tell(
                    line,
                    f"the picture {child.attrs['src']} stands within a list, a table or a title: its words are shown",
                )
            elif child.type == "html_inline" and COMMENT.fullmatch(child.content):
                self._within(self._comments(child), line)
            elif child.type == "html_inline":
                self._html_words(child.content, line)

    def _from_here(self, target: str) -> str:
        """A link's target, as the deck itself would name it."""
        if not self._included or urlsplit(target).scheme or not urlsplit(target).path:
            return target
        return os.path.relpath(self._file.parent / target, self._path.parent)

    def _within(self, said: list[str], line: int) -> None:
        if said:
            self._wrong(line, f"<!-- {said[0]} --> stands within a text or a list. Begin a line with it.")


def closed(line: str) -> str:
    """A line with a comment that ends in it."""
    return f"{line.rstrip().rstrip('->')} -->" if line.strip() != "<!--" else "<!-- -->"


def is_item_of_slide(token: Token) -> bool:
    """Whether an item of a list that stands in no other begins here, or such a list ends."""
    return (token.type == "list_item_open" and token.level == 1) or (
        token.type in ("bullet_list_close", "ordered_list_close") and token.level == 0
    )


def has_picture(token: Token) -> bool:
    """Whether there is a picture in a text."""
    return any(child.type == "image" for child in token.children or ())
