"""The pages of a project of the user's, by method and route: how often, how long, how they ended. Pure."""

from collections import Counter
from dataclasses import dataclass, field

from ..base.histogram import Histogram
from ..events import events as e
from ..events.stage import StageEntry

MOST = 50
"""Routes that are told apart; whatever comes after them is one."""
OTHERS = "others"
NO_ROUTE = "no route"
"""Of what the URLconf does not know, or a middleware has answered."""
STATIC = "static files"
"""What the probe says of them: they have no view."""
LEAST_S = 0.1
"""A page that holds its worker for less, in the mean, is not slow."""


@dataclass
class Page:
    """What is known of a route."""

    method: str
    route: str
    took: Histogram = field(default_factory=Histogram)
    """From the arrival to the answer, with any status, in seconds on the wall."""
    busy_s: float = 0.0
    """How long it has held workers, all in all."""
    statuses: Counter[str] = field(default_factory=Counter)
    """`200`, `404`; `left` of visitors who did not wait."""

    @property
    def count(self) -> int:
        """How often it was asked for and answered."""
        return self.statuses.total()

    @property
    def held_s(self) -> float:
        """How long it holds a worker, in the mean."""
        return self.busy_s / max(1, self.count)


@dataclass
class Routes:
    """All pages of a run."""

    stage: StageEntry | None = None
    pages: dict[tuple[str, str], Page] = field(default_factory=dict)
    static: Page = field(default_factory=lambda: Page("GET", STATIC))

    def fold(self, event: e.Event) -> None:
        """Take in one event."""
        if isinstance(event, e.RunStarted) and event.stage.own:
            self.stage = event.stage
        elif isinstance(event, e.Answered) and self.stage is not None and event.name is not None:
            page = self.static if event.route == STATIC else self._page(event.method, event.route or NO_ROUTE)
            page.took.record(event.total_s)
            page.busy_s += event.view_s or 0.0
            page.statuses["left" if event.status is None else str(event.status)] += 1

    def _page(self, method: str, route: str) -> Page:
        key = method, route
        if key not in self.pages and len(self.pages) >= MOST:
            key = "", OTHERS
        return self.pages.setdefault(key, Page(*key))

    @property
    def busy_s(self) -> float:
        """How long all of them have held workers."""
        return sum(page.busy_s for page in self.pages.values())

    @property
    def by_share(self) -> list[Page]:
        """Those that held workers longest first."""
        return sorted(self.pages.values(), key=lambda page: (-page.busy_s, page.route, page.method))

    @property
    def slowest(self) -> Page | None:
        """What holds most of the busy workers, if it holds each of them for a time that is felt."""
        first = next(iter(self.by_share), None)
        return first if first is not None and first.held_s >= LEAST_S else None
