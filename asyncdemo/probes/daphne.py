"""daphne's line for every request: the event of its answer tells more, so that nobody needs to write and read it.

The class of that log, `AccessLogGenerator`, is daphne's own, and called with protocol, action and details; the Procfile
is not to be changed for an option. Were it another, the lines would be back, or the bonus would end at its start.
"""

from typing import Any

from daphne.access import AccessLogGenerator

from ..events.sending import Emitter
from .teller import Teller


def attach(_: Emitter, __: Teller) -> None:
    """Leave out the lines about HTTP requests; all else that daphne logs stays."""
    log = AccessLogGenerator.__call__

    def without_http(self: AccessLogGenerator, protocol: str, action: str, details: dict[str, Any]) -> None:
        if protocol != "http":
            log(self, protocol, action, details)

    AccessLogGenerator.__call__ = without_http
