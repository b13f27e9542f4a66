"""The runs of other terminals: those of this user, and no one else's."""

import json
import os
import socket
import tempfile
from dataclasses import asdict
from pathlib import Path

import pytest

from asyncdemo.events.events import RunStarted
from asyncdemo.events.wire import decode
from asyncdemo.running.other_runs import at, running, state_folder
from asyncdemo.running.ports import in_use
from asyncdemo.running.run_folder import NAME, REDIS_HERE, RUNS_HERE, STARTS_HERE, RunFolder
from asyncdemo.stages.catalogue import STAGES

FACTS = {
    "kind": "RunStarted",
    "t": 0,
    "process": "asyncdemo",
    "stage": asdict(STAGES["step1"]),
    "general": 0,
    "reserved": 0,
    "speed": 1,
    "delays": [5],
    "url": "http://127.0.0.1:1/",
}

ESCAPE = "\x1b[2J"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a run writes itself down, on a machine without another."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folder = tmp_path / f"{NAME}x"
    folder.mkdir()
    return folder / RUNS_HERE


def test_a_run_of_ours_is_found(here: Path) -> None:
    """Its texts do nothing to a terminal."""
    here.write_text(f"{os.getpid()}\n{json.dumps(FACTS | {'redis': ESCAPE})}\n")
    (run,) = running()
    assert (run.url, run.redis) == (FACTS["url"], "\N{REPLACEMENT CHARACTER}[2J")


@pytest.mark.parametrize("text", ["", "1", "x\n{}", "-1\n[]", f"{2**99}\n{{}}", "1\n" + "[" * 10_000, "\n\xff"])
def test_whatever_stands_in_it_is_no_error(here: Path, text: str) -> None:
    """Another version may have written it."""
    here.write_text(text)
    assert running() == []


def test_what_is_no_file_of_ours_is_not_read(here: Path) -> None:
    """A pipe would wait for somebody to write; a link leads anywhere."""
    os.mkfifo(here)
    assert running() == []
    here.unlink()
    elsewhere = here.with_name("elsewhere")
    elsewhere.write_text(f"{os.getpid()}\n{json.dumps(FACTS)}\n")
    here.symlink_to(elsewhere)
    assert running() == []


