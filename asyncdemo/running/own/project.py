"""Which processes a folder has, and which Python they are started with. Raises UsageError: what to type instead."""

import os
import re
import shlex
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ...base.errors import UsageError
from ...base.installation import PACKAGE
from ...base.text import printable, why_unread
from ...events.stage import Channel, StageEntry, WorkerKind

ATTACH = PACKAGE / "attach"
"""What stands first on its PYTHONPATH."""
WEB = Channel(name="http.request", short="web", queue=False)
DEPTH = 3
"""How far below a folder its manage.py may be: `src/mysite/manage.py`."""
OURS = "that of asyncdemo"
"""Where the Python of a copy of the course was found: it has no other."""
ENVIRONMENTS = (".venv", "venv", "env")
"""What a virtual environment in a project is called."""
CONTAINERS = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml", "Dockerfile")
COUNTS = re.compile(r"\$\{?(WEB_CONCURRENCY|\w*WORKERS|\w*THREADS)\b")
A_LINE = "A line of it is like: web: python manage.py runserver $PORT"
PORT = re.compile(r"\$PORT\b|\$\{PORT[:}]")
FIXED_PORT = re.compile(r"(?:[\w.\]]:|\s:|(?:-p|--port|-b|--bind|runserver)[\s=]:?)(\d{2,5})\b(?![.:])")
"""`127.0.0.1:9123`, `:9123`, `--port 9123`, `runserver 9123`."""
GUNICORN = re.compile(r"\bgunicorn\b(?!.*\s(?:-b|--bind|-c|--config)\b)")
"""One whose line has no address: it takes PORT from its environment (gunicorn's documentation, Settings, `bind`)."""
MODULES = {"django-admin": "django", "waitress-serve": "waitress"} | {
    name: name for name in ("celery", "daphne", "granian", "gunicorn", "hypercorn", "uvicorn")
}
"""What a Procfile calls by a name that any Python may have brought -> the module that is the same."""
RELEASE = re.compile(r"^release\s*:.*(?:\n|\Z)", re.MULTILINE)
"""What Heroku does before a deploy (its Dev Center, Release Phase): mostly, migrate. It is no process of a site."""


