"""The program `asyncdemo`, and `python -m asyncdemo`."""

import sys

INTERRUPTED = 130
"""128 + SIGINT."""


def main() -> None:
    """Import the command line, and run it. Ctrl-C has no traceback, however early it comes."""
    try:
        from .cli import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
