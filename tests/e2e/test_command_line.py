"""What the command says before it starts anything."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import asyncdemo as package
from asyncdemo.cli.options.examples import EXAMPLES, examples
from tests.e2e.command import ASYNCDEMO, CHECKOUT, asyncdemo, clean_environment
from tests.tools import needs
from tests.waiting import DEADLINE_S

FLAGS = {
    "--workers": "ASYNCDEMO_WORKERS",
    "--reserved-web": "ASYNCDEMO_RESERVED_WEB",
    "--reserved-short": "ASYNCDEMO_RESERVED_SHORT",
    "--one-queue": "",
    "--priority": "",
    "--engine": "ASYNCDEMO_ENGINE",
    "--defaults": "",
    "--database": "ASYNCDEMO_DATABASE",
    "--host": "ASYNCDEMO_HOST",
    "--port": "ASYNCDEMO_PORT",
    "--speed": "ASYNCDEMO_SPEED",
    "--delays": "ASYNCDEMO_DELAYS",
    "--redis": "ASYNCDEMO_REDIS",
    "--hammer": "ASYNCDEMO_HAMMER",
    "--for": "ASYNCDEMO_FOR",
    "--open": "ASYNCDEMO_OPEN",
    "--plain": "ASYNCDEMO_PLAIN",
    "--record": "ASYNCDEMO_RECORD",
    "--django-debug": "",
    "--python": "",
    "--path": "",
    "--yes": "",
}
"""Flag -> its twin; none for what nobody must leave switched on without knowing it, or what few stages have."""
MISTAKES = [
    ("step3", ["step3 is a stage", "Try: asyncdemo run step3"]),
    ("runn step3", ["No such command 'runn'", "'run'"]),
    ("run", ["The stages are: step1, step2, step3, bonus", "Try: asyncdemo run step1"]),
    ("run step3 --nope", ["--nope", "Try: asyncdemo run --help"]),
    ("diff step1", ["Missing argument", "Try: asyncdemo diff step1 step2"]),
    ("--nope", ["--nope", "Try: asyncdemo --help"]),
    ("hammer step3", ["Try: asyncdemo hammer, or asyncdemo run step3 --hammer 1/s"]),
    ("hammer --speed 10", ["--speed", "Try: asyncdemo run step3 --speed 10 --hammer 1/s"]),
    ("run step3 --rate 1", ["--rate", "Try: asyncdemo run step3 --hammer 1"]),
    ("run step3 --json x", ["--json", "--record FILE"]),
    ("hammer --port 8000", ["--port", "Try: asyncdemo hammer http://127.0.0.1:8000/"]),
    ("hammer -c 8 -z 10s", ["-c", "--closed 8"]),
    ("hammer -z 10s", ["-z", "--duration 10s"]),
    ("hammer -H a:b http://localhost", ["-H", "--header"]),
    ("hammer -t4 -c8 -d10s http://localhost", ["-t", "--timeout 15s"]),
    ("hammer 8000", ["no scheme", "Try: http://localhost:8000/"]),
    ("hammer http:/localhost:8000/", [":// comes before the host", "Try: http://localhost:8000/"]),
    ("compare bonus --workers 3", ["--workers", "Try: asyncdemo compare bonus:3"]),
    ("compare bonus -w 3", ["--workers", "Try: asyncdemo compare bonus:3"]),
    ("compare run bonus", ["run is a command", "Try: asyncdemo compare bonus"]),
    ("compare 'bonus --workers 3 --port 1'", ["--port", "Try: asyncdemo compare 'bonus --workers 3'"]),
    ("compare bouns:3", ["There is no stage 'bouns'", "Try: asyncdemo compare bonus:3"]),
    ("version", ["version is no command", "Try: asyncdemo --version"]),
    ("run step1 -p 9000", ["run -p", "--port"]),
    ("run step9", ["step9", "step1, step2, step3, bonus"]),
    ("run bouns", ["There is no stage and no folder 'bouns'", "Did you mean bonus?"]),
    ("run 3", ["There is no stage and no folder '3'", "Did you mean step3?"]),
    ("compare 3:2", ["There is no stage '3'", "Try: asyncdemo compare step3:2"]),
    ("diff 1 3", ["There is no stage '1'", "Did you mean step1?"]),
    ("diff step1 3", ["There is no stage and no folder '3'", "Did you mean step3?"]),
    ("replay step3", ["there is no such file", "To run the stage: asyncdemo run step3"]),
    ("talk Step3", ["there is no such file", "To run the stage: asyncdemo run step3"]),
    ("talk 5", ["there is no such deck", "asyncdemo talk, and in it g and 5"]),
    ("show bouns", ["There is no stage 'bouns'", "Did you mean bonus?"]),
    ("run bonus:3", ["A setup of compare is typed so; here: asyncdemo run bonus --workers 3"]),
    ("run step1 --reserved-web 1", ["step1 has no reserved workers", "asyncdemo run bonus --workers 3"]),
    ("run bonus --workers 2 --reserved-web 3", ["--reserved-web 3", "--workers 2", "Try: asyncdemo run bonus"]),
    ("run step2 --workers 0", ["--workers 0", "1 to 64"]),
    ("run step1 --delays a,b", ["--delays 'a,b'", "5,5,5,30"]),
    ("run step1 --for 1h30x", ["--for '1h30x'", "1m30s"]),
    ("run step1 --speed 0", ["--speed 0", "like 10"]),
    ("run step1 --speed 100", ["--speed 100", "up to 60"]),
    ("run step1 --port 99999", ["--port 99999", "65535"]),
    ("run bonus --port 0 --redis http://x", ["--redis 'http://x'", "redis://127.0.0.1:6379/0"]),
    ("run step2 --redis redis://127.0.0.1:6379/0", ["step2 uses no Redis"]),
    ("run step1 --django-debug --host 0.0.0.0", ["--django-debug --host 0.0.0.0", "--host 127.0.0.1"]),
    ("run step1 --workers many", ["run --workers 'many' is no number", "like --workers 3"]),
    ("run step1 --nope", ["--nope"]),
    ("run", ["stage"]),
    ("redis --port 99999", ["--port 99999", "65535"]),
]


def words(text: str) -> str:
    """A text of rich's boxes as plain words."""
    return re.sub(r"[│╭╮╰╯─\s]+", " ", text)


