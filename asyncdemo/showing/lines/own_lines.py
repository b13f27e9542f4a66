"""A project of the user's, in words: its pages, and which of them holds the workers. Pure."""

from collections.abc import Iterator

from ...base.durations import number_text, seconds_text
from ...base.text import counted
from ...events import events as e
from ...known.routes import Page
from ...known.state import State
from .load_lines import percentiles_text
from .run_words import endings_text

SHOWN = 8
"""Pages that the summary names; the others are counted together."""


def asked_text(event: e.Answered) -> str:
    """`GET /slow/<int:id>/`; the path where no route is known."""
    return f"{event.method} {event.route if event.route.startswith('/') else event.path}"


def page_text(page: Page) -> str:
    """`GET /slow/<int:id>/`."""
    return f"{page.method} {page.route}".strip()


def slow_text(state: State) -> str:
    """`/checkout/ holds a worker for 2.3 s: 4 carry 1.7 a second`; empty where nothing is slow."""
    return held_text(state.routes.slowest, state.workers.servers())


def slow_words(state: State) -> str:
    """What is slow, or why nothing is: nobody may have come."""
    nothing = "no page holds a worker for long" if state.routes.pages else "nobody has come yet"
    return slow_text(state) or nothing


def held_text(page: Page | None, workers: int) -> str:
    """That of a page, and of so many workers; 0: nothing bounds them."""
    if page is None:
        return ""
    held = f"{page_text(page)} holds a worker for {seconds_text(page.held_s)}"
    if not workers:
        return f"{held}, and whoever comes meanwhile has another: nothing bounds them here"
    return f"{held}: {workers} carry {number_text(round(workers / page.held_s, 1))} a second"


def need_of_pages(state: State, rate: float) -> str:
    """`15/s x 0.30 s = 4.5 workers needed; 4 there`, by what its pages have held so far; empty before any has."""
    pages, workers = state.routes.pages.values(), state.workers.servers()
    count = sum(page.count for page in pages)
    if not count or state.books.sent:  # then it is not the pages alone that hold workers
        return ""
    held_s = state.routes.busy_s / count
    worth = f"{number_text(round(rate, 2))}/s x {seconds_text(held_s)} = {rate * held_s:.1f} workers needed"
    return f"{worth}; {workers} there" if workers else f"{worth}; here nothing bounds them"


def summary_of_pages(state: State) -> Iterator[str]:
    """Each page by itself, those first that held workers longest."""
    routes = state.routes
    pages, total = routes.by_share, routes.busy_s
    width = len(max(map(page_text, pages[:SHOWN]), key=len, default=""))
    for number, page in enumerate(pages[:SHOWN]):
        known = total and not state.books.sent
        share = f", {page.busy_s / total:.0%} of the time that pages held workers" if known else ""
        ended = f"{endings_text(page.statuses)}: {percentiles_text(page.took, (50, 95))}"
        yield f"  {'' if number else 'pages':13}  {page_text(page):{width}}  {ended}{share}"
    if len(pages) > SHOWN:
        count = sum(page.count for page in pages[SHOWN:])
        yield f"  {'':13}  {counted(len(pages) - SHOWN, 'other')}: {counted(count, 'request')}"
    if routes.static.count:
        yield f"  static files   {endings_text(routes.static.statuses)}"
    if (slow := slow_text(state)) and not state.books.sent:
        yield f"  slow           {slow}"
