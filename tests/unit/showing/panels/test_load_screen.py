"""The screen of a load at the cell, the row and the count from which on it says something else."""

import pytest

from asyncdemo.base.histogram import bucket
from asyncdemo.events import events as e
from asyncdemo.known.load import Load
from asyncdemo.known.state import State
from asyncdemo.showing.panels import View, render_load
from asyncdemo.showing.panels.lines import Line, length
from asyncdemo.showing.panels.load_chart import failures_line, latency_chart
from asyncdemo.showing.panels.load_screen import bars_panel, load_header, progress, requests_panel
from asyncdemo.showing.panels.style import ALARM, NOTIFY, STRONG, WEB
from tests.loads import bad_day, folded, jam, load_of, load_started, told

URL = "http://127.0.0.1:8000/"


def texts(lines: list[Line]) -> list[str]:
    """Without their colours."""
    return ["".join(text for text, _ in line).rstrip() for line in lines]


def load_after(*events: e.Event) -> Load:
    return folded(load_started(), *events).load


def screen(state: State, width: int, height: int) -> list[str]:
    return texts(render_load(state, 4.0, View(width, height)).lines)


def test_a_chart_of_fewer_than_five_rows_is_none() -> None:
    """Then what matters most is all there is: no axis without bars."""
    state = folded(load_started(), told(1, {"200": 10}, 0.4))
    shown = screen(state, 60, 13)
    title = next(number for number, line in enumerate(shown) if line.startswith("longest wait"))
    assert len(shown) - 1 - title == 5, "its words, its bars and its axis, above the foot"
    without = screen(state, 60, 12)
    assert without[:title] == shown[:title]
    assert without[title:] == [""] * 5


@pytest.mark.parametrize(
    ("now", "done", "words"), [(0.5, 0, "   0%"), (1.0, 0, "   0%"), (2.5, 9, "  25%"), (4.0, 18, "  50%")]
)
def test_how_far_it_is(now: float, done: int, words: str) -> None:
    """Of its six seconds, from the first to the last: a cell for each that has passed."""
    (line,) = texts([progress(load_after(), now, 41)])
    assert line == "█" * done + "░" * (36 - done) + words


def test_when_all_were_to_leave_it_is_said_whether_they_have() -> None:
    """And who is waited for; then that it is over, or how it ended."""
    sent = load_after(told(1, {"200": 1}, 0.4, waits=2))
    late = load_after(told(1, {"200": 1}, 0.4, waits=2, sent=2))
    assert texts([progress(sent, 6.9, 30)])[0].endswith("  98%")
    assert texts([progress(sent, 7.0, 30)]) == ["█" * 13 + " all sent, 2 wait"]
    assert texts([progress(late, 7.0, 30)])[0].endswith(" time is up, 2 wait")
    sent.fold(e.LoadEnded(t=8.0, process="load.1", unfinished=0))
    assert texts([progress(sent, 9.0, 30)]) == ["█" * 25 + " over"]


def test_the_head_keeps_what_is_asked_for() -> None:
    """Without its address where there is no room for both."""
    load = load_after()
    (whole,) = texts([load_header(load, View(200, 24))])
    assert whole.startswith(f" load  {URL}   ")
    at = length(load_header(load, View(200, 24)))
    assert texts([load_header(load, View(at, 24))]) == [whole]
    assert texts([load_header(load, View(at - 1, 24))]) == [" load  " + whole.partition("   ")[2]]
    load.fold(e.LoadTurned(t=2.0, process="load.1", factor=2.0))
    assert (
        "turned" in texts([load_header(load, View(200, 24))])[0]
        or "now" in texts([load_header(load, View(200, 24))])[0]
    )


def test_what_is_sent_now_is_nothing_when_it_is_over() -> None:
    """What was in all, stays."""
    load = load_after(told(1, {}, 0.4), told(2, {"200": 8, "503": 2}, 0.4, waits=3))
    shown = texts(requests_panel(load, 28))
    assert shown[1:8] == [
        "│ offered     10/s      13 │",
        "│ sent        13/s      13 │",
        "│ answered   8.0/s       8 │",
        "│ errors                 2 │",
        "│ waiting                3 │",
        "│ 2 x 503                  │",
        "│                          │",
    ]
    load.fold(e.LoadEnded(t=8.0, process="load.1", unfinished=3))
    assert texts(requests_panel(load, 28))[1:6] == [
        "│ offered    0.0/s      13 │",
        "│ sent       0.0/s      13 │",
        "│ answered   0.0/s       8 │",
        "│ errors                 2 │",
        "│ on the way at the end  3 │",
    ]


@pytest.mark.parametrize(("waits", "loud"), [(10, False), (11, True)])
def test_more_who_wait_than_come_in_a_second_are_loud(waits: int, loud: bool) -> None:
    panel = requests_panel(load_after(told(1, {}, 0.4, waits=waits)), 28)
    ((_, style),) = [part for part in panel[5] if part[0].strip() == str(waits)]
    assert style == (ALARM if loud else STRONG)


