"""What every command puts out: to a reader who leaves, a full disk, an output that cannot show all; and to files."""

import os
import re
import resource
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from asyncdemo.events import events as e
from asyncdemo.talk.shipped_talk import FOLDER
from tests.e2e.command import ASYNCDEMO, Command, asyncdemo, clean_environment, stage, visit
from tests.e2e.screen import stage_on_screen
from tests.e2e.talk import ONE_SLIDE, write_deck
from tests.ports import free_port
from tests.tools import needs
from tests.waiting import DEADLINE_S

RECORDING = FOLDER / "recordings" / "step1.jsonl"
DECK = "One \N{GREEK CAPITAL LETTER OMEGA}\n===\n\n- a\n"
OMEGA = "\N{GREEK CAPITAL LETTER OMEGA}"
LINES = [
    "",
    "--version",
    "--help",
    "run --help",
    "stages",
    "show step1",
    "show step3 views.py",
    "diff step1 step2",
    "talk --plain",
    "talk FOLDER/deck.md --plain",
    "talk FOLDER/deck.md --export -",
    "talk FOLDER/deck.md --check",
    "talk --new FOLDER/new",
    f"replay {RECORDING}",
    f"replay {RECORDING} --svg -",
    "doctor --port 0",
    "hammer http://127.0.0.1:1/ --rate 20 --duration 200ms",
    "hammer http://127.0.0.1:1/?name=%CE%A9 --rate 20 --duration 200ms --html -",
    "compare step1 --duration 10s --speed 60",
    "run step1 --port 0 --for 1s --delays 0",
    "redis --port PORT",
]
"""Each command, and each way in which it puts something out."""
ENCODINGS = {
    "C": {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
    "latin-1": {"PYTHONIOENCODING": "latin-1"},
    "ascii": {"PYTHONIOENCODING": "ascii"},
}


def words_of(line: str, folder: Path) -> list[str]:
    """A command's words, with a deck in the folder."""
    (folder / "deck.md").write_text(DECK, encoding="utf-8")
    return shlex.split(line.replace("FOLDER", str(folder)).replace("PORT", str(free_port())))


def put_out(line: str, folder: Path, output: int) -> "subprocess.CompletedProcess[str]":
    """Run a command with an output: what it says on standard error."""
    return subprocess.run(
        [str(ASYNCDEMO), *words_of(line, folder)],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.PIPE,
        text=True,
        timeout=DEADLINE_S,
        env=clean_environment(),
    )


@pytest.mark.parametrize("line", LINES)
def test_a_reader_who_leaves(line: str, tmp_path: Path) -> None:
    """`| true`: the exit code of SIGPIPE, and nobody is told of it."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = put_out(line, tmp_path, writer)
    finally:
        os.close(writer)
    assert done.returncode == 141, done.stderr
    assert "Traceback" not in done.stderr
    assert "Broken pipe" not in done.stderr
    assert "cannot be written" not in done.stderr
    assert "Stopped" not in done.stderr


@pytest.mark.parametrize("line", LINES)
def test_a_full_disk(line: str, tmp_path: Path) -> None:
    """`> /dev/full`: one sentence, and exit code 1."""
    if not Path("/dev/full").exists():
        pytest.skip("a device of Linux")
    with Path("/dev/full").open("wb", buffering=0) as full:
        done = put_out(line, tmp_path, full.fileno())
    said = "asyncdemo: Standard output cannot be written: No space left on device.\n"
    assert done.returncode == 1, done.stderr
    assert done.stderr.endswith(said)
    assert "Traceback" not in done.stderr
    assert done.stderr.count("asyncdemo: ") == 1


@pytest.mark.parametrize(
    "line", ["stages", "show step1", "talk FOLDER/deck.md --export -", "doctor --port 0", "run step1 --port 0"]
)
def test_an_output_that_is_closed(line: str, tmp_path: Path) -> None:
    """`>&-`: one sentence, and exit code 1."""
    shell = ["sh", "-c", 'exec "$@" >&-', "sh"]
    done = subprocess.run(
        [*shell, str(ASYNCDEMO), *words_of(line, tmp_path)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        env=clean_environment(),
    )
    assert (done.returncode, done.stderr) == (1, "asyncdemo: Standard output is closed.\n")


def test_a_deck_from_an_input_that_is_closed() -> None:
    """`<&-`: there is nothing in it."""
    command = ["sh", "-c", 'exec "$@" <&-', "sh", str(ASYNCDEMO), "talk", "-", "--check"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE_S, env=clean_environment())
    assert done.returncode == 1
    assert "there is no slide in it" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


CASES = [
    *((line, "ascii") for line in LINES if not line.startswith("redis")),
    *((line, name) for line in ("stages", "talk FOLDER/deck.md --plain", "show step1") for name in ("C", "latin-1")),
]


@pytest.mark.parametrize(("line", "name"), CASES)
def test_an_output_that_cannot_show_all(line: str, name: str, tmp_path: Path) -> None:
    """What it cannot show is replaced; documents are UTF-8 wherever they go."""
    env = clean_environment(**ENCODINGS[name])
    command = [str(ASYNCDEMO), *words_of(line, tmp_path)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=DEADLINE_S, env=env)
    assert b"Traceback" not in done.stderr
    assert done.returncode == (1 if line.startswith(("hammer", "doctor")) else 0), done.stderr
    is_document = line.endswith(" -") or line.startswith(("show", "diff"))
    text = done.stdout.decode("utf-8" if is_document else "latin-1" if name == "latin-1" else "ascii")
    assert text.strip()
    if "deck.md --plain" in line:
        assert "One ?" in text


@pytest.mark.parametrize("name", ENCODINGS)
def test_a_visitor_whose_name_cannot_be_shown(name: str) -> None:
    """In the lines of a run."""
    with stage("step1", "--delays", "0", **ENCODINGS[name]) as run:
        assert run.hello(OMEGA)[0] == 200
        run.line(r"Hello, \?")
        assert run.stop() == 0
        assert b"Traceback" not in run.raw


@pytest.mark.parametrize("name", ["C", "ascii"])
@pytest.mark.parametrize("typed", [("?name=Zo\xc3\xab",), ("", "--name", "Zo\xc3\xab")], ids=["URL", "--name"])
def test_a_name_that_is_typed_in_utf_8(name: str, typed: tuple[str, ...]) -> None:
    """Is that name to the server, in whatever locale it is typed; what the summary cannot show looks like it."""
    url, *rest = typed
    words = [f"http://127.0.0.1:1/{url}", *rest, "--rate", "20", "--duration", "200ms"]
    command = [str(ASYNCDEMO), "hammer", *(word.encode("latin-1") for word in words)]
    done = subprocess.run(command, capture_output=True, timeout=DEADLINE_S, env=clean_environment(**ENCODINGS[name]))
    assert (done.returncode, done.stderr) == (1, b"")
    assert done.stdout.startswith(b"http://127.0.0.1:1/?name=Zo%C3%AB  sending 20/s for 0.2 s, even\n")
    assert b"?" not in done.stdout.replace(b"/?name=", b"")


@pytest.mark.parametrize("name", ["C", "ascii"])
def test_a_name_that_is_no_text(name: str) -> None:
    """It says so, and how to type a byte."""
    command = [str(ASYNCDEMO), "hammer", b"http://127.0.0.1:1/?name=Zo\xeb"]
    done = subprocess.run(command, capture_output=True, timeout=DEADLINE_S, env=clean_environment(**ENCODINGS[name]))
    said = b"'http://127.0.0.1:1/?name=Zo\\udceb' has bytes that are no text in UTF-8. Type such a byte like %E9."
    assert (done.returncode, done.stdout, done.stderr) == (2, b"", b"asyncdemo: " + said + b"\n")


def test_panels_in_a_terminal_that_cannot_show_them() -> None:
    """Every line and bar of theirs has one of ASCII, a name that it cannot show its `?`; the run goes on to its end."""
    with stage_on_screen("step1", "--delays", "0", columns=110, rows=40, PYTHONIOENCODING="ascii") as run:
        run.wait_for(1, e.Ready)
        (started,) = run.all(e.RunStarted)
        assert visit(f"{started.url}?name={quote(OMEGA)}")[0] == 200
        run.shows("Hello, ?", "+- hello: the page")
        assert not re.search(r"\?\?|- \?|\? -", run.text), "a picture of question marks"
        run.type(b"q")
        assert run.ends() == 0
        assert "Traceback" not in run.text


def test_a_picture_goes_to_standard_output(tmp_path: Path) -> None:
    """`--svg -` makes no file of that name."""
    command = [str(ASYNCDEMO), "replay", str(RECORDING), "--svg"]
    whole = tmp_path / "frame.svg"
    subprocess.run([*command, str(whole)], check=True, capture_output=True, timeout=DEADLINE_S, cwd=tmp_path)
    done = subprocess.run([*command, "-"], check=True, capture_output=True, timeout=DEADLINE_S, cwd=tmp_path)
    assert done.stdout == whole.read_bytes()
    assert done.stdout.startswith(b"<?xml")
    assert [path.name for path in tmp_path.iterdir()] == ["frame.svg"]


BEFORE = {
    "--svg": "<svg/>",
    "--export": "<!DOCTYPE html>",
    "--record": '{"kind": "Recording", "format": 2, "asyncdemo": "0.1.0"}\n',
    "--json": '{"kind": "Load", "format": 1}',
}
"""Flag -> what it wrote some time ago."""


def without_room(*words: str, **env: str) -> "subprocess.CompletedProcess[str]":
    """Run a command whose files can have 20 bytes."""

    def no_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20, 20))

    env = clean_environment(PYTHONDONTWRITEBYTECODE="1", **env)
    command = [str(ASYNCDEMO), *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE_S, env=env, preexec_fn=no_room)


@pytest.mark.parametrize(
    "words",
    [
        ("replay", str(RECORDING), "--svg", "FILE.svg"),
        ("talk", "DECK.md", "--export", "FILE.html"),
        ("compare", "step1", "--duration", "10s", "--speed", "60", "--record", "FILE.jsonl"),
        ("hammer", "http://127.0.0.1:1/", "--duration", "1s", "--json", "FILE.json"),
    ],
)
def test_no_half_of_a_file(words: tuple[str, ...], tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Where the disk is full: what was there stays, nothing is left beside it, and it is said of which flag."""
    file = next(tmp_path / word for word in words if word.startswith("FILE"))
    flag = words[words.index(file.name) - 1]
    file.write_text(BEFORE[flag])

    deck = write_deck(tmp_path_factory.mktemp("deck"), ONE_SLIDE)
    typed = {file.name: str(file), "DECK.md": str(deck)}
    done = without_room(*(typed.get(word, word) for word in words))
    assert done.returncode == 1
    assert f"asyncdemo: {flag} {str(file)!r} cannot be written: File too large." in done.stderr
    assert "Traceback" not in done.stderr
    assert file.read_text() == BEFORE[flag]
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


@pytest.mark.parametrize(
    "words",
    [
        ("replay", str(RECORDING), "--svg", "FILE"),
        ("talk", "--export", "FILE.html"),
        ("run", "step1", "--port", "0", "--record", "FILE"),
        ("compare", "step1", "--record", "FILE"),
        *(("compare", "step1", flag, "FILE") for flag in ("--json", "--html", "--svg")),
        *(("hammer", "http://127.0.0.1:1/", flag, "FILE") for flag in ("--json", "--html")),
    ],
)
def test_a_file_of_somebody_else_is_not_replaced(words: tuple[str, ...], tmp_path: Path) -> None:
    """Said before anything is started, and it stays as it is."""
    notes = tmp_path / words[-1]
    notes.write_text("# My notes\n")
    done = asyncdemo(*words[:-1], str(notes))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"asyncdemo: {words[-2]} {str(notes)!r} is there already and holds no ")
    assert done.stderr.count("\n") == 1
    assert notes.read_text() == "# My notes\n"


