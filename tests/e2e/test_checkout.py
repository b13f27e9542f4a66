"""`asyncdemo checkout`, and `asyncdemo diff` with what it has made."""

import re
import signal
import sys
from pathlib import Path

import pytest

from tests.conftest import Valkey
from tests.e2e.command import Command, asyncdemo, listens, visit
from tests.ports import free_port
from tests.waiting import until

BIN = Path(sys.executable).parent


@pytest.mark.parametrize(
    ("stage", "processes", "number"),
    [("step1", [], signal.SIGINT), ("step3", [], signal.SIGTERM), ("bonus", ["web", "worker"], signal.SIGINT)],
)
def test_it_runs_without_asyncdemo(
    stage: str,
    processes: list[str],
    number: signal.Signals,
    tmp_path: Path,
    valkey: Valkey,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With nothing but honcho, where asyncdemo cannot even be imported. Edited, it does what was edited."""
    folder, nowhere = tmp_path / "mine", tmp_path / "nowhere"
    assert asyncdemo("checkout", stage, str(folder)).returncode == 0
    views = folder / "hello" / "views.py"
    views.write_text(views.read_text().replace('get("name", "World")', 'get("name", "World").upper()'))
    nowhere.mkdir()
    (nowhere / "asyncdemo.py").write_text("raise ImportError('there is no asyncdemo here')\n")
    port = free_port()
    env = {"PATH": f"{BIN}:/usr/bin:/bin", "PYTHONPATH": str(nowhere), "ASYNCDEMO_DELAYS": "0"}
    arguments = ["start", "-p", str(port), *processes]
    monkeypatch.chdir(folder)
    with Command(str(BIN / "honcho"), *arguments, **env, PYTHONUNBUFFERED="1", REDIS_URL=valkey.url) as project:
        until(lambda: listens(port) or project.process.poll() is not None, "the server")
        assert visit(f"http://127.0.0.1:{port}/?name=Ada")[0] == 200
        project.line(r"\| Hello, ADA!$")
        project.send(number)
        project.ends()
        project.leaves_nothing()
        assert "Traceback" not in re.sub(r"\x1b\[[\d;]*m", "", project.text)
    assert (folder / "db.sqlite3").exists()
    changed = asyncdemo("diff", stage, str(folder)).stdout
    assert [line for line in changed.splitlines() if line[0] in "+-"][2:] == [
        '-    name = request.GET.get("name", "World")',
        '+    name = request.GET.get("name", "World").upper()',
    ]


def test_nothing_was_changed(tmp_path: Path) -> None:
    """Not even where it was run, or has an environment of its own."""
    folder = tmp_path / "mine"
    assert asyncdemo("checkout", "step2", str(folder)).returncode == 0
    for name in (".venv/lib/a.py", "env/lib/a.py", "hello/__pycache__/views.pyc", "db.sqlite3", ".git/HEAD"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("not mine\n")
    (folder / "env" / "pyvenv.cfg").write_text("home = /usr\n")
    same = asyncdemo("diff", "step2", str(folder))
    assert (same.returncode, same.stdout) == (0, "")
    assert same.stderr == f"step2 and {folder} are the same: there is no difference.\n"


def test_wrong_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is told what to type, and nothing is written."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.py").write_text("mine\n")
    (tmp_path / "file").write_text("mine\n")
    for arguments, code, said in (
        (["checkout"], 2, r"Missing argument 'stage'.*Try: asyncdemo checkout step1 mine"),
        (["checkout", "step1"], 2, r"Missing argument 'DIR'.*Try: asyncdemo checkout step1 mine"),
        (["checkout", "step9", "mine"], 2, r"no stage 'step9'. The stages are: step1, "),
        (["checkout", "step1", "full"], 2, r"full has something in it already, and stays as it is. Name another"),
        (["checkout", "step1", "file"], 1, r"checkout 'file' cannot be written: Not a directory. Name a folder"),
        (
            ["diff", "step1", "full"],
            2,
            r"full has none of the files of a checkout.*made by: asyncdemo checkout step1 mine",
        ),
        (["diff", "step1", "mine"], 2, r"There is no stage and no folder 'mine'.*asyncdemo checkout step1 mine"),
    ):
        wrong = asyncdemo(*arguments)
        assert wrong.returncode == code, wrong.stderr
        assert re.search(said, wrong.stderr.replace("\n", " ")), wrong.stderr
        assert "Traceback" not in wrong.stderr
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "full", "mine.py"]
