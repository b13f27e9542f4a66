"""What a machine needs, one small check each: facts in, a finding out. Pure; `machine.py` has the facts."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from packaging.version import Version

from ...base.terminal import FEWEST_COLOURS, Depth, TerminalType
from ...running.redis import LEAST_REDIS
from .requirements import is_new, is_old, least, parsed, range_text

PYTHON = (3, 11)
LEAST_SIZE = (88, 24)
"""Columns and rows that the panels are designed for."""
COLOURS: dict[Depth, str] = {"standard": "16", "256": "256", "truecolor": "16 million"}
SHOWN = ("channels", "channels-redis", "daphne", "honcho")


class Level(Enum):
    """How a check ended, in the word that is printed."""

    OK = "ok"
    WARNING = "warning"
    FAIL = "FAIL"


@dataclass(frozen=True)
class MachineFinding:
    """What a check found."""

    name: str
    level: Level
    message: str
    fix: str = ""
    """What to do about it; empty if all is well."""


def platform_finding(name: str, description: str) -> MachineFinding:
    """`name` as sys.platform has it."""
    if name in ("win32", "cygwin"):
        fix = "use WSL: type wsl --install in PowerShell, restart, open Ubuntu, and install asyncdemo in there"
        return MachineFinding("platform", Level.FAIL, f"{description}: asyncdemo runs on Linux and macOS", fix)
    if name not in ("linux", "darwin"):
        return MachineFinding(
            "platform", Level.WARNING, f"{description}: only tried on Linux and macOS", "try it and see"
        )
    return MachineFinding("platform", Level.OK, description)


def python_finding(version: tuple[int, ...], program: str) -> MachineFinding:
    """`version` as sys.version_info begins."""
    message = f"{dotted(version)}, {program}"
    if version[:2] < PYTHON:
        fix = f"install Python {dotted(PYTHON)} or later, then in the checkout: make PYTHON=python{dotted(PYTHON)} demo"
        return MachineFinding("Python", Level.FAIL, f"{message}: asyncdemo needs {dotted(PYTHON)} or later", fix)
    return MachineFinding("Python", Level.OK, message)


def django_finding(version: str, python: str) -> MachineFinding:
    """`version` is empty where it cannot be imported."""
    return version_finding("Django", ("Django",), {"Django": version}, python)


def packages_finding(versions: Mapping[str, str], python: str) -> MachineFinding:
    """Everything else that `pip` should have brought. A version is empty where the package cannot be imported."""
    return version_finding("packages", SHOWN, versions, python)


def version_finding(name: str, shown: tuple[str, ...], versions: Mapping[str, str], python: str) -> MachineFinding:
    """Compare versions with what is required: missing or too old fails, newer than was tested is a warning."""
    missing = [package for package, version in versions.items() if not version]
    old = [package for package in versions if package not in missing and is_old(package, versions[package])]
    new = [package for package in versions if package not in missing and is_new(package, versions[package])]
    troubles = [f"{package} cannot be imported" for package in missing]
    troubles += [f"{package} {versions[package]} is older than {least(package)}" for package in old]
    troubles += [f"{package} {versions[package]} is newer than what asyncdemo was tested with" for package in new]
    if not troubles:
        told = ", ".join(f"{package} {versions[package]}" for package in shown)
        return MachineFinding(name, Level.OK, told.removeprefix(f"{name} "))
    ranges = " ".join(f'"{range_text(one)}"' for one in (*missing, *old, *new))
    level = Level.FAIL if missing or old else Level.WARNING
    return MachineFinding(name, level, ", ".join(troubles), f"{python} -m pip install {ranges}")


def redis_finding(what: str, version: str) -> MachineFinding:
    """`what` Redis will be used, and its version."""
    message = f"{what}, version {version or 'unknown'}"
    found = parsed(version)
    if found is not None and found < Version(LEAST_REDIS):
        fix = "install a newer one; or take redis-server off PATH: asyncdemo brings a Redis of its own"
        return MachineFinding("Redis", Level.FAIL, f"{message}: the lowest that will do is {LEAST_REDIS}", fix)
    return MachineFinding("Redis", Level.OK, message)


def port_finding(port: int, trouble: str) -> MachineFinding:
    """`trouble` is why it cannot be had, with what to do; or empty."""
    if trouble:
        return MachineFinding("port", Level.WARNING, *problem_and_fix(trouble))
    return MachineFinding("port", Level.OK, f"{port} is free" if port else "any free one")


def terminal_finding(size: tuple[int, int] | None) -> MachineFinding:
    """Columns and rows; None where standard output is no terminal."""
    wanted = f"{LEAST_SIZE[0]}x{LEAST_SIZE[1]}"
    if size is None or 0 in size:
        told = "standard output is no terminal" if size is None else "the terminal does not tell its size"
        return MachineFinding(
            "terminal", Level.WARNING, told, f"run this in a window of {wanted} or more, without a pipe"
        )
    columns, rows = size
    if columns < LEAST_SIZE[0] or rows < LEAST_SIZE[1]:
        fix = "make the window larger, or its font smaller (Ctrl and -, or Cmd and -)"
        return MachineFinding("terminal", Level.WARNING, f"{columns}x{rows}: the panels are made for {wanted}", fix)
    return MachineFinding("terminal", Level.OK, f"{columns}x{rows}")


def encoding_finding(encoding: str) -> MachineFinding:
    """The encoding of standard output."""
    if encoding.lower().replace("-", "").replace("_", "") == "utf8":
        return MachineFinding("output", Level.OK, "UTF-8")
    fix = "export PYTHONUTF8=1 (and unset PYTHONIOENCODING), in ~/.profile to keep it"
    return MachineFinding(
        "output", Level.FAIL, f"{encoding}, not UTF-8: what panels are drawn with is replaced by ASCII", fix
    )


def colours_finding(environment: Mapping[str, str], kind: TerminalType) -> MachineFinding:
    """What TERM, COLORTERM and NO_COLOR say. Every colour also has a word or a sign, so nothing fails here."""
    term = environment.get("TERM", "")
    since = f"since TERM is {term!r}" if term else "since TERM is not set"
    fix = "export TERM=xterm-256color"
    if kind.colours < FEWEST_COLOURS:
        none = "none" if kind.draws else "none, and no panels"
        return MachineFinding("colours", Level.WARNING, f"{none}, {since}", fix)
    if environment.get("NO_COLOR"):
        return MachineFinding("colours", Level.OK, "none, as NO_COLOR asks for")
    named = [f"{name}={environment[name]}" for name in ("TERM", "COLORTERM") if environment.get(name)]
    return MachineFinding("colours", Level.OK, f"{COLOURS[kind.depth(environment)]} ({', '.join(named)})")


def temp_finding(folder: str, trouble: str) -> MachineFinding:
    """`trouble` is why it will not do, or empty."""
    if not trouble:
        return MachineFinding("temp", Level.OK, f"{folder}: files, programs and sockets work")
    fix = "give another folder, with a short path: mkdir -p ~/.tmp && export TMPDIR=~/.tmp"
    return MachineFinding("temp", Level.FAIL, f"{folder}: {trouble}", fix)


def problem_and_fix(message: str) -> tuple[str, str]:
    """The two parts of an error's message, whose last sentence says what to do."""
    problem, _, fix = message.rpartition(". ")
    return (problem, fix) if problem else (fix, "")


def dotted(version: tuple[int, ...]) -> str:
    """(4, 3) -> `4.3`."""
    return ".".join(str(part) for part in version)
