"""A process of a stage tells events by their names: it starts sooner without their classes."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from asyncdemo import probes
from asyncdemo.base.installation import environment_of_ours
from asyncdemo.events.events import KINDS

FOLDER = Path(probes.__file__).parent
MODULES = sorted(path.stem for path in FOLDER.glob("[!_]*.py"))
TELLING = {"emit", "emit_at", "begun", "over", "ended", "tell"}


def told() -> Iterator[tuple[str, ast.Call, str]]:
    """(module, call, name of the event) of each event that a probe tells."""
    for module in MODULES:
        for call in ast.walk(ast.parse((FOLDER / f"{module}.py").read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func).rpartition(".")[2] in TELLING:
                for word in call.args[:2]:
                    if isinstance(word, ast.Constant) and isinstance(word.value, str):
                        yield module, call, word.value


@pytest.mark.parametrize("module", ["__main__", *MODULES])
def test_no_probe_imports_what_only_the_command_needs(module: str) -> None:
    """Neither the classes of events, which take time to make, nor what reads a line."""
    code = f"import sys, asyncdemo.probes.{module}; print(*sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", code], env=environment_of_ours(), capture_output=True, text=True, check=True
    )
    assert not {"asyncdemo.events.events", "asyncdemo.events.stage", "msgspec"} & {*ran.stdout.split()}


def test_each_event_that_a_probe_tells_is_one_and_has_what_it_is_told_with() -> None:
    """Their names are texts, which no type checker knows."""
    seen = set()
    for module, call, name in told():
        assert name in KINDS, f"{module}: {name}"
        words = {word.arg for word in call.keywords if word.arg is not None}
        assert words <= {field.name for field in fields(KINDS[name])}, f"{module}: {name}"
        seen.add(name)
    assert seen >= {"Arrived", "Answered", "Taken", "Done", "Sent", "CallStarted", "CallDelivered", "WorkerReady"}
