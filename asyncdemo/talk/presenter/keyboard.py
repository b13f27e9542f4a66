"""The terminal as Textual has it: with keys as all commands hear them, on standard output.

Textual's driver for a terminal, `LinuxDriver`, is not documented. Its `run_input_thread` reads `fileno` until its
`exit_event`, and gives what it has read to `process_message`; its own parser takes a terminal's answers for keys, and
ends at bytes that are no text. `_file`, to which it writes, is standard error, which may be a file. Were these to
change, keys would be heard as Textual hears them, and slides go to standard error again.
"""

import re
import sys
from typing import Any

from textual.constants import ESCAPE_DELAY
from textual.drivers.linux_driver import LinuxDriver
from textual.events import Key
from textual.messages import TerminalSupportsSynchronizedOutput

from ...showing.keyboard import KeyParser
from ...showing.terminal import read

NOT_MEANT = re.compile(
    r"(.+\+)?((left|right)_(shift|control|alt|super|hyper|meta)|iso_level\d_shift"
    r"|(caps|num|scroll)_lock|(raise|lower|mute)_volume|media_\w+|print_screen)"
)
"""What a terminal may tell as a key of its own: those that are held while another is pressed, and the computer's."""
SYNCHRONIZED = re.compile(r"\?2026;[1-4]\$y")
"""The answer of a terminal that can show a picture at once (DECRPM of mode 2026)."""


class Keyboard(LinuxDriver):
    """Textual's own, with our ears."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if sys.__stdout__ is not None:
            self._file = sys.__stdout__

    def run_input_thread(self) -> None:
        """Hear keys, until the talk ends."""
        parser = KeyParser(self._report, ESCAPE_DELAY)
        read(self.fileno, self._press, lambda: True, self.exit_event, parser=parser)

    def _press(self, key: str) -> None:
        self.process_message(Key(key, key if len(key) == 1 else None))

    def _report(self, sequence: str) -> None:
        if SYNCHRONIZED.fullmatch(sequence):
            self.process_message(TerminalSupportsSynchronizedOutput())


def key_of(event: Key) -> str:
    """The character, or Textual's name; empty for what says nothing by itself."""
    if event.character is not None and event.character.isprintable():
        return event.character
    if NOT_MEANT.fullmatch(event.key):
        return ""
    return "enter" if event.key == "ctrl+j" else event.key  # Enter is that to a terminal that is not yet ours
