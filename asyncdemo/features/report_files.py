"""Writes what a comparison or a load has shown to the files that the user has named."""

import shlex
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from ..base.durations import number_text
from ..base.files import STDOUT, name_written, save
from ..known.state import State
from ..measuring.rows import Row, row_so_far
from ..report.about import About, installed_versions
from ..report.document import compare_document, load_document
from ..report.pages.compare_page import compare_page
from ..report.pages.load_page import load_page
from ..report.svg import NARROW, picture_svg, standalone
from .compare_options import CompareOptions, is_slowed
from .hammer import HammerOptions

SECRET = ("--header", "--body")
"""Options of `hammer` in which there may be a token or a password."""


def write_comparison(
    rows: Sequence[Row], options: CompareOptions, json: str | None, html: str | None, svg: str | None
) -> None:
    """Each as far as it was asked for. Raises StartError for a file that cannot be written."""
    about = about_now(told_of(options))
    write_each(
        ("--svg", svg, lambda: standalone(picture_svg(rows, sheet=NARROW))),
        ("--html", html, lambda: compare_page(rows, about)),
        ("--json", json, lambda: compare_document(rows, about)),
    )
    if options.record is not None:
        name_written(options.record, "--record")


def told_of(options: CompareOptions) -> tuple[tuple[str, str], ...]:
    """What was the same for all rows, in words."""
    requests = "1 request" if options.rate == 1 else f"{number_text(options.rate)} requests"
    chance = f", poisson (seed {options.seed})" if options.arrivals == "poisson" else ""
    slowed = (("outside service", f"{', '.join(map(number_text, options.delays))} s, in turn"),)
    return (
        ("load", f"{requests} a second for {number_text(options.duration)} s of the lesson{chance}"),
        *(slowed if any(map(is_slowed, options.setups)) else ()),
        ("speed", f"x{number_text(options.speed)}"),
    )


def write_load(options: HammerOptions, state: State, now: float, json: str | None, html: str | None) -> None:
    """Each as far as it was asked for. Raises StartError for a file that cannot be written."""
    about = about_now()
    row = row_so_far(options.load.target.url, about.command, state, now)
    write_each(("--html", html, lambda: load_page(row, about)), ("--json", json, lambda: load_document(row, about)))


def write_each(*outputs: tuple[str, str | None, Callable[[], str]]) -> None:
    """(flag, what it names, its text): those that are wanted, standard output last, for it may have no reader."""
    for flag, path, text in sorted(outputs, key=lambda output: output[1] == STDOUT):
        if path is not None:
            save(path, flag, text())


def about_now(options: tuple[tuple[str, str], ...] = ()) -> About:
    """Made now, by the command that runs."""
    typed = shlex.join(["asyncdemo", *without_secrets(sys.argv[1:])])
    command = typed.encode("utf-8", "backslashreplace").decode()  # a file's name may be no text
    return About(datetime.now(UTC), command, options, installed_versions())


def without_secrets(words: list[str]) -> list[str]:
    """A command line to be shown to others: of what it sends to log in, the names alone."""
    shown: list[str] = []
    for before, word in zip(["", *words], words, strict=False):
        flag, equals, value = word.partition("=")
        if before in SECRET:
            word = hidden(before, word)
        elif equals and flag in SECRET:
            word = f"{flag}={hidden(flag, value)}"
        shown.append(word)
    return shown


def hidden(flag: str, value: str) -> str:
    """`Cookie: …` of a header, `…` of a body."""
    name, colon, _ = value.partition(":")
    return f"{name}: …" if flag == "--header" and colon else "…"
