"""Where this package is, and what its own processes are started with: from a checkout, or from a wheel."""

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
"""The folder of the package `asyncdemo`."""
ROOT = PACKAGE.parent
"""Where the commands of the Procfiles start: the checkout, or the folder that the wheel was installed to."""


def is_checkout() -> bool:
    """Whether this is a checkout of the project, and not what a wheel has installed."""
    return (ROOT / "pyproject.toml").exists()


def environment_with_package() -> dict[str, str]:
    """The user's environment, for a process that imports asyncdemo: a checkout need not be installed."""
    env = dict(os.environ)
    if is_checkout():
        env["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), env.get("PYTHONPATH", "")]))
    return env
