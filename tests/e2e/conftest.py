"""What takes long to make, and is only looked at."""

from pathlib import Path

import pytest

from asyncdemo.toolkit.talk.export import export_deck
from asyncdemo.toolkit.talk.shipped import DECK


@pytest.fixture(scope="session")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The talk, exported."""
    path = tmp_path_factory.mktemp("talk") / "talk.html"
    assert export_deck(DECK, str(path)) == 0
    return path
