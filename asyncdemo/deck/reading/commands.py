"""The commands of a deck, obeyed."""

from collections.abc import Callable

from markdown_it.token import Token

from ...base.durations import parse_duration
from ...base.errors import UsageError
from ...base.text import shown, why_unread
from ..deck import DeckError, Demo, Mark, Output
from ..deck_files import file_beside
from .comments import BEGIN, COMMANDS, COMMENT, LIKE_A_COMMAND, NOT_HERE, is_remark, mark_of, name_of, note
from .front_matter import is_on
from .reading import NEWLINE, Reading

DEEPEST = 8
"""How many files may include one another."""


class Commands:
    """What comments ask for; `read_all` reads the text that has been taken."""

    def __init__(self, reading: Reading, read_all: Callable[[], None]) -> None:
        self._reading, self._read_all = reading, read_all

    def comments(self, token: Token) -> list[str]:
        """What the comments in a token ask for, one by one."""
        prefix, said = self._reading.options.prefix, COMMENT.findall(token.content)
        return [words.removeprefix(prefix).strip() for words in said if not is_remark(words, prefix)]

    def obey(self, words: str, line: int) -> None:
        """What a comment asks for."""
        name, value = name_of(words), words.partition(":")[2].strip()
        if words == "end_slide":
            self._reading.end_slide(line + 1)
        elif words.startswith("//"):
            self._fact(words.removeprefix("//").strip(), line)
        elif name == "include":
            self._include(value, line)
        elif name in NOT_HERE:
            told = f"<!-- {words} --> is not obeyed: what is below it is shown {NOT_HERE[name]}"
            self._reading.tell(line, told) if value != "1" else None
        elif name in COMMANDS:
            if not self._draft_command(name, words, value):
                self._arrange(words, line)
        elif NEWLINE in words and BEGIN in words:
            last = f"{BEGIN}{words.rpartition(BEGIN)[2]}"
            told = f"a comment ends at the first -->, behind {last}: what is below is shown"
            self._reading.tell(line, told)
        elif NEWLINE not in words or LIKE_A_COMMAND.match(words):
            first = words.partition(NEWLINE)[0]
            self._reading.wrong(line, f"<!-- {first} --> is no command. Comments begin like this: <!-- // …")

    def _draft_command(self, name: str, words: str, value: str) -> bool:
        """What is said of the slide as it is read; False for another command."""
        draft = self._reading.draft
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
        mark = mark_of(words, self._reading.columns, line)
        if isinstance(mark, Mark) and mark.name == "snippet_output":
            self._reading.draft.here.append(Output(str(mark.value), self._reading.line_in_deck(line)))
            return
        if isinstance(mark, str):
            self._reading.enters = 0
            self._reading.wrong(line, f"<!-- {words} -->: {mark}")
            return
        if mark.name == "jump_to_middle" and self._reading.columns:
            self._reading.tell(
                line, f"<!-- {words} --> is not obeyed in columns: what is below it stands where it would"
            )
            return
        if mark.name in ("column_layout", "column"):
            self._reading.enters = line if mark.name == "column_layout" else 0
        if isinstance(mark.value, tuple) or mark.name == "reset_layout":
            self._reading.columns = len(mark.value) if isinstance(mark.value, tuple) else 0
            self._reading.enters = self._reading.enters if self._reading.columns else 0
        if mark.name != "new_lines" or mark.value:
            self._reading.draft.here.append(mark)

    def _include(self, name: str, line: int) -> None:
        """Go through another file as if it stood here."""
        try:
            path = file_beside(self._reading.file, name, line)
            if len(self._reading.included) >= DEEPEST:
                raise DeckError(path, line, f"{name} is included within itself")
            text = shown(path.read_text(encoding="utf-8-sig"))
        except (DeckError, OSError, UnicodeDecodeError) as error:
            self._reading.wrong(
                line, error.problem if isinstance(error, DeckError) else f"{name} cannot be read: {why_unread(error)}"
            )
            return
        before = (self._reading.file, self._reading.lines, self._reading.tokens, self._reading.targets)
        self._reading.included.append(line)
        self._reading.file = path
        self._reading.take(text)
        self._read_all()
        self._reading.included.pop()
        self._reading.file, self._reading.lines, self._reading.tokens, self._reading.targets = before

    def _fact(self, words: str, line: int) -> None:
        """What presenterm ignores: a time, a budget, or a fallback."""
        name, value, draft = name_of(words), words.partition(":")[2], self._reading.draft
        if name == "time":
            draft.time_s = self._duration(name, value, line) or draft.time_s
        elif name == "budget":
            self._reading.budget_s = self._duration(name, value, line) or self._reading.budget_s
        elif name == "fallback":
            self._fallback(value.strip(), line)

    def _fallback(self, name: str, line: int) -> None:
        draft = self._reading.draft
        if draft.here and isinstance(draft.here[-1], Demo):
            self._reading.wrong(line, "a fallback stands above its demo, not below")
            return
        try:
            draft.fallback, draft.fallback_line = file_beside(self._reading.file, name, line), line
        except DeckError as error:
            self._reading.wrong(line, error.problem)

    def _duration(self, name: str, value: str, line: int) -> float | None:
        try:
            return parse_duration(value, f"{name}:")
        except UsageError as error:
            self._reading.wrong(line, str(error))
            return None
