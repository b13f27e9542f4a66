"""Rules that reviewers would otherwise have to remember."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import asyncdemo
from tests.layers import LAYERS, PACKAGE, STAGES, TALK, imported_modules, imports, imports_of, level, modules
from tests.waiting import DEADLINE_S

CHECKOUT = Path(__file__).parents[2]
MOST_FILES = 16
"""In a folder: more are not seen at one look."""
BASE = {
    "__init__",
    "addresses",
    "durations",
    "errors",
    "fallback",
    "files",
    "histogram",
    "installation",
    "output",
    "terminal",
    "text",
    "typed",
    "unread",
}
"""All of `base`: what is to be added has no better room, and stands here."""
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
MODULES = modules()
FOLDERS = {path.parent: name for name, path in MODULES.items() if path.name == "__init__.py"}


def room(module: str) -> str:
    """`asyncdemo.running.run` -> `running`."""
    return module.split(".")[1]


@pytest.mark.parametrize("module", [name for name in MODULES if name != "asyncdemo"])
def test_imports_point_down(module: str) -> None:
    """Every module is in a layer, and imports from its own and from lower ones; in `talk`, the rooms of it too."""
    here = level(room(module), LAYERS)
    for other in imported_modules(module, MODULES[module], MODULES):
        assert level(room(other), LAYERS) <= here, f"{module} imports {other}"
        if room(module) == "talk" == room(other) and min(module.count("."), other.count(".")) > 1:
            inside, there = (level(name.split(".")[2], TALK) for name in (module, other))
            assert there <= inside, f"{module} imports {other}"


def test_imports_make_no_circle() -> None:
    """Neither between the modules of a folder nor across. A package's own modules may be what it offers."""
    waiting = {name: imported_modules(name, path, MODULES) for name, path in MODULES.items()}
    waiting = {name: {o for o in others if not name.startswith(f"{o}.")} for name, others in waiting.items()}
    while waiting:
        free = [name for name, others in waiting.items() if not others & waiting.keys()]
        assert free, f"in a circle: {sorted(waiting)}"
        for name in free:
            del waiting[name]


def test_every_layer_is_there() -> None:
    """A room that is renamed must not slip out of the rules."""
    rooms = {room(module) for module in MODULES if module != "asyncdemo"}
    assert {name for layer in LAYERS for name in layer} == rooms
    inside = {module.split(".")[2] for module in MODULES if module.startswith("asyncdemo.talk.")}
    assert {name for layer in TALK for name in layer} == inside


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("from asyncdemo.known import state", "asyncdemo.known.state"),
        ("def f():\n    import asyncdemo.known.state", "asyncdemo.known.state"),
        ("from ..known.state import State", "asyncdemo.known.state"),
        ("from .. import known", "asyncdemo.known"),
        ("importlib.import_module('asyncdemo.known')", "asyncdemo.known"),
    ],
)
def test_the_reader_sees_every_kind_of_import(source: str, found: str, tmp_path: Path) -> None:
    """The rules are only as good as its eyes."""
    path = tmp_path / "interface.py"
    path.write_text(source)
    assert imported_modules("asyncdemo.channel_http.interface", path, MODULES) == {found}


@pytest.mark.parametrize("table", [LAYERS, TALK])
def test_a_module_in_no_layer_is_an_error(table: tuple[tuple[str, ...], ...]) -> None:
    """It does not pass because nobody has thought of it."""
    with pytest.raises(LookupError, match="nowhere is in 0 layers"):
        level("nowhere", table)


def test_channel_http_knows_nobody() -> None:
    """HTTP over a layer can be taken out and read by itself: it imports neither the tool nor a stage."""
    files = {name: path for name, path in MODULES.items() if room(f"{name}.") == "channel_http"}
    found = {name for module, path in files.items() for name in imports_of(module, path)}
    ours = {name for name in found if name.startswith(("asyncdemo", "hello"))}
    assert "asyncdemo.channel_http.messages.Delivery" in ours
    assert all(name.startswith("asyncdemo.channel_http") for name in ours), ours


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_stands_alone(stage: str) -> None:
    """A stage imports no other stage, nothing of the tool, and of the package nothing but channel_http."""
    paths = list((PACKAGE / "stages" / stage).rglob("*.py"))
    found = {name for path in paths for name in imports(path.read_text(), "hello")}
    assert "django.shortcuts.render" in found
    ours = {name for name in found if name.startswith("asyncdemo")}
    assert all(name.startswith("asyncdemo.channel_http") for name in ours), ours
    assert bool(ours) == (stage not in ("step1", "today", "today_celery"))


def test_the_tool_imports_no_stage() -> None:
    """It starts them as programs."""
    for module, path in MODULES.items():
        for name in imports_of(module, path):
            assert not name.startswith(tuple(f"asyncdemo.stages.{stage}" for stage in STAGES)), f"{module}: {name}"
            assert not name.startswith("hello."), f"{module}: {name}"


def test_textual_is_for_the_talk_alone() -> None:
    """Panels, keys and reports know nothing of it."""
    users = {
        room(module)
        for module, path in MODULES.items()
        if any(name.startswith("textual") for name in imports_of(module, path))
    }
    assert users == {"talk"}


def test_base_is_no_place_for_the_rest() -> None:
    """Its files are listed here."""
    assert {path.stem for path in (PACKAGE / "base").iterdir() if path.suffix} == BASE


