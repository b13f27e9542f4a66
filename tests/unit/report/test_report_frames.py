"""What a report is made of: as it was drawn, and looked at."""

import pytest

from tests.report_frames import FOLDER, drawn

pytestmark = pytest.mark.checkout
NAMES = sorted(path.name for path in FOLDER.iterdir())


@pytest.fixture(scope="module")
def now() -> dict[str, str]:
    """As they are drawn now."""
    return dict(drawn())


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_is_as_it_was_drawn(name: str, now: dict[str, str]) -> None:
    """Draw them anew with `make frames`, and look at what the diff shows."""
    assert now[name].splitlines() == (FOLDER / name).read_text().splitlines()


def test_all_of_them_are_there(now: dict[str, str]) -> None:
    """None is left over, and none left out."""
    assert sorted(now) == NAMES
