"""A fence of a deck: code, a quotation of a file, or a demo."""

import re
import shlex
from collections.abc import Sequence
from pathlib import Path

import yaml
from markdown_it.token import Token

from ..base.errors import UsageError
from ..base.text import shown
from .deck import Code, DeckError, Demo, whole
from .deck_files import file_beside
from .front_matter import read_yaml
from .line_steps import line_steps

STEPS = re.compile(r"\{([^}]*)\}")
SHELLS = {"bash": "bash", "sh": "sh", "shell": "sh", "zsh": "zsh", "fish": "fish"}
"""What a demo is written in -> what runs it. Other code that presenterm could run is shown as code."""
SAYS_MORE = re.compile(r"^\s*file\b|\{|\+exec\b|\+line_numbers\b")
"""What makes a fence more than code to be shown."""
NO_COMMAND = re.compile(r"\s*(#|$)")
COMMENT = re.compile(r"\s#[^'\"]*$")
"""At the end of a command. A `#` in quotation marks, or within a word, is none."""


def line_of(token: Token) -> int:
    """Counted from 1."""
    return token.map[0] + 1 if token.map is not None else 1


def read_fence(token: Token, lines: Sequence[str], path: Path, fallback: Path | None) -> Code | Demo:
    """What a fence is; `lines` are the deck's. Raises DeckError."""
    line = line_of(token)
    problem = open_end(token, lines)
    if problem:
        raise DeckError(path, line, f"the code fence is not closed {problem}: end it with {token.markup}")
    words = STEPS.sub(" ", token.info).split()
    language = words[0] if words else ""
    if "+exec" in words[1:] and language in SHELLS:
        return demo(token.content, SHELLS[language], path, line, fallback)
    text, first, source = token.content.rstrip("\n"), 1 if "+line_numbers" in words else None, ""
    if language == "file":
        text, language, first_line, source = quoted(token.content, path, line)
        first = first_line if first is not None else None
    found = STEPS.search(token.info)
    try:
        steps = line_steps(found[1], len(text.split("\n"))) if found else (None,)
    except UsageError as error:
        raise DeckError(path, line, str(error)) from None
    return Code(text, language, line, steps, first, source)


def open_end(token: Token, lines: Sequence[str]) -> str:
    """Where a fence should have ended, that swallows what comes below it; empty for one that is closed."""
    begin, end = token.map or [0, 0]
    mark = rf" {{0,3}}{re.escape(token.markup)}{re.escape(token.markup[0])}*"
    another = re.compile(rf"{mark}\s*[\w{{].*")
    for number, line in enumerate(lines[begin + 1 : end], begin + 2):
        if another.fullmatch(line):
            return f"before the next begins, in line {number}"
    is_closed = end > begin + 1 and re.fullmatch(rf"{mark}\s*", lines[end - 1])
    return "" if is_closed else "before the end of the deck"


def demo(content: str, shell: str, path: Path, line: int, fallback: Path | None) -> Demo:
    """One command of asyncdemo, or a script for a shell."""
    script = content.strip("\n")
    commands = [each for each in whole(script).replace("\\\n", "").split("\n") if not NO_COMMAND.match(each)]
    if not commands:
        raise DeckError(path, line, "there is no command in it")
    first = commands[0].split()[0]
    if first != "asyncdemo":
        return Demo((first,), line, fallback, script, shell)
    if len(commands) > 1:
        raise DeckError(path, line, "a demo is one command of asyncdemo. Put the next one on a slide of its own.")
    try:
        return Demo(tuple(shlex.split(COMMENT.sub("", commands[0]))), line, fallback)
    except ValueError as error:
        raise DeckError(path, line, f"the command cannot be read: {error}") from None


def quoted(content: str, path: Path, line: int) -> tuple[str, str, int, str]:
    """(text, language, number of its first line, file) of a fence `file`."""
    try:
        facts = read_yaml(content)
        source, language = shown(str(facts["path"])), str(facts["language"])
        start, end = int(facts.get("start_line", 1)), int(facts.get("end_line", 0))
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError):
        problem = "a fence `file` has path, language, and maybe start_line and end_line, a line each"
        raise DeckError(path, line, problem) from None
    try:
        lines = file_beside(path, source, line).read_text(encoding="utf-8-sig").removesuffix("\n").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise DeckError(path, line, f"{source} cannot be quoted: {error}") from None
    last = end or len(lines)
    if not 1 <= start <= last <= len(lines):
        raise DeckError(path, line, f"{source} has no lines {start} to {last}: it has {len(lines)}")
    return shown("\n".join(lines[start - 1 : last])).rstrip(), language, start, source
