"""`asyncdemo run DIR`: a project that nobody here wrote, under the same panels, and not edited."""

import contextlib
import re
from collections import Counter
from pathlib import Path

import psutil
import pytest

from asyncdemo.events import events as e
from asyncdemo.events.events import NO_PAGE
from tests.conftest import Valkey
from tests.e2e.command import ASYNCDEMO, CHECKOUT, Command, asyncdemo, visit
from tests.e2e.own_project import SLOW_S, files_in, mended, needs_server, run_project, start_project, visit_or_nothing
from tests.e2e.screen import OnScreen
from tests.waiting import until

DOWN = "\x1b[B"
HELD = r"(0\.[3-9]\d*|[1-9][\d.]*) s"
"""By the slow page, by its own time at least."""
PAGES = {
    "": ("/", 200),
    "slow/7/": ("/slow/<int:number>/", 200),
    "broken/": ("/broken/", 500),
    "file/": ("/file/", 200),
    "nowhere": ("", 404),
}
"""What is asked for -> its route, and the status."""
SERVERS = {
    "runserver": ("", "thread [0-9]+", 0),
    "gunicorn": (
        "web: gunicorn -b 127.0.0.1:$PORT -w 2 --access-logfile - mysite.wsgi\n",
        "pid [0-9]+ thread [0-9]+",
        2,
    ),
    "waitress": ("web: python -m waitress --listen=127.0.0.1:$PORT mysite.wsgi:application\n", "thread [1-4]", 4),
    "daphne": ("web: python -m daphne -p $PORT mysite.asgi:application\n", "thread [0-9]+", 0),
    "uvicorn": ("web: uvicorn --port $PORT mysite.asgi:application\n", "thread [0-9]+", 0),
}
"""Its Procfile, who is told to have answered, and how many are there to answer."""


@pytest.mark.parametrize("server", SERVERS)
def test_every_request_is_told(server: str, tmp_path: Path) -> None:
    """Once, by its route and its status, whatever serves it; and nothing is left, or written into the folder."""
    needs_server(server)
    procfile, worker, workers = SERVERS[server]
    folder = start_project(tmp_path / "mysite")
    if procfile:
        (folder / "Procfile").write_text(procfile)
    before = files_in(folder)
    with run_project(folder) as project:
        base = project.url
        asked = [visit(base + path)[0] for path in PAGES]
        told = project.wait_for(len(PAGES) + 1, e.Answered)
        assert [one.path for one in told if one.name is None] == [NO_PAGE]  # which the run has asked for by itself
        assert asked == [status for _, status in PAGES.values()]
        # a visitor may have his page, and ask another worker for the next, before the first one is done with it
        assert Counter((one.route, one.status) for one in told) == Counter([("", 404), *PAGES.values()])
        assert all(re.fullmatch(worker, one.worker) for one in told)
        assert [one.view_s is not None and one.view_s >= SLOW_S for one in told if one.path == "/slow/7/"] == [True]
        project.wait_for(len(told), e.Done)
        assert len(project.all(e.Done)) == len(told)
        until(lambda: project.state.workers.servers() == workers, "the workers, of which one alone may have answered")
        project.line("LookupError: nobody knows the way")
        more: list[int] = []  # the first page imports Django, and a worker may have stood still with any
        until(lambda: holder(project) == PAGES["slow/7/"][0] or more.append(visit(f"{base}slow/7/")[0]), "a slow page")
        assert set(more) <= {200}
        told = project.wait_for(len(told) + len(more), e.Answered)
        assert project.stop() == 0
        assert re.search(rf"slow/<int:number>/ holds a worker for {HELD}", project.text)
        if server == "gunicorn":
            assert len(re.findall(r'"GET \S+ HTTP/1.1" \d+', project.text)) == len(told)
    assert files_in(folder) == before


def holder(project: Command) -> str:
    """The route that has held workers longest so far, as far as that is to be felt."""
    page = project.state.routes.slowest
    return page.route if page is not None else ""