def test_no_room_for_temporary_files(tmp_path: Path) -> None:
    """It is said, and nothing of the run stays."""
    done = without_room("run", "step1", "--port", "0", TMPDIR=str(tmp_path))
    assert done.returncode == 1
    assert "asyncdemo: The folder for temporary files cannot be written: File too large. Make room" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["run step1 --port 0", "compare step1 --speed 60"])
def test_a_recording_is_a_file(command: str) -> None:
    """Standard output has the lines of the run."""
    done = asyncdemo(*command.split(), "--record", "-")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "asyncdemo: --record -: standard output has other lines. Name a file.\n"


@pytest.mark.parametrize("name", ["step1", "bonus"])
def test_a_folder_of_any_name(name: str) -> None:
    """For temporary files: the sockets are in it, the database, and the Python that all processes are started with."""
    run = stage(name, "--delays", "0", "--workers", "2")
    folder = run.tmp / f"a b'c\"d$HOME`id`%20#e?f&g;{OMEGA}\\"
    folder.mkdir()
    run.env["TMPDIR"] = str(folder)
    with run:
        assert run.hello("Ada")[0] == 200
        run.wait_for_deliveries(1)
        sent = asyncdemo("hammer", "--rate", "20", "--duration", "100ms", TMPDIR=str(folder))
        assert sent.returncode == 0, sent.stderr
        assert run.url in sent.stdout
        assert run.stop() == 0
        assert list(folder.iterdir()) == []


