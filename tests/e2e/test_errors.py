"""The learner breaks a view: where it has happened is shown where he looks, and Django's own page where he asks."""

from pathlib import Path

import pytest

from asyncdemo.events import events as e
from tests.e2e.command import ASYNCDEMO, Command, asyncdemo, visit
from tests.e2e.edited_stage import run_edited
from tests.e2e.screen import OnScreen
from tests.edited import CONSUMER, ERROR, broken, copied
from tests.waiting import until

RUNS = ["step1", "step1 --workers 2", "step2", "step3", "bonus --workers 1"]


@pytest.mark.parametrize("typed", RUNS)
def test_a_view_that_raises_says_where(typed: str, tmp_path: Path) -> None:
    """In plain lines: file and line of the view, seen from its project, without the way through libraries."""
    stage, *options = typed.split()
    project = copied(stage, tmp_path / stage)
    line = broken(project)
    with Command(*run_edited(project, "--delays", "0", "--record", "RECORD", *options)) as run:
        assert run.hello("Ada")[0] == 500
        run.line(rf' s  (web|worker)\.1 +File "hello/views\.py", line {line}, in hello_view$')
        run.line(rf" s  (web|worker)\.1 +{ERROR}$")
        run.line(r" s  hello +Ada: 500 in ")
        assert run.hello("Grace")[0] == 500
        run.wait_for(2, e.Answered, status=500)
        run.wait_for(2, e.Printed, line=ERROR)
        assert run.stop() == 0
        assert "site-packages" not in run.text
        run.line(rf"raised +2 x LookupError in hello/views\.py, line {line}$")
        assert any("site-packages" in event.line for event in run.all(e.Printed)), "the recording has all of it"


def test_a_consumer_that_raises_says_where(tmp_path: Path) -> None:
    """As a view does; nobody else is told of it: the visitor has had his page."""
    project = copied("step3", tmp_path / "step3")
    line = broken(project, "hello/consumers.py", CONSUMER)
    with Command(*run_edited(project, "--record", "RECORD")) as run:
        assert run.hello("Ada")[0] == 200
        run.line(r" s  web\.1 +slot \d: error in a message from notify$")
        run.line(rf' s  web\.1 +File "hello/consumers\.py", line {line}, in notify$')
        run.line(rf" s  web\.1 +{ERROR}$")
        assert run.stop() == 0
        assert "asgiref" not in run.text
        run.line(rf"raised +1 x LookupError in hello/consumers\.py, line {line}$")


@pytest.mark.parametrize(("columns", "rows"), [(88, 24), (60, 15), (110, 33)])
def test_a_view_that_raises_says_where_in_the_panels(columns: int, rows: int, tmp_path: Path) -> None:
    """At the foot, whatever room there is, after each hello by hand; and in the log where there is one."""
    project = copied("step3", tmp_path / "step3")
    line = broken(project)
    with OnScreen(*run_edited(project, "--delays", "0"), columns=columns, rows=rows) as run:
        run.shows("up 0:")
        run.type(b"h")
        run.shows(f"hello/views.py, line {line}, in hello_view: LookupError")
        run.type(b" ")
        run.shows("paused")
        until(lambda: "LookupError" not in run.shown.splitlines()[-1], "a foot without it")
        run.type(b" h")
        run.shows(f"\nhello/views.py, line {line}, in hello_view: LookupError")
        if rows == 33:
            run.shows(f'web.1         File "hello/views.py", line {line}, in hello_view')
        run.type(b"q")
        assert run.ends() == 0


def test_djangos_page_for_an_error(tmp_path: Path) -> None:
    """With --django-debug, for whoever sits at this machine; neither the shell's secrets nor ours are on it."""
    project = copied("step1", tmp_path / "step1")
    broken(project)
    secret = {"AWS_SECRET": "s3cret", "DJANGO_PASS": "s3cret", "MINE": "s3cret"}
    for options in (["--django-debug"], ["--django-debug", "--workers", "2"]):
        with Command(*run_edited(project, "--delays", "0", *options), **secret) as run:
            status, page = run.hello("Ada")
            assert (status, ERROR in page.replace("&#x27;", "'")) == (500, False)
            assert ("nobody is there" in page, "Request information" in page) == (True, True)
            assert "s3cret" not in page
            (telemetry,) = run.tmp.glob("asyncdemo-*/telemetry")
            *_, token, _ = telemetry.read_text().split(":")
            assert token not in page
            assert run.stop() == 0


def test_djangos_page_is_asked_for_by_flag_alone() -> None:
    """No environment variable turns it on, and no other machine sees it."""
    names = dict.fromkeys(("ASYNCDEMO_DJANGO_DEBUG", "ASYNCDEMO_STAGE_DEBUG", "DJANGO_DEBUG", "DEBUG"), "1")
    with Command(str(ASYNCDEMO), "run", "step1", "--port", "0", **names) as run:
        status, page = visit(f"{run.url}nope")
        assert (status, "URLconf" in page) == (404, False)
        assert run.stop() == 0
    answer = asyncdemo("run", "step1", "--django-debug", ASYNCDEMO_HOST="0.0.0.0")
    assert answer.returncode == 2
    assert answer.stderr.startswith("asyncdemo: --django-debug --host 0.0.0.0: ")
