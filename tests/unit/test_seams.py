"""Tests come in by the door that a user has: what is private, of ours or of a library, they neither read nor replace.

A thing of the outside world that cannot be had otherwise, like a full disk or another user, may be replaced.
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

HERE = Path(__file__).parents[1]
OURS = "asyncdemo"
EXCEPTIONS = {
    "e2e/patient_learn.py::": "a busy machine has no time for three plays of a lesson, and is told so",
    "unit/attach/conftest.py::heard": "what a project's process tells comes later, and of moments that nobody knows",
    "unit/features/test_doctor.py::test_the_versions_are_those_of_pyproject": "what is installed is one of the two",
    "unit/base/test_output.py::test_rows_are_kept_when_the_next_stage_does_not_start": "a comparison is six real runs",
    "unit/base/test_output.py::test_a_report_that_nobody_reads_any_more": "a comparison is six real runs",
    "unit/channel_http/test_interface.py::test_the_channels_are_swept_once_a_second": "an answer that takes its time",
    "unit/conftest.py::patient": "a Redis that has two seconds may have been let run in none of them",
    "unit/probes/test_measured.py::test_it_was_when_it_was_asked": "a database that takes its time",
    "unit/channel_http/layers/test_redis_layer.py"
    "::test_a_crowd_after_a_pause_does_not_find_the_connections_that_redis_has_closed": (
        "nobody else has to know which connections are idle, and when one has noticed its end"
    ),
    "unit/features/test_recorded_comparison.py::test_a_disk_that_is_full_ends_the_recording_alone": (
        "a comparison is six real runs"
    ),
    "unit/load/test_load_host.py::Attempts.__init__": "when a silent address is given up, the clock alone says",
    "unit/load/test_load_arrivals.py::test_visitors_who_wait_for_their_answers": "the loop alone is told of a pause",
    "unit/load/test_load_traffic.py::test_the_time_limit_is_looked_at_when_the_oldest_reaches_it": "and of a limit",
    "unit/load/test_load_worker.py::test_when_it_tells": "and of the next look",
    "unit/load/test_load_worker.py::test_what_it_is_given": "a limit of files is that of the whole test process",
    "unit/measuring/test_experiment.py::test_who_is_warmed_up": "a page that takes fifteen seconds takes them",
    "unit/measuring/test_experiment.py::test_a_load_that_is_never_ready": "a real one is ready",
    "unit/measuring/test_race.py::test_a_machine_without_room_for_the_page_has_its_race": "nor have the lanes",
    "unit/measuring/test_reference.py::test_a_page_that_does_not_go_is_killed": "its grace is two seconds",
    "unit/running/test_guard.py::test_how_long_it_waits": "who was killed is gone at once",
    "unit/running/test_run.py::test_how_long_its_processes_have_to_go": "a grace is waited for by whoever uses it up",
    "unit/running/test_run.py::test_woken_from_another_thread": "a tenth of a second is soon over",
    "unit/running/test_starting.py::test_where_no_other_starts_nothing_is_read": "nobody sees what is not read",
    "unit/running/test_worker_control.py::stage": "workers of a Procfile are whole Django processes",
    "unit/running/test_worker_control.py::test_there_is_a_most_of_workers": "it would take 64 real processes",
    "unit/talk/test_keyboard.py::": "the names of all keys that Textual can tell of are nowhere else",
    "unit/talk/test_presenter.py::test_lines_look_as_textual_would_have_them": (
        "without a terminal, Textual does not write at all"
    ),
    "unit/talk/test_remote.py::test_a_slow_one_has_to_go": "else it takes 10 s",
    "unit/talk/test_shows.py::test_redis_that_ends_with_its_run_is_no_problem": "a show begins a run by itself",
    "unit/talk/test_shows.py::test_a_run_that_cannot_begin_lets_go_of_what_it_had": "a run lets nobody see its files",
}
"""`file::function` where something of this kind is -> why it is there."""
LOOKS_INSIDE = HERE / "unit" / "test_private_interfaces.py"
"""What it is for: it fails when what we need of a library's inside changes."""


def is_private(name: str) -> bool:
    """`_this`, and not `__this__`."""
    return name.startswith("_") and not name.endswith("__")


def root(node: ast.expr) -> str:
    """The name that an expression begins with: `run` in `run.folder.path`; empty for one that begins with none."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def origins_in(tree: ast.AST) -> dict[str, str]:
    """Every name that is imported -> the module that it is, or is from."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.asname or alias.name.split(".")[0]: alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {alias.asname or alias.name: node.module or "" for alias in node.names}
    return found


