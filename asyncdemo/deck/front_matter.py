"""The front matter of a deck: YAML between `---` lines, above the slides."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ..base.text import shown
from .deck import DeckError

FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?\n)??---[ \t]*(?:\n|\Z)", re.DOTALL)
KNOWN = {"title", "sub_title", "author", "authors", "date", "event", "location", "theme", "options"}
"""presenterm refuses others."""
OPTIONS = {
    *("command_prefix", "end_slide_shorthand", "implicit_slide_ends", "incremental_lists"),
    *("auto_render_languages", "list_item_newlines", "strict_front_matter_parsing"),
}
"""Those of the first line are obeyed, those of the second change nothing here."""
ON = {"true", "yes", "on"}
MARKS = re.compile(r"[\\`*_\[\]<>&|#!~]|^[-+=]|(?<=\d)[.)](?=\s|$)")
"""What Markdown could take for more than a sign."""


@dataclass(frozen=True)
class Options:
    """How a deck is to be read."""

    rules_end: bool = False
    """Whether `---` ends a slide."""
    titles_end: bool = False
    """Whether a title ends the slide above it."""
    incremental: bool = False
    """Whether the items of lists appear one by one."""
    prefix: str = ""
    """What commands begin with; then other comments are words for the reader."""


def read_yaml(text: str) -> Any:
    """YAML whose values are all words: a date stays as it was typed. Raises YAMLError."""
    try:
        return yaml.load(text, yaml.BaseLoader)  # noqa: S506  # it makes nothing but words, lists and dicts
    except RecursionError:
        raise yaml.YAMLError("too many brackets") from None


def front_matter(text: str, path: Path) -> tuple[dict[str, Any], str]:
    """(what it says, the deck without it, with its lines left empty so that the others keep their numbers)."""
    front = FRONT_MATTER.match(text)
    if front is None:
        return {}, text
    return facts_of(front[1] or "", path), "\n" * front[0].count("\n") + text[front.end() :]


def facts_of(text: str, path: Path) -> dict[str, Any]:
    """What is between the lines. Raises DeckError."""
    try:
        facts = read_yaml(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = 2 + (mark.line if mark is not None else 0)
        problem = getattr(error, "problem", "") or error
        raise DeckError(path, line, f"the front matter is no YAML: {problem}") from None
    if facts is None:
        return {}
    if not isinstance(facts, dict):
        raise DeckError(path, 2, "the front matter is to be like `title: My talk`")
    unknown = sorted(set(facts) - KNOWN)
    if unknown:
        raise DeckError(path, 2, f"the front matter has {unknown[0]!r}; known are {', '.join(sorted(KNOWN))}")
    return facts


def fact(facts: dict[str, Any], name: str) -> str:
    """What it says of something; a list of names with commas."""
    said = facts.get(name) or ""
    words = ", ".join(map(str, said)) if isinstance(said, list) else str(said)
    return shown(" ".join(words.split()))


def intro_words(facts: dict[str, Any]) -> str:
    """What stands below the title on the slide that it makes, as Markdown."""
    others = (literal(fact(facts, name)) for name in ("author", "authors", "event", "location", "date"))
    return "\n\n".join(filter(None, (fact(facts, "sub_title"), *others)))


def literal(words: str) -> str:
    """Words as they are, whatever Markdown would make of them: a date is no list."""
    return MARKS.sub(r"\\\g<0>", words)


def options_of(facts: dict[str, Any], path: Path) -> Options:
    """What it says of the deck's format. Raises DeckError for an option that is not known, since it may mean much."""
    said = facts.get("options") or {}
    if not isinstance(said, dict):
        raise DeckError(path, 2, "options are to be like `end_slide_shorthand: true`, a line each")
    unknown = sorted(set(said) - OPTIONS)
    if unknown:
        raise DeckError(path, 2, f"the option {unknown[0]!r} is not known here; known are {', '.join(sorted(OPTIONS))}")
    return Options(
        is_on(said.get("end_slide_shorthand")),
        is_on(said.get("implicit_slide_ends")),
        is_on(said.get("incremental_lists")),
        str(said.get("command_prefix", "")),
    )


def is_on(value: object) -> bool:
    """`true`, in any of YAML's words for it."""
    return str(value).strip().lower() in ON