def test_one_that_another_user_has_written_down_is_not(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It could name a process of ours."""
    here.write_text(f"{os.getpid()}\n{json.dumps(FACTS)}\n")
    monkeypatch.setattr(os, "getuid", lambda: here.stat().st_uid + 1)  # as that one would find the file of ours
    assert running() == []


def written(here: Path, url: str, name: str, folder: str = "x") -> None:
    """A run at this address, up or about to be."""
    file = here.parent.with_name(f"{NAME}{folder}") / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"{os.getpid()}\n{json.dumps(FACTS | {'url': url})}\n")


@pytest.mark.parametrize("name", [RUNS_HERE, STARTS_HERE])
def test_who_has_a_port_is_found_whether_it_is_up_or_starts(here: Path, name: str) -> None:
    """With its process and the time; one that has no address is none."""
    written(here, "http://127.0.0.1:8123/", name)
    written(here, "http://[", name, "broken")
    found = at("127.0.0.1", 8123, STARTS_HERE, RUNS_HERE)
    assert found is not None
    assert (found.run.stage.name, found.pid, found.is_up) == ("step1", os.getpid(), name == RUNS_HERE)
    assert abs(found.since - here.parent.stat().st_mtime) < 60
    assert at("127.0.0.1", 8124, STARTS_HERE, RUNS_HERE) is None


@pytest.mark.parametrize("name", [RUNS_HERE, STARTS_HERE])
@pytest.mark.parametrize(
    ("its", "url", "host", "ours"),
    [
        ("192.0.2.1", "http://192.0.2.1:8123/", "192.0.2.1", True),
        ("192.0.2.1", "http://192.0.2.1:8123/", "127.0.0.1", False),
        ("192.0.2.1", "http://192.0.2.1:8123/", "0.0.0.0", True),
        ("192.0.2.1", "http://box.example:8123/", "192.0.2.1", True),
        ("127.0.0.1", "http://localhost:8123/", "192.0.2.1", False),
        ("127.0.0.1", "http://localhost:8123/", "localhost", True),
        ("0.0.0.0", "http://127.0.0.1:8123/", "192.0.2.1", True),
        ("::", "http://[::1]:8123/", "2001:db8::1", True),
    ],
)
def test_a_port_at_another_address_is_another_programs(
    here: Path, name: str, its: str, url: str, host: str, ours: bool
) -> None:
    """A run is told for what it has: where it listens, which its page's URL does not say of a wildcard or a name."""
    folder = RunFolder.create(its)
    try:
        run = decode(json.dumps(FACTS | {"url": url}).encode())
        assert isinstance(run, RunStarted)
        (folder.describe if name == RUNS_HERE else folder.announce)(run)
        told = in_use(host, 8123)
    finally:
        folder.close()
    who = "your own run of step1, " if ours else "another program. "
    assert told.startswith(f"Port 8123 on {host} is in use by {who}")


@pytest.mark.parametrize(
    ("host", "port", "clashes"),
    [
        ("127.0.0.1", 8123, True),
        ("localhost", 8123, True),
        ("::1", 8123, True),
        ("0.0.0.0", 8123, True),
        ("192.0.2.1", 8123, False),
        ("127.0.0.1", 8124, False),
    ],
)
def test_of_two_that_start_the_first_to_say_so_has_the_address(here: Path, host: str, port: int, clashes: bool) -> None:
    """Under whichever of this machine's own names; one that is up has it already, or never will."""
    written(here, "http://127.0.0.1:8123/", RUNS_HERE)
    assert at(host, port, STARTS_HERE) is None
    written(here, "http://127.0.0.1:8123/", STARTS_HERE, "b")
    written(here, "http://127.0.0.1:8123/", STARTS_HERE, "a")
    for folder, since in (("b", 1), ("a", 1), ("x", 0)):
        file = here.parent.with_name(f"{NAME}{folder}") / STARTS_HERE
        if file.exists():
            os.utime(file, (since, since))
    first = at(host, port, STARTS_HERE)
    assert (first is not None) == clashes
    assert first is None or first.folder.endswith(f"{NAME}a")


@pytest.mark.parametrize(
    ("host", "port", "ours"),
    [
        ("127.0.0.1", 6379, True),
        ("localhost", 6379, True),
        ("0.0.0.0", 6379, True),
        ("127.0.0.1", 6380, False),
        ("192.0.2.1", 6379, False),
    ],
)
def test_a_redis_of_ours_is_told_as_ours(here: Path, host: str, port: int, ours: bool) -> None:
    """With its process and what else to do, to whoever wants its port, until it has gone."""
    folder = RunFolder.create()
    try:
        folder.serves_redis(6379)
        told = in_use(host, port)
    finally:
        folder.close()
    whose = "your own asyncdemo redis, up since" if ours else "another program. Stop it"
    assert told.startswith(f"Port {port} on {host} is in use by {whose}")
    assert (f"as process {os.getpid()}. " in told and f"asyncdemo redis --port {port} --reuse" in told) == ours
    assert "another program" in in_use(host, port)


@pytest.mark.parametrize("text", ["", "1", "x 6379", "1 6379 2", f"{2**99} 6379", "0 6379\n\xff"])
def test_whatever_stands_in_the_place_of_a_redis_is_no_error(here: Path, text: str) -> None:
    """A file of a run that was killed, say, or of another version."""
    (here.parent / REDIS_HERE).write_text(text, encoding="latin-1")
    assert "another program" in in_use("127.0.0.1", 6379)


def test_one_that_starts_is_not_loaded(here: Path) -> None:
    """Nobody can open it yet."""
    written(here, "http://127.0.0.1:8123/", STARTS_HERE)
    assert running() == []


def test_what_cannot_be_read_hides_nobody(here: Path) -> None:
    """The newest of the others comes first."""
    here.parent.rmdir()
    for number in range(8):
        there = here.parent.with_name(f"{NAME}{number}") / here.name
        there.parent.mkdir()
        facts = json.dumps(FACTS | {"url": str(number)}) if number % 2 else json.dumps(FACTS | {"kind": "Ready"})
        there.write_text(f"{os.getpid()}\n{facts if number % 4 else 'damaged'}\n")
        os.utime(there, (100 - number, 100 - number))
    assert [run.url for run in running()] == ["1", "3", "5", "7"]


def talk_at(state: Path, address: str, pid: int) -> None:
    """What a talk writes down of itself."""
    file = state / "asyncdemo" / "talk-0.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps({"deck": "deck.md", "title": "One", "address": address, "pid": pid}))


@pytest.fixture
def state(here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where talks write themselves down, on a machine without another."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(
    ("its", "shown", "host", "ours"),
    [
        ("127.0.0.1", "127.0.0.1", "127.0.0.1", True),
        ("127.0.0.1", "127.0.0.1", "localhost", True),
        ("127.0.0.1", "127.0.0.1", "0.0.0.0", True),
        ("127.0.0.1", "127.0.0.1", "192.0.2.1", False),
        ("0.0.0.0", "192.0.2.7", "127.0.0.1", True),
    ],
)
def test_the_remote_of_a_talk_of_ours_is_told_as_ours(state: Path, its: str, shown: str, host: str, ours: bool) -> None:
    """With the talk's process and what to do, as long as it listens there, whatever address its phone was shown."""
    with socket.create_server((its, 0)) as remote:
        port = remote.getsockname()[1]
        talk_at(state, f"http://{shown}:{port}/token", os.getpid())
        told = in_use(host, port)
    whose = (
        f"the remote of your own talk, process {os.getpid()}. End that with q" if ours else "another program. Stop it"
    )
    assert told.startswith(f"Port {port} on {host} is in use by {whose}")
    assert "another program" in in_use(host, port), "it is written down still, and has gone"


@pytest.mark.parametrize("pid", [0, -1, 1, 2**31, 2**99, "x", None])
@pytest.mark.parametrize("address", ["", "http://[", None, 7, "http://127.0.0.1:{port}/token"])
def test_whatever_stands_in_the_place_of_a_talk_is_no_error(state: Path, address: object, pid: object) -> None:
    """A talk that was killed, or of another version; the port is somebody else's by now."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        shown = address.format(port=port) if isinstance(address, str) else address
        talk_at(state, shown, pid)  # type: ignore[arg-type]
        assert "another program" in in_use("127.0.0.1", port)
    (state / "asyncdemo" / "talk-0.json").write_text("[" * 10_000)
    assert "another program" in in_use("127.0.0.1", port)


def test_what_tells_of_something_else_is_no_run(here: Path) -> None:
    """An event that is none of a start; a process that is gone."""
    here.write_text(f"{os.getpid()}\n" + json.dumps({"kind": "Ready", "t": 1, "process": "asyncdemo"}) + "\n")
    assert running() == []
    here.write_text(f"{os.getpid()}\n{json.dumps(FACTS)}\n")
    assert [run.url for run in running()] == [FACTS["url"]]
    here.write_text(f"{2**22 + 1}\n{json.dumps(FACTS)}\n")
    assert running() == []


def test_where_what_is_to_be_remembered_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the user says, or in his home; in the folder for temporary files where he has none, and nobody else's."""

    def none() -> Path:
        raise RuntimeError("no home")

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", "/state")
    assert state_folder() == Path("/state/asyncdemo")
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.setenv("HOME", "/home/ada")
    assert state_folder() == Path("/home/ada/.local/state/asyncdemo")
    monkeypatch.setattr(Path, "home", none)
    assert state_folder() == tmp_path / f"asyncdemo-{os.getuid()}"
