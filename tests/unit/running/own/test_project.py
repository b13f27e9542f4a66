"""What is found in a folder, and what it is run with."""

import os
import re
import shlex
from pathlib import Path

import pytest

from asyncdemo.base.errors import UsageError
from asyncdemo.running import plan
from asyncdemo.running.options import RunOptions
from asyncdemo.running.own.project import ATTACH, OwnProject, find_project, python_of_path
from asyncdemo.stages.catalogue import STAGES

WHERE = plan.Where("127.0.0.1", 8123, "", "")


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)


def write(folder: Path, *names: str, **texts: str) -> Path:
    """Files of a project, empty ones and others."""
    for name, text in {**dict.fromkeys(names, ""), **texts}.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        if name.endswith("bin/python"):
            file.chmod(0o755)
    return folder


def found(folder: Path, python: str | None = None, port: int | None = None) -> OwnProject:
    """The project in it."""
    return find_project(str(folder), python, "127.0.0.1", port)


def lines(project: OwnProject) -> dict[str, plan.Command]:
    """Its processes."""
    options = RunOptions(project.entry("/"), project=project)
    return {command.name: command for command in plan.commands(options, WHERE)}


@pytest.mark.parametrize(
    ("files", "line"),
    [
        (["manage.py"], "exec python manage.py runserver 127.0.0.1:8123"),
        (["src/manage.py"], "exec python src/manage.py runserver 127.0.0.1:8123"),
        (["src/my site/manage.py"], "exec python 'src/my site/manage.py' runserver 127.0.0.1:8123"),
        (["manage.py", "examples/a/manage.py"], "exec python manage.py runserver 127.0.0.1:8123"),
        (["src/manage.py", "venv/pyvenv.cfg", "venv/lib/manage.py"], "exec python src/manage.py runserver"),
        (["src/manage.py", ".hidden/manage.py", "node_modules/x/manage.py"], "exec python src/manage.py runserver"),
    ],
)
def test_a_manage_py_is_found(files: list[str], line: str, tmp_path: Path) -> None:
    """At the top or below; not what came with something else. It is served by runserver, which is said."""
    project = found(write(tmp_path / "mysite", *files))
    command = lines(project)["web.1"]
    assert command.line.replace("$PORT", command.env["PORT"]).startswith(line)
    assert command.folder == tmp_path / "mysite"
    assert project.told == "a project of yours: runserver, since it has no Procfile; Python of PATH"
    assert project.entry("/").queues == (), "each request has a thread, as far as is known"


def test_a_procfile_says_what_runs(tmp_path: Path) -> None:
    """All of it, each once; the page's process has the port of the run, wherever it stands."""
    procfile = "worker: celery -A mysite worker\nweb: gunicorn -b :$PORT mysite.wsgi\n"
    project = found(write(tmp_path / "mysite", "manage.py", Procfile=procfile))
    commands = lines(project)
    assert {name: command.line for name, command in commands.items()} == {
        "worker.1": "celery -A mysite worker",
        "web.1": "gunicorn -b :$PORT mysite.wsgi",
    }
    assert commands["web.1"].env["PORT"] == "8123"
    assert project.told.startswith("a project of yours: its Procfile; ")


def test_the_only_process_is_the_page_s(tmp_path: Path) -> None:
    """Whatever it is called."""
    assert found(write(tmp_path, Procfile="app: uvicorn --port ${PORT:-5000} a:b\n")).web == "app"


