"""The comments of a deck, which are its commands: `<!-- pause -->`."""

import re

import yaml

from ..base.text import shown
from .front_matter import read_yaml

COMMENT = re.compile(r"<!--\s*(.*?)\s*-->\s*", re.DOTALL)
REMARK = re.compile(r"//|comment:|vim:|\{\{\{|\}\}\}", re.IGNORECASE)
"""How a comment begins that is for the reader, in presenterm too."""
FACT = re.compile(r"//\s*(time|budget|fallback)\s*:")
"""How one begins that says something to us alone."""
LIKE_A_COMMAND = re.compile(r"[a-z_]+:")
ARRANGES = {
    *("alignment", "column", "column_layout", "font_size", "jump_to_middle", "list_item_newlines", "new_line"),
    *("new_lines", "newline", "newlines", "no_footer", "reset_layout"),
}
"""Commands of presenterm that say where on the screen something stands. Here one thing stands below the other."""
COMMANDS = {"end_slide", "incremental_lists", "pause", "skip_slide", "speaker_note"}
BLOCK = re.compile(r"[|>][-+\d]*\s+")


def name_of(words: str) -> str:
    """`incremental_lists: true` -> `incremental_lists`."""
    return words.partition(":")[0].strip()


def is_remark(words: str, prefix: str) -> bool:
    """Whether a comment is for the reader alone; `prefix` is what commands begin with in this deck, if anything."""
    if REMARK.match(words):
        return FACT.match(words) is None
    return not words.startswith(prefix) and name_of(words) not in COMMANDS


def note(words: str) -> str:
    """The words of `speaker_note: …`: as they stand there, or as YAML has them in a block or in quotation marks."""
    text = words.partition(":")[2].strip()
    if text[:1] in ("|", ">", '"', "'"):
        try:
            return shown(str(read_yaml(words)["speaker_note"])).strip()
        except (yaml.YAMLError, KeyError, TypeError):
            text = BLOCK.sub("", text)
    return "\n".join(line.strip() for line in text.split("\n"))
