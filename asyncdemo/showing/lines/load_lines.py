"""A load in words: what is sent, what it means for a stage, how it goes, and a summary at the end. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from math import inf
from urllib.parse import urlsplit

from ...base.durations import number_text, seconds_text
from ...base.histogram import PERCENTS, Histogram
from ...base.text import counted, wait
from ...events.events import ENDLESS_S, CrewChanged, Event, LoadStarted, LoadTold, RunStarted
from ...events.stage import WorkerKind
from ...known.load import Load
from ...known.state import State
from ...load.outcome import NO_WEB_SERVER

LAG_S = 0.005
"""A request that leaves so much too late is worth a warning, if its visitor waits not much longer than that."""
LAG_SHARE = 0.05
"""Of the latency, which counts the lag: less of it is nothing to mend."""
REAL, LESSON, OF_THE_LESSON = "real time", "lesson time", "lesson: "
"""Two clocks: a stage at x10 has ten seconds of the lesson in one of real time."""
TOGETHER = "pages and errors together: the recording is older, and does not tell them apart"
MOST_TURNS = 6
"""More are counted; the JSON has them all."""
LINE_EVERY = 4
"""Windows to a plain line: one a second."""
THE_RATE = "the rate"
"""What to lower, where it is not known which option said it."""
NEEDED_FOR = {True: " for notifications", False: " for the page"}
"""Whether slow calls have a channel of their own -> who makes them: where they have none, the view does."""
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
    clock = f", {REAL}" if asked.speed != 1 else ""
    return f"{fast}sending {rate}/s{span}, {asked.arrivals}{chance}{clock}"


def rate_then(asked: LoadStarted, factor: float) -> str:
    """`20/s`, `0 to 10/s`: what was to leave, in real time, once it was turned."""
    rates = [number_text(round(rate * factor, 3)) for rate in (asked.rate, asked.rate_end)]
    return f"{rates[0]}/s" if asked.rate == asked.rate_end else f"{' to '.join(rates)}/s"


def turned_now(load: Load) -> str:
    """`turned to 20/s`: what leaves now is not what was asked for; empty where it is."""
    return f"turned to {rate_then(load.started, load.factor)}" if load.started is not None and load.turns else ""


def turns_text(load: Load) -> str:
    """`to 20/s after 12.0 s, to 5/s after 31.5 s`, in real time; empty where nobody turned the rate."""
    if load.started is None:
        return ""
    turns = load.turns
    told = [f"to {rate_then(load.started, factor)} after {after(t)}" for t, factor in turns[:MOST_TURNS]]
    if len(turns) > MOST_TURNS:
        last_at, last = turns[-1]
        more = counted(len(turns) - MOST_TURNS, "turn")
        told.append(f"{more} more, the last to {rate_then(load.started, last)} after {after(last_at)}")
    return ", ".join(told)


def crews_text(run: RunStarted | None, crews: Sequence[tuple[float, int, int]]) -> str:
    """`3 at first; 3 + 1 reserved after 12.3 s`: workers that came or went; empty where none did."""
    if run is None or not crews:
        return ""
    told = [f"{crew_text(general, reserved)} after {after(t)}" for t, general, reserved in crews[:MOST_TURNS]]
    if len(crews) > MOST_TURNS:
        last_at, *last = crews[-1]
        more = counted(len(crews) - MOST_TURNS, "change")
        told.append(f"{more} more, the last to {crew_text(*last)} after {after(last_at)}")
    return "; ".join([f"{crew_text(run.general, run.reserved)} at first", *told])


def crew_text(general: int, reserved: int) -> str:
    """`3`, `3 + 1 reserved`."""
    return f"{general} + {reserved} reserved" if reserved else str(general)


def crew_now(changed: CrewChanged) -> str:
    """`3 + 1 reserved there now`."""
    return f"{crew_text(changed.general, changed.reserved)} there now"


def after(seconds: float) -> str:
    """`12.3 s`: when something happened, counted from the beginning."""
    return f"{seconds:.1f} s"


def end_text(load: Load) -> str:
    """`after 31.4 s of 60 s; 4 on their way then`, `with the run, after 31.4 s`; empty for a load that went on to its
    end, or goes on."""
    if load.started is None or load.ended_at == inf or not load.stopped:
        return ""
    asked, lasted = load.started, load.ended_at - load.started.t
    when = f"after {after(lasted)} of {number_text(round(asked.seconds, 2))} s"
    if lasted >= asked.seconds:
        when = f"after {after(lasted)}, when all were sent"
    elif asked.seconds >= ENDLESS_S:
        when = f"with the run, after {after(lasted)}"
    return f"{when}; {load.unfinished} on their way then, which are no errors" if load.unfinished else when


def target(asked: LoadStarted) -> str:
    """`http://127.0.0.1:8000/`, `POST http://127.0.0.1:8000/`."""
    return f"{asked.other_method} {asked.url}".lstrip()


def visits(asked: LoadStarted, run: RunStarted) -> bool:
    """Whether it asks for the page of the lesson: not for another, nor in a way that the page does not have."""
    return (urlsplit(asked.url).path or "/") == run.stage.page and not asked.other_method


def meaning(run: RunStarted, rate: float, ramp: bool = False) -> str:
    """`1/s x 11.25 s = 11.3 workers needed for notifications; 3 there`: what the load means for this stage.

    `rate` is in requests a second of the lesson, whose clock is named where it is not that of the wall; the most of
    them for a `ramp`.
    """
    return f"{'' if run.speed == 1 else OF_THE_LESSON}{'up to ' if ramp else ''}{need(run, rate)}"


def need(run: RunStarted, rate: float) -> str:
    """What a load means, in the lesson's seconds."""
    mean_s = sum(run.delays) / len(run.delays) + sum(task.seconds for task in run.stage.tasks)
    workers = rate * mean_s + 1e-9  # 11.25 is 11.3 to whoever does the sum on paper
    worth = f"{number_text(round(rate, 2))}/s x {number_text(round(mean_s, 2))} s = {workers:.1f} workers needed"
    whom = f" for {' and '.join(run.stage.taken)}" if run.stage.tasks else NEEDED_FOR[bool(run.stage.slow)]
    if not run.general and run.stage.worker_kind is WorkerKind.THREADS:
        return f"{worth}{whom}; here a thread per request, without a bound"
    if run.reserved and run.stage.tasks:  # who is kept for some of them does a part of what is needed
        return f"{worth}{whom}; {run.general} + {run.reserved} for {run.stage.reserved_for} there"
    reserved = f", and {run.reserved} reserved for {run.stage.reserved_for}" if run.reserved else ""
    return f"{worth}{whom}; {run.general} there{reserved}"


