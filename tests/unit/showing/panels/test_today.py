"""Panels and lines of today: what each kind of work does, and what becomes of it, true at that moment and whole."""

import re
from dataclasses import replace

import pytest
from rich.text import Text

from asyncdemo.events import events as e
from asyncdemo.known.state import State
from asyncdemo.showing.lines.lane_words import in_words
from asyncdemo.showing.lines.load_lines import in_short, meaning
from asyncdemo.showing.lines.race_lines import RaceLines, end_text
from asyncdemo.showing.lines.run_lines import PlainLines
from asyncdemo.showing.lines.run_summary import summary
from asyncdemo.showing.lines.run_words import dies_with, held_for, workers_text
from asyncdemo.showing.panels import View, lane_panels, race, render
from asyncdemo.showing.panels.books import became
from asyncdemo.showing.panels.lines import Line, length
from asyncdemo.showing.panels.style import NOTIFY, QUICK, WEB, work_style
from asyncdemo.showing.panels.workers import strip_parts
from tests.frames import text_of
from tests.simulated_race import Race
from tests.simulated_today import CASES, CELERY, ONE_QUEUE, TODAY, today_events

SIZES = [(40, 10), (60, 15), (60, 24), (80, 24), (88, 24), (110, 33), (160, 50)]
RUN = e.RunStarted(t=0.0, process="asyncdemo", stage=TODAY, general=2, reserved=1, speed=1.0, delays=[5.0], url="u")


def told(case: str, now: float, killed: dict[str, float] | None = None) -> tuple[State, list[str]]:
    state = State()
    lines = PlainLines(state)
    return state, [line for event in today_events(case, killed) if event.t <= now for line in lines.take(event)]


def screen(case: str, now: float, size: tuple[int, int] = (88, 24), killed: dict[str, float] | None = None) -> str:
    view = View(*size, keys="? help  q quit")
    return Text.from_ansi(text_of(render(told(case, now, killed)[0], now, view), view)).plain


def row_of(text: str, name: str) -> list[str]:
    """The words of the row that begins so, in the right half of the screen."""
    return next(found[1].split() for line in text.splitlines() if (found := re.search(rf"│ ({name} +\d.*)│$", line)))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("case", CASES)
def test_nothing_is_wider_than_the_screen(case: str, size: tuple[int, int]) -> None:
    for now in (0.0, 0.3, 0.6, 3.0, 6.0):
        drawing = render(told(case, now, {"worker.1": 2.0})[0], now, View(*size))
        assert len(drawing.lines) == size[1]
        assert {length(line) for line in drawing.lines} == {size[0]}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("size", [(88, 24), (110, 33)])
def test_nothing_is_cut_at_the_sizes_of_a_projector(case: str, size: tuple[int, int]) -> None:
    for now in (0.6, 3.0, 6.0):
        text = screen(case, now, size, {"worker.1": 4.0}).partition("╭─ log")[0]
        bars = [line for line in text.splitlines() if "█…" in line]  # a queue is longer than its bar
        assert text.count("…") == len(bars)


def test_a_row_says_what_kind_of_work_its_worker_does() -> None:
    text = screen("today reserved", 3.15)
    assert re.search(r"worker\.1 +notify \+ mail +notify Ada +\d", text)
    assert re.search(r"shortworker\.1 +mail +(free|mail Ada) ", text)
    assert "thread" not in text.split("hello")[0]


def test_what_is_in_a_busy_workers_pocket_is_in_its_row() -> None:
    state, _ = told("celery defaults", 6.0)
    pockets = {worker: sum(kinds.values()) for (worker, _), kinds in state.notifications.pockets().items()}
    assert pockets == {"worker.1": 3, "worker.2": 3}
    for size in ((88, 24), (60, 15)):
        text = screen("celery defaults", 6.0, size)
        assert "now +pocket" in text
        assert len(re.findall(r"worker\.\d .*notify.* \+3 notify ", text)) == 2
    assert "pocket" not in screen("today", 6.0)


