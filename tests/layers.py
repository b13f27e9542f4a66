"""Who may import whom: the rooms of the package from the lowest to the highest, and the one reader of imports.

A module imports from its own room and from those before it in its table. `make map` draws the arrows that are there.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import asyncdemo
from asyncdemo.stages.catalogue import STAGES as CATALOGUE

PACKAGE = Path(asyncdemo.__file__).parent
NAME = PACKAGE.name
STAGES = tuple(CATALOGUE)
"""Complete Django projects, which stand outside the layers."""

LAYERS = (
    ("base",),
    ("events",),
    ("stages",),
    ("channel_http",),
    ("probes",),
    ("known",),
    ("running",),
    ("load",),
    ("measuring",),
    ("showing",),
    ("report",),
    ("web",),
    ("deck",),
    ("course",),
    ("features",),
    ("talk",),
    ("cli",),
    ("__main__",),
)
"""The rooms. `channel_http` imports nothing of the tool, whatever stands before it."""

TALK = (
    ("clock", "shipped_talk"),
    ("demos",),
    ("followers",),
    ("presenter",),
    ("export",),
    ("check", "try_demo", "transcript", "new_deck"),
)
"""The rooms of `talk`."""


def modules(folder: Path = PACKAGE) -> dict[str, Path]:
    """Every module of the package by its dotted name, but what stands outside of the house: the stages, what goes
    into projects made from them, and what attaches to projects of others."""
    found = {}
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        outside = parts[1] == "attach" or (parts[1] == "stages" and (parts[2] in STAGES or "files" in parts[:-1]))
        if outside:
            continue
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(source: str, package: str) -> Iterator[str]:
    """The absolute names of all that this source imports, anywhere in it; `from a import b` is `a.b`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            yield from (str(a.value) for a in node.args if isinstance(a, ast.Constant))


def imports_of(module: str, path: Path) -> set[str]:
    """What a module imports, by absolute names."""
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    return set(imports(path.read_text(), package))


def imported_modules(module: str, path: Path, known: dict[str, Path]) -> set[str]:
    """The modules of ours that one imports: of `a.b` the module b, or a where b is a name in it."""
    found = set()
    for name in imports_of(module, path):
        while name and name not in known:
            name = name.rpartition(".")[0]
        found.add(name)
    return found - {"", module, NAME}


def level(room: str, table: tuple[tuple[str, ...], ...]) -> int:
    """The place of a room in its table, from the lowest. Raises LookupError for one that is in none."""
    places = [place for place, rooms in enumerate(table) if room in rooms]
    if len(places) != 1:
        raise LookupError(f"{room} is in {len(places)} layers")
    return places[0]
