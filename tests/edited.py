"""A stage that somebody has edited, and broken: a copy of it, with an error on a line that is known."""

import shutil
from pathlib import Path

import asyncdemo

STAGES = Path(asyncdemo.__file__).parent / "stages"
ERROR = "LookupError: nobody is there"
RAISES = '    raise LookupError("nobody is there")'
VIEW = '    return render(request, "hello.html", {"name": name})'
CONSUMER = '        send_notification(message["notification"])'


def copied(stage: str, folder: Path) -> Path:
    """A copy of a stage's project in a new folder."""
    shutil.copytree(STAGES / stage, folder, ignore=shutil.ignore_patterns("__pycache__", "*.sqlite3"))
    return folder


def gated(project: Path) -> Path:
    """Have its slow call take until the file that this returns is there."""
    gate, outside = project / "open", project / "hello/outside.py"
    text, sleeps = outside.read_text(), "    time.sleep(seconds)\n"
    assert sleeps in text
    waits = f"    while not os.path.exists({str(gate)!r}):\n        time.sleep(0.01)\n"
    outside.write_text(text.replace(sleeps, waits))
    return gate


def held_up(project: Path) -> Path:
    """Have its workers, processes of their own, begin only when the file that this returns is there."""
    gate, manage = project / "begin", project / "manage.py"
    text, begins = manage.read_text(), "    execute_from_command_line(sys.argv)\n"
    assert begins in text
    waits = f"    while not os.path.exists({str(gate)!r}):\n        time.sleep(0.01)\n"
    manage.write_text(text.replace("import sys\n", "import sys\nimport time\n").replace(begins, waits + begins))
    return gate


def broken(project: Path, file: str = "hello/views.py", line: str = VIEW) -> int:
    """Put an error before a line of a file; the number of the line that raises it."""
    path = project / file
    lines = path.read_text().splitlines()
    at = lines.index(line)
    indent = line[: len(line) - len(line.lstrip())]
    lines.insert(at, f"{indent}{RAISES.lstrip()}")
    path.write_text("\n".join([*lines, ""]))
    return at + 1