def test_each_kind_has_its_colour_and_no_colour_is_the_only_sign() -> None:
    styles = [work_style(TODAY, work) for work in ("http.request", "notify", "password_mail")]
    assert styles == [WEB, NOTIFY, QUICK]
    assert [work_style(TODAY, name) for name in ("long", "short")] == [NOTIFY, QUICK]
    state, _ = told("one queue", 6.0)
    strips = [state.workers.strip(row, 6.0, 40) for row in state.workers.rows()]
    glyphs: dict[str, set[str]] = {"notify": set(), "password_mail": set()}
    for strip in strips:
        for cell in strip:
            if cell.work:
                glyphs[cell.work] |= {text for text, _ in strip_parts(ONE_QUEUE, [cell], colour=False)}
    assert glyphs["notify"]
    assert glyphs["password_mail"]
    assert not glyphs["notify"] & glyphs["password_mail"]


def test_books_have_a_column_for_each_kind_and_add_up() -> None:
    for case in CASES:
        text = screen(case, 6.0, killed={"worker.1": 5.0})
        state, _ = told(case, 6.0, {"worker.1": 5.0})
        terms = ("sent", "delivered", "running", "queued", "held", "lost", "again")
        shown = {term: [int(count) for count in row_of(text, term)[1:]] for term in terms}
        for column, task in enumerate(("notify", "password_mail")):
            books = state.notifications.books_of(task)
            assert {term: counts[column] for term, counts in shown.items()} == {
                term: getattr(books, term) for term in terms
            }
            parts = sum(shown[term][column] for term in ("delivered", "running", "queued", "held", "lost"))
            assert parts == shown["sent"][column] > 0


def test_how_long_each_kind_takes_stands_below_the_page() -> None:
    state, _ = told("today", 6.0)
    text = screen("today", 6.0)
    for task, short in (("notify", "notify"), ("password_mail", "mail")):
        seen = state.notifications.waits_of(task).recent(6.0)
        line = next(line for line in text.splitlines() if line.startswith(f"│ {short} "))
        assert f"{seen.max:.1f} s" in line
        assert line.split("│")[1].split()[-1] == str(seen.count) == "55"
    assert re.search(r"│ page +0\.00\d s", text)
    waits = state.notifications.waits_of("password_mail")
    assert f"longest wait of mail; now {waits.longest_wait(6.0):.1f} s, {len(waits.waiting)} wait" in text


def test_depth_and_age_of_each_queue() -> None:
    state, _ = told("today", 6.0)
    text = screen("today", 6.0)
    for name, short in (("long", "notify"), ("short", "mail")):
        depth, oldest = state.channels.depths[name], state.channels.oldest_s(name, 6.0)
        assert re.search(rf"│ {short} +{depth} +oldest {oldest:.1f} s", text)
    assert " of 100" not in text  # the queues of a database have no end
    assert re.search(r"notify +\d+ +no taker", screen("nobody", 4.5))
    view = View(88, 24)
    lane = RACE.lanes(5.2)[2]
    oldest = lane.state.channels.oldest_s("short", 5.2) * 10
    shown = Text.from_ansi(text_of(lane_panels(lane, 5.2, view), view)).plain
    assert re.search(rf"│ mail +\d+ +oldest {oldest:.1f} s", shown)


def test_a_queue_that_nobody_can_look_at_has_no_depth() -> None:
    """There is no news of it any more: neither how many wait there nor for how long."""
    state, _ = told("today", 6.0)
    view = View(110, 33)
    shown = Text.from_ansi(text_of(render(state, 12.0, view), view)).plain
    for name in ("notify", "mail"):
        assert f"│ {name:7}not known: no news of it" in shown
    assert "oldest" not in shown


