"""What is asked of a run without a process."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.unit.running.parts import Parts


@pytest.fixture
def parts() -> Iterator[Callable[..., Parts]]:
    made: list[Parts] = []

    def make(*asked: Any, **options: Any) -> Parts:
        made.append(Parts(*asked, **options))
        return made[-1]

    yield make
    for each in made:
        each.held.close()
