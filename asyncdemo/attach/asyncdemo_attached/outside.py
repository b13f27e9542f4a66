"""The pretend outside service of a project that began as a stage, by the log records that it writes."""

from __future__ import annotations

import threading
from typing import Any

from .http import current
from .path_of_2016 import delivery_now, slot_now
from .tasks import task_now
from .telling import sender, worker


def service(module: Any) -> None:
    """Hear what it says to its logger, whatever that does with it. A call starts and ends in one thread."""
    thread, info = threading.local(), module.logger.info

    def heard(said: str, *rest: Any, **more: Any) -> None:
        info(said, *rest, **more)
        call = more.get("extra") or {}
        request, delivery = current.get(), delivery_now() or task_now.get()
        what = {"text": str(call.get("notification", ""))[:200]}
        what["worker"] = slot_now() or (request.worker if request is not None else worker(""))
        if said == "started":
            thread.call = {"id": delivery or sender.new_id(), "direct": delivery is None}
            sender.tell(("CallStarted", {**thread.call, **what, "seconds": call.get("seconds", 0.0)}))
        elif said == "delivered":
            sender.tell(("CallDelivered", {**thread.call, **what}))

    module.logger.info = heard
