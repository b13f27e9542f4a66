"""MONDAY.md: what can be typed is understood, and each part has the tests that show what it says."""

import ast
import re
import shlex
from pathlib import Path

import pytest
import typer

from asyncdemo.cli import app
from asyncdemo.stages.catalogue import STAGES
from asyncdemo.stages.files import stage_files

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "MONDAY.md").read_text()
TYPED = re.findall(r"`(asyncdemo [^`]+)`", PAGE)
SHOWN_BY = {
    "My page waits for an e-mail, a PDF, somebody else's API": [
        "tests/e2e/test_own_project.py:test_a_load_on_it",
        "tests/stages/test_today.py:test_a_page_waits_for_no_worker_and_a_mail_for_a_newsletter",
        "tests/e2e/test_today.py:test_what_is_rolled_back_was_not_sent",
    ],
    "Jobs are slow, and the page too": ["tests/e2e/test_compare.py:test_all_stages_side_by_side"],
    "One kind of job starves the others": [
        "tests/e2e/test_today.py:test_a_reserved_worker_has_mails_done_while_newsletters_wait",
        "tests/e2e/test_today.py:test_one_queue_and_priority_are_told",
        "tests/e2e/test_today_celery.py:test_as_it_comes_mails_are_in_a_busy_workers_pocket",
    ],
    "Jobs vanish": [
        "tests/e2e/test_today.py:test_what_a_killed_worker_had_in_hand_stays_with_it",
        "tests/e2e/test_today_celery.py:test_what_a_killed_worker_had_in_hand_is_unacknowledged",
        "tests/e2e/test_today.py:test_what_is_rolled_back_was_not_sent",
    ],
    "A job ran twice": ["tests/e2e/test_today_celery.py:test_what_a_killed_worker_had_in_hand_is_unacknowledged"],
}
"""Part of the page -> the tests."""
SETTINGS = {
    "today": ["transaction.on_commit", "queue_name=", "TASKS"],
    "today_celery": [
        "transaction.on_commit",
        "CELERY_TASK_ROUTES",
        "TASK_ACKS_LATE",
        "REJECT_ON_WORKER_LOST",
        "PREFETCH",
    ],
}
"""Stage -> what the page says of settings that it has."""


def test_it_has_these_parts() -> None:
    """Each with tests."""
    assert re.findall(r"^## (.+)$", PAGE, re.MULTILINE) == list(SHOWN_BY)


@pytest.mark.parametrize("test", sorted({test for tests in SHOWN_BY.values() for test in tests}))
def test_what_shows_it_is_there(test: str) -> None:
    """A test of this name."""
    path, _, name = test.partition(":")
    tree = ast.parse((ROOT / path).read_text())
    assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


@pytest.mark.parametrize("line", TYPED)
def test_what_is_typed_is_understood(line: str) -> None:
    """Its options are there, and stages are stages."""
    group = typer.main.get_command(app)
    _, name, *words = shlex.split(line)
    command = group.get_command(None, name)  # type: ignore[attr-defined]
    assert command is not None
    typed = command.make_context(name, words).params
    stage = str(typed.get("stage") or typed.get("before") or "")
    assert not stage or stage in STAGES or stage.startswith("./")


@pytest.mark.parametrize("name", SETTINGS)
def test_the_stages_have_these_settings(name: str) -> None:
    """The page names none that nobody here has tried."""
    text = "".join(stage_files(STAGES[name]).values())
    assert [setting for setting in SETTINGS[name] if setting not in text] == []