def in_short(means: str) -> str:
    """What a load means, without what the workers are needed for."""
    needed, _, there = means.partition("; ")
    return f"{needed.partition(' needed')[0]} needed; {there}"


def failures_text(load: Load) -> str:
    """`26 x 503, 2 timed out`; empty where there are none."""
    return ends_text(load.failures.most_common())


def ends_text(ends: Iterable[tuple[str, int]]) -> str:
    """`26 x 503, 2 timed out`."""
    return ", ".join(f"{count} x {end}" if end.isdecimal() else f"{count} {end}" for end, count in ends)


def sent_again(load: Load) -> str:
    """`3 x closed while idle`: requests that took another connection than the one meant for them; empty for none."""
    return ", ".join(f"{count} x {why}" for why, count in load.again.most_common())


def warnings(load: Load, rate: str = THE_RATE, clock: float = 1.0) -> list[str]:
    """What is wrong, a sentence each: the newest failure, and that this machine sends late; `rate` is what to lower,
    and `clock` how many seconds are told for one on the wall.

    While the load goes on, that is what is wrong now: what has passed shall not be told for ever.
    """
    problem, none, goes_on = load.problem_lately, "", "; the load goes on"
    if load.ended_at < inf:
        problem, goes_on = load.problem, ""
    if load.ended and load.ended.keys() <= NO_WEB_SERVER:  # which may end the load, when it is known
        none, goes_on = "; type the URL of a web server, if that is none", ""
    told = [f"{problem}{none}{goes_on}"] if problem else []
    return [*told, *late_text(load, rate, clock)]


def late_text(load: Load, rate: str, clock: float) -> Iterator[str]:
    """That this machine sends late, where the latency is that of its lag to more than `LAG_SHARE`; mostly so now, while
    the load goes on."""
    lag, percent = load.lag_lately, 50
    if load.ended_at < inf:
        lag, percent = load.lag, load.lag.slowest
    behind = lag.percentile(percent)
    if behind > LAG_S and behind > LAG_SHARE * load.everybody().percentile(percent):
        late = f"send lag p{percent} {seconds_text(behind * clock)}: this machine could not keep the schedule"
        lower = "--closed" if load.started is not None and load.started.visitors else rate
        yield f"{late}, and latency counts that; lower {lower}"


def opening(state: State) -> Iterator[str]:
    """What is about to be sent."""
    asked = state.load.started
    if asked is None:
        return
    yield f"{target(asked)}{'' if state.run is None else f' ({state.run.stage.name})'}  {how_much(asked)}"
    if asked.visitors:
        yield HIDES_STALLS
    elif state.run_now is not None and not state.run_now.stage.own and visits(asked, state.run_now):
        yield meaning(state.run_now, asked.most / asked.speed, asked.rate != asked.rate_end)


def clock_name(state: State) -> str:
    """`real time`, `lesson time`: in which seconds all is told; empty where the two are one."""
    return "" if state.speed == 1 else LESSON if state.in_lesson else REAL


