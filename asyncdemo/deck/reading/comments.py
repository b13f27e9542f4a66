"""The comments of a deck, which are its commands: `<!-- pause -->`."""

import re

import yaml

from ...base.text import shown
from ..arrange import ALIGNMENTS
from ..deck import Mark
from .front_matter import read_yaml

BEGIN = "<!--"
COMMENT = re.compile(r"<!--\s*(.*?)\s*-->\s*", re.DOTALL)
REMARK = re.compile(r"//|comment:|vim:|\{\{\{|\}\}\}", re.IGNORECASE)
"""How a comment begins that is for the reader, in presenterm too."""
FACT = re.compile(r"//\s*(time|budget|fallback)\s*:")
"""How one begins that says something to us alone."""
LIKE_A_COMMAND = re.compile(r"[a-z_]+:")
SPACES = {"new_line": 1, "newline": 1, "new_lines": 0, "newlines": 0}
"""Commands that leave rows empty, and how many; 0: as many as they say."""
NOT_HERE = {"font_size": "in the usual size", "list_item_newlines": "without empty lines between the items"}
"""Commands of presenterm that are not obeyed, and how what is below them is seen."""
COMMANDS = {
    *("alignment", "column", "column_layout", "end_slide", "font_size", "include", "incremental_lists"),
    *("incremental_tables", "jump_to_middle", "list_item_newlines", "no_footer", "pause", "reset_layout"),
    *("skip_slide", "snippet_output", "speaker_note", *SPACES),
}
SHARES = re.compile(r"\[\s*([1-9]\d{0,2}(?:\s*,\s*[1-9]\d{0,2})*)\s*,?\s*\]")
DIGITS = re.compile(r"\d{1,5}")
BLOCK = re.compile(r"[|>][-+\d]*\s+")


def name_of(words: str) -> str:
    """`incremental_lists: true` -> `incremental_lists`."""
    return words.partition(":")[0].strip()


def is_remark(words: str, prefix: str) -> bool:
    """Whether a comment is for the reader alone; `prefix` is what commands begin with in this deck, if anything."""
    if REMARK.match(words):
        return FACT.match(words) is None
    return not words.startswith(prefix) and name_of(words) not in COMMANDS


def shares(value: str) -> tuple[int, ...]:
    """`[1, 2]`: of the columns that a command begins; empty for what says no such thing."""
    found = SHARES.fullmatch(value.strip())
    return tuple(int(share) for share in found[1].split(",")) if found is not None else ()


def number(value: str) -> int:
    """What a command says in digits; -1 for what is no number."""
    return int(value) if DIGITS.fullmatch(value) else -1


def mark_of(words: str, columns: int, line: int) -> Mark | str:
    """What a command says of the place of what is below it, where there are so many columns; or what is wrong."""
    name, value = name_of(words), words.partition(":")[2].strip()
    if name in SPACES:
        rows = SPACES[name] or number(value)
        return Mark("new_lines", rows, line) if rows >= 0 else "like this: <!-- new_lines: 2 -->"
    if name == "column_layout":
        told = shares(value)
        return Mark(name, told, line) if told else "like this: <!-- column_layout: [2, 1] -->"
    if name == "column":
        known = f"there are columns 0 to {columns - 1}"
        problem = known if columns else "no columns have begun: <!-- column_layout: [1, 1] --> does"
        return Mark(name, number(value), line) if 0 <= number(value) < columns else problem
    if name == "alignment":
        return Mark(name, value, line) if value in ALIGNMENTS else f"one of {', '.join(ALIGNMENTS)}"
    if name == "snippet_output":
        return Mark(name, value, line)
    known_here = name in ("reset_layout", "jump_to_middle") and words == name
    return Mark(name, "", line) if known_here else "this command cannot be had here"


def unclosed(html: str) -> bool:
    """Whether a comment swallows what is below it: it has no end, or another begins in it on a later line."""
    _, begin, below = html.partition(BEGIN)
    words, end, _ = below.partition("-->")
    first, _, rest = words.partition("\n")
    return bool(begin) and (not end or (BEGIN in rest and not puts_away(first, rest)))


def puts_away(first: str, rest: str) -> bool:
    """Whether a comment stands around a part of the deck that is not to be seen: nothing stands in its first line."""
    return not first.strip() and LIKE_A_COMMAND.match(rest.strip()) is None


def note(words: str) -> str:
    """The words of `speaker_note: …`: as they stand there, or as YAML has them in a block or in quotation marks."""
    text = words.partition(":")[2].strip()
    if text[:1] in ("|", ">", '"', "'"):
        try:
            return shown(str(read_yaml(words)["speaker_note"])).strip()
        except (yaml.YAMLError, KeyError, TypeError):
            text = BLOCK.sub("", text)
    return "\n".join(line.strip() for line in text.split("\n"))
