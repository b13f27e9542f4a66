"""A project of the user's on its screens and in its summary: its pages, and which of them holds the workers."""

from dataclasses import replace

import pytest

from asyncdemo.events import events as e
from asyncdemo.events.stage import Channel, StageEntry, WorkerKind
from asyncdemo.known.state import State
from asyncdemo.showing.lines.own_lines import asked_text, need_of_pages, page_text, summary_of_pages
from asyncdemo.showing.lines.run_lines import PlainLines
from asyncdemo.showing.lines.run_summary import summary
from asyncdemo.showing.panels import View, render
from asyncdemo.showing.panels.pages import pages_panel, slow_panel
from asyncdemo.showing.panels.workers import worker_lines
from tests.histories import LOAD
from tests.loads import told as told_of_load

WEB = Channel(name="http.request", short="web", queue=False)
OWN = StageEntry(
    name="mysite", title="mysite, runserver", worker_kind=WorkerKind.THREADS, channels=(WEB,), parameter="", own=True
)
RUN = e.RunStarted(
    t=0.0,
    process="asyncdemo",
    stage=OWN,
    general=0,
    reserved=0,
    speed=1.0,
    delays=[],
    url="http://127.0.0.1:8000/",
)
CHECKOUT = "/buy/<int:id>/"


def text(line: list[tuple[str, object]]) -> str:
    """Without its styles."""
    return "".join(part for part, _ in line)


def answered(
    route: str, view_s: float | None, status: int | None = 200, method: str = "GET", path: str = "/x"
) -> e.Answered:
    what = {"method": method, "path": path, "name": "", "route": route}
    return e.Answered(t=30.0, process="web.1", id="1", status=status, total_s=1.0, view_s=view_s, **what)  # type: ignore[arg-type]


def site(*events: e.Event, servers: int = 0) -> State:
    """A project that is up, with so many workers that tell of themselves."""
    state = State()
    state.fold(RUN)
    state.fold(e.Ready(t=1.0, process="asyncdemo"))
    for number in range(servers):
        worker = f"web.1 thread {number}"
        state.fold(e.WorkerReady(t=1.0, process="web.1", worker=worker, channels=[WEB.name]))
    for event in events:
        state.fold(event)
    return state


def shop(servers: int = 0) -> State:
    """One page that holds workers, one that does not, one that is asked for in another way, static files."""
    return site(
        *[answered(CHECKOUT, 2.0)] * 3,
        answered(CHECKOUT, 3.0, None),
        answered(CHECKOUT, 0.75, 201, "POST"),
        *[answered("/", 0.05)] * 5,
        answered("", None, 404),
        answered("static files", None),
        servers=servers,
    )


def lines(panel: list[list[tuple[str, object]]]) -> list[str]:
    """Between the edges."""
    return [text(line)[1:-1].strip() for line in panel[1:-1]]  # type: ignore[arg-type]


def test_a_page_a_line() -> None:
    """Those first that hold workers longest: how often, of all their time how much, how long in the mean."""
    panel = pages_panel(shop(), 60, 9)
    assert len(panel) == 9
    assert {len(text(line)) for line in panel} == {60}
    assert [line.split() for line in lines(panel)] == [
        ["page", "times", "share", "holds"],
        [CHECKOUT, "4", "90%", "2.2", "s"],
        ["POST", CHECKOUT, "1", "8%", "0.75", "s"],
        ["/", "5", "2%", "0.050", "s"],
        ["no", "route", "1", "0%", "0.000", "s"],
        [],
        [],
    ]
    assert "pages: who holds workers" in text(panel[0])


def test_the_slowest_page_is_in_the_colour_of_alarms() -> None:
    """It alone."""
    styles = [
        {style for part, style in line if part.strip() == "8%" or part.strip() == "90%"}
        for line in pages_panel(shop(), 60, 9)
    ]
    slowest, other = [each for each in styles if each]
    assert slowest != other


@pytest.mark.parametrize(
    ("height", "shown"),
    [(4, [CHECKOUT]), (5, [CHECKOUT, f"POST {CHECKOUT}"]), (6, [CHECKOUT, f"POST {CHECKOUT}", "/"])],
)
def test_what_fits_of_them(height: int, shown: list[str]) -> None:
    told = lines(pages_panel(shop(), 60, height))[1:]
    assert [line.split("  ")[0] for line in told] == shown


def test_a_narrow_panel_has_no_share_and_ends_of_routes() -> None:
    """At 40 cells there is one."""
    wide, narrow = pages_panel(shop(), 40, 9), pages_panel(shop(), 39, 9)
    assert "share" in text(wide[1])
    assert "share" not in text(narrow[1])
    assert {len(text(line)) for line in narrow} == {39}
    long = site(answered("/customers/<int:customer>/orders/<int:order>/", 1.0))
    (told,) = [line for line in lines(pages_panel(long, 40, 5)) if "order" in line]
    name = told.split("  ")[0]
    assert (name[0], len(name)) == ("…", 40 - 4 - 6 - 6 - 8)
    assert "/customers/<int:customer>/orders/<int:order>/".endswith(name[1:])
    exact = site(answered("/exactly-sixteens", 1.0))
    assert lines(pages_panel(exact, 41, 5))[1].split()[0] == "/exactly-sixteens"
    assert lines(pages_panel(exact, 40, 5))[1].split()[0] == "…xactly-sixteens"