@pytest.mark.parametrize(
    ("files", "texts", "said"),
    [
        ([], {}, "neither a manage.py nor a Procfile.*asyncdemo checkout step3 mine"),
        (["a/b/c/d/manage.py"], {}, "neither a manage.py nor a Procfile"),
        (["a/manage.py", "b/manage.py"], {}, "several projects. Type the folder of one of them: .*/a, .*/b"),
        ([f"{name}/manage.py" for name in "edcba"], {}, r"of them: \S+/a, \S+/b, \S+/c, \S+/d\.$"),
        (["Dockerfile"], {}, "has a Dockerfile.*container nothing can be attached.*asyncdemo hammer http://"),
        ([], {"Procfile": ""}, "names no process"),
        (
            [],
            {"Procfile": "web: x $PORT\nworker exec y\n"},
            "has a line that names no process: 'worker exec y'. A line",
        ),
        ([], {"Procfile": "web: x $PORT\n  web.2: y\n"}, "has a line that names no process: '  web.2: y'"),
        ([], {"Procfile": "web: x $PORT\n\n  # a remark\n", ".env": "\udcff"}, ""),
        ([], {"Procfile": "a: x $PORT\nb: y\n"}, "has a, b: which of them serves the page. Call it web"),
        ([], {"Procfile": "web: gunicorn -b :8000 a.wsgi\n"}, r"does not say \$PORT.*asyncdemo run \S+ --port 8000"),
        ([], {"Procfile": "web: docker compose up\n"}, "runs in Docker.*asyncdemo hammer"),
        ([], {"Procfile": "web: x $PORT\n", ".env": "\udcff"}, ""),
    ],
)
def test_what_cannot_be_run(files: list[str], texts: dict[str, str], said: str, tmp_path: Path) -> None:
    """Says why, and what to type."""
    folder = tmp_path / "mysite"
    folder.mkdir()
    for name, text in texts.items():
        (folder / name).write_bytes(os.fsencode(text))
    write(folder, *files)
    if not said:  # what stands in a file that a process reads is found when its environment is made
        with pytest.raises(UsageError, match=r"\.env.* cannot be read"):
            found(folder).environment({}, {})
        return
    with pytest.raises(UsageError) as refused:
        found(folder)
    assert re.search(said, str(refused.value)), refused.value


def test_a_port_that_is_typed(tmp_path: Path) -> None:
    """Is that on which such a server listens."""
    found(write(tmp_path, Procfile="web: gunicorn -b :8000 a.wsgi\n"), port=8000)


@pytest.mark.parametrize(
    "line",
    [
        "gunicorn mysite.wsgi",
        "gunicorn mysite.wsgi --log-file -",
        "exec python -m gunicorn -w 2 mysite.wsgi:application",
    ],
)
def test_gunicorn_takes_the_port_of_its_environment(line: str, tmp_path: Path) -> None:
    """As Heroku's own documentation writes a Procfile; unless it is told an address elsewhere."""
    folder = write(tmp_path, Procfile=f"web: {line}\n")
    assert lines(found(folder))["web.1"].env["PORT"] == "8123"
    for says_more in ("-c deploy.py", "--config=deploy.py", "--bind :8000", "-b unix:x"):
        write(tmp_path, Procfile=f"web: {line} {says_more}\n")
        with pytest.raises(UsageError, match=r"does not say \$PORT"):
            found(folder)
    write(tmp_path, Procfile=f"web: {line}\n", **{"gunicorn.conf.py": "bind = ':8000'\n"})
    with pytest.raises(UsageError, match=r"does not say \$PORT"):
        found(folder)


@pytest.mark.parametrize(
    ("line", "port"),
    [
        ("python manage.py runserver 127.0.0.1:9123", 9123),
        ("python manage.py runserver 9123", 9123),
        ("gunicorn -b :9123 -w 40 a.wsgi", 9123),
        ("gunicorn --bind=[::]:9123 a.wsgi", 9123),
        ("daphne -b 127.0.0.1 -p 9123 a.asgi:application", 9123),
        ("uvicorn --port=9123 a.asgi:application", 9123),
        ("waitress-serve --listen=*:80 a.wsgi:application", 8000),
        ("gunicorn --bind unix:/run/x.sock --timeout 300 a.wsgi", 8000),
        ("python manage.py runserver", 8000),
    ],
)
def test_the_port_that_its_line_fixes_is_what_is_to_be_typed(line: str, port: int, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=rf"asyncdemo run \S+ --port {port}$"):
        found(write(tmp_path, Procfile=f"web: {line}\n"))


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_a_deploy_does_is_not_done(end: str, tmp_path: Path) -> None:
    """Nothing is migrated unasked: Heroku's release is left out, which is said, and whether some are open is asked."""
    lines_ = ["release: python manage.py migrate --no-input", "web: gunicorn -b :$PORT a.wsgi", "releases: python x.py"]
    project = found(write(tmp_path, "manage.py", Procfile="".join(f"{line}{end}" for line in lines_)))
    assert sorted(lines(project)) == ["releases.1", "web.1"]
    assert project.told == "a project of yours: its Procfile, but not its release, which may migrate; Python of PATH"
    assert project.asks_for_migrations