def test_workers_that_are_recycled_are_counted_while_they_are_there(tmp_path: Path) -> None:
    """Gunicorn's `--max-requests`: those that have gone carry nothing any more, nor have they a row."""
    needs_server("gunicorn")
    folder = start_project(tmp_path / "mysite")
    (folder / "Procfile").write_text(SERVERS["gunicorn"][0].replace("-w 2", "-w 2 --max-requests 2"))
    with run_project(folder) as project:
        for number in range(9):
            assert visit(f"{project.url}slow/{number}/")[0] == 200
        left = {one.worker for one in project.wait_for(3, e.WorkerReady, channels=[])}
        until(lambda: project.state.workers.servers() == 2, "those that are there")
        until(lambda: not left & {row.name for row in project.state.workers.rows()}, "the end of what the last was at")
        assert project.stop() == 0
        project.line(rf"slow +GET /slow/<int:number>/ holds a worker for {HELD}: 2 carry ")
        assert project.state.workers.servers() == 2


def test_a_load_on_it(tmp_path: Path) -> None:
    """Goes to the page that was typed, as it was typed, and is told as everywhere."""
    folder = start_project(tmp_path / "mysite")
    (folder / "Procfile").write_text(SERVERS["waitress"][0])
    with run_project(folder, "--path", "/slow/3/", "--hammer", "8") as project:
        until(lambda: project.state.load.answered, "a page for the load")
        assert project.stop() == 0
        asked = Counter(one.path for one in project.all(e.Answered) if one.name is not None)
        load = project.state.load
        assert set(asked) == {"/slow/3/"}
        assert 0 < load.answered <= asked["/slow/3/"] <= load.scheduled
        project.line(rf"slow +GET /slow/<int:number>/ holds a worker for {HELD}: 4 carry \d.* a second")
        assert not re.search(r"notifications|hello", project.text)


def test_a_reload_in_the_middle_of_a_request(tmp_path: Path) -> None:
    """Loses that one, as by hand, and whoever else is in it at that moment: what is edited is told of from then on."""
    folder = start_project(tmp_path / "mysite")
    urls = folder / "mysite" / "urls.py"
    urls.write_text(urls.read_text().replace(f"time.sleep({SLOW_S})", "time.sleep(3600)"))
    with run_project(folder) as project:
        waiting = project.visitors.submit(visit_or_nothing, f"{project.url}slow/1/")
        project.wait_for(1, e.Taken, id=project.wait_for(1, e.Arrived, path="/slow/1/")[0].id)
        edited = urls.read_text().replace('"fast"', '"faster"').replace("time.sleep(3600)", "pass")
        mended(urls, edited, lambda: visit_or_nothing(project.url)[1] == "faster")
        assert waiting.result()[0] == 0
        assert visit(f"{project.url}slow/1/") == (200, "slow")
        assert project.stop() == 0
        came = [event for event in project.all(e.Arrived) if event.name is not None]
        answered = {event.id for event in project.all(e.Answered) if event.name is not None}
        lost = [event.path for event in came if event.id not in answered]
        # one visitor looks, so no more than one was in it beside; who got his page may not have been told of any more
        assert lost in (["/slow/1/"], ["/slow/1/", "/"])
        project.line(rf"requests +{len(answered)} x 200; {len(lost)} without an answer")


def test_it_is_used_as_by_hand(tmp_path: Path) -> None:
    """Below `src`, with settings that need the environment, and the `.env` that stands beside its Procfile."""
    folder = tmp_path / "mine"
    start_project(folder / "src")
    (folder / "src" / ".venv").rename(folder / ".venv")
    settings = folder / "src" / "mysite" / "settings.py"
    settings.write_text(
        settings.read_text() + "\nimport os\nSECRET_KEY = os.environ['SITE_KEY'] + os.environ['OTHER']\n"
    )
    (folder / "Procfile").write_text("web: cd src && python manage.py runserver --noreload $PORT\n")
    (folder / ".env").write_text("SITE_KEY=of-the-file\n")
    with run_project(folder, OTHER="of the shell", DEBUG="1") as project:
        assert visit(project.url) == (200, "fast")
        assert project.stop() == 0


