"""The front matter of a deck: YAML between `---` lines, above the slides."""

import re
from pathlib import Path
from typing import Any

import yaml

from ..text import shown
from .deck import DeckError

FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?\n)??---[ \t]*(?:\n|\Z)", re.DOTALL)
KNOWN = {"title", "sub_title", "author", "authors", "date", "event", "location", "theme", "options"}
"""presenterm refuses others."""
ON = {"true", "yes", "on"}


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


def rules_end_slides(facts: dict[str, Any]) -> bool:
    """Whether it has the option `end_slide_shorthand: true`."""
    options = facts.get("options")
    return isinstance(options, dict) and str(options.get("end_slide_shorthand")).lower() in ON
