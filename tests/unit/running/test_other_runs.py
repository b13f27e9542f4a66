"""The runs of other terminals: those of this user, and no one else's."""

import json
import os
import tempfile
from dataclasses import asdict
from pathlib import Path

import pytest

from asyncdemo.running.other_runs import running
from asyncdemo.running.run_folder import NAME, RUNS_HERE
from asyncdemo.stages.catalogue import STAGES

FACTS = {
    "kind": "RunStarted",
    "t": 0,
    "process": "asyncdemo",
    "stage": asdict(STAGES["step1"]),
    "general": 0,
    "reserved": 0,
    "speed": 1,
    "delays": [5],
    "url": "http://127.0.0.1:1/",
}

ESCAPE = "\x1b[2J"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a run writes itself down, on a machine without another."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folder = tmp_path / f"{NAME}x"
    folder.mkdir()
    return folder / RUNS_HERE


def test_a_run_of_ours_is_found(here: Path) -> None:
    """Its texts do nothing to a terminal."""
    here.write_text(f"{os.getpid()}\n{json.dumps(FACTS | {'redis': ESCAPE})}\n")
    (run,) = running()
    assert (run.url, run.redis) == (FACTS["url"], "\N{REPLACEMENT CHARACTER}[2J")


@pytest.mark.parametrize("text", ["", "1", "x\n{}", "-1\n[]", f"{2**99}\n{{}}", "1\n" + "[" * 10_000, "\n\xff"])
def test_whatever_stands_in_it_is_no_error(here: Path, text: str) -> None:
    """Another version may have written it."""
    here.write_text(text)
    assert running() == []


def test_what_is_no_file_of_ours_is_not_read(here: Path) -> None:
    """A pipe would wait for somebody to write; a link leads anywhere."""
    os.mkfifo(here)
    assert running() == []
    here.unlink()
    elsewhere = here.with_name("elsewhere")
    elsewhere.write_text(f"{os.getpid()}\n{json.dumps(FACTS)}\n")
    here.symlink_to(elsewhere)
    assert running() == []


def test_one_that_another_user_has_written_down_is_not(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It could name a process of ours."""
    here.write_text(f"{os.getpid()}\n{json.dumps(FACTS)}\n")
    monkeypatch.setattr(os, "getuid", lambda: here.stat().st_uid + 1)  # as that one would find the file of ours
    assert running() == []
