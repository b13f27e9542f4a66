"""Programs that a bare machine may lack."""

import os
import shutil

import pytest


def needs(program: str) -> None:
    """Skip the running test, by name, where a program is missing; in CI that is an error."""
    if shutil.which(program) is None:
        message = f"{program} is not installed"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
