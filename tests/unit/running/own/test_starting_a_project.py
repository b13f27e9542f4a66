"""A project of the user's, until its page has answered: without a process."""

import itertools
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from asyncdemo.base.addresses import LOOPBACK
from asyncdemo.base.errors import StartError
from asyncdemo.events import events as e
from asyncdemo.events.inbox import Stop
from asyncdemo.running import plan
from asyncdemo.running.live_run import UNHEARD
from asyncdemo.running.own.project import OwnProject, python_of_path
from asyncdemo.running.starting import Interrupted, StartingRun
from tests.unit.running.parts import Parts
from tests.waiting import DEADLINE_S, until


class Page:
    """Answers every request that comes to a listening socket, from when it is told to."""

    def __init__(self, listener: socket.socket) -> None:
        self.may, self.asked = threading.Event(), list[bytes]()
        self.answer = b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n"
        self._listener = listener
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                visitor, _ = self._listener.accept()
                with visitor:
                    if asked := visitor.recv(4096):
                        self.asked.append(asked)
                        self.may.wait(DEADLINE_S)
                        visitor.sendall(self.answer)


MANAGED = "web: gunicorn mysite.wsgi\n"
Own = Callable[..., tuple[Parts, Page]]


@pytest.fixture
def own(parts: Callable[..., Parts]) -> Own:
    """The parts of a run of a project, and its page."""

    def make(processes: str = MANAGED, manage: Path | None = None) -> tuple[Parts, Page]:
        project = OwnProject(Path("/mine"), "mine", "./mine", processes, True, "web", manage, None, "PATH")
        run = parts(project.entry("/slow/"), answers=False, project=project)
        listener = run.held.enter_context(socket.create_server((LOOPBACK, run.all.place.port)))
        run.held.callback(listener.shutdown, socket.SHUT_RDWR)
        return run, Page(listener)

    return make


def answered(run: Parts) -> None:
    run.inbox.put(e.Answered(t=1.0, process="web.1", id="1", status=500, total_s=1.0))


def test_a_project_is_up_when_its_server_has_answered_and_told_so(own: Own) -> None:
    """Whatever it answers, and however long it takes to: its pages are asked for nothing before somebody comes."""
    run, page = own()
    starting, ticks = StartingRun(run.all), itertools.count()

    def later() -> None:
        if next(ticks) == 20:
            assert "Ready" not in run.written.log
            answered(run)
            page.may.set()

    live = starting.until_up(later)
    assert next(ticks) > 20
    assert [asked.split(b" HTTP")[0] for asked in page.asked] == [b"GET /warm-up"]
    assert b"Host: localhost:" in page.asked[0]
    run.now += 99.0
    run.inbox.put(Stop(0))
    live.watch()
    assert not any(isinstance(event, e.Printed) for event in run.written.told)


def test_a_project_of_which_nothing_tells_is_up_all_the_same(own: Own) -> None:
    """Two seconds after its page has answered. Two more, and it is said once that nobody sees its requests."""
    run, page = own()
    page.may.set()
    began = time.monotonic()
    live = StartingRun(run.all).until_up()
    assert time.monotonic() >= began + 2.0
    ticks = itertools.count()

    def later() -> None:
        run.now = {1: 8.99, 2: 9.0, 4: 99.0}.get(tick := next(ticks), run.now)
        if tick == 2:
            assert not any(isinstance(event, e.Printed) for event in run.written.told)
        if tick == 3:
            assert any(isinstance(event, e.Printed) for event in run.written.told)
        if tick == 5:
            run.inbox.put(Stop(0))

    assert live.watch(on_tick=later) == 0
    assert [event.line for event in run.written.told if isinstance(event, e.Printed)] == [UNHEARD]