def counts_text(load: Load) -> str:
    """`34 came: 30 answered, 3 errors, 1 waits`: whatever is asked for, it adds up."""
    parts = [f"{load.answered} answered"]
    parts += [counted(load.errors, "error")] if load.errors else []
    parts += [waiting_text(load)] if load.ended_at == inf else []
    parts += [f"{load.unfinished} on their way when it was ended"] if load.unfinished else []
    return f"{load.scheduled} came: {', '.join(parts)}"


def waiting_text(load: Load) -> str:
    """`7 wait`, `70 wait (30 not sent yet)`: this machine may be late by more than is due within `LAG_S`."""
    rate = load.latest.rate if load.latest is not None else 0.0
    unsent = f" ({load.unsent} not sent yet)" if load.unsent > 1 + rate * LAG_S else ""
    return f"{load.waiting} {wait(load.waiting)}{unsent}"


def so_far(load: Load) -> str:
    """`34 came: 30 answered, 3 errors, 1 waits; page p50 0.003 s · max 5.1 s; errors p50 0.006 s · max 0.010 s`."""
    page, failed = load.page.whole, load.failed.whole
    told = [counts_text(load)]
    if load.answered or not load.errors:
        told += [f"{page_name(load)} {percentiles_text(page, (50, 95))}"] if page.count else []
    told += [f"errors {percentiles_text(failed, (50,))}"] if failed.count else []
    return "; ".join(told)


def page_name(load: Load) -> str:
    """What the first latency is called."""
    return "page" if load.tells_apart else "all"


def now_and_then(event: Event, load: Load) -> Iterator[str]:
    """A line a second."""
    if isinstance(event, LoadTold) and event.number % LINE_EVERY == 0:
        yield f"{event.t:8.2f} s  {so_far(load)}"


def summary_of_load(load: Load, rate: str = THE_RATE) -> Iterator[str]:
    """How it went, in a few lines; `rate` is the option that said how much to send."""
    if load.started is None:
        return
    ends = [f"{count} x {end}" for end, count in load.ended.most_common()]
    ends += [f"{load.unfinished} on their way at the end"] if load.unfinished else []
    yield f"{target(load.started)}, {how_much(load.started)}"
    if load.turns:
        yield f"  turned      {turns_text(load)}"
    if ended := end_text(load):
        yield f"  ended       {ended}"
    if load.ended_at == inf and load.latest is not None:
        yield f"  so far      as was told after {after(load.latest.t - load.started.t)}: {waiting_text(load)}"
    yield f"  requests    {load.scheduled} to send, {load.sent} sent: {', '.join(ends) or 'none ended'}"
    if load.errors and not load.answered:
        yield f"  failed      nobody got the page: {failures_text(load)}"
    if load.again:
        yield f"  sent again  {sent_again(load)}: on another connection, nothing was written to the first"
    yield from figures(load)
    if any(end.startswith("3") for end, _ in load.ended.items()):
        yield "  note        redirects count by their status; they are not followed"
    for note in warnings(load, rate):
        yield f"  note        {note}"


def figures(load: Load) -> Iterator[str]:
    """How long it took: the page first, and whoever got none beside it."""
    page, failed = load.page.whole, load.failed.whole
    if page.count:
        yield f"  {'latency' if load.tells_apart else 'all':<11} {percentiles_text(page)}"
    if failed.count:
        yield f"  errors in   {percentiles_text(failed)}"
    if load.service.count:
        yield f"  service     {percentiles_text(load.service)}"
    if load.lag.count:
        yield f"  send lag    {percentiles_text(load.lag)}"
    if page.count:
        yield f"  counted     {how_counted(load)}"


def how_counted(load: Load) -> str:
    """Whose latency it is, since when, and in which seconds."""
    if not load.tells_apart:
        return TOGETHER
    waiting = load.page.whole.count - load.answered
    waited = f", and {waiting} who waited for it" if waiting else ""
    speed = load.started.speed if load.started is not None else 1.0
    clock = f"; {REAL}, x{number_text(speed)}" if speed != 1 else ""
    return (
        f"from when each was to be sent, of {load.answered} who got the page{waited}; service: since it was sent{clock}"
    )


def longest_wait_text(page: Histogram, failed: Histogram, speed: float = 1.0) -> str:
    """`the longest wait was 60.0 s`; where both came, `60.0 s for the page, 121 s for an error`."""
    seen = {"the page": page, "an error": failed}
    waits = {what: seconds_text(each.max_s * speed) for what, each in seen.items() if each.count}
    both = len(waits) > 1
    told = [f"{seconds} for {what}" if both else seconds for what, seconds in waits.items()]
    return f"the longest wait was {', '.join(told)}"


def percentiles_text(seen: Histogram, percents: tuple[float, ...] = PERCENTS) -> str:
    """`p50 0.003 s · p95 5.0 s · max 5.1 s`; the 99th percentile, and the 99.9th, where there are enough."""
    shown = [percent for percent in percents if seen.knows(percent)]
    parts = [f"p{number_text(percent)} {seconds_text(seen.percentile(percent))}" for percent in shown]
    return " · ".join([*parts, f"max {seconds_text(seen.max_s)}"])
