"""What a run has shown, in a few lines. Pure."""

from collections.abc import Iterator

from ...base.durations import number_text
from ...base.histogram import at_least
from ...events.stage import StageEntry
from ...known.books import Books, losses
from ...known.outside import LASTS_S
from ...known.state import State
from ...known.visitors import LEFT
from .load_lines import REAL, crews_text, percentiles_text
from .own_lines import summary_of_pages
from .run_words import endings_text, held_text

RAISED_MOST = 3
"""How many errors of the stage's own code the summary names."""


def hellos_text(state: State) -> str:
    """`32 x 200; 105 without an answer: 103 left, 2 still waiting`. Not parted where no server sees them go."""
    gone, waiting = state.statuses[LEFT], len(state.waiting)
    answered = endings_text({status: count for status, count in state.statuses.items() if status != LEFT and count})
    parts = [f"{gone} left"] if gone else []
    parts += [f"{waiting} still waiting"] if gone and waiting else []
    nobody = f"{gone + waiting} without an answer"
    return f"{answered or 'none'}; {': '.join([nobody, ', '.join(parts)] if parts else [nobody])}"


def unseen_text(state: State) -> str:
    """`; the server saw 251, the load sent 2133`: who was not taken in, the load alone knows of; empty for none."""
    seen, sent = state.visitors.seen, state.load.sent
    just_sent = sum(count for upper_s, count in state.load.unanswered.whole.buckets() if upper_s <= LASTS_S)
    return f"; the server saw {seen}, the load sent {sent}" if sent - just_sent > seen else ""


def since_text(state: State) -> str:
    """Since when an answer counts, where the load has seen visitors wait who had not been taken in."""
    longest_s = at_least(state.load.got.whole.max_s)
    return ", since the server took each in" if longest_s > state.latency.max_s + LASTS_S else ""


def sum_text(books: Books, stage: StageEntry) -> str:
    """`60 sent = 16 delivered + 3 running + 41 queued + 0 lost + 0 unknown`: with what is held, where that can be."""
    held = f"{books.held} held + " if stage.tasks else ""
    return (
        f"{books.sent} sent = {books.delivered} delivered + {books.running} running + "
        f"{books.queued} queued + {held}{books.lost} lost + {books.unknown} unknown"
    )


def kinds_summary(state: State) -> Iterator[str]:
    """Of each kind of work where it is, and how long it took; what a dead worker holds, and what was begun again."""
    for task in state.stage.tasks:
        books, waits = state.notifications.books_of(task.name), state.notifications.waits_of(task.name)
        took = waits.latency(state.until)
        yield f"    {task.short:<11}  {sum_text(books, state.stage)}"
        if took.count:
            waited = took.count - waits.done.count
            told = f", {waited} of them not done: their wait so far" if waited else ""
            yield f"    {'until done':<11}  {percentiles_text(took, (50, 95))}, of {took.count}{told}"
    if state.books.held:
        yield f"  held           {state.books.held}: {held_text(state.stage, state.clock)}"
    if state.books.again:
        yield f"  begun again    {state.books.again}"


def summary(state: State) -> Iterator[str]:
    """What the run has shown, in a few lines."""
    books, latency = state.books, state.latency
    yield f"  {'requests' if state.stage.own else 'hellos':13}  {hellos_text(state)}{unseen_text(state)}"
    if state.visitors.others:
        yield f"  other requests {endings_text(state.visitors.others)}"
    if state.run is not None and state.run.speed != 1:
        yield f"  seconds        are those of {REAL}, x{number_text(state.run.speed)}"
    if crews := crews_text(state.run, state.crews_since(state.ready_at)):
        yield f"  workers        {crews}"
    if latency.count:
        yield f"  answered in    {percentiles_text(latency, (50, 95))}{since_text(state)}"
    if state.visitors.refusals.count:
        yield f"  errors in      {percentiles_text(state.visitors.refusals, (50, 95))}"
    yield from summary_of_pages(state)
    if books.sent or not state.stage.own:
        yield f"  {f'{state.stage.job}s':<13}  {sum_text(books, state.stage)}"
    yield from kinds_summary(state)
    if state.notifications.took.count and not state.stage.tasks:
        yield f"  delivered in   {percentiles_text(state.notifications.took, (50, 95))}"
    for what, count in state.tracebacks.counts.most_common(RAISED_MOST):
        yield f"  raised         {count} x {what}"
    if books.lost:
        counts = losses(books, state.stage.job)
        yield "  lost           " + ", ".join(f"{count} {words}" for count, words in counts)