@pytest.mark.parametrize(
    ("there", "active", "typed", "chosen", "told"),
    [
        ([".venv"], None, None, ".venv", "its .venv"),
        (["venv"], None, None, "venv", "its venv"),
        (["venv", ".venv"], "active", None, ".venv", "its .venv"),
        (["../.venv"], None, None, "../.venv", "{above}/.venv"),
        ([], "active", None, "active", "{folder}/active, which is active"),
        ([".venv", "other"], None, "other", "other", "--python"),
        ([".venv", "other"], None, "other/bin/python", "other", "--python"),
        ([], None, None, "", "PATH"),
    ],
)
def test_its_python(
    there: list[str],
    active: str | None,
    typed: str | None,
    chosen: str,
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What was typed, else that of the project or above it, else the active one; first on PATH, and said."""
    folder = write(tmp_path / "above" / "mysite", "manage.py")
    for name in [*there, *([active] if active else [])]:
        write(folder / name, "bin/python", "pyvenv.cfg")
    if active:
        monkeypatch.setenv("VIRTUAL_ENV", str(folder / active))
    project = found(folder, typed and str(folder / typed))
    env = project.environment({"PATH": "/usr/bin", "PYTHONPATH": "/theirs"}, {})
    bins = [str((folder / chosen).resolve() / "bin"), "/usr/bin"] if chosen else ["/usr/bin"]
    assert env["PATH"].split(":") == bins
    assert env["PYTHONPATH"].split(":") == [str(ATTACH), "/theirs"]
    assert env.get("VIRTUAL_ENV") == (str((folder / chosen).resolve()) if chosen else None)
    assert project.python_from == told.format(above=folder.parent, folder=folder)


@pytest.mark.parametrize(
    ("there", "typed", "python", "module"),
    [
        ([".venv/bin/python", ".venv/pyvenv.cfg"], None, ".venv/bin/python", True),
        ([".venv/bin/python", ".venv/pyvenv.cfg", ".venv/bin/gunicorn"], None, ".venv/bin/python", False),
        (
            ["usr/bin/python", "usr/bin/python3.12", "usr/bin/gunicorn"],
            "usr/bin/python3.12",
            "usr/bin/python3.12",
            True,
        ),
        (["usr/my bin/python"], "usr/my bin/python", "usr/my bin/python", True),
    ],
)
def test_no_other_python_runs(there: list[str], typed: str | None, python: str, module: bool, tmp_path: Path) -> None:
    """Whatever stands beside the program that was typed; what an environment has itself is left to it."""
    write(tmp_path, "manage.py", *there)
    for name in there:
        (tmp_path / name).chmod(0o755)
    project = found(tmp_path, typed and str(tmp_path / typed))
    runs = f"exec {shlex.quote(str(tmp_path / python))}"
    assert project.python == str(tmp_path / python)
    assert {name: project.stand_ins[name] for name in ("python", "python3", "uvicorn", "waitress-serve")} == {
        "python": runs,
        "python3": runs,
        "uvicorn": f"{runs} -m uvicorn",
        "waitress-serve": f"{runs} -m waitress",
    }
    assert project.stand_ins.get("gunicorn") == (f"{runs} -m gunicorn" if module else None)


@pytest.mark.parametrize(
    ("there", "python", "stand_ins"),
    [(["python", "python3"], "python", {}), (["python3"], "python3", {"python": "exec python3"})],
)
def test_the_python_of_path(
    there: list[str], python: str, stand_ins: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As by hand; a system that calls it python3 alone has a `python` as well."""
    write(tmp_path, "manage.py", *there)
    for name in there:
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    project = found(tmp_path)
    assert (project.python, project.stand_ins) == (python, stand_ins)


def test_a_python_that_is_none(tmp_path: Path) -> None:
    """Is told, with what to type."""
    with pytest.raises(UsageError, match=r"--python 'nope' is no Python. Type a program, or the folder of a virtual"):
        found(write(tmp_path, "manage.py"), "nope")


def test_its_environment_is_that_of_the_shell(tmp_path: Path) -> None:
    """All of it, and with a Procfile what honcho reads of `.env`; and nothing of a stage's."""
    folder = write(tmp_path, "manage.py", **{".env": 'SECRET="of its own"\nDEBUG=0\n'})
    shell = {"PATH": "/usr/bin", "DEBUG": "1", "AWS_KEY": "a"}
    by_hand = {**shell, "PYTHONPATH": str(ATTACH), "PYTHONUNBUFFERED": "1"}
    assert found(folder).environment(shell, {}) == by_hand
    write(folder, Procfile="web: x $PORT\n")
    assert found(folder).environment(shell, {}) == {**by_hand, "SECRET": "of its own", "DEBUG": "0"}
    (folder / ".env").unlink()
    assert found(folder).environment(shell, {}) == by_hand


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"workers": 3}, "--workers: mysite is a project of yours"),
        ({"reserved_web": 1}, "--reserved-web: mysite is a project of yours"),
        ({"redis_url": "redis://h"}, "--redis: mysite is a project of yours"),
        ({"django_debug": True}, "--django-debug: mysite is a project of yours"),
        ({"speed": 2.0}, "--speed: mysite has no outside service of ours"),
        ({"speed": 0.5}, "--speed: mysite has no outside service of ours"),
        ({"delays": (1.0,)}, "--delays: mysite has no outside service of ours"),
    ],
)
def test_what_only_a_stage_has(typed: dict[str, object], said: str, tmp_path: Path) -> None:
    """Is refused."""
    project = found(write(tmp_path / "mysite", "manage.py"))
    with pytest.raises(UsageError, match=rf"^{said}"):
        RunOptions(project.entry("/"), project=project, **typed)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('x --workers "${WORKERS:-4}" $PORT', "says how many by WORKERS. Try: WORKERS=3 asyncdemo run .*mysite$"),
        ("gunicorn -w $WEB_CONCURRENCY -b :$PORT", "by WEB_CONCURRENCY. Try: WEB_CONCURRENCY=3 asyncdemo run "),
        ("x $PORT", "what it starts. Change its Procfile, or its server's options.$"),
    ],
)
def test_how_many_workers_its_procfile_has(line: str, said: str, tmp_path: Path) -> None:
    """Is typed as the Procfile reads it."""
    project = found(write(tmp_path / "mysite", "manage.py", Procfile=f"web: {line}\n"))
    with pytest.raises(UsageError, match=said):
        RunOptions(project.entry("/"), project=project, workers=3)
    with pytest.raises(UsageError, match=r"Change its Procfile, or its server's options\.$"):
        RunOptions(project.entry("/"), project=project, reserved_web=1)


