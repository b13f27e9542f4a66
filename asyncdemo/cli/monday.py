"""`asyncdemo monday`."""

import typer

from .options.shared_options import NoPager


def monday(no_pager: NoPager = False) -> None:
    """What to do in a project of yours, by what you see: settings of Django Tasks, Celery and Channels, on one page."""
    from ..base.installation import PACKAGE, ROOT, is_checkout
    from ..showing.pager import show

    page = (ROOT if is_checkout() else PACKAGE) / "MONDAY.md"
    raise typer.Exit(show(page.read_text("utf-8"), not no_pager))