@pytest.mark.parametrize(
    ("processes", "manage", "asks"),
    [
        (MANAGED, Path("/mine/my manage.py"), True),
        (MANAGED, None, False),
        ("web: python manage.py runserver $PORT\n", Path("/mine/manage.py"), False),
        ("web: sh -c 'python manage.py migrate && gunicorn mysite.wsgi'\n", Path("/mine/manage.py"), False),
    ],
)
def test_whether_migrations_are_applied_is_asked_where_nobody_else_does(
    processes: str, manage: Path | None, asks: bool, own: Own
) -> None:
    """When the page can be opened; it ends with 1 where some are not, which is no failure."""
    run, page = own(processes, manage)
    page.may.set()
    answered(run)
    started: list[plan.Command] = []
    run.all.processes.start = lambda command, last_to_stop=False: started.append(command)  # type: ignore[method-assign]
    live = StartingRun(run.all).until_up()
    assert [command.name for command in started] == ["web.1", *["migrate"] * asks]
    if asks:
        assert started[1].line == "exec python '/mine/my manage.py' migrate --check --verbosity 0"
        assert started[1].folder == Path("/mine")
        run.ended("migrate")
        run.inbox.put(Stop(0))
        assert live.watch() == 0


def test_a_project_may_take_two_minutes(own: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    """And then its last words may say why; so too when somebody stops it before."""
    run, _ = own()
    run.all.processes.pids.clear()
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    looks = itertools.count(1)

    def later() -> None:
        now[0] = {1: 219.9, 2: 220.0, 3: 220.1}.get(next(looks), now[0])

    with pytest.raises(StartError) as caught:
        StartingRun(run.all).until_up(later)
    assert str(caught.value) == "the project was not ready within 120 s. Its last lines:\n  web says why"
    assert next(looks) == 4
    run.inbox.put(Stop(130))
    with pytest.raises(Interrupted) as stopped:
        StartingRun(run.all).until_up()
    assert str(stopped.value) == "Stopped before it was ready. Its last lines:\n  web says why"


def test_its_page_is_asked_no_more_when_nobody_waits_for_it(own: Own) -> None:
    """Somebody has ended it before it had answered."""
    run, page = own()
    page.answer = b""
    page.may.set()

    def look() -> None:
        if page.asked and run.inbox.stop is None:
            run.inbox.put(Stop(130))

    with pytest.raises(Interrupted):
        StartingRun(run.all).until_up(look)
    until(lambda: not any(one.name == "first answer" for one in threading.enumerate()), "the end of its thread")


def test_one_that_waits_to_be_mended_says_what_it_lacks(own: Own) -> None:
    """Once, with what to type, while it waits: nobody has to stop it to read that."""
    run, _ = own()
    run.died_with = "ModuleNotFoundError: No module named 'crispy_forms'"
    run.last_lines["web.1"] = [run.died_with]
    looks = itertools.count()

    def look() -> None:
        if next(looks) == 9:
            run.inbox.put(Stop(130))

    with pytest.raises(Interrupted):
        StartingRun(run.all).until_up(look, patience_s=3600.0)
    told = [event.line for event in run.written.told if isinstance(event, e.Printed)]
    assert told == [
        f"Its Python, {python_of_path()} (PATH), has no crispy_forms: install it there; or, if another has it: "
        "asyncdemo run ./mine --python ITS_VENV."
    ]


def test_what_it_works_with_elsewhere_is_told_to_other_terminals(own: Own) -> None:
    """From its start, and when it turns to something; what is on this machine is nobody's business."""
    run, page = own()
    page.may.set()
    answered(run)
    described: list[list[str]] = []
    run.all.folder.describe = lambda told: described.append(told.elsewhere)  # type: ignore[method-assign]
    here, far, farther = (
        e.Uses(t=1.0, process="web.1", what=what, where=where)
        for what, where in (("database", "127.0.0.1"), ("database", "db.example.com"), ("cache", "cache.example.com"))
    )
    for event in (here, far, far):
        run.inbox.put(event)
    live = StartingRun(run.all).until_up()
    assert described == [["database on db.example.com"]]
    assert live.elsewhere == ["database on db.example.com"]
    farthest = replace(farther, where="cache.example.org")
    for event in (far, here, farther, farthest, Stop(0)):
        run.inbox.put(event)
    live.watch()
    both = ["cache on cache.example.com", "database on db.example.com"]
    assert described[1:] == [both, [both[0], "cache on cache.example.org", both[1]]]
