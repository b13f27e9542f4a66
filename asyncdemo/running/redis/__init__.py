"""Which Redis a run uses: one of its own that goes with it, or the user's, which is tried before it is used.

What is said to it during a run is in `channel_http`.
"""

from .celery import celery_url, check_for_celery
from .server import (
    LEAST_REDIS,
    Server,
    accepts,
    embedded_program,
    find_server,
    private_command,
    public_command,
    server_version,
    url_of,
)
from .users import check, description, remove_keys

__all__ = [
    "LEAST_REDIS",
    "Server",
    "accepts",
    "celery_url",
    "check",
    "check_for_celery",
    "description",
    "embedded_program",
    "find_server",
    "private_command",
    "public_command",
    "remove_keys",
    "server_version",
    "url_of",
]
