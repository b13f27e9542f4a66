"""Starts a stage's process with everything attached that the tool wants to know, and the stage unedited.

`python -m asyncdemo.probes manage.py runserver …` does what `python manage.py runserver …` does, and
`… probes -m daphne …` what `python -m daphne …` does. What it attaches to are seams that are there for everybody: the
signals of `channel_http`, the log record of the pretend outside service, Django's WSGI application, the queue of
waitress, the access log of daphne.
"""

import os
import runpy
import sys
from importlib import import_module
from pathlib import Path

from ..base.errors import no_room_text
from ..events.sending import Emitter
from .teller import Teller

PROBES = "ASYNCDEMO_PROBES"
"""The environment variable that says which modules of this folder attach."""
SERVERS = ("daphne", "waitress")
"""Those that attach to a server, which is imported with them."""


def attach(emitter: Emitter, arguments: list[str]) -> None:
    """Attach what the stage's entry names; what is a server's, in that server's process alone."""
    teller = Teller(emitter)
    server = arguments[1] if arguments[0] == "-m" else ""
    for name in os.environ[PROBES].split(","):
        if name not in SERVERS or name == server:
            import_module(f"{__package__}.{name}").attach(emitter, teller)


def start(arguments: list[str]) -> None:
    """Run the module or script as `python` would."""
    if arguments[0] == "-m":
        sys.argv = arguments[1:]
        sys.path[0] = str(Path.cwd())
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = arguments
        sys.path[0] = str(Path(arguments[0]).resolve().parent)
        runpy.run_path(arguments[0], run_name="__main__")


if __name__ == "__main__":
    try:
        attach(Emitter.from_environment(), sys.argv[1:])
    except (OSError, RuntimeError, MemoryError) as error:
        if not no_room_text(error):
            raise
        sys.exit(str(error))  # what watches it needs a thread; the command says what to do
    start(sys.argv[1:])
