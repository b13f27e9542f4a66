"""Where the talk is that comes with asyncdemo: its deck, and the recordings of its demos."""

from ..stages import PACKAGE, ROOT

FOLDER = (ROOT if (ROOT / "pyproject.toml").exists() else PACKAGE) / "talk"
"""A checkout has it at the top, a wheel inside the package."""
DECK = FOLDER / "deck.md"
