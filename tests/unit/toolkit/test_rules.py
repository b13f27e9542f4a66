"""Rules that reviewers would otherwise have to remember."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import asyncdemo
from asyncdemo.toolkit import stages

PACKAGE = Path(asyncdemo.__file__).parent
TOOLKIT = PACKAGE / "toolkit"
CHECKOUT = Path(__file__).parents[3]

LAYERS = [
    {"commands"},
    {"reports"},
    {"talk"},
    {"watch", "hammer", "compare", "pictures", "recordings", "doctor"},
    {"live", "replay", "trial"},
    {"launcher", "load", "learn", "screen"},
    {"plain", "plain_load", "panels", "report"},
    {"state", "setups"},
    {"seen"},
    {"telemetry"},
    {"stages", "durations", "files", "histogram", "text"},
    {"errors"},
]
"""From the top to the bottom: a module imports from its own layer and from those below. One that is not here may stand
anywhere between; that there are no circles holds for all."""


def noun(module: str) -> str:
    """`asyncdemo.toolkit.launcher.run` -> `launcher`."""
    return module.split(".")[2]


def modules() -> dict[str, Path]:
    """Every module of the toolkit, by its dotted name."""
    found = {}
    for path in TOOLKIT.rglob("*.py"):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(module: str, path: Path) -> Iterator[str]:
    """The modules that one imports, wherever in its text."""
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*start, node.module] if node.module else start)
            yield from (f"{base}.{alias.name}" for alias in node.names)


def imported_modules(module: str, path: Path) -> set[str]:
    """The toolkit's own modules among them."""
    known = modules()
    names = {name if name in known else name.rpartition(".")[0] for name in imports(module, path)}
    return {name for name in names if name in known and name != module and len(name.split(".")) > 2}


def level(module: str) -> int | None:
    """A layer's place, counted from the top."""
    return next((place for place, layer in enumerate(LAYERS) if noun(module) in layer), None)


MODULES = {name: path for name, path in sorted(modules().items()) if len(name.split(".")) > 2}


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_down(module: str) -> None:
    """commands -> watch -> launcher -> plain -> state -> telemetry, and never back."""
    here = level(module)
    for other in imported_modules(module, MODULES[module]):
        there = level(other)
        assert here is None or there is None or here <= there, f"{module} imports {other}"
        assert noun(other) != "commands" or noun(module) == "commands", f"{module} imports {other}"


def test_imports_make_no_circle() -> None:
    """Neither between the modules of a folder nor across."""
    open_modules = {name: imported_modules(name, path) - {name.rpartition(".")[0]} for name, path in MODULES.items()}
    while open_modules:
        free = [name for name, others in open_modules.items() if not others & open_modules.keys()]
        assert free, f"in a circle: {sorted(open_modules)}"
        for name in free:
            del open_modules[name]


def test_every_layer_is_looked_at() -> None:
    """A folder that is renamed must not slip out of the rules."""
    nouns = {noun(module) for module in MODULES}
    assert {"commands", "watch", "launcher", "plain", "state", "telemetry", "errors"} <= nouns


def test_the_toolkit_imports_no_stage() -> None:
    """It starts them as programs."""
    for module, path in MODULES.items():
        for name in imports(module, path):
            assert not name.startswith(tuple(f"asyncdemo.{stage}" for stage in stages.STAGES)), f"{module}: {name}"
            assert not name.startswith("hello."), f"{module}: {name}"


def test_textual_is_for_the_talk_alone() -> None:
    """Panels, keys and reports know nothing of it."""
    users = {
        noun(module) for module, path in MODULES.items() if any(n.startswith("textual") for n in imports(module, path))
    }
    assert users == {"talk"}


@pytest.mark.parametrize("stage", stages.STAGES)
def test_a_stage_imports_nothing_of_the_toolkit(stage: str) -> None:
    """A reader finds Django and Channels there, and the path."""
    for path in (PACKAGE / stage).rglob("*.py"):
        assert [name for name in imports(f"{stage}.{path.stem}", path) if "toolkit" in name] == []


def test_the_path_imports_nothing_of_the_toolkit() -> None:
    """`channel_http` can be taken out and read by itself."""
    for path in (PACKAGE / "channel_http").rglob("*.py"):
        module = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        assert [name for name in imports(module, path) if "toolkit" in name] == []


def test_the_command_line_is_there_before_the_heavy_packages() -> None:
    """`--help` and a mistyped flag are answered without waiting for what only a run needs."""
    heavy = "{'channels', 'daphne', 'django', 'honcho', 'redis', 'textual', 'twisted'}"
    code = f"import sys, asyncdemo.toolkit.commands; print(sorted({heavy} & sys.modules.keys()))"
    asked = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert asked.stdout.strip() == "[]"


def test_the_version_is_that_of_the_changelog() -> None:
    """Its first heading of a version."""
    changelog = CHECKOUT / "CHANGELOG.md"
    if not changelog.exists():
        pytest.skip("needs the checkout's CHANGELOG.md")
    heading = re.search(r"^## \[?(\d+\.\d+\.\d+)", changelog.read_text(), re.MULTILINE)
    assert heading is not None
    assert heading[1] == asyncdemo.__version__
