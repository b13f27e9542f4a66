"""A visitor of the tool's own: asks for a page, and leaves it to the events to tell what came of it."""

import urllib.error
import urllib.request
from urllib.parse import quote

DIRECTLY = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""A proxy that is meant for the network knows nothing of this machine's ports."""


def say_hello(url: str, name: str) -> None:
    """Ask for the hello page under a name. Returns when there is an answer, or none to be had."""
    try:
        DIRECTLY.open(f"{url}?name={quote(name)}").read()
    except (urllib.error.URLError, OSError):
        pass
