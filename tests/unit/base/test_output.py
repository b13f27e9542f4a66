"""The three that every program begins with, where one of them was closed."""

import subprocess
import sys
from pathlib import Path

from tests.waiting import DEADLINE_S

OPENS = """
import os, sys
from asyncdemo.base.output import standard_outputs
with standard_outputs():
    said = [sys.stdin.read(), os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT) > 2]
    said += [os.get_inheritable(number) for number in range(3)]
    os.write(os.open(sys.argv[1], os.O_WRONLY), repr(said).encode())
"""


def test_no_file_of_ours_is_in_the_place_of_one_that_was_closed(tmp_path: Path) -> None:
    """Nor of the processes that we start: a warning of the interpreter's would be written into a database."""
    file = tmp_path / "opened"
    command = [sys.executable, "-c", OPENS, str(file)]
    subprocess.run(["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", *command], check=True, timeout=DEADLINE_S)
    assert file.read_text() == "['', True, True, True, True]"