def test_a_bare_command_shows_three_to_try_first() -> None:
    """Step 1, where it gums up, and the key."""
    shown = asyncdemo()
    assert shown.returncode == 0
    lines = [line.strip() for line in shown.stdout.splitlines() if line.startswith("  asyncdemo ")]
    assert len(lines) == 3
    assert lines[0].startswith("asyncdemo run step1 ")
    assert lines[1].startswith("asyncdemo run step3 ")
    assert lines[2].startswith("asyncdemo run bonus --workers 3 --reserved-web 1 ")
    assert re.search(r"\basyncdemo talk$", shown.stdout, re.MULTILINE)
    assert shown.stderr == ""


def test_stages_are_listed_with_what_they_show() -> None:
    """The four of the talk, in its order."""
    shown = asyncdemo("stages")
    assert shown.returncode == 0
    names = [line.split()[0] for line in shown.stdout.splitlines() if line and not line.startswith(" ")]
    assert names[:4] == ["step1", "step2", "step3", "bonus"]
    assert "--reserved-web 1" in " ".join(shown.stdout.split()).replace("reserved- web", "reserved-web")


@pytest.mark.parametrize("start", [[str(CHECKOUT / "cli.py")], ["-m", "asyncdemo"]], ids=["cli.py", "-m asyncdemo"])
def test_the_same_command_by_other_names(start: list[str]) -> None:
    """`python cli.py stages` and `python -m asyncdemo stages`."""
    if start[0] != "-m" and not (CHECKOUT / "asyncdemo").exists():
        pytest.skip("needs the checkout's cli.py and package")
    shown = subprocess.run(
        [sys.executable, *start, "stages"], capture_output=True, text=True, timeout=DEADLINE_S, cwd="/"
    )
    assert shown.stdout == asyncdemo("stages").stdout
    assert shown.returncode == 0


def test_help_names_the_commands() -> None:
    """With what each does."""
    shown = asyncdemo("--help")
    assert shown.returncode == 0
    for name in ("run", "replay", "stages", "show", "diff", "doctor", "redis"):
        assert re.search(rf"^│ {name} +\w+", shown.stdout, re.MULTILINE), shown.stdout


