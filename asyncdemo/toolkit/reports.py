"""Writes what a comparison or a load has shown to the files that the user has named."""

import shlex
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from .compare import Comparing
from .durations import number_text
from .files import write_text
from .hammer import Hammering
from .report.about import About, installed_versions
from .report.compare_page import compare_page
from .report.document import compare_document, load_document
from .report.load_page import load_page
from .report.rows import Row, row_so_far
from .report.svg import picture_svg, standalone
from .state import State


def write_comparison(
    rows: Sequence[Row], asked: Comparing, json: str | None, html: str | None, svg: str | None
) -> None:
    """Each as far as it was asked for. Raises StartError for a file that cannot be written."""
    requests = "1 request" if asked.rate == 1 else f"{number_text(asked.rate)} requests"
    options = (
        ("load", f"{requests} a second for {number_text(asked.duration)} s of the lesson"),
        ("speed", f"x{number_text(asked.speed)}"),
    )
    about = about_now(options)
    if svg is not None:
        write_text(svg, "--svg", standalone(picture_svg(rows)))
    if html is not None:
        write_text(html, "--html", compare_page(rows, about))
    if json is not None:
        write_text(json, "--json", compare_document(rows, about))


def write_load(asked: Hammering, state: State, now: float, json: str | None, html: str | None) -> None:
    """Each as far as it was asked for. Raises StartError for a file that cannot be written."""
    about = about_now()
    row = row_so_far(asked.load.target.url, about.command, state, now, over=True)
    if html is not None:
        write_text(html, "--html", load_page(row, about))
    if json is not None:
        write_text(json, "--json", load_document(row, about))


def about_now(options: tuple[tuple[str, str], ...] = ()) -> About:
    """Made now, by the command that runs."""
    command = shlex.join(["asyncdemo", *sys.argv[1:]])
    return About(datetime.now(UTC), command, options, installed_versions())
