"""A fence of a deck: code, a quotation of a file, or a demo."""

import re
import shlex
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import yaml
from markdown_it.token import Token

from ...base.text import printable, shown, why_unread
from ..deck import HIDDEN, Block, Code, DeckError, Demo, Problem, whole
from ..deck_files import file_beside
from .front_matter import Tell, read_yaml

STEPS = re.compile(r"\{([^}]*)\}")
SHELLS = {"bash": "bash", "sh": "sh", "shell": "sh", "zsh": "zsh", "fish": "fish"}
"""The shells that a demo may be written in -> what runs it."""


@dataclass(frozen=True)
class Runner:
    """How code of another language is run."""

    command: str
    """For a shell: with `{file}`, and `{dir}` around it."""
    file: str
    hidden: str = HIDDEN
    """What a line begins with that runs and is not shown."""


RUNNERS = {
    "c": Runner("cc {file} -o {dir}/snippet && exec {dir}/snippet", "snippet.c"),
    "c++": Runner("c++ -std=c++20 {file} -o {dir}/snippet && exec {dir}/snippet", "snippet.cpp"),
    "go": Runner("exec go run {file}", "snippet.go"),
    "haskell": Runner("exec runhaskell {file}", "snippet.hs"),
    "java": Runner("exec java {file}", "Snippet.java"),
    "javascript": Runner("exec node {file}", "snippet.js"),
    "js": Runner("exec node {file}", "snippet.js"),
    "julia": Runner("exec julia {file}", "snippet.jl"),
    "lua": Runner("exec lua {file}", "snippet.lua"),
    "nushell": Runner("exec nu {file}", "snippet.nu"),
    "perl": Runner("exec perl {file}", "snippet.pl"),
    "php": Runner("exec php -f {file}", "snippet.php"),
    "python": Runner("exec python3 -u {file}", "snippet.py"),
    "r": Runner("exec Rscript {file}", "snippet.R"),
    "ruby": Runner("exec ruby {file}", "snippet.rb"),
    "rust": Runner("rustc --crate-name snippet {file} -o {dir}/snippet && exec {dir}/snippet", "snippet.rs", "# "),
}
"""By language. Other code that presenterm could run is shown as code."""
SAYS_MORE = re.compile(r"^\s*file\b|\{|\+exec\b|\+line_numbers\b")
"""What makes a fence more than code to be shown."""
RUNS, BEGINS = {"+exec", "+exec_replace", "+auto_exec"}, {"+exec_replace", "+auto_exec"}
"""What makes a demo of a fence; and one that begins by itself."""
NOT_HERE = {"+image", "+render", "+pty", "+acquire_terminal"}
"""What of a fence presenterm does, and we do not."""
WORDS = {"+line_numbers", "+no_background", "+validate", "+id", "+width", "+expect", *RUNS, *NOT_HERE}
"""What may stand behind a fence's language; with a colon, more may follow."""
LINES = re.compile(r"(\d{1,9})(?:-(\d{1,9}))?")
NO_COMMAND = re.compile(r"\s*(#|$)")
COMMENT = re.compile(r"\s#[^'\"]*$")
"""At the end of a command. A `#` in quotation marks, or within a word, is none."""


def span_of(token: Token) -> list[int]:
    """The first line of a block, counted from 0, and the one behind its last: every block has them."""
    return cast(list[int], token.map)


def line_of(token: Token) -> int:
    """Counted from 1."""
    return span_of(token)[0] + 1


def read_fence(
    token: Token, lines: Sequence[str], path: Path, fallback: Path | None, tell: Tell, drawn: Collection[str] = ()
) -> list[Block]:
    """What a fence is; `lines` are the deck's, `drawn` are languages that presenterm would draw.

    `tell` is told what is shown otherwise than it is written.

    What is wrong stands above what can be shown all the same.
    """
    line, found = line_of(token), STEPS.search(token.info)
    words = STEPS.sub(" ", token.info).split()
    language, said = (words[0] if words and words[0][0] != "+" else ""), {word for word in words if word[0] == "+"}
    said = {name if (name := word.partition(":")[0]) in NOT_HERE else word for word in said}
    said |= {"+render"} if language in drawn else set()
    problems = [problem] if (problem := open_end(token, lines)) else []
    text, first, source = token.content.rstrip("\n"), 1 if "+line_numbers" in said else None, ""
    if language == "file":
        try:
            text, language, first_line, source, problem = quoted(token.content, path, line)
        except DeckError as error:
            return [*(Problem(each, line) for each in problems), Problem(error.problem, line)]
        problems += [problem] if problem else []
        first = first_line if first is not None else None
    steps, problem = line_steps(found[1], len(lines_seen(text, language, said))) if found else ((None,), "")
    problems += [problem] if problem else []
    code = Code(text, language, line, steps, first, source)
    if said & RUNS and language.lower() in (*SHELLS, *RUNNERS) and not said & NOT_HERE:
        name = next((word.partition(":")[2] for word in said if word.startswith("+id:")), "")
        blocks = demo(code, line, fallback, begins=bool(said & BEGINS))
        named = [replace(block, name=name) if isinstance(block, Demo) else block for block in blocks]
        return [*(Problem(each, line) for each in problems), *named]
    for other in as_code(language, said):
        tell(line, other)
    if any(word.partition(":")[0] in RUNS for word in said) and language.lower() in RUNNERS:
        code = seen(code, RUNNERS[language.lower()].hidden)
    return [*(Problem(each, line) for each in problems), code]


