"""What the tests of experiments share."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from asyncdemo.events.stage import StageEntry
from tests.unit.small_stage import small_stage


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StageEntry]:
    """Runs are in a folder of their own, in which nothing is left."""
    with tempfile.TemporaryDirectory(prefix="t-") as temp:
        monkeypatch.setattr(tempfile, "tempdir", temp)
        yield small_stage(tmp_path)
        assert list(Path(temp).iterdir()) == []