@dataclass
class Reader:
    """Finds what a test does with private things."""

    origins: dict[str, str]

    def within(self, node: ast.AST, inside: str = "") -> Iterator[tuple[str, str]]:
        """(function, what) of all in a part of a file."""
        for what in self.told(node):
            yield inside, f"line {getattr(node, 'lineno', 0)}: {what}"
        for child in ast.iter_child_nodes(node):
            named = isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            yield from self.within(child, f"{inside}.{child.name}".strip(".") if named else inside)  # type: ignore[attr-defined]

    def told(self, node: ast.AST) -> Iterable[str]:
        """What is wrong with this node alone."""
        if isinstance(node, ast.Import | ast.ImportFrom):
            return self.imported(node)
        if isinstance(node, ast.ClassDef):
            return self.overridden(node)
        if isinstance(node, ast.Attribute):
            return self.reached(node)
        if isinstance(node, ast.Assign):
            return self.assigned(node)
        return self.called(node) if isinstance(node, ast.Call) else ()

    def imported(self, node: ast.Import | ast.ImportFrom) -> Iterator[str]:
        """`import a._b`, `from a._b import c`, `from a import _b`; and what is made to replace things."""
        module = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
        for name in (f"{module}{alias.name}" for alias in node.names):
            if any(map(is_private, name.split("."))) or name.startswith("unittest.mock"):
                yield name

    def overridden(self, node: ast.ClassDef) -> Iterator[str]:
        """A class of ours that is made another one from within."""
        if any(self.is_ours(base) for base in node.bases):
            methods = [each for each in node.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)]
            yield from (f"overrides {method.name}" for method in methods if is_private(method.name))

    def reached(self, node: ast.Attribute) -> Iterator[str]:
        """`thing._private`. What is a test's own is `self._private`, or `super()._private`."""
        if is_private(node.attr) and ast.unparse(node.value) not in ("self", "cls", "super()"):
            yield ast.unparse(node)

    def assigned(self, node: ast.Assign) -> Iterator[str]:
        """`module.name = …`, of a module or class of ours."""
        for target in node.targets:
            if isinstance(target, ast.Attribute) and self.is_ours(target):
                yield ast.unparse(target)

    def called(self, node: ast.Call) -> Iterator[str]:
        """`monkeypatch.setattr` of anything but what is from outside; private names as texts and as keywords."""
        name = ast.unparse(node.func).rpartition(".")
        texts = [str(each.value) for each in node.args if isinstance(each, ast.Constant)]
        by_text = name[2] in ("setattr", "getattr", "delattr", "hasattr") and any(map(is_private, texts))
        replaces = name[0] and name[2] in ("setattr", "delattr") and not self.is_outside(node.args[0])
        keyword = self.is_ours(node.func) and any(is_private(each.arg or "") for each in node.keywords)
        if by_text or replaces or keyword:
            yield ast.unparse(node)

    def is_ours(self, node: ast.expr) -> bool:
        """Whether it is a module or class of the package, or something in one."""
        return self.origins.get(root(node), "").split(".")[0] == OURS

    def is_outside(self, node: ast.expr) -> bool:
        """Whether it is a module or class of somebody else, or something in one."""
        return root(node) in self.origins and not self.is_ours(node)


def read(source: str) -> list[tuple[str, str]]:
    """(function, what) of all in a file."""
    tree = ast.parse(source)
    return list(Reader(origins_in(tree)).within(tree))


def test_no_test_is_a_library_of_another() -> None:
    """What several need has a module of its own."""
    for path in HERE.rglob("*.py"):
        for name, origin in origins_in(ast.parse(path.read_text())).items():
            parts = [*origin.split("."), name] if origin.startswith("tests") else []
            assert not any(part.startswith("test_") for part in parts), f"{path.relative_to(HERE)}: {origin}"


def test_no_test_reads_or_replaces_what_is_private() -> None:
    """But for those that say why. An exception that is none any more has to go."""
    found: dict[str, list[str]] = {}
    for path in sorted(set(HERE.rglob("*.py")) - {LOOKS_INSIDE}):
        for function, what in read(path.read_text()):
            found.setdefault(f"{path.relative_to(HERE).as_posix()}::{function}", []).append(what)
    assert {where: what for where, what in found.items() if where not in EXCEPTIONS} == {}
    assert EXCEPTIONS.keys() - found.keys() == set()


@pytest.mark.parametrize(
    "source",
    [
        "run._record.close()",
        "assert [each._x for each in layer.all]",
        "import redis._parsers",
        "from textual._keyboard_protocol import KEYS",
        "from asyncdemo.talk import _notes",
        "from asyncdemo.base import files\nmonkeypatch.setattr(files, 'write', fail)",
        "from asyncdemo.load.process import LoadProcess\nwith monkeypatch.context() as broken:\n"
        "    broken.setattr(LoadProcess, 'start', fail)",
        "monkeypatch.setattr('asyncdemo.load.process.MODULE', 'other')",
        "monkeypatch.setattr('time.time', fail)",
        "app = Presenter()\nmonkeypatch.setattr(app, 'show', fail)",
        "import os\nmonkeypatch.setattr(os, '_exit', fail)",
        "getattr(run, '_record')",
        "from asyncdemo.talk import remote\nremote.SECONDS = 1",
        "from asyncdemo.features.replay import Controls\nControls(_stepped=1)",
        "from asyncdemo.channel_http.layers import InMemoryLayer\n"
        "class Lost(InMemoryLayer):\n    async def _push(self): ...",
        "from unittest.mock import patch",
    ],
)
def test_the_reader_sees_every_kind(source: str) -> None:
    """The rule is only as good as its eyes."""
    assert len(read(source)) == 1


@pytest.mark.parametrize(
    "source",
    [
        "class Own:\n    def _spawn(self):\n        return super()._spawn() or self._process",
        "import sys\nmonkeypatch.setattr(sys, 'stdout', stream)",
        "from pathlib import Path\nmonkeypatch.setattr(Path, 'home', nobody)",
        "client.kill(_type='normal')",
        "thing.__dict__",
        "clock.now += 1",
    ],
)
def test_the_reader_leaves_what_may_be(source: str) -> None:
    """What is a test's own, what is outside, and what only looks private."""
    assert read(source) == []
