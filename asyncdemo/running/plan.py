"""From options to processes: which commands, under which names, with which environment. Pure."""

from dataclasses import dataclass
from pathlib import Path

from honcho.environ import expand_processes, parse_procfile

from ..base.addresses import LOOPBACK, LOOPBACK_6, bracketed, is_wildcard
from ..base.installation import ROOT
from ..stages.catalogue import WorkerKind
from .options import RunOptions

WAITRESS = (
    'cd asyncdemo/stages/step1 && exec "${PYTHON:-python}" -m waitress '
    '--threads="$WORKERS" --listen="$HOST:$PORT" hello.wsgi:application'
)
"""step1 with a bound on its threads, as most production sites have it."""


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


def commands(options: RunOptions, where: Where, procfile: str) -> list[Command]:
    """The processes of the stage, from its Procfile; Redis is none of them."""
    lines = dict(parse_procfile(procfile).processes)
    lines.pop("redis", None)
    if options.stage.workers is WorkerKind.THREADS and options.workers is not None:
        lines["web"] = WAITRESS
    counts = {"web": 1, "worker": options.general_workers, "webworker": options.reserved_web}
    env = environment(options, where)
    return [
        Command(process.name, process.cmd, {**env, **process.env})
        for process in expand_processes(lines, concurrency=counts, port=where.port)
    ]


def worker(options: RunOptions, where: Where, procfile: str, kind: str, number: int) -> Command:
    """One more `worker` or `webworker`."""
    lines = {kind: parse_procfile(procfile).processes[kind]}
    process = expand_processes(lines, concurrency={kind: number}, port=where.port)[-1]
    return Command(process.name, process.cmd, {**environment(options, where), **process.env})


def migrate(options: RunOptions, where: Where) -> Command:
    """`manage.py migrate` for the run's own database."""
    line = f'cd asyncdemo/stages/{options.stage.name} && exec "${{PYTHON:-python}}" manage.py migrate --verbosity 0'
    return Command("migrate", line, {**environment(options, where), "HONCHO_PROCESS_NAME": "migrate"})


def environment(options: RunOptions, where: Where) -> dict[str, str]:
    """What every process of the stage is told. A stage that is started by hand has a default for each."""
    env = {
        "HOST": bracketed(where.host) if options.stage.workers is not WorkerKind.PROCESSES else where.host,
        "ALLOWED_HOSTS": ",".join(allowed_hosts(options.host)),
        "SECRET_KEY": where.secret_key,
        "DATABASE": where.database,
        "ASYNCDEMO_SPEED": f"{options.speed:g}",
        "ASYNCDEMO_DELAYS": ",".join(f"{delay:g}" for delay in options.delays),
        "DJANGO_RUNSERVER_HIDE_WARNING": "true",
        "PYTHONUNBUFFERED": "1",
        "PYTHONIOENCODING": "utf-8:replace",
    }
    if options.total_workers:
        env["WORKERS"] = str(options.total_workers)
    if where.redis_url:
        env |= {"REDIS_URL": where.redis_url, "REDIS_PREFIX": where.redis_prefix}
    return env


def allowed_hosts(host: str) -> list[str]:
    """What Django answers to: this machine's names, and the host that was asked for."""
    if is_wildcard(host):
        return ["*"]
    return [bracketed(name) for name in dict.fromkeys(["localhost", LOOPBACK, LOOPBACK_6, host])]