def test_the_python_that_is_named_runs(tmp_path: Path) -> None:
    """Whatever else stands beside it: neither that nor what is active, nor what a server of that name was made for."""
    needs_server("gunicorn")
    folder = start_project(tmp_path / "mine")
    (folder / ".venv").rename(tmp_path / "theirs")
    for name, text in {"python3": f'exec "{tmp_path}/theirs/bin/python" "$@"', "python": "", "gunicorn": ""}.items():
        program = tmp_path / "programs" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(f"#!/bin/sh\n{text or 'echo of another; exit 3'}\n")
        program.chmod(0o755)
    tells = "python -c 'import sys, time; print(sys.executable); time.sleep(3600)'"
    (folder / "Procfile").write_text(f"{SERVERS['gunicorn'][0]}clock: {tells}\n")
    with run_project(folder, "--python", str(tmp_path / "programs" / "python3")) as project:
        assert visit(project.url) == (200, "fast")
        project.line(rf"clock\.1 +{tmp_path}/theirs/bin/python$")
        assert project.stop() == 0


def test_a_checkout_runs_edited_or_not(tmp_path: Path) -> None:
    """Its slots, its channels and its outside service are known as those of the stage; its speed can be turned."""
    folder = tmp_path / "mine"
    assert asyncdemo("checkout", "step3", str(folder)).returncode == 0
    views = folder / "hello" / "views.py"
    views.write_text(views.read_text().replace('get("name", "World")', 'get("name", "World").upper()'))
    with run_project(folder, "--speed", "10", "--delays", "1", "--python", str(CHECKOUT / ".venv")) as project:
        assert visit(f"{project.url}?name=Ada")[0] == 200
        project.wait_for(1, e.CallDelivered, text="Hello, ADA!")
        slots = {f"slot {number}" for number in range(1, 5)}
        assert {one.worker for one in project.wait_for(1, e.CallStarted)} <= slots
        project.line(r"notified +Hello, ADA! by slot \d, \d+\.\d+ s after it was sent")
        project.wait_for_deliveries(1)
        assert not re.search(r"web\.1 +Hello, ADA!", project.text)
        assert {one.worker for one in project.wait_for(4, e.WorkerReady)} == slots
        assert project.stop() == 0
        books = project.state.books
        assert (books.sent, books.delivered) == (1, 1)


def test_a_checkout_shows_who_is_notified_and_for_how_long(tmp_path: Path) -> None:
    """As its stage does; and what is in its queue when its server goes, goes with it.

    Its view sends more than there are slots, for one visitor: whose page a slot takes first, of several, is by chance.
    """
    folder = tmp_path / "mine"
    assert asyncdemo("checkout", "step3", str(folder)).returncode == 0
    views = folder / "hello" / "views.py"
    views.write_text(views.read_text().replace("    async_to_sync(", "    for _ in range(9):\n        async_to_sync("))
    command = (str(ASYNCDEMO), "run", str(folder), "--port", "0", "--delays", "3600", "--record", "RECORD")
    with OnScreen(*command, "--python", str(CHECKOUT / ".venv"), columns=110, rows=33) as project:
        project.shows("nobody has come yet", " up 0:")
        project.presses("h", "notify World", "/3600 s", "3600 s")
        until(lambda: project.state.books.queued == 5, "those who wait in the queue")
        project.presses("q", "Quit? Not done yet: ")
        project.presses("y")
        assert project.ends() == 0
        books = project.state.books
        assert (books.lost, books.queued, books.unknown) == (books.sent, 0, 0)


def test_the_keys_of_a_project(tmp_path: Path) -> None:
    """Say what holds there: visitors come to its page; its processes can be killed, but for that which serves it."""
    folder = start_project(tmp_path / "mysite")
    clock = "clock: python -c 'import time; time.sleep(3600)'\n"
    (folder / "Procfile").write_text(f"{SERVERS['waitress'][0]}{clock}")
    command = (str(ASYNCDEMO), "run", str(folder), "--port", "0", "--path", "/slow/3/")
    with OnScreen(*command) as project:
        project.shows(" up 0:", "/slow/3/   up", "h visitor  K kill")
        project.presses("?", "one visitor, to the page that --path names", "select a process that does not serve")
        for word in ("hello", "reserved", "Redis"):
            project.hides(word)
        project.presses("x", "h visitor")
        project.presses("h", "a visitor comes to /slow/3/")
        for key, said in {"w": "its settings, to say", "+": "how many workers there are is for its Procfile"}.items():
            project.presses(key, f"{key}: ", said)
        project.presses(DOWN, "clock.1 is selected")
        before = until(lambda: clocks(project), "the clock, which may come up after the page")
        project.presses("K", "Kill clock.1?")
        project.presses("y", "clock.1 killed")
        until(lambda: not clocks(project), "its death")
        project.presses("R", "Restart clock.1?")
        project.presses("y", "clock.1 starts again")
        until(lambda: clocks(project) not in ([], before), "another clock")
        project.presses("q")
        assert project.ends() == 0


