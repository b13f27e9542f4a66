"""Visitors of the tool's own: their names, and one that asks for a page and leaves the rest to the events."""

from contextlib import suppress

NAMES = (
    "Ada", "Grace", "Alan", "Barbara", "Linus", "Margaret", "Guido", "Edsger", "Radia", "Donald", "Frances", "Dennis",
)  # fmt: skip
"""Those that come by hand."""
CROWD = (
    "Aisha", "Akira", "Amara", "Anya", "Arjun", "Bao", "Bela", "Chidi", "Chloe", "Dalia", "Diego", "Elif", "Emeka",
    "Erik", "Fatou", "Femi", "Goran", "Hana", "Hugo", "Ines", "Ivan", "Jana", "Jun", "Kai", "Kofi", "Lars", "Leila",
    "Lena", "Liam", "Luca", "Maja", "Mateo", "Mei", "Mina", "Nia", "Noor", "Olga", "Omar", "Paulo", "Priya", "Qing",
    "Rafa", "Rosa", "Sami", "Sofia", "Tariq", "Uma", "Vera", "Wei", "Yara", "Yusuf", "Zoe",
)  # fmt: skip
"""Those of a load, none of whom comes by hand."""
ROUNDS = 10
VISITORS = CROWD + tuple(f"{name} {number}" for number in range(2, ROUNDS + 1) for name in CROWD)
"""All of a load's, in the order in which they come: so many that hardly two of a name wait at a time."""


def say_hello(url: str, name: str, parameter: str = "name") -> None:
    """Ask for the page that greets, as somebody; as it is, without a `parameter`. Returns when there is an answer, or
    none to be had."""
    from urllib.parse import quote

    ask(f"{url}?{quote(parameter, safe='')}={quote(name)}" if parameter else url)


def ask(url: str, timeout_s: float | None = None) -> bool:
    """Ask for a page: whether there is an answer, whatever it says. False when none is to be had, or none in time."""
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
            return True
    return False