@pytest.mark.parametrize("folder", FOLDERS, ids=str)
def test_a_folder_is_seen_at_one_look(folder: Path) -> None:
    """It holds few files, and says in its first sentence what is in it, and below that what is not."""
    files = [path for path in folder.iterdir() if path.is_file()]
    assert len(files) <= MOST_FILES, sorted(path.name for path in files)
    if folder.name in ("asyncdemo", "management", "commands"):  # the package itself; and Django's own names
        return
    said = ast.get_docstring(ast.parse((folder / "__init__.py").read_text())) or ""
    first, _, rest = said.partition("\n\n")
    assert first.endswith("."), f"{folder}: {first}"
    assert rest, f"{folder} does not say what is not in it"


def test_no_room_is_called_after_nothing() -> None:
    """Names are nouns of the thing in it."""
    assert not {module.rpartition(".")[2] for module in MODULES} & {"utils", "util", "helpers", "common", "misc"}


def test_the_command_line_is_there_before_the_heavy_packages() -> None:
    """`--help` and a mistyped flag are answered without waiting for what only a run needs."""
    heavy = "{'channels', 'daphne', 'django', 'honcho', 'redis', 'textual', 'twisted'}"
    code = f"import sys, asyncdemo.cli; print(sorted({heavy} & sys.modules.keys()))"
    asked = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=DEADLINE_S, check=True)
    assert asked.stdout.strip() == "[]"


STARTS = """
import os, sys
from asyncdemo.cli import main
from asyncdemo.running.processes import Processes

def start(*_, **__):
    os.write(1, f"{sorted(HEAVY & sys.modules.keys())}\\n".encode())
    raise KeyboardInterrupt

Processes.start = start
sys.argv[1:] = ["run", "step1", "--port", "0"]
main()
"""


def test_a_stage_starts_before_what_shows_it_is_imported() -> None:
    """Nor does it wait for what another run needs: what would load it, pass it on, or ask a Redis."""
    heavy = "{'asyncio', 'pydantic', 'psutil', 'redis', 'rich', 'textual', 'asyncdemo.known.state'}"
    code = STARTS.replace("HEAVY", heavy)
    asked = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=DEADLINE_S)
    assert asked.stdout.splitlines()[:1] == ["[]"], asked.stderr


def calls(source: str) -> set[str]:
    """What is called in it, as it is written; what opens a file with the mode, like `path.open w`."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            words = [ast.unparse(word) for word in (*node.args, *(keyword.value for keyword in node.keywords))]
            modes = [word.strip("'") for word in words if re.fullmatch(r"'[rwaxbt+]{1,3}'", word)]
            found.add(" ".join([name, *modes]) if name.endswith("open") else name)
    return found


WRITES_A_FILE = re.compile(
    r"(.*\.)?(open .*[wax+].*|write_text|write_bytes|copyfile|copy2|copytree|fdopen|mkstemp|FileIO)"
)
PRINTS = re.compile(r"print|(.*\.)?(echo|secho|print_exc)|sys\.std(out|err)\.(buffer\.)?write")
WAYS = {WRITES_A_FILE: {"asyncdemo.base.files", "asyncdemo.base.output"}, PRINTS: {"asyncdemo.base.output"}}
"""What is done in one way -> who does it; where an output was closed, there is a file. A console of Rich prints too:
panels, and what is only captured."""


@pytest.mark.parametrize("module", MODULES)
def test_there_is_one_way_to_write_a_file_and_one_to_print(module: str) -> None:
    """Whole or not at all, and in UTF-8; whatever can be shown, and with an end when nobody reads."""
    called = calls(MODULES[module].read_text())
    for way, allowed in WAYS.items():
        found = [call for call in called if way.fullmatch(call)]
        assert bool(found) == (module in allowed), f"{module}: {found}"


@pytest.mark.parametrize(
    ("source", "way"),
    [
        *((source, WRITES_A_FILE) for source in ("p.open('w')", "open(p, mode='ab')", "p.write_text('')", "FileIO(p)")),
        *((source, PRINTS) for source in ("print()", "typer.echo(1)", "sys.stdout.write('')")),
    ],
)
def test_the_reader_sees_every_way_to_write(source: str, way: "re.Pattern[str]") -> None:
    """And takes no reading for it."""
    assert [way.fullmatch(call) is not None for call in calls(source)] == [True]
    assert not any(
        way.fullmatch(call) for call in calls("p.open(); open(p, 'rb'); web.open('w.html'); console.print()")
    )


def test_the_version_is_that_of_the_changelog() -> None:
    """Its first heading of a version."""
    changelog = CHECKOUT / "CHANGELOG.md"
    if not changelog.exists():
        pytest.skip("needs the checkout's CHANGELOG.md")
    heading = re.search(r"^## \[?(\d+\.\d+\.\d+)", changelog.read_text(), re.MULTILINE)
    assert heading is not None
    assert heading[1] == asyncdemo.__version__


@pytest.mark.parametrize("module", MODULES)
def test_a_docstring_says_something(module: str) -> None:
    """It stands by itself: whoever reads it has not read the one above."""
    nodes = [node for node in ast.walk(ast.parse(MODULES[module].read_text())) if isinstance(node, DOCUMENTED)]
    said = {getattr(node, "name", module): ast.get_docstring(node) or "" for node in nodes}
    assert [name for name, words in said.items() if words.startswith(("The same", "As above", "Of now"))] == []
    assert [name for name, words in said.items() if words and "`" not in words and len(words.split()) < 3] == []