def test_before_anybody_has_come() -> None:
    """Nothing is known, and nothing divided by nothing."""
    assert lines(pages_panel(site(), 60, 5))[1:] == ["nobody has come", ""]
    only_static = pages_panel(site(answered("", None, 404)), 60, 5)
    assert lines(only_static)[1].split() == ["no", "route", "1", "-", "0.000", "s"]


@pytest.mark.parametrize(
    ("servers", "words"),
    [
        (
            0,
            "GET /buy/<int:id>/ holds a worker for 2.2 s, and whoever comes meanwhile has another: nothing "
            "bounds them here",
        ),
        (4, "GET /buy/<int:id>/ holds a worker for 2.2 s: 4 carry 1.8 a second"),
    ],
)
def test_what_is_slow(servers: int, words: str) -> None:
    """And what the workers carry of it."""
    state = shop(servers)
    assert " ".join(" ".join(lines(slow_panel(state, 40, 9))).split()) == words
    assert {len(text(line)) for line in slow_panel(state, 40, 9)} == {40}
    assert lines(slow_panel(state, 40, 4))[-1].endswith(" …") == (servers == 0), "what is cut is marked"
    assert len(slow_panel(state, 40, 4)) == 4
    assert list(summary_of_pages(state))[-1] == f"  slow           {words}"


def test_what_is_slow_is_said_whole_at_88x24() -> None:
    """Its pages leave it the room that they do not need, beside a load as well; a route that just fits is whole."""
    state = site(*[answered("/slow/<int:n>/", 2.0)] * 3, servers=0)
    for event in (e.LoadReady(t=1.0, process="load.1"), LOAD, told_of_load(1, {"200": 3}, 0.1)):
        state.fold(event)
    shown = [text(line) for line in render(state, 40.0, View(88, 24)).lines]
    words = " ".join(" ".join(line[-30:-2].split()) for line in shown)
    assert "and whoever comes meanwhile has another: nothing bounds them here" in words
    assert " /slow/<int:n>/ " in words


def test_nothing_is_slow() -> None:
    state = site(answered("/", 0.01))
    assert lines(slow_panel(state, 60, 3)) == ["no page holds a worker for long"]
    assert list(summary_of_pages(state)) == [
        "  pages          GET /  1 x 200: p50 1.0 s · p95 1.0 s · max 1.0 s, 100% of the time that pages held workers"
    ]


def test_the_summary_names_each_page() -> None:
    """How it was answered, how long that took, what it cost; static files by themselves."""
    told = [line.replace("p50 1.0 s · p95 1.0 s · max 1.0 s", "TOOK") for line in summary_of_pages(shop())]
    assert told[:-1] == [
        "  pages          GET /buy/<int:id>/   3 x 200, 1 x left: TOOK, 90% of the time that pages held workers",
        "                 POST /buy/<int:id>/  1 x 201: TOOK, 8% of the time that pages held workers",
        "                 GET /                5 x 200: TOOK, 2% of the time that pages held workers",
        "                 GET no route         1 x 404: TOOK, 0% of the time that pages held workers",
        "  static files   1 x 200",
    ]


def test_a_summary_of_many_pages_counts_the_last_together() -> None:
    """Eight have a line."""
    eight = [answered(f"/{number}/", 0.01) for number in range(8)]
    assert [line for line in summary_of_pages(site(*eight)) if "other" in line] == []
    more = [answered("/x/", 0.001)] * 3 + [answered("/y/", 0.001)]
    told = list(summary_of_pages(site(*eight, *more)))
    assert len(told) == 9
    assert told[-1] == "                 2 others: 4 requests"
    assert list(summary_of_pages(site(*eight, more[0])))[-1] == "                 1 other: 1 request"


def test_where_work_is_done_in_the_background_a_page_is_not_all_that_holds_workers() -> None:
    """No share is told of it, nor what is slow, nor how many workers are needed."""
    state = shop(4)
    state.fold(e.Sent(t=31.0, process="web.1", id="a", channel="celery"))
    told = list(summary_of_pages(state))
    assert not any("workers" in line or "slow" in line for line in told)
    assert need_of_pages(state, 15.0) == ""


def test_how_many_workers_are_needed() -> None:
    """By Little's law: as many as come while one is held. Static files hold nobody; nothing is known before a page."""
    assert need_of_pages(site(answered("static files", None)), 15.0) == ""
    state = site(answered("/", 0.2), answered("/b/", 0.4))
    assert need_of_pages(state, 15.0) == "15/s x 0.30 s = 4.5 workers needed; here nothing bounds them"
    assert need_of_pages(site(answered("/", 0.3), servers=4), 1.125) == "1.12/s x 0.30 s = 0.3 workers needed; 4 there"


