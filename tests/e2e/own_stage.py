"""A stage that asyncdemo does not have: its project and its Procfile in a folder of their own, and its catalogue entry.

`python own_stage.py FOLDER …` is `asyncdemo …` with that entry in the catalogue, and nothing else changed.
"""

import shutil
import sys
from pathlib import Path

from asyncdemo.cli import main
from asyncdemo.events.stage import Channel, StageEntry, WorkerKind
from asyncdemo.stages.catalogue import STAGES

PROCFILE = """\
front: cd "{folder}" && exec "$PYTHON" -m daphne --bind "$HOST" --port "$PORT" hello.asgi:application
taker: cd "{folder}" && exec "$PYTHON" manage.py runworker
pager: cd "{folder}" && exec "$PYTHON" manage.py runworker --exclude-channels mail
store: exec a Redis that nobody starts
ticker: echo tick && exec sleep 3600
"""
"""Other names for its processes; and one that neither serves nor takes anything."""
CHANGES = {
    "hello/asgi.py": ("notify", "mail"),
    "hello/consumers.py": ("def notify", "def mail"),
    "hello/urls.py": ('path("",', 'path("greet/",'),
    "hello/views.py": ('"notify"', '"mail"'),
}
"""Another channel, and another page."""
GREETING = (("Hello, {name}!", "Dear {name},"), ('GET.get("name"', 'GET.get("who"'))


def make_project(folder: Path, bonus: Path) -> None:
    """What somebody may have made of the bonus."""
    shutil.copytree(bonus, folder, ignore=shutil.ignore_patterns("__pycache__", "*.sqlite3"))
    for name, change in CHANGES.items():
        replace(folder / name, change)
    for change in GREETING:
        replace(folder / "hello/views.py", change)
    (folder / "Procfile").write_text(PROCFILE.format(folder=folder))


def replace(path: Path, change: tuple[str, str]) -> None:
    """A change that is one."""
    text = path.read_text()
    assert change[0] in text
    path.write_text(text.replace(*change))


def entry(folder: Path) -> StageEntry:
    """All that has to be said of it."""
    return StageEntry(
        name="own",
        title="a stage of somebody's own",
        folder=str(folder),
        procfile=str(folder / "Procfile"),
        worker_kind=WorkerKind.PROCESSES,
        default_workers=2,
        web="front",
        general="taker",
        reserved="pager",
        broker="store",
        channels=(
            Channel(name="http.request", short="page"),
            Channel(name="mail", short="mail", slow=True),
        ),
        probes=("calls", "channels", "daphne"),
        time_limit_s=120,
        page="/greet/",
        parameter="who",
        greeting="Dear {},",
    )


if __name__ == "__main__":
    own = entry(Path(sys.argv.pop(1)))
    STAGES[own.name] = own
    main()
