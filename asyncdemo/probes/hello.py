"""Which requests count: those for the page that greets, and whom they want to be greeted."""

import os
from urllib.parse import parse_qs

from ..base.text import printable

NAME_LENGTH = 60
PAGE = "ASYNCDEMO_PAGE"
"""The environment variable that says which page greets, and what in its query says whom: `/?name`."""
NOBODY = "World"
"""Whom the page greets when nobody is named."""


def hello_name(method: str, path: str, query: bytes) -> str | None:
    """The name that the page will greet, safe to show; None for a request that the view does not see."""
    page, _, parameter = os.environ.get(PAGE, "/?name").partition("?")
    if path != page or method not in ("GET", "HEAD"):
        return None
    names = parse_qs(query.decode("latin-1"), keep_blank_values=True).get(parameter, [NOBODY])
    return printable(names[-1], NAME_LENGTH)