def test_how_a_page_is_called() -> None:
    """By its route, or by the path where none is known; what has no method goes without."""
    assert asked_text(answered(CHECKOUT, 1.0, path="/buy/7/")) == f"GET {CHECKOUT}"
    assert asked_text(answered("", 1.0, path="/nope", method="POST")) == "POST /nope"
    assert asked_text(answered("static files", 1.0, path="/static/a.css")) == "GET /static/a.css"
    others = site(*[answered(f"/{number}/", 0.1) for number in range(60)]).routes.pages["", "others"]
    assert page_text(others) == "others"


@pytest.mark.parametrize(("width", "height"), [(60, 15), (88, 24), (110, 33), (160, 50)])
def test_the_screens_of_a_project(width: int, height: int) -> None:
    """Whole lines; the pages are there where there is room for them, and what is slow is everywhere."""
    drawn = render(shop(4), 40.0, View(width, height)).lines
    assert len(drawn) == height
    assert {len(text(line)) for line in drawn} == {width}
    shown = " ".join(" ".join(text(line).replace("│", " ").split()) for line in drawn)
    assert "mysite, runserver 127.0.0.1:8000 up 0:39" in shown
    assert ("who holds workers" in shown) == (width >= 88)
    assert "holds a worker for 2.2 s" in shown or "what is slow" in shown
    assert "notifications" not in shown
    state = shop(4)
    state.fold(e.Sent(t=31.0, process="web.1", id="a", channel="celery"))
    busy = " ".join(text(line) for line in render(state, 40.0, View(width, height)).lines)
    assert ("who holds workers" in busy) == (width >= 88)  # in place of channels that nobody measures
    assert "what is slow" not in busy


def told(*history: e.Event) -> list[str]:
    """The lines that a pipe is told of a project, without their times and those of its start."""
    plain = PlainLines(State())
    return [line[12:] for event in (RUN, *history) for line in plain.take(event) if event is not RUN]


def test_what_a_project_works_with_is_told_once() -> None:
    """By what it is and where; a visitor's page by its route."""
    far = e.Uses(t=1.0, process="web.1", what="database", where="db.example.com")
    here = e.Uses(t=1.0, process="web.1", what="cache", where="")
    assert told(far, here, far) == [
        "uses        its database on db.example.com",
        "uses        its cache on this machine",
    ]
    assert told(e.Ready(t=1.0, process="asyncdemo")) == ["ready       http://127.0.0.1:8000/"]
    (line,) = told(replace(answered(CHECKOUT, 0.5), name="Ada"))
    assert line.startswith(f"request     GET {CHECKOUT}: 200 in 1.0 s")


UNKNOWN = "migrations  nobody knows whether all are applied: python manage.py migrate --check has failed"


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        (0, []),
        (1, ["migrations  some are not applied, and are left so: python manage.py migrate"]),
        (2, [UNKNOWN]),
        (-9, [UNKNOWN]),
    ],
)
def test_migrations_that_are_not_applied_are_told(code: int, lines: list[str]) -> None:
    """As `migrate --check` says by its exit code 1; whatever else ends it leaves that unknown."""
    end = e.ProcessEnded(t=3.0, process="migrate", code=code)
    assert told(end) == lines
    assert told(e.Stopping(t=2.0, process="asyncdemo"), end) == ["stopping    everything that was started"]


def test_what_was_raised_is_counted_in_the_summary() -> None:
    """The three that came most often."""
    state = site()
    for number, times in enumerate([1, 4, 2, 3]):
        for _ in range(times):
            state.tracebacks.counts[f"Error{number} in views.py, line {number}"] += 1
    assert [line for line in summary(state) if "raised" in line] == [
        "  raised         4 x Error1 in views.py, line 1",
        "  raised         3 x Error3 in views.py, line 3",
        "  raised         2 x Error2 in views.py, line 2",
    ]


def test_what_a_worker_takes_is_what_it_has_taken_where_it_tells_of_nothing_before() -> None:
    """A process that works on tasks takes no page, and its row says from which queues it has taken."""

    def done(process: str, channel: str, failed: bool = False) -> e.Done:
        what = {"worker": process, "channel": channel, "task": "mail", "age_s": 0.0, "busy_s": 0.5}
        return e.Done(t=3.0, process=process, id=f"{process}{channel}", failed=failed, calls=[], **what)  # type: ignore[arg-type]

    taken = [done("worker.1", "short"), done("worker.1", "long", failed=True), done("shortworker.1", "short")]
    state = site(*taken, servers=2)
    rows = {
        text(line).split()[0]: " ".join(text(line).split()) for line in worker_lines(state, 4.0, View(110, 33), 9, 106)
    }
    assert rows["worker.1"].startswith("worker.1 long + short free")
    assert rows["shortworker.1"].startswith("shortworker.1 short free")
    assert " web free" in rows["web.1"]
    assert list(summary(state))[-1] == "  lost           1 failed in the task"
