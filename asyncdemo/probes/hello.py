"""Which requests count: those for the hello page, and whom they want to be greeted."""

from urllib.parse import parse_qs

from ..base.text import printable

NAME_LENGTH = 60


def hello_name(method: str, path: str, query: bytes) -> str | None:
    """The name that the hello page will greet, safe to show; None for a request that the view does not see."""
    if path != "/" or method not in ("GET", "HEAD"):
        return None
    names = parse_qs(query.decode("latin-1"), keep_blank_values=True).get("name", ["World"])
    return printable(names[-1], NAME_LENGTH)
