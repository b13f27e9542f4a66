"""The user's own folder for what programs want to remember."""

import os
import tempfile
from pathlib import Path

NAME = "asyncdemo"
TALKS = "talk-*.json"
"""Each talk that is being given, and where its remote is."""


def state_folder() -> Path:
    """Where it is (XDG Base Directory Specification: `$XDG_STATE_HOME`, or `~/.local/state`)."""
    base = os.environ.get("XDG_STATE_HOME")
    try:
        return (Path(base) if base else Path.home() / ".local" / "state") / NAME
    except RuntimeError:  # a user without a home
        return Path(tempfile.gettempdir()) / f"{NAME}-{os.getuid()}"
