"""What a project that could not start lacks."""

from dataclasses import replace
from pathlib import Path

import pytest

from asyncdemo.running.own.missing import what_is_missing
from asyncdemo.running.own.project import OURS, OwnProject, find_project

DJANGO = (
    "ModuleNotFoundError: No module named 'django'",
    "ImportError: Couldn't import Django. Are you sure it's installed and available on your PYTHONPATH?",
)


@pytest.fixture
def project(tmp_path: Path) -> OwnProject:
    """With a Python of its own, `mysite` beside its manage.py and no list of requirements."""
    (tmp_path / "mine" / "mysite").mkdir(parents=True)
    (tmp_path / "mine" / "manage.py").touch()
    python = tmp_path / "mine" / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch(0o700)
    return find_project("mine", None, "127.0.0.1", None, tmp_path)


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        (DJANGO, "django"),
        (["/usr/bin/python3: No module named gunicorn"], "gunicorn"),
        (["ModuleNotFoundError: No module named 'rest_framework'"], "rest_framework"),
        (["/bin/sh: 1: celery: not found"], "celery"),
        (["/bin/sh: 1: exec: daphne: not found"], "daphne"),
        (["/bin/sh: line 1: uvicorn: command not found"], "uvicorn"),
        (["sh: gunicorn: command not found"], "gunicorn"),
    ],
)
def test_what_is_missing_is_named_and_what_to_type(project: OwnProject, said: list[str], missing: str) -> None:
    """Which Python that was, and another that may have it."""
    assert what_is_missing(project, said) == (
        f"Its Python, {project.python} (its .venv), has no {missing}: install it there; or, if another has it: "
        "asyncdemo run ./mine --python ITS_VENV."
    )


def test_a_copy_of_the_course_has_no_other_python(project: OwnProject) -> None:
    """So that none is offered."""
    missing = what_is_missing(replace(project, python_from=OURS), DJANGO)
    assert missing == f"Its Python, {project.python} (that of asyncdemo), has no django: install it there."


def test_its_list_of_requirements_is_what_is_installed(project: OwnProject) -> None:
    """By the Python that it is run with."""
    listed = project.folder / "requirements.txt"
    listed.touch()
    assert f"has no django: {project.python} -m pip install -r {listed};" in what_is_missing(project, DJANGO)
    assert "has no nothing: install it there;" in what_is_missing(project, ["/bin/sh: 1: nothing: not found"])


@pytest.mark.parametrize(
    "said",
    [
        [],
        ["ModuleNotFoundError: No module named 'mysite.urls'"],
        ["ModuleNotFoundError: No module named 'django.tasks'"],
        ["InvalidTaskBackendError: Could not find backend 'a.b.C': No module named 'django_tasks.backends.database'"],
        ["ImportError: cannot import name 'path' from 'django.urls'"],
        ["Not Found: /favicon.ico"],
    ],
)
def test_what_is_its_own_is_not_to_be_installed(project: OwnProject, said: list[str]) -> None:
    """Nor is anything else that went wrong."""
    assert not what_is_missing(project, said)
