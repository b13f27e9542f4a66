"""The stage's own settings, with a gate before its outside service: the stage itself is not edited."""

from hello.settings import *  # noqa: F403
from hello.settings import INSTALLED_APPS

INSTALLED_APPS = ["gate.GateConfig", *INSTALLED_APPS]
