"""The settings of the stage in the current folder, with another application."""

from hello.settings import *  # type: ignore[import-not-found]  # noqa: F403

ASGI_APPLICATION = "benchmarks.direct.asgi.application"