def test_a_bar_for_each_half_of_a_decade() -> None:
    """From the fastest to the slowest that anybody is in; the longest is of most, and fills the panel."""
    page = {"200": [(0, bucket(0.005), 4), (0, bucket(0.5), 2), (0, bucket(500.0), 1)]}
    load = load_after(told(1, {"200": 7}, 0.4, by_end=page))
    panel = bars_panel(load, 1.0, 30, 14)
    shown = texts(panel)[1:-1]
    assert [line[2:10].strip() for line in shown if line[2:10].strip()] == [
        *("<10 ms", "<30 ms", "<100 ms", "<300 ms", "<1 s", "<3 s", "<10 s", "<30 s", "<100 s", ">100 s"),
    ]
    bars = [line[10:-2].rstrip() for line in shown]
    assert (bars[0], bars[4], bars[9]) == ("█" * 16 + " 4", "█" * 8 + " 2", "█" * 4 + " 1")
    assert [bar.strip() for bar in bars[1:4]] == ["0"] * 3
    styles = [line[2][1] for line in panel[1:11]]
    assert styles == [WEB] * 5 + [NOTIFY] * 5, "from where on a wait is slow"


def test_the_slow_end_of_the_bars_is_what_there_is_room_for() -> None:
    """Above the last row, which is that of who got no page, where there is one."""
    page = {"200": [(0, bucket(0.005), 4), (0, bucket(0.5), 2)]}
    load = load_after(told(1, {"200": 6}, 0.4, by_end=page))
    names = [line[2:10].strip() for line in texts(bars_panel(load, 1.0, 30, 5))[1:-1]]
    assert names == ["<100 ms", "<300 ms", "<1 s"]
    load = load_after(told(1, {"200": 6, "503": 2}, 0.4, by_end={**page, "503": [(0, bucket(0.005), 2)]}))
    names = [line[2:10].strip() for line in texts(bars_panel(load, 1.0, 30, 5))[1:-1]]
    assert names == ["<300 ms", "<1 s", "no page"]
    assert texts(bars_panel(load, 1.0, 30, 5))[3] == "│ no page 2                  │"


@pytest.mark.parametrize(("ended", "words"), [({}, "nobody yet"), ({"503": 3}, "nobody got it")])
def test_that_nobody_has_the_page_is_said(ended: dict[str, int], words: str) -> None:
    assert words in texts(bars_panel(load_after(told(1, ended, 0.4)), 1.0, 30, 5))[1]


def test_who_got_no_page_has_a_mark_below_his_moment() -> None:
    """And the row a name, where there is any; it is as wide as the chart."""
    state = folded(*load_of(jam([0.02] * 30, 10.0) + jam([0.02], 10.0, "503"), 6.0, until=5.0))
    line = failures_line(state.load, 70)
    (shown,) = texts([line])
    assert shown == " no page x"
    assert texts([failures_line(folded(load_started()).load, 70)]) == [""]
    chart = latency_chart(state, 74, 10)
    assert {length(line) for line in chart} == {74}
    came = [number for number, letter in enumerate(texts(chart)[-4]) if letter in "▁▂▃▄▅▆▇█"]
    assert came[0] == texts(chart)[-1].index("x"), "the first of them is the first who came"


@pytest.mark.parametrize("height", [15, 24])
def test_what_is_wrong_takes_no_row_from_the_chart(height: int) -> None:
    """Two rows are kept for what is to be said below."""
    fine = folded(load_started(), told(1, {"200": 10}, 0.4))
    width = 60 if height == 15 else 88
    shown = [screen(state, width, height) for state in (fine, bad_day())]
    places = [next(n for n, line in enumerate(lines) if "longest wait" in line) for lines in shown]
    assert places[0] == places[1]


@pytest.mark.parametrize(
    ("least_s", "most_s", "name"),
    [
        (0.0002, 0.00099, "<1 ms"),
        (0.0011, 0.0029, "<3 ms"),
        (0.0032, 0.0099, "<10 ms"),
        (0.011, 0.029, "<30 ms"),
        (0.032, 0.099, "<100 ms"),
        (0.11, 0.29, "<300 ms"),
        (0.32, 0.99, "<1 s"),
        (1.1, 2.9, "<3 s"),
        (3.2, 9.9, "<10 s"),
        (11.0, 29.0, "<30 s"),
        (32.0, 99.0, "<100 s"),
        (110.0, 9000.0, ">100 s"),
    ],
)
def test_a_wait_is_counted_in_the_bar_that_is_called_so(least_s: float, most_s: float, name: str) -> None:
    for seconds in (least_s, most_s):
        shown = texts(bars_panel(load_after(told(1, {"200": 3}, seconds)), 1.0, 30, 9))
        assert shown[1][2:].split("█")[0].strip() == name
