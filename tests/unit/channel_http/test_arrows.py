"""Who may import whom, read from the source: stages import neither each other nor the toolkit."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import asyncdemo

PACKAGE = Path(asyncdemo.__file__).parent
STAGES = ["step1", "step2", "step3", "bonus"]


def imports(source: str, package: str) -> Iterator[str]:
    """The absolute names of all modules that this source imports, anywhere in it, `from a import b` as `a.b` too."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            yield from (str(a.value) for a in node.args if isinstance(a, ast.Constant))


def imports_below(folder: Path) -> set[str]:
    """What the files of a folder import."""
    found: set[str] = set()
    for path in folder.rglob("*.py"):
        package = ".".join(["asyncdemo", *path.parent.relative_to(PACKAGE).parts])
        found |= set(imports(path.read_text(), package))
    return found


def reaching(found: set[str], *modules: str) -> set[str]:
    """Those that are one of these modules or lie in it."""
    return {name for name in found for module in modules if name == module or name.startswith(f"{module}.")}


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_stands_alone(stage: str) -> None:
    """A stage imports no other stage, not the toolkit, and of the package nothing but channel_http."""
    found = imports_below(PACKAGE / stage)
    assert "django.shortcuts.render" in found
    ours = reaching(found, "asyncdemo")
    assert ours == reaching(ours, "asyncdemo.channel_http", f"asyncdemo.{stage}")
    assert bool(reaching(ours, "asyncdemo.channel_http")) == (stage != "step1")


def test_channel_http_knows_nobody() -> None:
    """HTTP over a layer imports neither the toolkit nor a stage."""
    ours = reaching(imports_below(PACKAGE / "channel_http"), "asyncdemo", "hello")
    assert "asyncdemo.channel_http.messages.Delivery" in ours
    assert ours == reaching(ours, "asyncdemo.channel_http")


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("from asyncdemo.toolkit import state", "asyncdemo.toolkit.state"),
        ("def f():\n    import asyncdemo.toolkit.state", "asyncdemo.toolkit.state"),
        ("from ..toolkit.state import fold", "asyncdemo.toolkit.state.fold"),
        ("from .. import toolkit", "asyncdemo.toolkit"),
        ("importlib.import_module('asyncdemo.toolkit')", "asyncdemo.toolkit"),
    ],
)
def test_the_reader_sees_every_kind_of_import(source: str, found: str) -> None:
    """The rule above is only as good as its eyes."""
    assert found in reaching(set(imports(source, "asyncdemo.channel_http")), "asyncdemo.toolkit")
