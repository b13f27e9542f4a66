"""The load in a line of a run's screen: how it goes, what it means for the workers, and what is wrong with it."""

from collections.abc import Iterator
from math import inf

from ...known.load import Load
from ...known.state import State
from ..lines.load_lines import OF_THE_LESSON, counts_text, in_short, meaning, sent_again, visits, waiting_text, warnings
from ..lines.own_lines import need_of_pages
from .lines import Line, length, plain
from .style import ALARM, NONE, REVERSE, STRONG


def load_lines(state: State, width: int) -> list[Line]:
    """The load, and what it means as far as there is room, in a line of a run's screen; nothing without a load."""
    load = state.load
    if load.started is None:
        return []
    mark: Line = [(" load ", REVERSE), (" ", NONE)]
    room = width - length(mark)
    if wrong := warnings(load, clock=state.clock):
        return [[*mark, *line] for line in rates_and_warnings(rates_now(load), wrong, room)]
    means = meaning_now(state).removeprefix(OF_THE_LESSON)
    needs = [means, *shortened(in_short(means))] if means else []
    rates = rates_now(load)
    need = next((each for each in needs if len(f"{rates}  {each}") <= room), "")
    return [[*mark, (f"{clauses(rates, room)}  {need}".rstrip(), STRONG)]]


def rates_and_warnings(rates: str, wrong: list[str], room: int) -> list[Line]:
    """How the load goes, beside what is wrong where there is room for that, or above it."""
    first, *others = wrong
    figures: Line = [(clauses(rates, room), STRONG)]
    beside = room - length(figures) - 2
    if len(least := clauses(first, beside)) <= beside:
        return [[*figures, ("  ", NONE), (least, ALARM)], *(plain(clauses(each, room), ALARM) for each in others)]
    return [figures, *(plain(clauses(each, room), ALARM) for each in wrong)]


def rates_now(load: Load) -> str:
    """How the load goes, in the lesson's seconds as what it means is."""
    if load.ended_at < inf:
        return counts_text(load)
    if load.latest is not None and not load.latest.rate:
        return f"all {load.scheduled} came, {waiting_text(load)}"
    speed = load.started.speed if load.started is not None else 1.0
    sent, answered = (rate_text(rate / speed) for rate in load.rates())
    clock = OF_THE_LESSON if speed != 1 else ""
    return f"{clock}{sent} sent, {answered} answered"


def meaning_now(state: State) -> str:
    """What the load of now means; empty where nothing of ours runs, where the answers set the rate,
    or where something else is asked for."""
    load = state.load
    told, asked, run = load.latest, load.started, state.run_now
    if run is None or asked is None or asked.visitors or load.ended_at < inf:
        return ""
    rate = told.rate if told is not None and told.rate else asked.most * load.factor
    if run.stage.own:
        return need_of_pages(state, rate / asked.speed)
    return meaning(run, rate / asked.speed) if visits(asked, run) else ""


def meaning_line(state: State, width: int) -> Line:
    """What the load of now means, as far as there is room for it."""
    means = meaning_now(state)
    return plain(means if len(means) <= width else clauses(in_short(means), width), STRONG)


def again_line(load: Load, width: int) -> Line:
    """What was sent again, and why; empty where nothing was."""
    return plain(clauses(f"sent again: {sent_again(load)}" if load.again else "", width), STRONG)


def warning_lines(load: Load, width: int, clock: float = 1.0) -> list[Line]:
    """What is wrong: with the target, and with the load itself; `clock` seconds are told for one on the wall."""
    return [plain(clauses(warning, width), ALARM) for warning in warnings(load, clock=clock)]


def rate_text(rate: float) -> str:
    """`9.8/s`, `12/s`, `1200/s`."""
    return f"{rate:.0f}/s" if rate >= 9.95 else f"{rate:.1f}/s"


def clauses(text: str, room: int) -> str:
    """As many clauses of a sentence as there is room for, the first at least."""
    *longer, first = shortened(text)
    return next((each for each in longer if len(each) <= room), first)


def shortened(text: str) -> Iterator[str]:
    """A sentence, and what is left of it without its last clause, and so on to the first."""
    yield text
    while (end := max(text.rfind(", "), text.rfind("; "))) > 0:
        text = text[:end]
        yield text