def test_what_is_unknown_is_said_below_the_books() -> None:
    """Beside what is lost; it is neither."""
    state = State()
    sent = {"channel": "long", "task": "notify"}
    for event in (
        RUN,
        *(e.Sent(t=1.0, process="web.1", id=name, **sent) for name in ("n1", "n2")),
        *(
            e.Queues(t=t, process="asyncdemo", ids={"long": ["n1"], "short": []}, ages={"long": t - 1.0, "short": 0.0})
            for t in (5.0, 6.0)
        ),
    ):
        state.fold(event)
    assert state.books.unknown == 1
    assert text_of_line(became(state)) == "1 unknown"


def text_of_line(line: Line) -> str:
    """Without its styles."""
    return "".join(text for text, _ in line)


def test_what_a_dead_worker_holds_is_told_with_until_when() -> None:
    for case, panel, line in (
        ("today", "held for ever", "1 notify: for ever, the queue has it as begun and never gives it back"),
        ("celery", "held for 3600 s", "1 notify: until it is given out again, 3600 s after its worker got it"),
    ):
        _, lines = told(case, 6.0, {"worker.2": 4.2})
        assert panel in screen(case, 6.0, killed={"worker.2": 4.2})
        held = [told for told in lines if " held " in told]
        assert len(held) == 1
        assert held[0].endswith(line)
        assert line.partition(": ")[2] in "\n".join(summary(told(case, 6.0, {"worker.2": 4.2})[0]))
    assert not [line for line in told("today", 7.0)[1] if " held " in line]  # nor when it ends


def test_what_a_worker_says_of_how_long_counts_more_than_its_stage() -> None:
    """Whose settings somebody may have edited: in lines, in the panels, and in what is asked before."""
    state = State()
    lines = PlainLines(state)
    by = {"channel": "long", "task": "notify"}
    events = [
        replace(RUN, stage=CELERY),
        e.WorkerReady(t=0.5, process="worker.1", worker="worker.1", channels=["long"], held_s=8.0),
        e.Sent(t=1.0, process="web.1", id="n1", **by),
        e.Taken(t=2.0, process="worker.1", id="n1", worker="worker.1", age_s=1.0, **by),
        e.ProcessEnded(t=3.0, process="worker.1", code=-9),
    ]
    told = [line for event in events[:-1] for line in lines.take(event)]
    assert dies_with(state, "worker.1") == " Its notify is held for 8 s."
    told = lines.take(events[-1])
    assert told[-1].endswith("1 notify: until it is given out again, 8 s after its worker got it")
    assert held_for(state) == "for 8 s"


def test_what_is_given_out_again_is_told() -> None:
    state = State()
    lines = PlainLines(state)
    by = {"channel": "long", "task": "notify"}
    events = [
        replace(RUN, stage=CELERY),
        e.Sent(t=1.0, process="web.1", id="n1", **by),
        e.Taken(t=2.0, process="worker.1", id="n1", worker="worker.1", age_s=1.0, **by),
        e.ProcessEnded(t=3.0, process="worker.1", code=-9),
        e.Taken(t=90.0, process="worker.2", id="n1", worker="worker.2", age_s=89.0, **by),
        e.Queues(t=91.0, process="web.1"),
    ]
    told = [line for event in events for line in lines.take(event)]
    assert told[-1].endswith("again       1 notify: no longer held by a worker that is dead")
    assert "  begun again    1" in list(summary(state))


def test_a_task_that_fails_is_told_with_its_kind() -> None:
    lines = PlainLines(State())
    failed = e.Done(
        t=2.0, process="w", id="m", channel="short", worker="worker.1", busy_s=0.1, failed=True, task="password_mail"
    )
    told = [line for event in (RUN, failed) for line in lines.take(event)]
    assert told[-1].endswith("lost        a mail: it failed in worker.1")


def test_the_summary_has_the_books_and_the_times_of_each_kind() -> None:
    state, _ = told("today reserved", 99.0)
    lines = list(summary(state))
    sums = [line for line in lines if " sent = " in line]
    assert [line.split()[:2] for line in sums] == [["tasks", "120"], ["notify", "60"], ["mail", "60"]]
    for line in sums:
        whole, *parts = (int(number) for number in re.findall(r"\d+", line))
        assert whole == sum(parts)
    (mail,) = [line for line in lines if "until done" in line and "0.050 s" in line]
    assert "until done   p50 0.050 s · p95 0.050 s · max 0.12 s, of 60, 1 of them not done: their wait so far" in mail


