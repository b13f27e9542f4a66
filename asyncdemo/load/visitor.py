"""A visitor of the tool's own: asks for a page, and leaves it to the events to tell what came of it."""

from contextlib import suppress

NAMES = (
    "Ada", "Grace", "Alan", "Barbara", "Linus", "Margaret", "Guido", "Edsger", "Radia", "Donald", "Frances", "Dennis",
)  # fmt: skip


def say_hello(url: str, name: str, parameter: str = "name") -> None:
    """Ask for the page that greets, as somebody. Returns when there is an answer, or none to be had."""
    import urllib.parse  # not when a run starts, which should be quick
    import urllib.request
    from http.client import HTTPException

    # Without a proxy: one that is meant for the network knows nothing of this machine's ports.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with suppress(OSError, HTTPException), opener.open(f"{url}?{parameter}={urllib.parse.quote(name)}") as answer:
        answer.read()