def test_the_outside_service_of_ours_has_a_speed(tmp_path: Path) -> None:
    """A project that began as a stage can be sped up, and is told so as a stage is."""
    files = {"hello/outside.py": 'SPEED = os.environ["ASYNCDEMO_SPEED"]'}
    project = found(write(tmp_path / "mysite", "manage.py", **files))
    options = RunOptions(project.entry("/"), project=project, speed=10.0, delays=(1.0,))
    env = plan.commands(options, WHERE)[0].env
    assert (env["ASYNCDEMO_SPEED"], env["ASYNCDEMO_DELAYS"]) == ("10", "1")


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    for folder in (tmp_path / "none", write(tmp_path, "file") / "file"):
        with pytest.raises(UsageError) as refused:
            found(folder)
        words = "is no folder. Type that of a project: one with a manage.py or a Procfile."
        assert str(refused.value) == f"{folder} {words}"


def test_a_procfile_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "Procfile").write_bytes(b"web: \xff $PORT\n")
    with pytest.raises(UsageError, match=r"/Procfile cannot be read: it is no text in UTF-8\.$"):
        found(tmp_path)


def test_its_python_and_its_other_processes(tmp_path: Path) -> None:
    """Of PATH where it has none of its own."""
    text = "web: gunicorn -b :$PORT a.wsgi\nworker: b\nbeat: c\n"
    mine = found(write(tmp_path / "mine", "manage.py", Procfile=text))
    assert (mine.python, mine.others) == (python_of_path(), ["worker.1", "beat.1"])
    assert RunOptions(mine.entry("/"), project=mine).others == mine.others
    assert RunOptions(STAGES["bonus"]).others == []
    other = found(write(tmp_path / "other", "manage.py", ".venv/pyvenv.cfg", ".venv/bin/python"))
    assert (other.python, other.others) == (str(tmp_path / "other" / ".venv" / "bin" / "python"), [])


def test_two_processes_of_one_name_are_told(tmp_path: Path) -> None:
    """Which, and what to do: a slip of whoever copies a line."""
    twice = "# see: a\n# see: b\nweb: python manage.py runserver $PORT\nworker1: true\nworker1: false\n"
    with pytest.raises(
        UsageError, match=r"^Its Procfile has two lines for worker1\. Give each process a name of its own"
    ):
        found(write(tmp_path / "mine", Procfile=twice))
