"""What a process of ours hears of the user's shell."""

import os
from collections.abc import Mapping

import pytest

from asyncdemo.base.installation import ROOT, environment_of_ours


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> Mapping[str, str]:
    """A shell with this in it, and nothing else."""
    values = {"PATH": "/bin", "HOME": "/home/ada", "LANG": "C.UTF-8", "LC_TIME": "de_DE", "TMPDIR": "/t", "TZ": "UTC"}
    others = {"DEBUG": "1", "DJANGO_SETTINGS_MODULE": "mine", "DATABASE_URL": "postgres://a:b@c", "AWS_SECRET": "x"}
    options = {"ASYNCDEMO_REDIS": "redis://:password@host/0", "REDIS_URL": "redis://:password@host/0"}
    for name in list(os.environ):
        monkeypatch.delenv(name)
    for name, value in (values | others | options | {"ASYNCDEMO_STAGE_MINE": "yes"}).items():
        monkeypatch.setenv(name, value)
    return values


def test_it_hears_where_things_are_and_what_is_meant_for_it(shell: Mapping[str, str]) -> None:
    """And neither another project's settings, nor a password that an option of ours has."""
    heard = environment_of_ours()
    heard.pop("PYTHONPATH", None)
    assert heard == {**shell, "ASYNCDEMO_STAGE_MINE": "yes"}


def test_a_checkout_is_imported_before_what_the_user_has(
    shell: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the user has stays."""
    monkeypatch.setenv("PYTHONPATH", "/theirs")
    ours = [str(ROOT)] if (ROOT / "pyproject.toml").exists() else []
    assert environment_of_ours()["PYTHONPATH"].split(os.pathsep) == [*ours, "/theirs"]