def as_code(language: str, said: set[str]) -> list[str]:
    """What a fence asks for that is not done: its code is seen instead."""
    asked = sorted(word for word in said if word.partition(":")[0] in RUNS | NOT_HERE)
    told = [f"```{language} {' '.join(asked)} is not run here: its code is shown"] if asked else []
    unknown = sorted(word for word in said if word.partition(":")[0] not in WORDS)
    return told + [f"{word} behind ```{language} is not known here: the code is shown without it" for word in unknown]


def open_end(token: Token, lines: Sequence[str]) -> str:
    """What is wrong with a fence that swallows what comes below it; empty for one that is closed."""
    begin, end = span_of(token)
    mark = rf" {{0,3}}{re.escape(token.markup)}{re.escape(token.markup[0])}*"
    another = re.compile(rf"{mark}\s*[\w{{].*")
    longer = token.markup + token.markup[0]
    for number, line in enumerate(lines[begin + 1 : end], begin + 2):
        if another.fullmatch(line):
            around = f"where one is to stand in the other, begin and end this one with {longer}"
            how = f"end it with {token.markup}; or, {around}"
            return f"the code fence is not closed before the next begins, in line {number}: {how}"
    is_closed = end > begin + 1 and re.fullmatch(rf"{mark}\s*", lines[end - 1])
    return "" if is_closed else f"the code fence is not closed before the end of the deck: end it with {token.markup}"


def demo(code: Code, line: int, fallback: Path | None, *, begins: bool) -> list[Block]:
    """One command of asyncdemo, or a script; or what is wrong with it."""
    script, language = code.text.strip("\n"), code.language.lower()
    if language in RUNNERS:
        shown = seen(code, RUNNERS[language].hidden)
        return [Demo((language,), line, fallback, script, language, replace(shown, language=language), begins)]
    commands = [each for each in whole(script).replace("\\\n", "").split("\n") if not NO_COMMAND.match(each)]
    if not commands:
        return [Problem("there is no command in it", line)]
    first = commands[0].split()[0]
    if first != "asyncdemo":
        shown = seen(code, HIDDEN)
        several = "\n" in shown.text or code.first_number is not None or code.steps != (None,)
        return [Demo((first,), line, fallback, script, SHELLS[language], shown if several else None, begins)]
    if len(commands) > 1:
        return [Problem("a demo is one command of asyncdemo. Put the next one into a fence of its own.", line)]
    try:
        return [
            Demo(tuple(shlex.split(COMMENT.sub("", commands[0]))), line, fallback)
        ]  # never by itself: a hammer goes out
    except ValueError as error:
        return [Problem(f"the command cannot be read: {error}", line)]


def lines_seen(text: str, language: str, said: set[str]) -> list[str]:
    """The lines of a fence that are seen: steps count these alone, as in presenterm."""
    runs = any(word.partition(":")[0] in RUNS for word in said)
    kind = language.lower()
    hidden = RUNNERS[kind].hidden if kind in RUNNERS else HIDDEN
    return visible(text, hidden) if runs and kind in (*RUNNERS, *SHELLS) else text.split("\n")


def visible(text: str, hidden: str) -> list[str]:
    """Lines that do not begin with what hides them."""
    return [each for each in text.split("\n") if not each.startswith(hidden)]


def seen(code: Code, hidden: str) -> Code:
    """What is to be seen of it."""
    return replace(code, text="\n".join(visible(code.text, hidden)))


def quoted(content: str, path: Path, line: int) -> tuple[str, str, int, str, str]:
    """(text, language, number of its first line, file, what is wrong) of a fence `file`.

    Raises DeckError where nothing can be shown.
    """
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
        raise DeckError(path, line, f"{source} cannot be quoted: {why_unread(error)}") from None
    last = end or len(lines)
    problem = (
        "" if 1 <= start <= last <= len(lines) else f"{source} has no lines {start} to {last}: it has {len(lines)}"
    )
    first = max(1, start)
    text = "\n".join(lines[first - 1 : max(last, 0)])
    if problem and not text.strip():
        raise DeckError(path, line, problem)
    return shown(text).rstrip(), language, first, source, problem


def line_steps(text: str, count: int) -> tuple[tuple[frozenset[int] | None, ...], str]:
    """(the lines of each step, of a code of `count` lines, None: all of them; the first step that asks for others).

    What cannot be read, or is not there, is left out.
    """
    problem, steps = "", []
    for step in map(str.strip, text.split("|")):
        lines, fine = line_step(step, count)
        steps.append(lines)
        if not fine and not problem:
            problem = f"{{{printable(step, 40)}}}: the code has lines 1 to {count}. Type steps like {{1-3|5|all}}."
    return tuple(steps), problem


def line_step(text: str, count: int) -> tuple[frozenset[int] | None, bool]:
    """`1-3,5`, and whether all of them are there."""
    if text == "all":
        return None, True
    numbers: set[int] = set()
    fine = True
    for part in text.split(","):
        match = LINES.fullmatch(part.strip())
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        fine = fine and 1 <= first <= last <= count
        numbers.update(range(max(1, first), min(last, count) + 1))
    return frozenset(numbers) or None, fine