def clocks(project: Command) -> list[int]:
    """Who does nothing, in Python."""
    return [each.pid for each in project.processes() if slept(each)]


def slept(process: psutil.Process) -> bool:
    """Whether it is the Python that does nothing."""
    with contextlib.suppress(psutil.NoSuchProcess):
        words = process.cmdline()
        return words[1:2] == ["-c"] and "python" in words[0]
    return False


def test_two_folders_race(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that was edited and the one that was not, beside a stage; each row says what holds its workers."""
    before, after = start_project(tmp_path / "before"), start_project(tmp_path / "after")
    for folder in (before, after):
        (folder / "Procfile").write_text(SERVERS["waitress"][0])
    urls = after / "mysite" / "urls.py"
    urls.write_text(urls.read_text().replace(f"time.sleep({SLOW_S})", "pass"))
    monkeypatch.chdir(tmp_path)
    words = ("./before", "./after", "step1:4", "--delays", "0", "--path", "/slow/3/", "--rate", "5", "--duration", "2s")
    with Command(str(ASYNCDEMO), "compare", *words) as race:
        assert race.ends() == 0
        for label in ("before", "after", "step1, 4 workers"):
            race.line(rf"^\d (?:! )?{label} +10/10 ")
        race.line(rf"GET /slow/<int:number>/ holds a worker for {HELD}: 4 carry \d+(\.\d)? a second")
        race.line(r"asyncdemo run \./after --path /slow/3/.* --hammer 5")
        race.line("What to do in a project of yours, by what you see: asyncdemo monday")
    both = asyncdemo("compare", "./before", "./after", "--speed", "10")
    assert (both.returncode, "has no outside service of ours" in both.stderr) == (2, True)


CELERY = """
import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")
app = Celery("mysite")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.task
def add(x, y):
    if y == 0:
        raise ZeroDivisionError("no number is that large")
    return x + y
"""
ENQUEUES = """

def enqueue(request, number):
    from mysite.celery import add

    add.delay(4, number)
    return HttpResponse("sent")


urlpatterns += [path("enqueue/<int:number>/", enqueue)]
"""


def in_the_books(project: Command) -> tuple[int, int, int, int]:
    """Sent, delivered, failed, lost. Who sends and who works tell it each by themselves."""
    books = project.state.books
    return books.sent, books.delivered, books.failed, books.lost


def test_tasks_of_celery_are_in_the_books(tmp_path: Path, valkey: Valkey) -> None:
    """As its documentation begins with Django: each is sent, and done or failed, by its worker."""
    folder = start_project(tmp_path / "mysite")
    site = folder / "mysite"
    (site / "celery.py").write_text(CELERY)
    (site / "__init__.py").write_text("from .celery import app as celery_app\n\n__all__ = ('celery_app',)\n")
    (site / "urls.py").write_text((site / "urls.py").read_text() + ENQUEUES)
    broker = valkey.url.replace("unix:", "redis+socket:", 1)
    settings = site / "settings.py"
    settings.write_text(f"{settings.read_text()}\nCELERY_BROKER_URL = {broker!r}\n")
    worker = "celery -A mysite worker --pool solo --without-gossip --without-mingle --without-heartbeat"
    (folder / "Procfile").write_text(f"web: python manage.py runserver --noreload $PORT\nworker: {worker}\n")
    with run_project(folder) as project:
        for number in (1, 2, 0):
            assert visit(f"{project.url}enqueue/{number}/") == (200, "sent")
        done = project.wait_for(3, e.Done, process="worker.1")
        assert [(one.task, one.failed) for one in done] == [("mysite.celery.add", failed) for failed in (0, 0, 1)]
        until(lambda: in_the_books(project) == (3, 2, 1, 1), lambda: f"all three in the books: {in_the_books(project)}")
        project.line("ZeroDivisionError: no number is that large")
        assert project.stop() == 0
        project.line("3 sent = 2 delivered .* 1 lost")
