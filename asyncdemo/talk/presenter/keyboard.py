"""The keyboard as Textual hears it: which of its keys are meant, and what is no key at all.

Textual's driver for a terminal, `LinuxDriver`, is not documented. Its `run_input_thread` ends by a ValueError at bytes
that are no text, and with it every key; here it begins again. Were its name or its way to end another, a talk would end
by such bytes as it does without this.
"""

import re
from contextlib import suppress

from textual.drivers.linux_driver import LinuxDriver
from textual.events import Key

NOT_MEANT = re.compile(
    r"(.+\+)?((left|right)_(shift|control|alt|super|hyper|meta)|iso_level\d_shift"
    r"|(caps|num|scroll)_lock|(raise|lower|mute)_volume|media_\w+|print_screen)"
)
"""What a terminal may tell as a key of its own: those that are held while another is pressed, and the computer's."""


class Keyboard(LinuxDriver):
    """Textual's own, to whom what is neither text nor a key is not the end."""

    def run_input_thread(self) -> None:
        """Hear keys, until the talk ends. What came together with such bytes is not heard."""
        while True:
            with suppress(ValueError):  # a line that crackles, a keyboard of another encoding
                super().run_input_thread()
                return


def key_of(event: Key) -> str:
    """The character, or Textual's name; empty for what says nothing by itself."""
    if event.character is not None and event.character.isprintable():
        return event.character
    if NOT_MEANT.fullmatch(event.key):
        return ""
    return "enter" if event.key == "ctrl+j" else event.key  # Enter is that to a terminal that is not yet ours
