"""Where the reader of a deck is, and what it has found so far: the text, the slide, what is wrong."""

from pathlib import Path
from typing import Any

from markdown_it.token import Token

from ..deck import Notice, Problem
from ..markdown import parser, with_long_quotes
from .comments import BEGIN, unclosed
from .draft import Draft
from .fences import line_of, span_of
from .front_matter import Options

NEWLINE = "\n"


class Reading:
    """What all that read a deck know. The texts of other files are read in between, as if they stood in it."""

    options: Options
    draft: Draft
    lines: list[str]
    """Of the text that is being read, as are its tokens, and the targets of its links: those of `take`."""
    tokens: list[Token]
    targets: dict[str, dict[str, str]]

    def __init__(self, path: Path) -> None:
        self.path = self.file = path
        self.included: list[int] = []
        """Lines of the deck that include the file that is being read, and of those in between."""
        self.notices: list[Notice] = []
        self.above: list[Problem] = []
        """What is wrong before the first slide begins."""
        self.ended: list[Draft] = []
        self.links: list[tuple[str, int]] = []
        self.rules: list[tuple[Draft, int, int, int]] = []
        """Where `---` is only a rule: the slide, its part, the place in that, the line."""
        self.enters = 0
        """The line of columns of which none has been entered; 0: there are none."""
        self.columns = 0
        """How many columns the slide has now; 0 outside of them."""
        self.budget_s: float | None = None

    def take(self, body: str) -> None:
        """A text to be read. Where a comment swallows what is below it, it ends with its line, and that is told."""
        body = with_long_quotes(body)
        while True:
            self.lines = body.split(NEWLINE)
            found: dict[str, Any] = {}
            self.tokens = parser().parse(body, found)
            self.targets = found.get("references", {})
            swallowing = next((t for t in self.tokens if t.type == "html_block" and unclosed(t.content)), None)
            if swallowing is None:
                return
            line = line_of(swallowing) + swallowing.content.partition(BEGIN)[0].count(NEWLINE)
            self.above.append(self.problem(line, f"the comment {self.lines[line - 1].strip()} is not closed by -->"))
            self.lines[line - 1] = closed(self.lines[line - 1])
            body = NEWLINE.join(self.lines)

    def line_in_deck(self, line: int) -> int:
        """The line of the deck that a line of the text stands for."""
        return self.included[0] if self.included else line

    def problem(self, line: int, words: str) -> Problem:
        """Something that is wrong, told."""
        at, where = self.line_in_deck(line), f"{self.file.name}:{line}: " if self.included else ""
        self.notices.append(Notice(at, f"{where}{words}"))
        return Problem(f"{where}{words}", at)

    def wrong(self, line: int, words: str) -> None:
        """Something that is wrong stands where it is."""
        self.draft.here.append(self.problem(line, words))

    def wrong_above(self, line: int, words: str) -> None:
        """Something is wrong before the first slide begins."""
        self.above.append(self.problem(line, words))

    def tell(self, line: int, words: str, wrong: bool = False) -> None:
        """Something is shown otherwise than it is written; or is wrong, and nothing to be seen."""
        at, where = self.line_in_deck(line), f"{self.file.name}:{line}: " if self.included else ""
        self.notices.append(Notice(at, f"{where}{words}", wrong))

    def new_draft(self, line: int) -> Draft:
        """A slide that begins at a line, as the options say."""
        return Draft(line, incremental=self.options.incremental, tables_grow=self.options.tables_grow)

    def end_slide(self, line: int) -> None:
        """The next one begins."""
        self.ended.append(self.draft)
        self.draft, self.columns, self.enters = self.new_draft(line), 0, 0

    def text(self, token: Token) -> str:
        """What a token was made from, as it is written."""
        first, end = span_of(token)
        return NEWLINE.join(self.lines[first:end]).rstrip()


def closed(line: str) -> str:
    """A line with a comment that ends in it; without one that says nothing there."""
    before, begin, words = line.partition(BEGIN)
    words = words.rstrip("-> \t")
    return f"{before}{begin}{words} -->" if words else before
