"""From options to processes: which commands, under which names, with which environment. Pure."""

import shlex
from dataclasses import dataclass
from pathlib import Path

from honcho.environ import expand_processes, parse_procfile

from ..base.addresses import LOOPBACK, LOOPBACK_6, bracketed, is_wildcard
from ..base.installation import ROOT
from ..events.stage import MIGRATE
from . import redis
from .options import RunOptions
from .own.project import OwnProject

POLL_S = 1.0
"""How often a worker that polls a database looks for work, in seconds of the lesson."""


@dataclass(frozen=True)
class Command:
    """One process to start: a line for the shell."""

    name: str
    line: str
    env: dict[str, str]
    folder: Path = ROOT
    """Where it runs."""


@dataclass(frozen=True)
class Where:
    """What is only known once the run has a place: the real address, its folder, its Redis."""

    host: str
    port: int
    database: str
    secret_key: str
    redis_url: str = ""
    redis_prefix: str = ""
    database_url: str | None = None
    """A PostgreSQL; None: the SQLite file `database`."""


def commands(options: RunOptions, where: Where) -> list[Command]:
    """The processes of the stage, from its Procfile; Redis is none of them."""
    lines = dict(parse_procfile(options.procfile).processes)
    stage = options.stage
    if options.project is not None:
        speed = outside_service(options) if options.project.has_outside_service else {}
        return own_commands(options.project, lines, where, speed)
    lines.pop(stage.broker, None)
    if stage.web_with_workers and options.workers is not None:
        lines[stage.web] = stage.web_with_workers
    counts = {stage.web: 1, stage.general: options.general_workers, stage.reserved: options.reserved_web}
    env = environment(options, where)
    return [
        Command(process.name, process.cmd, {**env, **process.env})
        for process in expand_processes(lines, concurrency=counts, port=where.port)
    ]


def own_commands(project: OwnProject, lines: dict[str, str], where: Where, outside: dict[str, str]) -> list[Command]:
    """The processes of a project of the user's, with what honcho gives each; the page's has the port of the run."""
    commands = []
    for process in expand_processes(lines, port=where.port):
        port = {"PORT": str(where.port)} if process.name == f"{project.web}.1" else {}
        commands.append(Command(process.name, process.cmd, outside | process.env | port, project.folder))
    return commands


def worker(options: RunOptions, where: Where, kind: str, number: int) -> Command:
    """One more worker, of a process of the Procfile; of a project of the user's, one that is there already."""
    if options.project is not None:
        return next(each for each in commands(options, where) if each.name == f"{kind}.{number}")
    lines = {kind: parse_procfile(options.procfile).processes[kind]}
    process = expand_processes(lines, concurrency={kind: number}, port=where.port)[-1]
    return Command(process.name, process.cmd, {**environment(options, where), **process.env})


def migrate(options: RunOptions, where: Where) -> Command:
    """`manage.py migrate` for the run's own database."""
    line = f'cd {shlex.quote(options.stage.folder)} && exec "${{PYTHON:-python}}" manage.py migrate --verbosity 0'
    return Command(MIGRATE, line, {**environment(options, where), "HONCHO_PROCESS_NAME": MIGRATE})


def asks_for_migrations(project: OwnProject) -> Command:
    """`manage.py migrate --check`, which changes nothing and ends with 1 where some are not applied."""
    line = f"exec python {shlex.quote(str(project.manage))} migrate --check --verbosity 0"
    return Command(MIGRATE, line, {"HONCHO_PROCESS_NAME": MIGRATE}, project.folder)


def environment(options: RunOptions, where: Where) -> dict[str, str]:
    """What every process of the stage is told. A stage that is started by hand has a default for each."""
    env = {
        "HOST": where.host if "daphne" in options.stage.probes else bracketed(where.host),
        "ALLOWED_HOSTS": ",".join(allowed_hosts(options.host, where.host)),
        "SECRET_KEY": where.secret_key,
        "DATABASE": where.database,
        **outside_service(options),
        "ASYNCDEMO_PROBES": ",".join(options.stage.probes),
        "ASYNCDEMO_WORKERS_ARE": options.stage.worker_kind.name,
        "ASYNCDEMO_PAGE": f"{options.stage.page}?{options.stage.parameter}",
        "DJANGO_RUNSERVER_HIDE_WARNING": "true",
        "PYTHONUNBUFFERED": "1",
        "PYTHONIOENCODING": "utf-8:replace",
    }
    if options.django_debug:
        env["DEBUG"] = "1"
    if options.total_workers:
        env["WORKERS"] = str(options.total_workers)
    if options.stage.database:
        env["INTERVAL"] = f"{POLL_S / options.speed:g}"
    if where.database_url is not None:
        env["DATABASE_URL"] = where.database_url
    asked = (choice for choice in options.stage.choices if choice.name in options.choices)
    env |= dict(variable.split("=", 1) for choice in asked for variable in choice.variables)
    if where.redis_url:
        url = redis.celery_url(where.redis_url) if "celery" in options.stage.probes else where.redis_url
        env |= {"REDIS_URL": url, "REDIS_PREFIX": where.redis_prefix}
    return env


def outside_service(options: RunOptions) -> dict[str, str]:
    """What the pretend outside service is told."""
    delays = ",".join(f"{delay:g}" for delay in options.delays)
    return {"ASYNCDEMO_SPEED": f"{options.speed:g}", "ASYNCDEMO_DELAYS": delays}


def allowed_hosts(host: str, address: str) -> list[str]:
    """What Django answers to: this machine's names, the host that was asked for, and its address."""
    if is_wildcard(host):
        return ["*"]
    return [bracketed(name) for name in dict.fromkeys(["localhost", LOOPBACK, LOOPBACK_6, host, address])]
