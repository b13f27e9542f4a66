"""When a report was made, of what, and with which versions."""

import platform
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version

from asyncdemo import __version__

PACKAGES = ("Django", "channels", "daphne")
"""Whose version a figure may depend on."""


@dataclass(frozen=True)
class About:
    """What stands at the head of a report."""

    made_at: datetime
    """With its time zone."""
    command: str
    """The command line that made it."""
    options: tuple[tuple[str, str], ...] = ()
    """What was asked for, in words: ("rate", "1 request a second"), …"""
    versions: tuple[tuple[str, str], ...] = ()
    """(name, version) of everything that matters."""

    @property
    def when(self) -> str:
        """`2026-11-22 15:30 UTC`."""
        return self.made_at.strftime("%Y-%m-%d %H:%M %Z").strip()


def installed_versions() -> tuple[tuple[str, str], ...]:
    """Those of this process."""
    packages = [(name, version(name)) for name in PACKAGES]
    return (("asyncdemo", __version__), ("Python", platform.python_version()), *packages)
