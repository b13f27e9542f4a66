"""`asyncdemo run DIR`: a project that cannot start, or must not yet, and what is said of it."""

import re
from pathlib import Path

import pytest

from asyncdemo.events import events as e
from tests.conftest import Valkey
from tests.e2e.command import ASYNCDEMO, Command, asyncdemo, visit
from tests.e2e.own_project import mended, needs_server, run_project, start_project, visit_or_nothing
from tests.e2e.screen import OnScreen
from tests.ports import free_port


def test_hosts_of_others_are_asked_about(tmp_path: Path) -> None:
    """A database that is not on this machine is shown, by its host alone, and no load comes without a yes."""
    folder = start_project(tmp_path / "mysite")
    settings = folder / "mysite" / "settings.py"
    database = "{'ENGINE': 'django.db.backends.dummy', 'HOST': 'db.example.com', 'PASSWORD': 'geheim'}"
    settings.write_text(f"{settings.read_text()}\nDATABASES['default'] = {database}\n")
    (folder / "Procfile").write_text("web: python -m waitress --listen=127.0.0.1:$PORT mysite.wsgi:application\n")
    with run_project(folder, "--hammer", "5", "--for", "2s") as project:
        assert project.ends() == 2
        project.line("works with what is not on this machine, its database on db.example.com: nothing was sent.*--yes")
        assert not project.all(e.LoadStarted)
        assert "geheim" not in project.text
    with run_project(folder, "--hammer", "5", "--yes") as project:
        project.wait_for(1, e.LoadStarted)
        assert project.stop() == 0


WRONG = {
    "raises": ("settings.py", "raise RuntimeError('no key')\n", "RuntimeError: no key"),
    "a package that is not there": ("settings.py", "import crispy_forms\n", "No module named 'crispy_forms'"),
    "a syntax error": ("urls.py", "def view(:\n", "SyntaxError"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_one_that_cannot_start(wrong: str, tmp_path: Path) -> None:
    """Says why, in the project's own words, and leaves nothing."""
    folder = start_project(tmp_path / "mysite")
    name, text, said = WRONG[wrong]
    file = folder / "mysite" / name
    file.write_text(file.read_text() + text)
    (folder / "Procfile").write_text("web: python manage.py runserver --noreload $PORT\n")
    with run_project(folder) as project:
        assert project.ends() == 1
        project.line(said)
        assert ("has no crispy_forms: install it there; or" in project.text) == ("crispy_forms" in text)


CANNOT = r"web\.1 +cannot come up until this is mended: .*"


@pytest.mark.parametrize("server", ["runserver", "uvicorn --reload"])
def test_one_that_waits_to_be_mended(server: str, tmp_path: Path) -> None:
    """Says in a line why it cannot come up, comes up when it is mended, and says it again of the next error."""
    folder = start_project(tmp_path / "mysite")
    if server != "runserver":
        needs_server("uvicorn")
        (folder / "Procfile").write_text(f"web: {server} --port $PORT mysite.asgi:application\n")
    settings = folder / "mysite" / "settings.py"
    fine = settings.read_text()
    broken = f"{fine}\nINSTALLED_APPS.append('crispy_forms')\n"
    settings.write_text(broken)
    with run_project(folder) as project:
        project.line(CANNOT + "No module named 'crispy_forms'")
        project.line("has no crispy_forms: install it there; or")
        assert "asyncdemo_attached" not in project.text
        mended(settings, fine, lambda: " ready " in project.text)
        assert visit(project.url) == (200, "fast")
        mended(settings, broken, lambda: "serves nothing until this is mended: " in project.text)
        # its reloader keeps the port open meanwhile, where nobody answers
        mended(settings, fine, lambda: visit_or_nothing(project.url, timeout_s=2.0) == (200, "fast"))
        assert project.stop() == 0
    settings.write_text(broken)
    raced = asyncdemo("compare", str(folder), "--duration", "1s")
    assert raced.returncode == 1
    assert re.search("cannot come up until this is mended: .*No module named 'crispy", raced.stdout), raced.stdout


def test_the_panels_say_why_it_cannot_come_up(tmp_path: Path) -> None:
    """And nothing of pages that nobody has seen."""
    folder = start_project(tmp_path / "mysite")
    settings = folder / "mysite" / "settings.py"
    fine = settings.read_text()
    settings.write_text(f"{fine}\nINSTALLED_APPS.append('crispy_forms')\n")
    with OnScreen(str(ASYNCDEMO), "run", str(folder), "--port", "0") as project:
        project.shows("cannot come up", "until this is mended: ModuleNotFoundError", "nobody has come yet")
        mended(settings, fine, lambda: " up 0:" in project.shown)
        project.type(b"h")
        project.shows("holds a worker for")  # "no page", where nothing has stood still
        project.hides("cannot come up")
        project.presses("q")
        assert project.ends() == 0


def test_a_port_that_somebody_has(tmp_path: Path, valkey: Valkey) -> None:
    """Is told before anything is started; one that the Procfile fixes has to be typed."""
    folder = start_project(tmp_path / "mysite")
    port = free_port()
    (folder / "Procfile").write_text(f"web: python manage.py runserver --noreload {port}\n")
    asked = asyncdemo("run", str(folder))
    assert (asked.returncode, "does not say $PORT" in asked.stderr) == (2, True)
    with Command(str(ASYNCDEMO), "run", str(folder), "--port", str(port)) as project:
        assert visit(project.url) == (200, "fast")
        taken = asyncdemo("run", str(folder), "--port", str(port), TMPDIR=str(project.tmp))
        assert taken.returncode == 1
        assert f"Port {port} on 127.0.0.1 is in use by your own run of mysite" in taken.stderr
        assert project.stop() == 0
