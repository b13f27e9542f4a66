"""What is written for readers: README.md, CONTRIBUTING.md and the pages of docs/, where the checkout is around."""

from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[1]
README = CHECKOUT / "README.md"
CONTRIBUTING = CHECKOUT / "CONTRIBUTING.md"
PAGES = sorted((CHECKOUT / "docs").glob("*.md"))


def text_of(path: Path) -> str:
    """A document; the running test is skipped where the package was installed without them."""
    if not README.exists():
        pytest.skip(f"needs the checkout's {path.name}")
    return path.read_text()


def promises() -> str:
    """All that users are told: README and the pages that it leads to."""
    return "\n".join(text_of(path) for path in (README, *PAGES))