def test_whoever_asks_to_kill_a_worker_is_told_what_becomes_of_its_tasks() -> None:
    for case, words in (
        ("today", " Its notify is held for ever."),
        ("celery", " Its notify is held for 3600 s."),
        ("celery defaults", " Its notify is lost, 3 in its pocket held for 3600 s."),
    ):
        assert dies_with(told(case, 6.0)[0], "worker.1") == words
    for case in ("today reserved", "celery defaults"):
        assert dies_with(told(case, 6.0)[0], "shortworker.1") == ""  # it has nothing in hand, nor in its pocket


def test_workers_are_told_by_what_they_take() -> None:
    assert workers_text(RUN) == "3: 2 general + 1 reserved for mail, which leaves notify alone"
    assert workers_text(replace(RUN, general=0, reserved=1)).endswith("alone: nobody takes notify")
    three = replace(RUN, general=3, reserved=0)
    assert workers_text(three) == "3 general: each takes notify and mail, one task at a time"
    assert workers_text(replace(three, choices=["priority"])).endswith("; what is quick has priority")
    assert workers_text(replace(three, general=0)) == "none: notify and mail wait until there is one"


def test_what_a_load_means_counts_both_kinds() -> None:
    """5 s for a notification and half a second for a mail: that is what a visitor is to the workers."""
    words = meaning(RUN, 1.0)
    assert words == "1/s x 5.5 s = 5.5 workers needed for notify and mail; 2 + 1 for mail there"
    assert in_short(words) == "1/s x 5.5 s = 5.5 workers needed; 2 + 1 for mail there"


RACE = Race("reserved", "today", "priority", "today reserved")
"""`reserved` is the bonus with a worker kept for the page."""


def test_a_lane_of_today_shows_how_long_its_mail_waits() -> None:
    lanes = RACE.lanes(5.2)
    view = View(88, 24)
    text = Text.from_ansi(text_of(race(lanes, 5.2, view), view)).plain
    waits = {
        number: lanes[number].state.notifications.waits_of("password_mail").longest_lately(5.2, 0.2) * 10
        for number in (2, 3, 4)
    }
    assert waits[2] > 30
    assert waits[4] == pytest.approx(0.5, abs=0.1)
    for number in (2, 3):
        assert f"mail {waits[number]:.1f} s" in text
    assert "mail 0.50 s" in text
    assert "2 + 1 for mail" in text
    assert "2 + 1 for web" in text
    words = {news.lane: news.words for news in in_words(lanes, 5.2)}
    assert words[2].startswith(f": the page is fast, mail waits {waits[2]:.1f} s")
    assert words[4] == ": the page is fast, mail too: 1 worker is kept for it"


def test_a_race_that_is_over_tells_how_long_its_mail_took() -> None:
    lanes = RACE.lanes()
    words = {news.lane: news.words for news in in_words(lanes, 40.0)}
    assert words[4] == ": all 60 got the page in 59.0 s, the longest wait was 1.1 s for mail"
    assert end_text(lanes[4], 1).endswith("60 of 60 answered; mail p50 0.50 s until done")
    assert "mail" not in end_text(lanes[1], 2)
    goes_on = Race("today", linger_s=60).lanes(9.0)[1]
    assert re.search(r"60 of 60 answered; mail p50 \d+\.\d s until done, so far$", end_text(goes_on, 0))
    lines = RaceLines(RACE.lanes(5.2), 10.0)
    lines.lines(0.6)
    (now,) = [line for line in lines.lines(5.2) if "priority" in line]
    assert re.search(r"\d+ of \d+ answered, mail waits 27\.\d s$", now)