@dataclass(frozen=True)
class OwnProject:
    """A Django project that somebody else wrote."""

    folder: Path
    """Where its processes start."""
    name: str
    typed: str
    """How it was typed, as it can be typed again: `./before`."""
    processes: str
    """Its Procfile, or one for `runserver`."""
    has_procfile: bool
    web: str
    """The process that serves the page."""
    manage: Path | None
    """None where it has none that can be found: then nothing is asked of its migrations."""
    program: Path | None
    """The Python that it is run with; None for that of PATH."""
    python_from: str
    """Where that was found, in words."""
    left_out: str = ""
    """The processes of its Procfile that are not started, in words."""
    ports: tuple[str, ...] = ()
    """Variables in which a run tells its processes ports that are free, whatever its `.env` says: `REDIS_PORT`."""

    @property
    def python(self) -> str:
        """How its Python is called."""
        return str(self.program or python_of_path())

    @property
    def bin(self) -> Path | None:
        """The folder of that Python; None for PATH."""
        return self.program.parent if self.program is not None else None

    @property
    def stand_ins(self) -> dict[str, str]:
        """Name -> what is run where its Procfile says that: its Python and no other, whatever the name leads to."""
        python = f"exec {shlex.quote(self.python)}"
        if self.bin is None:
            return {} if python_of_path() == "python" else {"python": python}
        its_own = {name for name in MODULES if self.is_environment and (self.bin / name).exists()}
        modules = {name: f"{python} -m {module}" for name, module in MODULES.items() if name not in its_own}
        return {"python": python, "python3": python, **modules}

    @property
    def is_environment(self) -> bool:
        """Whether its Python is a virtual environment's, whose programs are all its own."""
        return self.bin is not None and (self.bin.parent / "pyvenv.cfg").exists()

    @property
    def asks_for_migrations(self) -> bool:
        """Whether somebody else than its server has to look whether there are some that were not applied."""
        return self.manage is not None and "runserver" not in self.processes and "migrate" not in self.processes

    @property
    def others(self) -> list[str]:
        """The processes that do not serve the page, as a run calls them."""
        return [f"{name}.1" for name in processes_of(self.processes) if name != self.web]

    @property
    def counts_by(self) -> str:
        """The variable by which its Procfile says how many workers there are: `WORKERS`; empty for none."""
        found = COUNTS.search(self.processes)
        return found[1] if found else ""

    @property
    def has_outside_service(self) -> bool:
        """Whether it has ours, which can be sped up: a project that began as a stage."""
        places = [self.folder, *folders_in(self.folder)]
        return any("ASYNCDEMO_SPEED" in readable(each / "outside.py") for each in places)

    @property
    def told(self) -> str:
        """What it is run with."""
        server = f"its Procfile{self.left_out}" if self.has_procfile else "runserver, since it has no Procfile"
        return f"a project of yours: {server}; Python of {self.python_from}"

    def environment(self, shell: Mapping[str, str], telemetry: Mapping[str, str]) -> dict[str, str]:
        """That of its processes: the user's own, whole; the `.env` that honcho would read; what attaches to it."""
        env = {**shell, **(dot_env(self.folder) if self.has_procfile else {}), **telemetry}
        env["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ATTACH), env.get("PYTHONPATH", "")]))
        env.setdefault("PYTHONUNBUFFERED", "1")
        if self.bin is not None:
            env["PATH"] = os.pathsep.join(filter(None, [str(self.bin), env.get("PATH", "")]))
            if self.is_environment:
                env["VIRTUAL_ENV"] = str(self.bin.parent)
        return env

    def entry(self, page: str) -> StageEntry:
        """As a stage has it: a thread per request, as far as is known before it runs."""
        return StageEntry(
            name=self.name,
            title=self.told,
            folder=str(self.folder),
            worker_kind=WorkerKind.THREADS,
            web=self.web,
            channels=(WEB,),
            page=page,
            parameter="",
            greeting="Hello, {}!" if self.has_outside_service else "",
            own=True,
        )


def processes_of(text: str) -> dict[str, str]:
    """Name -> shell line of a Procfile. Raises UsageError for two lines of one name."""
    from honcho.environ import PROCFILE_LINE, parse_procfile  # not where a stage is asked for

    try:
        return {str(name): str(line) for name, line in parse_procfile(text).processes.items()}
    except AssertionError:  # which names none
        names = [found[1] for line in text.splitlines() if (found := PROCFILE_LINE.match(line))]
        twice = next(name for name in names if names.count(name) > 1)
        raise UsageError(f"Its Procfile has two lines for {twice}. Give each process a name of its own.") from None


def lines_of_none(text: str) -> Iterator[str]:
    """Those of a Procfile that honcho passes over without a word, and that are no remarks."""
    from honcho.environ import PROCFILE_LINE

    said = (line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#"))
    return (line for line in said if not PROCFILE_LINE.match(line))


def dot_env(folder: Path) -> dict[str, str]:
    """What honcho reads of the `.env` of a folder."""
    from honcho.environ import parse

    try:
        return dict(parse((folder / ".env").read_text("utf-8")))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{folder / '.env'} cannot be read: {why_unread(error)}.") from None


def find_project(
    typed: str, python: str | None, host: str, fixed_port: int | None, beside: Path = Path()
) -> OwnProject:
    """The project in a folder, which was `typed`, as was its Python, by whoever is in the folder `beside` it.
    `fixed_port` is what was typed as `--port`."""
    folder = beside / Path(typed).expanduser()
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder. Type that of a project: one with a manage.py or a Procfile.")
    folder = folder.resolve()
    program, python_from = python_of(folder, python, beside)
    procfile, left_out = folder / "Procfile", ""
    if procfile.is_file():
        text, releases = RELEASE.subn("", text_of(procfile))
        left_out = ", but not its release, which may migrate" if releases else ""
        manage = next(iter(manages(folder)), None)
        web = web_of(text)
        check_port_of(folder, text, web, fixed_port)
    else:
        text, manage, web = "", the_manage(folder), "web"
        there = shlex.quote(str(manage.relative_to(folder)))
        text = f"web: exec python {there} runserver {host}:$PORT\n"
    if ":" in str(ATTACH):
        raise UsageError(
            f"asyncdemo is installed in {str(ATTACH.parent)!r}, whose ':' PYTHONPATH cannot hold: nothing could be "
            "watched. Install it in another folder."
        )
    name = printable(folder.name, 30) or "project"
    has_procfile = procfile.is_file()
    return OwnProject(folder, name, typed_again(typed), text, has_procfile, web, manage, program, python_from, left_out)


def readable(file: Path) -> str:
    """What is in a file; nothing, if it cannot be read."""
    try:
        return file.read_text("utf-8", "replace")
    except OSError:
        return ""


def typed_again(words: str) -> str:
    """A folder as it can be typed, so that nobody takes it for a stage."""
    text = str(Path(words))
    return text if text.startswith((".", "/", "~")) else f"./{text}"


def text_of(procfile: Path) -> str:
    """What is in it."""
    try:
        text = procfile.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{procfile} cannot be read: {why_unread(error)}.") from None
    if not processes_of(text):
        raise UsageError(f"{procfile} names no process. {A_LINE}")
    if lost := next(lines_of_none(text), ""):
        raise UsageError(f"{procfile} has a line that names no process: {printable(lost, 60)!r}. {A_LINE}")
    return text


def web_of(text: str) -> str:
    """The process that serves the page: `web`, or the only one."""
    names = list(processes_of(text))
    if "web" in names:
        return "web"
    if len(names) == 1:
        return names[0]
    raise UsageError(f"Its Procfile has {', '.join(names)}: which of them serves the page? Call it web.")


def check_port_of(folder: Path, text: str, web: str, fixed_port: int | None) -> None:
    """Raises UsageError for a server that listens on a port of its own, which nobody has told us."""
    line = processes_of(text)[web]
    if re.search(r"\bdocker\b", line):
        raise UsageError(
            f"The {web} of its Procfile runs in Docker, into which nothing can be attached. Start it as ever, and: "
            "asyncdemo hammer http://127.0.0.1:8000/"
        )
    if fixed_port is None and not takes_port(folder, line):
        raise UsageError(
            f"The {web} of its Procfile does not say $PORT: on which port does it listen? Type it: "
            f"asyncdemo run {shlex.quote(str(folder))} --port {port_in(line)}"
        )


def takes_port(folder: Path, line: str) -> bool:
    """Whether a server listens where PORT says: its line names it, or it is gunicorn, which nobody tells another."""
    return bool(PORT.search(line) or (GUNICORN.search(line) and "bind" not in readable(folder / "gunicorn.conf.py")))


def port_in(line: str) -> str:
    """The port that a server's line seems to fix; else the one that is most likely."""
    found = FIXED_PORT.search(line)
    return found[1] if found is not None else "8000"


def the_manage(folder: Path) -> Path:
    """The one manage.py of a folder: at its top, or below."""
    found = list(manages(folder))
    if not found:
        raise UsageError(none_there(folder))
    if len(found) > 1 and found[0].parent != folder:
        others = ", ".join(str(path.parent) for path in found[:4])
        raise UsageError(f"{folder} has several projects. Type the folder of one of them: {others}.")
    return found[0]


def none_there(folder: Path) -> str:
    """What to say of a folder that has no project that can be run."""
    container = next((name for name in CONTAINERS if (folder / name).exists()), "")
    if container:
        return (
            f"{folder} has a {container}, and neither a manage.py nor a Procfile: into a container nothing can be "
            "attached. Start it as ever, and: asyncdemo hammer http://127.0.0.1:8000/"
        )
    return (
        f"{folder} has neither a manage.py nor a Procfile, nor has a folder in it. Type the folder of a Django "
        "project, or begin with one: asyncdemo checkout step3 mine"
    )


def manages(folder: Path) -> Iterator[Path]:
    """Every manage.py of a folder, the nearest first; none of a virtual environment or a hidden folder."""
    level = [folder]
    for _ in range(DEPTH):
        yield from (below / "manage.py" for below in level if (below / "manage.py").is_file())
        level = [each for below in level for each in folders_in(below)]


def folders_in(folder: Path) -> list[Path]:
    """Where a project can be, in a folder."""
    try:
        found = sorted(each for each in folder.iterdir() if each.is_dir() and not each.name.startswith("."))
    except OSError:
        return []
    return [each for each in found if each.name != "node_modules" and not (each / "pyvenv.cfg").exists()]


def python_of(folder: Path, python: str | None, beside: Path = Path()) -> tuple[Path | None, str]:
    """The Python that a project is run with, and where it was found, in words."""
    if python is not None:
        return program_of(python, beside), "--python"
    for above in (folder, *folder.parents):
        for name in ENVIRONMENTS:
            if (program := above / name / "bin" / "python").exists():
                return program, f"its {name}" if above == folder else str(above / name)
    active = os.environ.get("VIRTUAL_ENV")
    if active and (program := Path(active) / "bin" / "python").exists():
        return program, f"{active}, which is active"
    return None, "PATH"


def program_of(python: str, beside: Path = Path()) -> Path:
    """A Python that was typed: a program, or a virtual environment."""
    typed = beside / Path(python).expanduser()
    program = typed / "bin" / "python" if typed.is_dir() else typed
    if not os.access(program, os.X_OK) or not program.is_file():
        raise UsageError(f"--python {python!r} is no Python. Type a program, or the folder of a virtual environment.")
    return program.absolute()


def python_of_path() -> str:
    """What Python is called there: a system may have no `python`."""
    return "python" if shutil.which("python") else "python3"
