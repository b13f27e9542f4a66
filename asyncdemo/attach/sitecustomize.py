"""Python imports this at its start. What is to be watched is wrapped when, and if, the project itself imports it."""

from __future__ import annotations

import importlib.util
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

HERE = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120  # pathlib is not to be imported for it
HOOKS = {
    "django.core.handlers.base": ("http", "routes"),
    "django.core.handlers.wsgi": ("http", "wsgi"),
    "django.core.handlers.asgi": ("http", "asgi"),
    "django.apps.registry": ("settings", "registry"),
    "waitress.task": ("servers", "waitress"),
    "gunicorn.workers.base": ("servers", "gunicorn"),
    "channels.consumer": ("consumers", "consumers"),
    "channel_http.signals": ("path_of_2016", "signals"),
    "django_tasks.signals": ("tasks", "django_tasks"),
    "django.tasks.signals": ("tasks", "django_tasks"),
    "celery.signals": ("tasks", "celery"),
    "hello.outside": ("outside", "service"),
}
"""Module of others -> which of ours has what is to be done when it has been imported."""


class Finder:
    """Has each of these modules found as ever, and ours told when it is there."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """As `importlib.abc.MetaPathFinder.find_spec`."""
        hook = HOOKS.pop(name, None)  # first: the next line comes back here
        spec = importlib.util.find_spec(name) if hook else None
        loader = spec.loader if spec else None
        if hook is None or loader is None or not hasattr(loader, "exec_module"):
            return None
        execute = loader.exec_module

        def exec_module(module: ModuleType) -> None:
            execute(module)
            attach(hook, module)

        loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def attach(hook: tuple[str, str], module: ModuleType) -> None:
    """Wrap what is to be watched in a module. Where that cannot be done, the project goes on without."""
    ours, name = hook
    try:
        from importlib import import_module

        getattr(import_module(f"asyncdemo_attached.{ours}"), name)(module)
    except Exception as error:  # whatever it is, it must not be the project's
        sys.stderr.write(f"asyncdemo: {module.__name__} cannot be watched: {error!r}\n")


def find_ours() -> None:
    """Import what is ours from here, with the folder itself no longer on the path: the project has it as by hand."""
    sys.path[:] = [path for path in sys.path if os.path.abspath(path) != HERE]  # noqa: PTH100
    ours = type(sys)("asyncdemo_attached")
    ours.__path__ = [os.path.join(HERE, "asyncdemo_attached")]  # noqa: PTH118
    sys.modules["asyncdemo_attached"] = ours


def import_theirs() -> None:
    """The sitecustomize of whoever else has one comes next. Raises what it raises."""
    ours = sys.modules.pop("sitecustomize", None)
    try:
        import sitecustomize  # type: ignore[import-not-found]  # noqa: F401
    except ImportError as error:
        if error.name != "sitecustomize":
            raise
    finally:
        if ours is not None:
            sys.modules.setdefault("sitecustomize", ours)  # else importlib: KeyError


if "ASYNCDEMO_TELEMETRY" in os.environ:
    sys.meta_path.insert(0, Finder())
    find_ours()
    import_theirs()
