"""The front matter of a deck: YAML between `---` lines, above the slides."""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ...base.text import shown, why_unread
from ..deck import DeckError
from ..markdown import literal_start

FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?\n)??---[ \t]*(?:\n|\Z)", re.DOTALL)
FACT_BEGINS = re.compile(r"^(?=[^\s#-])", re.MULTILINE)
KNOWN = {"title", "sub_title", "author", "authors", "date", "event", "link", "location", "theme", "options"}
"""presenterm refuses others, but for `link`, which is ours."""
NO_END = re.compile(rf"---[ \t]*\n(?:{'|'.join(KNOWN)}):\s")
"""How a front matter begins, of which nothing says where it ends."""
LATE = re.compile(rf"\s*\n(?={NO_END.pattern}(?:.*\n)*?---)")
"""What is above one that does not begin on the first line."""
OPTIONS = {
    *("command_prefix", "end_slide_shorthand", "h1_slide_titles", "image_attributes_prefix", "implicit_slide_ends"),
    *("incremental_lists", "incremental_tables", "strict_front_matter_parsing"),
    *("auto_render_languages", "list_item_newlines"),
}
"""Those of the last line are not obeyed, and that is told."""
CONFIG = "config.yaml"
"""presenterm's own configuration, where it lies beside a deck."""
QUOTE = 'Signs like `: ` in a value need quotation marks around it: title: "Rust: a talk"'
Tell = Callable[[int, str], None]
"""What is to be called with a line, and what is wrong there."""
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
    images: str = "image:"
    """What says of a picture how large it is to be, among its words."""
    tables_grow: bool = False
    """Whether the rows of tables appear one by one."""
    headings: bool = False
    """Whether a heading `# …` is a title."""
    drawn: tuple[str, ...] = ()
    """Languages whose code is to be drawn."""
    apart: bool = False
    """Whether there are to be empty lines between the items of lists."""


def read_yaml(text: str) -> Any:
    """YAML whose values are all words: a date stays as it was typed. Raises YAMLError."""
    try:
        return yaml.load(text, yaml.BaseLoader)  # noqa: S506  # it makes nothing but words, lists and dicts
    except RecursionError:
        raise yaml.YAMLError("too many brackets") from None


def front_matter(text: str, tell: Tell) -> tuple[dict[str, Any], str]:
    """(what it says, the deck without it, with its lines left empty so that the others keep their numbers)."""
    front = FRONT_MATTER.match(text)
    if front is None:
        return {}, without_front_matter(text, tell)
    return facts_of(front[1] or "", tell), "\n" * front[0].count("\n") + text[front.end() :]


def without_front_matter(text: str, tell: Tell) -> str:
    """A deck that has none. What was to be one, and is not, is told, and its words are shown."""
    if NO_END.match(text):
        tell(1, "the front matter has no end: below it, a line `---` is missing")
        return text[3:]
    if late := LATE.match(text):
        tell(late[0].count("\n") + 1, "front matter begins on the first line of a deck: there is something above it")
        return text.replace("---", "", 1)
    return text


def facts_of(text: str, tell: Tell) -> dict[str, Any]:
    """What is between the lines."""
    try:
        facts = read_yaml(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", "") or error
        tell(2 + (mark.line if mark is not None else 0), f"the front matter is no YAML: {problem}. {QUOTE}")
        return facts_that_are_yaml(text)
    if facts is None:
        return {}
    if not isinstance(facts, dict):
        tell(2, "the front matter is to be like `title: My talk`")
        return {}
    return facts


def facts_that_are_yaml(text: str) -> dict[str, Any]:
    """Those of a front matter that is no YAML as a whole: one that is wrong costs itself, and not where slides end."""
    facts: dict[str, Any] = {}
    for each in FACT_BEGINS.split(text):
        with suppress(yaml.YAMLError):
            said = read_yaml(each)
            facts |= said if isinstance(said, dict) else {}
    return facts


def unknown_facts(facts: dict[str, Any]) -> str:
    """What is wrong with the names in it; empty for nothing, or where the deck says that others may be there."""
    said = facts.get("options")
    unknown = sorted(map(str, set(facts) - KNOWN))
    strict = not isinstance(said, dict) or is_on(said.get("strict_front_matter_parsing", "true"))
    if not unknown or not strict:
        return ""
    return f"the front matter has {unknown[0]!r}; known are {', '.join(sorted(KNOWN))}"


WITHOUT = "Without --config, config.yaml beside the deck is read, if it is there"
"""What to do about one that is not there."""


def config_of(path: Path) -> dict[str, Any]:
    """presenterm's configuration in a file. Raises DeckError for one that cannot be read."""
    try:
        said = read_yaml(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise DeckError(path, 0, f"cannot be read: {why_unread(error)}. {WITHOUT}") from None
    except yaml.YAMLError as error:
        raise DeckError(path, 0, f"cannot be read: {' '.join(str(error).split())}") from None
    if said is not None and not isinstance(said, dict):
        raise DeckError(path, 0, "is no configuration of presenterm, which is like `options:` with lines below")
    return said or {}


def configured(facts: dict[str, Any], config: dict[str, Any]) -> dict[str, Any]:
    """What a deck says, and where it says nothing, the configuration: of options and the theme."""
    options, own = config.get("options"), facts.get("options") or {}
    defaults = config.get("defaults")
    theme = defaults.get("theme") if isinstance(defaults, dict) else None
    told = dict(facts)
    if isinstance(options, dict) and isinstance(own, dict):
        told["options"] = {**options, **own}
    if theme and "theme" not in told:
        told["theme"] = {"name": theme} if isinstance(theme, str) else theme
    return told


def fact(facts: dict[str, Any], name: str) -> str:
    """What it says of something; a list of names with commas."""
    said = facts.get(name) or ""
    words = ", ".join(map(str, said)) if isinstance(said, list) else str(said)
    return shown(" ".join(words.split()))


def intro_words(facts: dict[str, Any]) -> str:
    """What stands below the title on the slide that it makes, as Markdown."""
    others = (literal(fact(facts, name)) for name in ("author", "authors", "event", "location", "date"))
    return "\n\n".join(filter(None, (literal_start(fact(facts, "sub_title")), *others)))


def literal(words: str) -> str:
    """Words as they are, whatever Markdown would make of them: a date is no list."""
    return MARKS.sub(r"\\\g<0>", words)


def options_of(facts: dict[str, Any], tell: Tell) -> Options:
    """What it says of the deck's format. One that is not known is told, since it may mean much."""
    said = facts.get("options") or {}
    if not isinstance(said, dict):
        tell(2, "options are to be like `end_slide_shorthand: true`, a line each")
        return Options()
    unknown = sorted(map(str, set(said) - OPTIONS))
    if unknown:
        tell(2, f"the option {unknown[0]!r} is not known here; known are {', '.join(sorted(OPTIONS))}")
    return Options(
        is_on(said.get("end_slide_shorthand")),
        is_on(said.get("implicit_slide_ends")),
        is_on(said.get("incremental_lists")),
        str(said.get("command_prefix", "")),
        str(said.get("image_attributes_prefix", Options.images)),
        is_on(said.get("incremental_tables")),
        is_on(said.get("h1_slide_titles")),
        words_of(said.get("auto_render_languages")),
        str(said.get("list_item_newlines", "1")) != "1",
    )


def words_of(said: object) -> tuple[str, ...]:
    """The words of a list; none for what is no list."""
    return tuple(map(str, said)) if isinstance(said, list) else ()


def is_on(value: object) -> bool:
    """`true`, in any of YAML's words for it."""
    return str(value).strip().lower() in ON
