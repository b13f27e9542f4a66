"""Other processes, which may be over at any moment."""

import psutil


def line_of(process: psutil.Process) -> str:
    """Its command line; empty when it is over."""
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""
