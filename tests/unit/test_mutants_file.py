"""What stands in mutants.txt as unnoticed is still in the code: a reason for what has gone has to go."""

from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
BLOCKS = (CHECKOUT / "tests" / "mutants.txt").read_text().strip().split("\n\n")[1:]


@pytest.mark.checkout
@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: " ".join(block.split("\n")[:2]))
def test_what_is_named_is_there(block: str) -> None:
    """The module, the lines that were changed, those that came instead, and a sentence that says why."""
    path, *changes, reason = block.splitlines()
    lines = [line.strip() for line in (CHECKOUT / path).read_text().splitlines()]
    assert {change[0] for change in changes} == {"-", "+"}
    assert [change for change in changes if change[0] == "-" and change[1:] not in lines] == []
    assert reason.endswith(".")
