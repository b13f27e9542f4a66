"""A visitor of the tool's own: asks for a page, and leaves it to the events to tell what came of it."""

from contextlib import suppress

NAMES = (
    "Ada", "Grace", "Alan", "Barbara", "Linus", "Margaret", "Guido", "Edsger", "Radia", "Donald", "Frances", "Dennis",
)  # fmt: skip


def say_hello(url: str, name: str, parameter: str = "name") -> None:
    """Ask for the page that greets, as somebody. Returns when there is an answer, or none to be had."""
    from urllib.parse import quote

    ask(f"{url}?{quote(parameter, safe='')}={quote(name)}")


def ask(url: str, timeout_s: float | None = None) -> None:
    """Ask for a page. Returns when there is an answer, whatever it says, or none to be had, or none in that time."""
    import urllib.request  # not when a run starts, which should be quick
    from http.client import HTTPException
    from urllib.error import HTTPError

    # Without a proxy: one that is meant for the network knows nothing of this machine's ports.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with suppress(OSError, HTTPException):
        try:
            answer = opener.open(url, timeout=timeout_s)
        except HTTPError as refusal:  # is an answer, too
            answer = refusal
        with answer:
            answer.read()
