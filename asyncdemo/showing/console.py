"""Rich's console on the user's terminal."""

from typing import TextIO

from rich.console import Console, ConsoleDimensions

from ..base.terminal import colour_depth, is_terminal, terminal_size, wants_colours


class TerminalConsole(Console):
    """Rich's, whose size is at each moment that of the terminal."""

    @property  # type: ignore[misc]  # nobody sets it
    def size(self) -> ConsoleDimensions:
        """Columns and rows."""
        return ConsoleDimensions(*terminal_size(self.file))


def console_for(stream: TextIO) -> Console:
    """Rich's, for a terminal or anything else; it does not ask what that is, but is told."""
    return TerminalConsole(
        file=stream,
        force_terminal=is_terminal(stream),
        color_system=colour_depth() if is_terminal(stream) else None,
        no_color=not wants_colours(stream),
        highlight=False,
    )
