"""The page of a single load: what was asked for, how it ended, and how long it took. Seconds on the wall."""

from ...base.durations import number_text, seconds_text
from ...base.histogram import PERCENTS, STEPS, Histogram
from ...base.text import counted, wait
from ...measuring.rows import NOTHING, Row
from ...showing.lines.load_lines import TOGETHER, crews_text, end_text, turns_text
from ..about import About
from ..lessons import on_their_way
from ..load_svg import NARROW, histogram_svg, over_time_svg
from ..markup import Markup
from .page import fact_list, figure, page, paragraph, section, table

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
        *([section("What was done instead", fact_list(done), name="done")] if (done := done_instead(row)) else []),
        section("How it ended", *ends_of(row), name="ended"),
        section("How long it took", percentiles_table(row), *omission(row), name="took"),
        section("Over time", figure(over_time_svg(row.load), over_time_svg(row.load, NARROW), OVER_TIME), name="time"),
        section("How often", figure(histogram_svg(row.load), histogram_svg(row.load, NARROW), HOW_OFTEN), name="often"),
    )


OVER_TIME = (
    "Latency by when a request was meant to leave, on a log scale: the line is the longest of each moment, the lower "
    "edge of the band, where there is one, the median. Those that wait count with their wait so far. A red x is one "
    "that got no page, and how long that took to be said; a dashed line is where the rate was turned."
)
HOW_OFTEN = (
    "Filled: latency of the page, from when a request was meant to leave. Red: how long it took those that got none. "
    "Outline: service time of the page, from when it left. Both axes are "
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
        rate = f"{counted(asked.visitors, 'visitor')} at a time"
    facts = [("target", asked.url), ("rate", rate), ("for", seconds_text(asked.seconds))]
    facts += [("seed", str(asked.seed))] if asked.arrivals == "poisson" else []
    facts += [("requests", ARRIVALS.get(asked.arrivals, asked.arrivals)), ("time limit", seconds_text(asked.timeout_s))]
    if asked.speed != 1:
        fast = number_text(asked.speed)
        facts.append(("speed", f"x{fast}: seconds here are real ones, each of them {fast} s of the lesson"))
    return facts


def done_instead(row: Row) -> list[tuple[str, str]]:
    """What somebody has turned meanwhile, and when; in seconds from the beginning."""
    facts = [
        ("rate", f"turned {turns_text(row.load)}" if row.load.turns else ""),
        ("workers", crews_text(row.run, row.crews)),
        ("ended", end_text(row.load)),
    ]
    return [(name, words) for name, words in facts if words]


def ends_of(row: Row) -> list[Markup]:
    """A line for each kind of end; they add up to the requests that were to leave."""
    load, total = row.load, row.visitors
    counts = [
        *load.ended.most_common(),
        ("on their way when the load was ended", load.unfinished),
        ("still waiting", row.waiting),
    ]
    lines = [(name, str(count), f"{count / total:.1%}" if total else NOTHING) for name, count in counts if count]
    lines.append(("requests that were to be sent", str(total), "100.0%" if total else NOTHING))
    parts = [paragraph(in_short(row)), table("How requests ended", ["", "count", "share"], lines)]
    return [*parts, paragraph(f"The newest failure said: {load.problem}")] if load.problem else parts


def in_short(row: Row) -> str:
    """The end of a load in one sentence."""
    if not row.visitors:
        return "No request left."
    late = row.visitors - row.load.sent
    told = [f"{row.answered} of {counted(row.visitors, 'request')} got what was asked for, {row.errors} did not"]
    told += [f"{row.waiting} still {wait(row.waiting)}"] if row.waiting else []
    told += [f"{on_their_way(row)} when it was ended"] if row.load.unfinished else []
    nobody = " Nobody got the page." if row.errors and not row.answered else ""
    return f"{', '.join(told)}.{nobody}" + (f" {late} could not leave." if late > 0 else "")


def percentiles_table(row: Row) -> Markup:
    """Latency, service time and send lag side by side."""
    columns = [
        ("latency" if row.load.tells_apart else "latency of all", row.page),
        ("of errors", row.failed),
        ("service time", row.load.service),
        ("send lag", row.load.lag),
    ]
    lines = [
        (f"p{number_text(percent)}", *(percentile_text(seen, percent) for _, seen in columns)) for percent in PERCENTS
    ]
    lines.append(("max", *(fine_text(seen.max_s) if seen.count else NOTHING for _, seen in columns)))
    lines.append(("of how many", *(str(seen.count) for _, seen in columns)))
    caption = (
        "Latency of those who got the page, or wait for it, so far; of those who got an error or nothing; service time "
        "of those who got the page; lag of those that left"
    )
    return table(
        caption if row.load.tells_apart else f"Latency and service time of {TOGETHER}",
        ["", *(name for name, _ in columns)],
        lines,
    )


def percentile_text(seen: Histogram, percent: float) -> str:
    """A duration, or nothing where there are too few for it."""
    return fine_text(seen.percentile(percent)) if seen.knows(percent) else NOTHING


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
    if row.page.count and row.load.service.count:
        latency, service = row.page.percentile(95), row.load.service.percentile(95)
        parts.append(paragraph(f"Here p95 is {fine_text(latency)} by latency, {fine_text(service)} by service time."))
    return parts
