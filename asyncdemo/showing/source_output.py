"""Source code on standard output: coloured and paged in a terminal, byte for byte in a pipe.

The colours are the terminal's own, and only those that can be read on black and on white.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..base.output import remark
from ..base.terminal import is_terminal, wants_colours
from ..events.stage import StageEntry
from ..stages.diffs import FileDiff, compare, diff_text, stat
from ..stages.files import Files, choose, stage_files
from .pager import show

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text


COLOURS = {
    ("Comment",): "cyan",
    ("Comment", "Preproc"): "bold red",  # the braces in a template
    ("Keyword",): "bold magenta",
    ("Literal", "String"): "green",
    ("Literal", "String", "Interpol"): "bold",
    ("Name", "Class"): "bold",
    ("Name", "Decorator"): "magenta",
    ("Name", "Function"): "bold",
    ("Name", "Tag"): "bold magenta",
    ("Operator", "Word"): "bold magenta",
}
"""By the kinds of Pygments."""


@dataclass(frozen=True)
class Source:
    """What is compared with another."""

    name: str
    """How it was typed."""
    files: Files


def show_stage(stage: StageEntry, wanted: str | None, plain: bool, no_pager: bool) -> int:
    """Print a file of a stage, or all of them with headings: the exit code.

    Raises UsageError for an unknown file, OutputError.
    """
    files = stage_files(stage)
    chosen = {name: text for name, text in files.items() if text}
    if wanted is not None:
        name = choose(files, wanted, stage.name)
        chosen = {name: files[name]}
    headings = wanted is None
    if not plain and wants_colours():
        return show(painted(pages(stage, chosen, headings)), not no_pager)
    parts = [f"==> {stage.name}/{name} <==\n{text}" if headings else text for name, text in chosen.items()]
    return show("\n".join(parts), not (plain or no_pager))


def pages(stage: StageEntry, files: Files, headings: bool) -> "Iterator[RenderableType]":
    """Each file highlighted, with headings under a line with its name."""
    from rich.rule import Rule
    from rich.text import Text

    for number, (name, text) in enumerate(files.items()):
        if headings and number:
            yield ""
        if headings:
            yield Rule(Text(f"{stage.name}/{name}", "bold"), align="left", style="default")
        yield highlighted(name, text)


def show_changes(before: Source, after: Source, plain: bool, no_pager: bool) -> int:
    """Print what `after` changes against `before`: the exit code. Raises OutputError."""
    changes = compare(before.files, after.files)
    if not changes:
        remark(f"{before.name} and {after.name} are the same: there is no difference.")
        return 0
    end = f"{stat(changes)}\n" if is_terminal(sys.stdout) and not plain else ""
    coloured_too = wants_colours() and not plain
    text = painted(coloured(change) for change in changes) if coloured_too else diff_text(changes)
    return show(text + end, not (plain or no_pager))


def highlighted(name: str, text: str) -> "Text":
    """A file's text, coloured by what its name says it is."""
    from rich.style import Style
    from rich.syntax import ANSISyntaxTheme, Syntax

    theme = ANSISyntaxTheme({kind: Style.parse(style) for kind, style in COLOURS.items()})
    lexer = "html+django" if name.endswith(".html") else Syntax.guess_lexer(name)
    return Syntax(text, lexer, theme=theme).highlight(text)


def coloured(change: FileDiff) -> "Text":
    """A diff in colours; the signs stay, so that nothing is told by colour alone."""
    from rich.text import Text

    styles = {"+": "green", "-": "red", "@": "cyan"}
    lines = [(line, "bold") for line in change.header] + [(line, styles.get(line[0], "")) for line in change.body]
    return Text.assemble(*lines)


def painted(pages: "Iterator[RenderableType]") -> str:
    """What goes to the terminal. Long lines are left to it, so that they can be copied whole."""
    from rich.text import Text

    from .console import console_for

    console = console_for(sys.stdout)
    with console.capture() as captured:
        for page in pages:
            console.print(page, soft_wrap=True, end="" if isinstance(page, Text) else "\n")
    return captured.get()
