"""Several races as one table."""

from dataclasses import replace
from math import inf

from asyncdemo.base.durations import seconds_text
from asyncdemo.measuring.rows import Row, failed_row, row_of
from asyncdemo.report.medians import Figure, markdown, over
from tests.simulated_today import today_events
from tests.simulation import row_named, six_rows


def step3(answered: int) -> Row:
    """As it is where so many of the 60 got the page: the load's own counts, turned."""
    row = row_named("step3")
    got = {"200": answered, "503": 60 - answered}
    load = replace(row.load)
    load.ended = type(row.load.ended)({end: count for end, count in got.items() if count})
    return replace(row, load=load, finished_s=10.0 if answered == 60 else inf)


def test_the_median_is_one_that_was_measured() -> None:
    """With the lowest and the highest beside it, for each lane by its label."""
    races = [[step3(answered), row_named("step1")] for answered in (60, 50, 57, 52)]
    lanes = over(races)
    assert [lane.label for lane in lanes] == ["step3", "step1"]
    assert lanes[0].figures["answered"] == Figure(52, 50, 60, 4)
    assert lanes[1].figures["answered"] == Figure(60, 60, 60, 4)
    assert (lanes[0].visitors, lanes[0].races) == (60, 4)


def test_durations_are_the_lessons() -> None:
    """Of the page and of the notifications."""
    row = row_named("step1")
    (lane,) = over([[row]])
    p50, done = lane.figures["p50"], lane.figures["done p50"]
    assert p50 is not None
    assert done is not None
    assert p50.median == row.percentile_s(50)
    assert done.median == row.took.percentile(50) * row.speed


def test_mails_have_figures_where_they_are_sent() -> None:
    """Of those that wait as well; a lane that sends none has none."""
    today = row_of("today", "", today_events("today"))
    reserved = row_of("today, 2+1", "", today_events("today reserved"))
    lanes = over([[today, reserved, row_named("step1")]])
    mail = next(kind for kind in today.kinds if kind.task.short == "mail")
    p50 = lanes[0].figures["mail p50"]
    assert p50 is not None
    assert p50.median == mail.latency.percentile(50) * today.speed
    head, _, waits, free, none, *_ = markdown(lanes).splitlines()
    assert head.endswith("| lost | mail p50 | mail p95 |")
    assert [line.split(" | ")[-1] for line in (waits, free, none)] == [
        f"{seconds_text(mail.latency.percentile(95) * today.speed)} |",
        f"{seconds_text(next(k for k in reserved.kinds if k.task == mail.task).latency.percentile(95) * 10)} |",
        "- |",
    ]
    assert "mail" not in markdown(over([[row_named("step1")]]))


def test_what_was_cut_or_did_not_start_does_not_count() -> None:
    """A lane of which nothing is known has no figures."""
    races = [[step3(60), replace(step3(10), label="cut", cut=True)], [failed_row("step3", "", "no"), step3(58)]]
    lanes = over(races)
    assert [(lane.label, lane.races) for lane in lanes] == [("step3", 2), ("cut", 0)]
    assert lanes[0].figures["answered"] == Figure(58, 58, 60, 2)
    assert lanes[1].figures["answered"] is None
    assert "| cut | - | - |" in markdown(lanes)


def test_a_place_that_not_every_race_gives_says_in_how_many() -> None:
    """step3 has one only where everybody got the page."""
    races = [[step3(60), row_named("reserved")], [step3(55), row_named("reserved")], [step3(60), row_named("reserved")]]
    text = markdown(over(races))
    assert "| step3 | 2, in 2 of 3 | 60 (55-60) of 60 |" in text
    assert "| bonus, 2 general + 1 reserved | 1 | 60 of 60 |" in text
    assert "Medians of 3 races" in text


def test_nobody_comes_after_everybody() -> None:
    """Where nobody waited in some races."""
    slow, fast = row_named("step3"), row_named("reserved")
    races = [[replace(row, label="lane")] for row in (slow, fast, fast)]
    assert "nobody (5-nobody)" in markdown(over(races))


def test_the_table_is_markdown() -> None:
    """A head, a line of dashes, a line for each lane, all of the same number of cells."""
    rows = [replace(row, label="a | b") if number == 0 else row for number, row in enumerate(six_rows())]
    lines = markdown(over([rows])).splitlines()
    assert len(lines) == 2 + 6 + 2
    assert len({line.replace("\\|", "").count("|") for line in lines[:8]}) == 1
    assert lines[2].startswith("| a \\| b |")
    assert lines[-1] == "Medians of 1 race, in brackets the lowest and the highest; seconds are the lesson's."
    assert markdown(over([])).startswith("| | place |")
