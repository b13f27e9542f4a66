"""`asyncdemo show` and `asyncdemo diff`: exact in a pipe, coloured in a terminal."""

import contextlib
import itertools
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import asyncdemo as package
from tests.e2e.command import ASYNCDEMO, asyncdemo, clean_environment
from tests.e2e.talk import ONE_SLIDE, write_deck
from tests.tools import needs
from tests.waiting import DEADLINE_S

FOLDER = Path(package.__file__).parent / "stages"
STAGES = ["step1", "step2", "step3", "bonus"]
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


def in_pipe(*arguments: str) -> bytes:
    """What a command that succeeds writes into a pipe."""
    command = [str(ASYNCDEMO), *arguments]
    return subprocess.run(
        command, stdout=subprocess.PIPE, check=True, timeout=DEADLINE_S, env=clean_environment()
    ).stdout


def in_terminal(*arguments: str, **env: str) -> str:
    """What a command writes to a terminal, and nothing else than colours may be in it."""
    reader, terminal = os.openpty()
    command = [str(ASYNCDEMO), *arguments]
    written = b""
    with subprocess.Popen(command, stdin=terminal, stdout=terminal, env=clean_environment(**env)) as process:
        os.close(terminal)
        with contextlib.suppress(OSError):  # Linux says so when the last writer is gone
            while data := os.read(reader, 65536):
                written += data
        assert process.wait(DEADLINE_S) == 0
    os.close(reader)
    text = written.decode().replace("\r\n", "\n")
    assert [c for c in ESCAPES.sub("", text) if not c.isprintable() and c != "\n"] == []
    return text


def sources(folder: Path) -> dict[str, bytes]:
    """What somebody wrote, by the path in the folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix in (".py", ".html")
    }


@pytest.mark.parametrize("stage", STAGES)
def test_every_file_of_a_stage_comes_out_byte_for_byte(stage: str) -> None:
    """`asyncdemo show step1 views.py > views.py` is a copy, whatever the file; by its path as well."""
    for name, content in sources(FOLDER / stage).items():
        if stage == "step3" or name == "hello/views.py":
            assert in_pipe("show", stage, name) == content
    assert in_pipe("show", stage, "views.py") == (FOLDER / stage / "hello/views.py").read_bytes()


def test_a_whole_stage_has_a_heading_for_each_file() -> None:
    """As `head` and `tail` write them; every file whole, no empty one."""
    text = in_pipe("show", "step3").decode()
    names = re.findall(r"^==> step3/(\S+) <==$", text, re.MULTILINE)
    assert names[:5] == [f"hello/{name}.py" for name in ("views", "outside", "consumers", "urls", "settings")]
    written = sources(FOLDER / "step3")
    assert set(names) == {name for name, content in written.items() if content}
    assert "\n".join(f"==> step3/{name} <==\n{written[name].decode()}" for name in names) == text


def test_a_file_is_highlighted_in_a_terminal() -> None:
    """The same text, with colours in it."""
    text = in_terminal("show", "step1", "views.py")
    assert re.search(ESCAPES.pattern + "def", text)
    assert ESCAPES.sub("", text) == (FOLDER / "step1/hello/views.py").read_text()
    page = in_terminal("show", "step1", "hello.html")
    assert ESCAPES.sub("", page) == (FOLDER / "step1/hello/templates/hello.html").read_text()
    assert ESCAPES.search(page)


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {"ASYNCDEMO_PLAIN": "1"}], ids=str)
def test_who_wants_no_colours_gets_none(env: dict[str, str]) -> None:
    """In a terminal too."""
    assert in_terminal("show", "step1", "views.py", **env) == (FOLDER / "step1/hello/views.py").read_text()
    assert ESCAPES.search(in_terminal("diff", "step1", "step2", **env)) is None


@pytest.mark.parametrize(("before", "after"), list(itertools.permutations(STAGES, 2)))
def test_patch_turns_a_copy_of_one_stage_into_the_other(before: str, after: str, tmp_path: Path) -> None:
    """`asyncdemo diff step1 step2 | patch -p1`, for each pair and in each direction."""
    needs("patch")
    copy = tmp_path / "copy"
    shutil.copytree(FOLDER / before, copy)
    patch = in_pipe("diff", before, after)
    done = subprocess.run(["patch", "-p1"], cwd=copy, input=patch, capture_output=True, timeout=DEADLINE_S)
    assert done.returncode == 0, done.stdout
    assert sources(copy) == sources(FOLDER / after)
    assert not ESCAPES.search(patch.decode())


def test_a_diff_is_coloured_and_summed_up_in_a_terminal() -> None:
    """The signs stay; the summary is for people, so that a pipe has none."""
    text = in_terminal("diff", "step1", "step2")
    assert re.search(r"\x1b\[32m\+import django", text)
    assert re.search(r"\x1b\[31m-from django", text)
    plain, piped = ESCAPES.sub("", text), in_pipe("diff", "step1", "step2").decode()
    added = sum(line.startswith("+") and not line.startswith("+++") for line in piped.splitlines())
    removed = sum(line.startswith("-") and not line.startswith("---") for line in piped.splitlines())
    assert plain == f"{piped} 2 files changed, {added} insertions(+), {removed} deletions(-)\n"
    assert in_terminal("diff", "step1", "step2", "--plain") == piped


def test_a_stage_does_not_differ_from_itself() -> None:
    """Nothing for patch; a note for who looks."""
    done = asyncdemo("diff", "step2", "STEP2")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "step2 and step2 are the same: there is no difference.\n"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("show step9", "There is no stage 'step9'"),
        ("show step1 consumers.py", "step1 has no file 'consumers.py'. It has: hello/views.py, hello/outside.py, "),
        ("diff step1 step9", "There is no stage and no folder 'step9'"),
        ("diff step1", "STAGE"),
    ],
)
def test_a_mistake_is_answered_with_what_there_is(typed: str, said: str) -> None:
    """Exit code 2, and nothing on standard output."""
    done = asyncdemo(*typed.split())
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("typed", ["show step3", "diff step1 bonus", "talk deck.md --export -"])
def test_a_reader_who_leaves_is_no_error(typed: str, tmp_path: Path) -> None:
    """`| head -0`: not a word, and the exit code of SIGPIPE."""
    write_deck(tmp_path, ONE_SLIDE)
    reader, writer = os.pipe()
    os.close(reader)
    command, env = [str(ASYNCDEMO), *typed.split()], clean_environment()
    done = subprocess.run(command, cwd=tmp_path, stdout=writer, stderr=subprocess.PIPE, timeout=DEADLINE_S, env=env)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.parametrize("typed", ["show step1", "talk deck.md --export -"])
@pytest.mark.parametrize(("redirection", "said"), [(">/dev/full", "No space left"), (">&-", "is closed")])
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_output_that_cannot_be_written_is_said(redirection: str, said: str, typed: str, tmp_path: Path) -> None:
    """A full disk is not a reader who left."""
    write_deck(tmp_path, ONE_SLIDE)
    line, env = f'"{ASYNCDEMO}" {typed} {redirection}', clean_environment()
    done = subprocess.run(
        line, shell=True, cwd=tmp_path, stderr=subprocess.PIPE, text=True, timeout=DEADLINE_S, env=env
    )
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
