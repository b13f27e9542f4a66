"""Starts a stage's process with everything attached that the tool wants to know, and the stage unedited.

`python -m asyncdemo.probes manage.py runserver …` does what `python manage.py runserver …` does, and
`… probes -m daphne …` what `python -m daphne …` does. What it attaches to are seams that are there for everybody: the
signals of `channel_http`, the log record of the pretend outside service, Django's WSGI application, the queue of
waitress, the access log of daphne.
"""

import runpy
import sys
from importlib import import_module
from pathlib import Path

from ..events.sending import Emitter
from .teller import Teller


def attach(emitter: Emitter, arguments: list[str]) -> None:
    """Attach what this process needs: HTTP comes over a channel layer, or over WSGI."""
    names = ["calls", "wsgi"] if Path.cwd().name == "step1" else ["calls", "channels"]
    if arguments[0] == "-m":
        names.append(arguments[1])  # the server: waitress or daphne
    teller = Teller(emitter)
    for name in names:
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
    attach(Emitter.from_environment(), sys.argv[1:])
    start(sys.argv[1:])
