"""What is being typed at the foot of a slide. Pure."""

from dataclasses import dataclass
from typing import Literal


@dataclass
class Prompt:
    """What is being typed after `g` or `/`."""

    kind: Literal["g", "/"]
    text: str = ""

    @property
    def shown(self) -> str:
        """As the foot says it."""
        what = "go to slide" if self.kind == "g" else "search"
        return f"{what}: {self.text}▏ Enter, Esc"

    def type(self, key: str) -> None:
        """A letter more, or one less; of a number, only digits."""
        if key == "backspace":
            self.text = self.text[:-1]
        elif len(key) == 1 and key.isprintable() and (self.kind == "/" or key.isdecimal()):
            self.text = (self.text + key)[: 4 if self.kind == "g" else 60]
