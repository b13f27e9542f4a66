"""`asyncdemo monday`."""

import typer

from .options.shared_options import NoPager


def monday(no_pager: NoPager = False) -> None:
    """What to do in a project of yours, by what you see: settings of Django Tasks, Celery and Channels, on one page."""
    from ..features.monday import show_monday

    raise typer.Exit(show_monday(no_pager))
