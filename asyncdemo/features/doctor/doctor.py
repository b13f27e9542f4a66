"""`asyncdemo doctor`: whether everything runs on this machine, and for what does not, the fix."""

import os
import shlex
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from ...base.errors import AsyncdemoError, no_room_text
from ...base.output import say, write
from ...base.terminal import is_terminal, own_size, type_of_terminal
from ...base.text import counted, without_password, without_passwords
from ...running.ports import check_port
from ...running.redis import check as check_redis
from ...running.redis import find_server, server_version
from . import checks, machine
from .bonus_trial import Stopped, Trial
from .checks import Level, MachineFinding
from .requirements import imported, required

WIDTH = 80
INDENT = " " * 19
BASICS = {"platform", "Python", "Django", "packages", "Redis", "temp"}
"""Where one of these fails, no stage can start."""


def examine(port: int, redis_url: str | None) -> int:
    """Check everything, print a line for each check and a sentence at the end: the exit code."""
    check_port(port)
    found: list[MachineFinding] = []
    for finding in findings(sys.platform, port, redis_url):
        found.append(finding)
        say("\n".join(lines(finding)))
    say(f"\n{verdict(found)}")
    return int(any(finding.level is Level.FAIL for finding in found))


def findings(platform: str, port: int, redis_url: str | None) -> Iterator[MachineFinding]:
    """One after the other, each when it is asked for. Where asyncdemo cannot run, nothing follows."""
    first = checks.platform_finding(platform, machine.description())
    yield first
    if first.level is Level.FAIL:
        return
    failed = set()
    for name, check in all_checks(port, redis_url).items():
        finding = attempt(name, check)
        yield finding
        if finding.level is Level.FAIL:
            failed.add(name)
    if failed & BASICS:
        yield MachineFinding("bonus", Level.WARNING, "not started: something above has to work first")
    else:
        yield attempt("bonus", partial(trial, redis_url))


def all_checks(port: int, redis_url: str | None) -> dict[str, Callable[[], MachineFinding]]:
    """What looks, and does not start a stage."""
    return {
        "Python": lambda: checks.python_finding(tuple(sys.version_info[:3]), sys.executable),
        "Django": lambda: checks.django_finding(machine.version("Django", "django"), python()),
        "packages": lambda: checks.packages_finding(packages(), python()),
        "Redis": lambda: redis(redis_url),
        "temp": temp,
        "port": lambda: checks.port_finding(port, machine.port_trouble(port)),
        "terminal": lambda: checks.terminal_finding(own_size(sys.stdout) if is_terminal(sys.stdout) else None),
        "output": lambda: checks.encoding_finding(sys.stdout.encoding),
        "colours": lambda: checks.colours_finding(os.environ, type_of_terminal()),
    }


def attempt(name: str, check: Callable[[], MachineFinding]) -> MachineFinding:
    """What a check finds; if it breaks, that is a finding too."""
    try:
        return check()
    except Stopped:
        raise
    except ImportError as error:
        return MachineFinding(name, Level.FAIL, str(error), "install what is missing; see packages")
    except Exception as error:  # it is told, not hidden
        if why := no_room_text(error):
            problem, fix = why.split(". ", 1)
            return MachineFinding(name, Level.FAIL, problem, fix)
        fix = "this is a bug in asyncdemo: please report it with these lines"
        return MachineFinding(name, Level.FAIL, f"the check broke: {type(error).__name__}: {error}", fix)


def packages() -> dict[str, str]:
    """The versions of what is required, but for Django."""
    return {name: machine.version(name, imported(name)) for name in required() if name != "django"}


def python() -> str:
    """This Python, to be typed in a shell."""
    return shlex.quote(sys.executable)


def redis(url: str | None) -> MachineFinding:
    """The user's Redis if they name one, else the one that a run starts."""
    try:
        if url is not None:
            return checks.redis_finding(without_password(url), check_redis(url))
        server = find_server()
        return checks.redis_finding(f"{server.name} ({server.program})", server_version(server))
    except AsyncdemoError as error:
        return MachineFinding("Redis", Level.FAIL, *checks.problem_and_fix(str(error)))


def temp() -> MachineFinding:
    """The folder that a run makes its own folder in."""
    folder = machine.temp_folder()
    return checks.temp_finding(folder, machine.temp_trouble(folder))


def trial(redis_url: str | None) -> MachineFinding:
    """The bonus, started for real."""
    try:
        with waiting("         bonus     starting it, for a few seconds"):
            result = Trial(redis_url).play()
    except Stopped:
        raise
    except AsyncdemoError as error:
        fix = "try it alone and read what it says: asyncdemo run bonus --port 0"
        return MachineFinding("bonus", Level.FAIL, without_passwords(str(error)), fix)
    message = f"started in {result.start_s:.1f} s, said hello in {result.hello_s:.2f} s, delivered its notification"
    return MachineFinding("bonus", Level.OK, message)


# Telling


def lines(finding: MachineFinding) -> Iterator[str]:
    """A finding to read at 80 columns: level, name, message; below it the fix."""
    start = f"{finding.level.value:<8} {finding.name:<9} "
    for line in finding.message.splitlines():
        yield from wrapped_lines(line, start)
        start = INDENT
    if finding.fix:
        yield from wrapped_lines(f"fix: {finding.fix}", INDENT)


def wrapped_lines(text: str, start: str) -> list[str]:
    """Lines of 80 columns; paths and addresses stay whole, so that they can be copied."""
    indent = INDENT + " " * (len(text) - len(text.lstrip()))
    return textwrap.wrap(
        text, WIDTH, initial_indent=start, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def verdict(found: list[MachineFinding]) -> str:
    """One sentence for who sent it ahead."""
    failed = [finding.name for finding in found if finding.level is Level.FAIL]
    warned = [finding.name for finding in found if finding.level is Level.WARNING]
    if failed:
        return f"{counted(len(failed), 'check')} failed: {', '.join(failed)}."
    if warned:
        return f"This machine is ready, with {counted(len(warned), 'warning')}: {', '.join(warned)}."
    return "This machine is ready."


@contextmanager
def waiting(text: str) -> Iterator[None]:
    """In a terminal, show that something is going on, for as long as it is."""
    if not is_terminal(sys.stdout):
        yield
        return
    write(f"{text}\r")
    try:
        yield
    finally:
        write(" " * len(text) + "\r")
