"""The pages of a project of the user's, told apart by method and route."""

from dataclasses import replace

from asyncdemo.events.events import Answered, RunStarted
from asyncdemo.events.stage import StageEntry, WorkerKind
from asyncdemo.known.routes import Page, Routes

OWN = StageEntry(name="mysite", title="", worker_kind=WorkerKind.THREADS, own=True)
RUN = RunStarted(t=0, process="asyncdemo", stage=OWN, general=0, reserved=0, speed=1, delays=[1.0], url="")


def answered(route: str, view_s: float, status: int | None = 200, method: str = "GET", path: str = "/") -> Answered:
    """An answer of a project's."""
    what = {"method": method, "path": path, "name": "", "route": route}
    return Answered(t=1, process="web.1", id="1", status=status, total_s=view_s + 0.5, view_s=view_s, **what)  # type: ignore[arg-type]


def test_they_are_told_apart() -> None:
    """By route and method; static files, which have no view, by themselves. What holds workers longest is first."""
    routes = Routes()
    for event in (
        RUN,
        answered("/checkout/<int:id>/", 2.0, path="/checkout/7/"),
        answered("/checkout/<int:id>/", 3.0, None, path="/checkout/8/"),
        answered("/checkout/<int:id>/", 0.5, 201, "POST"),
        answered("", 0.1, 404, path="/nope"),
        answered("static files", 0.2, path="/static/a.css"),
    ):
        routes.fold(event)
    told = [(page.method, page.route, dict(page.statuses), page.busy_s) for page in routes.by_share]
    assert told == [
        ("GET", "/checkout/<int:id>/", {"200": 1, "left": 1}, 5.0),
        ("POST", "/checkout/<int:id>/", {"201": 1}, 0.5),
        ("GET", "no route", {"404": 1}, 0.1),
    ]
    assert dict(routes.static.statuses) == {"200": 1}
    assert routes.busy_s == 5.6
    assert routes.slowest is not None
    assert (routes.slowest.held_s, routes.slowest.took.max_s) == (2.5, 3.5)


def test_nothing_is_slow_that_holds_nobody() -> None:
    """A page of a millisecond, however often."""
    routes = Routes()
    routes.fold(RUN)
    for _ in range(1000):
        routes.fold(answered("/", 0.001))
    assert routes.slowest is None


def test_so_many_and_no_more() -> None:
    """A site that makes up routes as it goes does not fill the memory."""
    routes = Routes()
    routes.fold(RUN)
    for number in range(60):
        routes.fold(answered(f"/{number}/", 0.1))
    assert len(routes.pages) == 51
    assert routes.pages["", "others"].count == 10


def test_a_stage_has_one_page() -> None:
    """What is counted there are hellos."""
    routes = Routes()
    routes.fold(replace(RUN, stage=replace(OWN, own=False)))
    routes.fold(answered("/", 1.0))
    assert routes.pages == {}


def test_what_holds_a_worker_for_a_tenth_of_a_second_is_felt() -> None:
    """In the mean; of two that hold workers for as long, the first by its name; nobody holds where nobody came."""
    for view_s, slow in ((0.0999, False), (0.1, True)):
        routes = Routes()
        routes.fold(RUN)
        assert routes.slowest is None
        for route, method in (("/b/", "GET"), ("/a/", "POST"), ("/a/", "GET")):
            routes.fold(answered(route, view_s, method=method))
        assert [(page.route, page.method) for page in routes.by_share] == [
            ("/a/", "GET"),
            ("/a/", "POST"),
            ("/b/", "GET"),
        ]
        assert (routes.slowest is routes.by_share[0]) == slow
        assert (routes.slowest is None) == (not slow)
    assert Page("GET", "/").held_s == 0.0


def test_fifty_that_are_known_stay_so() -> None:
    """Those that come again, after others have come for which there was no room."""
    routes = Routes()
    routes.fold(RUN)
    for number in (*range(51), 49, 0):
        routes.fold(answered(f"/{number}/", 0.1))
    assert (routes.pages["GET", "/49/"].count, routes.pages["GET", "/0/"].count) == (2, 2)
    assert routes.pages["", "others"].count == 1
    waiting = replace(answered("/0/", 0.0), view_s=None)
    routes.fold(waiting)
    assert (routes.pages["GET", "/0/"].count, routes.pages["GET", "/0/"].busy_s) == (3, 0.2)


def test_what_a_run_asks_for_itself_is_no_page_of_the_project() -> None:
    """Nobody came for it."""
    routes = Routes()
    for event in (RUN, replace(answered("", 0.1, 404, path="/warm-up"), name=None)):
        routes.fold(event)
    assert not routes.pages