@pytest.mark.parametrize("name", EXAMPLES)
def test_help_ends_with_examples(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As they are typed; those that show a text are run."""
    monkeypatch.chdir(tmp_path)
    shown = asyncdemo(*([] if name == "asyncdemo" else name.split()), "--help")
    assert shown.returncode == 0
    assert shown.stdout.rstrip().endswith(examples(name).strip())
    for line in EXAMPLES[name] if name in ("show", "diff", "stages") else ():
        typed = shlex.split(line.partition("|")[0].partition(">")[0], comments=True)[1:]
        if "mine" in typed:
            assert asyncdemo("checkout", "step3", "mine").returncode == 0
            (tmp_path / "mine" / "hello" / "urls.py").write_text("# mine\n")
        done = asyncdemo(*typed)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("asyncdemo ", "learn run hammer compare replay talk stages show diff checkout monday doctor redis"),
        ("asyncdemo run st", "step1 step2 step3"),
        ("asyncdemo compare step1 b", "bonus"),
        ("asyncdemo compare bonus:3 st", "step1 step2 step3"),
        ("asyncdemo compare --work", ""),
        ("asyncdemo diff step1 ", "step1 step2 step3 bonus today today_celery"),
        ("asyncdemo show today hello/t", "hello/tasks.py hello/templates/hello.html"),
        ("asyncdemo run today --res", "--reserved-web --reserved-short"),
        ("asyncdemo show step3 v", "views.py"),
        ("asyncdemo show step3 hello/c", "hello/consumers.py"),
        ("asyncdemo show step9 ", ""),
        ("asyncdemo run step1 --del", "--delays"),
        ("asyncdemo step3 ", "learn run hammer compare replay talk stages show diff checkout monday doctor redis"),
    ],
)
def test_tab_completes(typed: str, offered: str) -> None:
    """Commands, options, stages and their files, as a shell asks for them."""
    asked = {"_ASYNCDEMO_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": str(typed.count(" "))}
    done = asyncdemo(**asked)
    assert (done.stdout.split(), done.stderr) == (offered.split(), "")


def test_completion_is_installed_for_the_shell_that_asks(tmp_path: Path) -> None:
    """Or shown: what it says completes in a new shell."""
    needs("bash")
    env = clean_environment(HOME=str(tmp_path), PATH=f"{ASYNCDEMO.parent}:{os.environ['PATH']}")

    def bash(script: str) -> str:
        done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=DEADLINE_S, env=env)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    assert "complete -o default -F" in bash("asyncdemo --show-completion; true")
    assert "bash completion installed" in bash("asyncdemo --install-completion; true")
    ask = 'COMP_WORDS=(asyncdemo run b) COMP_CWORD=2; _asyncdemo_completion asyncdemo; echo "${COMPREPLY[@]}"'
    assert bash(f"source {tmp_path}/.bash_completions/asyncdemo.sh; {ask}").split() == ["bonus"]


@pytest.mark.parametrize(
    ("rc", "said"),
    [
        (None, "{home} cannot be changed: File exists."),
        (b"x=\xe9\n", "What your shell reads when it starts cannot be changed: it is no text in UTF-8."),
    ],
)
def test_completion_that_cannot_be_installed(rc: bytes | None, said: str, tmp_path: Path) -> None:
    """Where a home is none, or what the shell reads is no text: why, and what else to do; it stays as it was."""
    needs("bash")
    home = tmp_path / "home"
    if rc is None:
        home.touch()
    else:
        home.mkdir()
        (home / ".bashrc").write_bytes(rc)
    env = clean_environment(HOME=str(home), PATH=f"{ASYNCDEMO.parent}:{os.environ['PATH']}")
    line = ["bash", "-c", "asyncdemo --install-completion; exit $?"]
    done = subprocess.run(line, capture_output=True, text=True, timeout=DEADLINE_S, env=env)
    what_else = "Put into it yourself what this prints: asyncdemo --show-completion"
    assert (done.returncode, done.stderr) == (1, f"asyncdemo: {said.format(home=home)} {what_else}\n")
    assert rc is None or (home / ".bashrc").read_bytes() == rc


def test_help_of_run_shows_each_flag_with_its_environment_twin() -> None:
    """And no flag beside those that are promised."""
    shown = asyncdemo("run", "--help")
    assert shown.returncode == 0
    flags = re.findall(r"^│ (--[\w-]+)", shown.stdout, re.MULTILINE)
    assert sorted(flags) == sorted([*FLAGS, "--help"])
    sections = re.split(r"(?m)^│ (--[\w-]+)", shown.stdout)
    for flag, section in zip(sections[1::2], sections[2::2], strict=True):
        if twin := FLAGS.get(flag):
            assert re.search(rf"\b{twin}\b", words(section)), flag
        else:
            assert "ASYNCDEMO_" not in section, flag
    assert "REDIS_URL" in words(shown.stdout)


def test_the_version() -> None:
    """The installed one."""
    assert asyncdemo("--version").stdout == f"asyncdemo {package.__version__}\n"


@pytest.mark.parametrize(("typed", "said"), MISTAKES, ids=[typed for typed, _ in MISTAKES])
def test_a_mistake_is_said_plainly(typed: str, said: list[str]) -> None:
    """Exit code 2, the flag and what to type instead, no traceback, nothing on standard output."""
    answer = asyncdemo(*shlex.split(typed))
    assert answer.returncode == 2
    assert [part for part in said if part not in words(answer.stderr)] == []
    assert "Traceback" not in answer.stderr
    assert answer.stdout == ""


def test_a_flags_twin_in_the_environment_counts() -> None:
    """As if it had been typed."""
    answer = asyncdemo("run", "step1", ASYNCDEMO_SPEED="100")
    assert (answer.returncode, "--speed 100" in answer.stderr) == (2, True)


def test_debug_shows_the_traceback() -> None:
    """For whoever mends asyncdemo itself."""
    answer = asyncdemo("--debug", "run", "step9")
    assert "Traceback" in answer.stderr
    assert "UsageError" in answer.stderr
    assert answer.returncode != 0
