"""The page of a single load: what was asked for, how it ended, and how long it took. Seconds on the wall."""

from ...base.durations import number_text, seconds_text
from ...base.histogram import ENOUGH, PERCENTS, STEPS, Histogram
from ...measuring.rows import NOTHING, Row
from ..about import About
from ..load_svg import histogram_svg, over_time_svg
from ..markup import Markup
from .page import fact_list, figure, page, paragraph, section, table

PERCENTILES = (*PERCENTS, 99.9)
SAMPLES = {99: ENOUGH, 99.9: 10 * ENOUGH}
"""Fewer have no such percentile."""
ARRIVALS = {
    "even": "evenly spaced, whether or not earlier ones were answered (open loop)",
    "poisson": "at random moments (Poisson), whether or not earlier ones were answered (open loop)",
    "closed": "each visitor asks again when answered (closed loop)",
}


def load_page(row: Row, about: About) -> str:
    """The page of a load, as the text of its file."""
    asked = row.load.started
    target = asked.url if asked is not None else "nothing"
    return page(
        f"A load on {target}",
        about,
        section("What was asked for", fact_list(asked_for(row)), name="asked"),
        section("How it ended", *ends_of(row), name="ended"),
        section("How long it took", percentiles_table(row), *omission(row), name="took"),
        section("Over time", figure(over_time_svg(row.load), OVER_TIME), name="time"),
        section("How often", figure(histogram_svg(row.load), HOW_OFTEN), name="often"),
    )


OVER_TIME = (
    "Latency by when a request was meant to leave, on a log scale: the line is the longest of each moment, the lower "
    "edge of the band, where there is one, the median. Those that wait count with their wait so far."
)
HOW_OFTEN = (
    "Filled: latency, from when a request was meant to leave. Outline: service time, from when it left. Both axes are "
    f"logarithmic. The percentiles come from a finer histogram, of steps of 1/{STEPS} = {1 / STEPS:.1%} of the value."
)


def asked_for(row: Row) -> list[tuple[str, str]]:
    """The options, in words."""
    asked = row.load.started
    if asked is None:
        return [("load", "none has begun")]
    rate = f"{number_text(asked.rate)} requests/s"
    if asked.rate_end != asked.rate:
        rate = f"from {number_text(asked.rate)} to {number_text(asked.rate_end)} requests/s"
    if asked.visitors:
        rate = f"{asked.visitors} visitors at a time"
    facts = [("target", asked.url), ("rate", rate), ("for", seconds_text(asked.seconds))]
    facts += [("seed", str(asked.seed))] if asked.arrivals == "poisson" else []
    facts += [("requests", ARRIVALS.get(asked.arrivals, asked.arrivals)), ("time limit", seconds_text(asked.timeout_s))]
    if asked.speed != 1:
        fast = number_text(asked.speed)
        facts.append(("speed", f"x{fast}: seconds here are real ones, each of them {fast} s of the lesson"))
    return facts


def ends_of(row: Row) -> list[Markup]:
    """A line for each kind of end; they add up to the requests that were to leave."""
    load, total = row.load, row.visitors
    counts = [
        *load.ended.most_common(),
        ("given up, as the load was stopped", load.unfinished),
        ("still waiting", row.waiting),
    ]
    lines = [(name, str(count), f"{count / total:.1%}" if total else NOTHING) for name, count in counts if count]
    lines.append(("requests that were to leave", str(total), "100.0%" if total else NOTHING))
    parts = [paragraph(in_short(row)), table("How requests ended", ["", "count", "share"], lines)]
    return [*parts, paragraph(f"The newest failure said: {load.problem}")] if load.problem else parts


def in_short(row: Row) -> str:
    """The end of a load in one sentence."""
    if not row.visitors:
        return "No request left."
    late = row.visitors - row.load.sent
    unsent = f" {late} could not leave." if late > 0 else ""
    return f"{row.answered} of {row.visitors} requests got what they asked for, {row.errors} did not.{unsent}"


def percentiles_table(row: Row) -> Markup:
    """Latency, service time and send lag side by side."""
    columns = [("latency", row.everybody), ("service time", row.load.service), ("send lag", row.load.lag)]
    lines = [
        (f"p{number_text(percent)}", *(percentile_text(counted, percent) for _, counted in columns))
        for percent in PERCENTILES
    ]
    lines.append(("max", *(fine_text(counted.max_s) if counted.count else NOTHING for _, counted in columns)))
    lines.append(("n", *(str(counted.count) for _, counted in columns)))
    caption = (
        "Latency of everybody, those who wait counted so far; service time of those answered; lag of those that left"
    )
    return table(caption, ["", *(name for name, _ in columns)], lines)


def percentile_text(counted: Histogram, percent: float) -> str:
    """A duration, or nothing where there are too few for it."""
    return fine_text(counted.percentile(percent)) if counted.count >= SAMPLES.get(percent, 1) else NOTHING


def fine_text(seconds: float) -> str:
    """A duration to read, in milliseconds where a lag is that short."""
    return seconds_text(seconds) if seconds >= 0.01 else f"{seconds * 1000:.2f} ms"


def omission(row: Row) -> list[Markup]:
    """What the two clocks mean, and how far they are apart here."""
    told = (
        "Latency counts from the moment a request was meant to leave; service time from the moment it did. A client "
        "that waits for a slow server before it sends the next request never measures the wait of those it did not "
        "send: coordinated omission. Latency has no such hole; where the two differ, requests left late, and the lag "
        "says how late."
    )
    parts = [paragraph(told)]
    if row.everybody.count and row.load.service.count:
        latency, service = row.everybody.percentile(95), row.load.service.percentile(95)
        parts.append(paragraph(f"Here p95 is {fine_text(latency)} by latency, {fine_text(service)} by service time."))
    return parts
