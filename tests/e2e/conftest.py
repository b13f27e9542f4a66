"""What takes long to make, and is only looked at."""

from pathlib import Path

import pytest

from asyncdemo.talk.export.export import export_deck
from asyncdemo.talk.shipped_talk import DECK


@pytest.fixture(scope="session")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The talk, exported."""
    path = tmp_path_factory.mktemp("talk") / "talk.html"
    assert export_deck(DECK, str(path)) == 0
    return path
