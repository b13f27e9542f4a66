"""Programs that a bare machine may lack."""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest


def needs(program: str) -> None:
    """Skip the running test, by name, where a program is missing; in CI that is an error."""
    if shutil.which(program) is None:
        missing(program)


def missing(program: str) -> NoReturn:
    """Skip the running test, by name; in CI that is an error."""
    message = f"{program} is not installed"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


def faketime_library(program: str) -> str:
    """What sets this program's clock, preloaded into it. Skips the running test where it is missing, or where nothing
    can be preloaded; in CI that fails."""
    found = sorted(Path("/usr/lib").glob("**/faketime/libfaketime.so.1"))
    if not found:
        missing("faketime")
    if not is_dynamic(program):
        missing(f"a dynamically linked {Path(program).name}")
    return str(found[0])


def is_dynamic(program: str) -> bool:
    """Whether an ELF program names the loader that links it, in its first segments (`ld.so(8)`)."""
    with Path(program).open("rb") as file:
        return b"/ld-" in file.read(4096)
