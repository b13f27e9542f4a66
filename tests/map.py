"""`make map`: draws the arrows of the package into CONTRIBUTING.md, from its imports."""

import re
import textwrap
from collections import defaultdict

from tests.documents import CONTRIBUTING
from tests.layers import LAYERS, NAME, TALK, imported_modules, modules

MARKED = re.compile(r"(?<=<!-- map -->\n).*?(?=<!-- /map -->)", re.DOTALL)
WIDTH = 80


def room(module: str, house: str) -> str:
    """The room of a house that a module is in; empty for one that is elsewhere, or is the house itself."""
    return module.removeprefix(f"{house}.").partition(".")[0] if module.startswith(f"{house}.") else ""


def arrows(house: str) -> dict[str, set[str]]:
    """Each room of a house -> the other rooms of it that its modules import."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    known = modules()
    for module, path in known.items():
        here = room(module, house)
        found[here] |= {room(other, house) for other in imported_modules(module, path, known)} - {here, ""}
    return found


def rows(house: str, table: tuple[tuple[str, ...], ...]) -> list[str]:
    """A house as lines: each of its rooms, from the highest, and what it imports, from the highest."""
    order = [name for layer in reversed(table) for name in layer]
    column = max(map(len, order)) + 3
    found = arrows(house)
    return [
        textwrap.fill(
            f"{name:<{column}}{' '.join(sorted(found[name], key=order.index)) or '-'}",
            WIDTH,
            subsequent_indent=" " * column,
            break_on_hyphens=False,
        )
        for name in order
    ]


def drawn() -> str:
    """The rooms of the package, and those of the talk."""
    lines = "\n".join([*rows(NAME, LAYERS), "", "in talk:", "", *rows(f"{NAME}.talk", TALK)])
    return f"\n{textwrap.indent(lines, '    ')}\n\n"


def redrawn(text: str) -> str:
    """The text with the map between its marks drawn anew. Raises LookupError where it has not one place for it."""
    if len(MARKED.findall(text)) != 1:
        raise LookupError(f"{CONTRIBUTING.name} has not one place for the map, between <!-- map --> and <!-- /map -->")
    return MARKED.sub(lambda _: drawn(), text)


if __name__ == "__main__":
    CONTRIBUTING.write_text(redrawn(CONTRIBUTING.read_text()))
