"""The folder of a run where the machine has nothing left for it."""

import os
import resource
import tempfile
from pathlib import Path

import pytest

from asyncdemo.base.errors import StartError
from asyncdemo.running.run_folder import RunFolder


@pytest.mark.parametrize(
    ("left", "problem"),
    [(0, "folder for temporary files cannot be written"), (1, "guard of the run cannot be started")],
)
def test_what_cannot_be_guarded_leaves_no_folder(
    left: int, problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No descriptor for a file, or one, and none for a process."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    free = os.open(os.devnull, os.O_RDONLY)
    os.close(free)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free + left, hard))
    try:
        with pytest.raises(StartError, match=f"{problem}: Too many open files"):
            RunFolder.create()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert list(tmp_path.iterdir()) == []