def test_a_folder_with_a_name_that_is_too_long() -> None:
    """For a socket, which the bonus has in it: it is said what to do, and nothing stays."""
    run = stage("bonus")
    folder = run.tmp / ("x" * 110)
    folder.mkdir()
    run.env["TMPDIR"] = str(folder)
    with run:
        assert run.ends() == 1
        assert "is too long for the path of a socket" in run.text
        assert run.text.endswith("export TMPDIR=~/.tmp\n")
        assert list(folder.iterdir()) == []


@pytest.fixture
def no_programs(tmp_path: Path) -> Iterator[Path]:
    """A folder on a file system that is mounted noexec."""
    needs("mount")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "noexec", "none", tmp_path], capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"needs a mount: {mounted.stderr.strip()}")
    try:
        yield tmp_path
    finally:
        subprocess.run(["umount", tmp_path], check=True)


@pytest.mark.parametrize("line", ["run step1 --port 0", "run bonus --port 0", "compare step1 --speed 60"])
def test_a_folder_in_which_no_program_may_be_started(no_programs: Path, line: str) -> None:
    """It is said what to do before anything begins, and nothing stays."""
    done = asyncdemo(*line.split(), TMPDIR=str(no_programs))
    assert done.returncode == 1
    assert f"Programs in '{no_programs}' may not be started" in done.stderr
    assert done.stderr.endswith("export TMPDIR=~/.tmp\n")
    assert list(no_programs.iterdir()) == []


def test_what_starts_no_program_of_it_needs_no_other_folder(no_programs: Path) -> None:
    """A load, a replay; a Redis is where it is installed."""
    assert asyncdemo("replay", str(RECORDING), TMPDIR=str(no_programs)).returncode == 0
    with Command(str(ASYNCDEMO), "redis", "--port", str(port := free_port()), TMPDIR=str(no_programs)) as redis:
        redis.line(f"at redis://127.0.0.1:{port}/0")
        assert redis.stop() == 0
    assert list(no_programs.iterdir()) == []


def test_a_python_of_any_name(tmp_path: Path) -> None:
    """As the one of a virtual environment in a folder with blanks: every process of a run is started with it."""
    python = tmp_path / "it's $HOME `id`" / "python"
    python.parent.mkdir()
    python.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n')
    python.chmod(0o755)
    program = f"import sys; sys.executable = {str(python)!r}; import asyncdemo.cli; asyncdemo.cli.main()"
    with Command(str(python), "-c", program, "run", "bonus", "--port", "0", "--workers", "1", "--delays", "0") as run:
        assert run.hello("Ada")[0] == 200
        assert run.stop() == 0
