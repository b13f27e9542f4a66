"""Where the talk is that comes with asyncdemo: its deck, and the recordings of its demos."""

from ..base.installation import PACKAGE, ROOT, is_checkout

FOLDER = (ROOT if is_checkout() else PACKAGE) / "talk"
"""A checkout has it at the top, a wheel inside the package."""
DECK = FOLDER / "deck.md"
