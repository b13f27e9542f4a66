"""`talk --check` with demos: each is started and stopped once, and what does not come up is told."""

import signal
import socket
from functools import partial
from pathlib import Path

import psutil
import pytest

from asyncdemo.cli.talk import understood
from asyncdemo.talk.check import check_deck
from asyncdemo.talk.shipped_talk import FOLDER
from tests.e2e.command import ASYNCDEMO, Command
from tests.processes import line_of
from tests.waiting import until

UNDERSTAND = partial(understood, allow_exec=True)
RECORDING = FOLDER / "recordings" / "step1.jsonl"
DECK = """\
<!-- // fallback: {recording} -->
```bash +exec
asyncdemo {arguments}
```
"""


def check(folder: Path, arguments: str) -> int:
    """The exit code for a deck with this demo."""
    (folder / "run.jsonl").write_bytes(RECORDING.read_bytes())
    (folder / "deck.md").write_text(DECK.format(recording="run.jsonl", arguments=arguments))
    return check_deck(folder / "deck.md", (88, 24), UNDERSTAND)


@pytest.mark.parametrize("arguments", ["run step3 --hammer 1", "compare step3"])
def test_a_demo_comes_up_and_goes(arguments: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A run and a comparison; no process of it is left."""
    before = psutil.Process().children(recursive=True)
    assert check(tmp_path, arguments) == 0, capsys.readouterr().out
    assert [child for child in psutil.Process().children(recursive=True) if child not in before] == []


def test_a_check_replaces_no_recording(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A demo that writes one is proved without it."""
    precious = tmp_path / "precious.jsonl"
    precious.write_bytes(RECORDING.read_bytes())
    assert check(tmp_path, f"run step1 --record {precious}") == 0, capsys.readouterr().out
    assert precious.read_bytes() == RECORDING.read_bytes()


def test_a_demo_that_does_not_come_up_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In its own last words."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert check(tmp_path, f"run step1 --port {port}") == 1
    told = capsys.readouterr().out
    assert f"deck.md:2: asyncdemo run step1 --port {port}: ended with exit code 1:" in told
    assert str(port) in told.split("exit code 1:")[1]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_demo_with_the_check(tmp_path: Path, number: signal.Signals) -> None:
    """Nothing of it is left, and the exit code is none that says that all is well."""
    deck = tmp_path / "deck.md"
    deck.write_text(DECK.format(recording="run.jsonl", arguments="run step3"))
    (tmp_path / "run.jsonl").write_bytes(RECORDING.read_bytes())
    with Command(str(ASYNCDEMO), "talk", "--check", str(deck)) as command:
        until(lambda: [each for each in command.processes() if "manage.py" in line_of(each)], "a stage that runs")
        command.process.send_signal(number)
        assert command.process.wait(60) == 128 + number
