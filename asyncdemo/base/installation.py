"""Where this package is, and what its own processes are started with: from a checkout, or from a wheel."""

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
"""The folder of the package `asyncdemo`."""
ROOT = PACKAGE.parent
"""Where the commands of the Procfiles start: the checkout, or the folder that the wheel was installed to."""
HEARD = {
    *("PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "TZ", "LANG", "LANGUAGE"),
    *("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "PYTHONUTF8", "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX"),
    *("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"),
}
"""What a process of ours hears of the user's shell: where things are, the language, and what makes Python start."""
HEARD_PREFIXES = ("LC_", "ASYNCDEMO_STAGE_")
"""And with what other variables begin that it hears: those that the user means for a stage have the latter."""


def is_checkout() -> bool:
    """Whether this is a checkout of the project, and not what a wheel has installed."""
    return (ROOT / "pyproject.toml").exists()


def environment_of_ours() -> dict[str, str]:
    """What a process of ours hears of the user's shell, so that it imports asyncdemo: a checkout need not be installed.

    A `DEBUG` that was meant for another project, and the secrets of others, are not in it.
    """
    env = {name: value for name, value in os.environ.items() if name in HEARD or name.startswith(HEARD_PREFIXES)}
    if is_checkout():
        env["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), env.get("PYTHONPATH", "")]))
    return env
