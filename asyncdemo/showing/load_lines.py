"""A load in words: what is sent, what it means for a stage, how it goes, and a summary at the end. Pure."""

from collections.abc import Iterator
from math import inf

from ..base.durations import number_text, seconds_text
from ..base.histogram import ENOUGH, PERCENTS, Histogram
from ..events.events import ENDLESS_S, Event, LoadStarted, LoadTold, RunStarted
from ..events.stage import WorkerKind
from ..known.load import Load, is_answer
from ..known.state import State
from ..load.outcome import NO_WEB_SERVER

LAG_S = 0.005
"""A request that leaves so much too late is worth a warning."""
LINE_EVERY = 4
"""Windows to a plain line: one a second."""
HIDES_STALLS = (
    "A closed loop hides stalls: while the server is slow, nobody new comes. An open loop, the default, does not."
)


def how_much(asked: LoadStarted) -> str:
    """`1/s x10: 10/s for 6 s, even`, `closed loop of 8 visitors: hides stalls`."""
    if asked.visitors:
        return f"closed loop of {asked.visitors}, which hides stalls"
    rate = number_text(round(asked.rate, 3))
    if asked.rate_end != asked.rate:
        rate = f"{rate} to {number_text(round(asked.rate_end, 3))}"
    fast = f"x{number_text(asked.speed)}: " if asked.speed != 1 else ""
    span = f" for {number_text(round(asked.seconds, 2))} s" if asked.seconds < ENDLESS_S else ""
    chance = f" (seed {asked.seed})" if asked.arrivals == "poisson" else ""
    return f"{fast}sending {rate}/s{span}, {asked.arrivals}{chance}"


def meaning(run: RunStarted, rate: float) -> str:
    """`1/s x 11.25 s = 11.3 workers needed for notifications; 3 there`: what the load means for this stage.

    `rate` is in requests a second of the lesson.
    """
    mean_s = sum(run.delays) / len(run.delays)
    workers = rate * mean_s + 1e-9  # 11.25 is 11.3 to whoever does the sum on paper
    worth = f"{number_text(round(rate, 2))}/s x {number_text(round(mean_s, 2))} s = {workers:.1f} workers needed"
    if not run.general and run.stage.worker_kind is WorkerKind.THREADS:
        return f"{worth} for notifications; here a thread per request, without a bound"
    reserved = f", and {run.reserved} reserved for web" if run.reserved else ""
    return f"{worth} for notifications; {run.general} there{reserved}"


def failures(load: Load) -> list[tuple[str, int]]:
    """How those ended that got no answer they asked for, the most frequent first."""
    given_up = [("given up", load.unfinished)] if load.unfinished else []
    return [*((end, count) for end, count in load.ended.most_common() if not is_answer(end)), *given_up]


def sent_again(load: Load) -> str:
    """`3 x closed while idle`: requests that took another connection than the one meant for them; empty for none."""
    return ", ".join(f"{count} x {why}" for why, count in load.again.most_common())


def warnings(load: Load) -> list[str]:
    """What is wrong, a sentence each: the newest failure, and that this machine sends late.

    While the load goes on, late is who mostly is so now: a moment at the start shall not be told for ever.
    """
    lag, percent = load.lag_lately, 50
    if load.ended_at < inf:
        lag, percent = load.lag, 99 if load.lag.count >= ENOUGH else 95
    behind = lag.percentile(percent)
    goes_on = "; the load goes on" if load.ended_at == inf else ""
    none = (
        "; type the URL of a web server, if that is none" if load.ended and load.ended.keys() <= NO_WEB_SERVER else ""
    )
    told = [f"{load.problem}{none}{goes_on}"] if load.problem else []
    if behind > LAG_S:
        late = f"send lag p{percent} {seconds_text(behind)}: this machine could not keep the schedule"
        told.append(f"{late}, and latency counts that; lower --rate")
    return told


def opening(state: State) -> Iterator[str]:
    """What is about to be sent."""
    asked = state.load.started
    if asked is None:
        return
    yield f"{asked.url}{'' if state.run is None else f' ({state.run.stage.name})'}  {how_much(asked)}"
    if asked.visitors:
        yield HIDES_STALLS
    elif state.run_now is not None:
        ramp = "" if asked.rate == asked.rate_end else "up to "
        yield f"{ramp}{meaning(state.run_now, asked.most / asked.speed)}"


def so_far(load: Load) -> str:
    """`34 sent, 30 answered, 4 wait, p50 0.003 s, p95 5.0 s, max 5.1 s`."""
    everybody = load.everybody()
    errors = f", {load.errors} errors" if load.errors else ""
    counts = f"{load.sent} sent, {load.answered} answered, {load.waiting} wait{errors}"
    return f"{counts}; {percentiles_text(everybody, (50, 95))}" if everybody.count else counts


def now_and_then(event: Event, load: Load) -> Iterator[str]:
    """A line a second."""
    if isinstance(event, LoadTold) and event.number % LINE_EVERY == 0:
        yield f"{event.t:8.2f} s  {so_far(load)}"


def summary_of_load(load: Load) -> Iterator[str]:
    """How it went, in a few lines."""
    if load.started is None:
        return
    everybody = load.everybody()
    ends = [f"{count} x {end}" for end, count in load.ended.most_common()]
    given_up = [f"{load.unfinished} given up at the end"] if load.unfinished else []
    yield f"{load.started.url}, {how_much(load.started)}"
    yield f"  requests    {load.scheduled} to leave, {load.sent} left: {', '.join([*ends, *given_up]) or 'none ended'}"
    if load.again:
        yield f"  sent again  {sent_again(load)}: on another connection, nothing was written to the first"
    if everybody.count:
        yield f"  latency     {percentiles_text(everybody)}"
    if load.service.count:
        yield f"  service     {percentiles_text(load.service)}"
    if load.lag.count:
        yield f"  send lag    {percentiles_text(load.lag)}"
    if everybody.count:
        yield "  counted     from when each was to leave, those who still wait too; service: since it left"
    if any(end.startswith("3") for end, _ in load.ended.items()):
        yield "  note        redirects count by their status; they are not followed"
    for note in warnings(load):
        yield f"  note        {note}"


def percentiles_text(seen: Histogram, percents: tuple[int, ...] = PERCENTS) -> str:
    """`p50 0.003 s · p95 5.0 s · max 5.1 s`; the 99th percentile where there are enough."""
    shown = [percent for percent in percents if percent < 99 or seen.count >= ENOUGH]
    parts = [f"p{percent} {seconds_text(seen.percentile(percent))}" for percent in shown]
    return " · ".join([*parts, f"max {seconds_text(seen.max_s)}"])
