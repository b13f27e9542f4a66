"""What a process of a project's imports at its start: ours is told of a module when the project has imported it."""

import importlib
import subprocess
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

import pytest

from asyncdemo.attach import sitecustomize
from asyncdemo.running.own.project import ATTACH


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Two modules of a project, `watched_a` and `watched_b`, and the finder that looks for the first."""
    for name in ("watched_a", "watched_b"):
        (tmp_path / f"{name}.py").write_text(f"whole = {name!r}\n")
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    for name in ("watched_a", "nobody_has_it"):
        monkeypatch.setitem(sitecustomize.HOOKS, name, ("ours", "hook"))
    monkeypatch.setattr(sys, "meta_path", [sitecustomize.Finder(), *sys.meta_path])
    return "watched_a"


def ours(monkeypatch: pytest.MonkeyPatch, hook: object) -> None:
    """The module of ours that has what is to be done."""
    module = ModuleType("asyncdemo_attached.ours")
    module.hook = hook  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "asyncdemo_attached", ModuleType("asyncdemo_attached"))
    monkeypatch.setitem(sys.modules, "asyncdemo_attached.ours", module)


def test_a_module_is_watched_when_it_is_whole(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And once: also where it is imported anew. Others are found as ever, and so is what is not there."""
    seen: list[str] = []
    ours(monkeypatch, lambda module: seen.append(module.whole))
    importlib.import_module("watched_b")
    assert not seen
    module = importlib.import_module(package)
    assert seen == ["watched_a"]
    importlib.reload(module)
    assert seen == ["watched_a"]
    with pytest.raises(ModuleNotFoundError, match="nobody_has_it"):
        importlib.import_module("nobody_has_it")


def test_a_module_that_cannot_be_watched(
    package: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The project goes on without, and is told why on standard error."""
    ours(monkeypatch, None)
    assert importlib.import_module(package).whole == "watched_a"
    said = capsys.readouterr().err
    assert said.startswith("asyncdemo: watched_a cannot be watched: TypeError(")
    assert said.endswith(")\n")


def test_a_module_that_nothing_executes_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A package without an `__init__.py`, or a loader of an old kind."""
    finder = sitecustomize.Finder()
    for loader in (None, object()):
        monkeypatch.setitem(sitecustomize.HOOKS, "watched_a", ("ours", "hook"))
        found = ModuleSpec("watched_a", loader)  # type: ignore[arg-type]
        monkeypatch.setattr(importlib.util, "find_spec", lambda name, found=found: found)
        assert finder.find_spec("watched_a") is None


def test_what_is_ours_is_found_without_its_folder_on_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """The project has the path that it has when it is started by hand: nothing of ours can be imported by chance."""
    monkeypatch.setattr(sys, "path", ["/theirs", str(ATTACH), f"{ATTACH}/", "/theirs/too"])
    monkeypatch.delitem(sys.modules, "asyncdemo_attached", raising=False)
    sitecustomize.find_ours()
    assert sys.path == ["/theirs", "/theirs/too"]
    found = importlib.util.find_spec("asyncdemo_attached.http")
    assert found is not None
    assert found.origin == str(ATTACH / "asyncdemo_attached" / "http.py")


@pytest.fixture
def theirs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the sitecustomize of somebody else would be; ours is imported."""
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setitem(sys.modules, "sitecustomize", sitecustomize)
    return tmp_path / "sitecustomize.py"


def test_the_sitecustomize_of_somebody_else_comes_next(theirs: Path) -> None:
    """As if ours were not there. Where there is none, ours is the one that Python has imported."""
    sitecustomize.import_theirs()
    assert sys.modules["sitecustomize"] is sitecustomize
    theirs.write_text("whose = 'theirs'")
    importlib.invalidate_caches()
    sitecustomize.import_theirs()
    assert sys.modules["sitecustomize"].whose == "theirs"


@pytest.mark.parametrize(("text", "error"), [("import nobody_has_it", ImportError), ("1 / 0", ZeroDivisionError)])
def test_what_the_sitecustomize_of_somebody_else_raises(text: str, error: type[Exception], theirs: Path) -> None:
    """It is raised, as it is by hand: also the want of a module that it imports."""
    theirs.write_text(text)
    importlib.invalidate_caches()
    with pytest.raises(error):
        sitecustomize.import_theirs()
    assert sys.modules["sitecustomize"] is sitecustomize


PROGRAM = """
import sys
print(type(sys.meta_path[0]).__name__ == "Finder", sys.argv[1] in sys.path, "asyncdemo_attached" in sys.modules)
"""


@pytest.mark.parametrize(
    ("variables", "said"), [({}, "False True False"), ({"ASYNCDEMO_TELEMETRY": "a file"}, "True False True")]
)
def test_a_process_of_a_run_is_watched_and_no_other(variables: dict[str, str], said: str) -> None:
    """Whoever inherits the path alone is left alone. In a run, we are the first to find a module."""
    command = [sys.executable, "-c", PROGRAM, str(ATTACH)]
    env = {"PYTHONPATH": str(ATTACH), **variables}
    assert subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout == f"{said}\n"
