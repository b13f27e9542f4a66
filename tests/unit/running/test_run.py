"""A whole run of a stage that is no more than a web server: what comes before its first process and after its last."""

import os
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from math import inf
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest

from asyncdemo.base.errors import StartError
from asyncdemo.events import events as e
from asyncdemo.events.recording import read_recording
from asyncdemo.events.sending import Emitter
from asyncdemo.events.stage import StageEntry
from asyncdemo.running import live_run
from asyncdemo.running.options import RunOptions
from asyncdemo.running.other_runs import running
from asyncdemo.running.own.project import find_project
from asyncdemo.running.ports import answers, bound, claim
from asyncdemo.running.run import Run, project_environment, where
from asyncdemo.running.run_folder import RunFolder
from asyncdemo.running.starting import Interrupted
from asyncdemo.stages.catalogue import STAGES
from tests.conftest import Valkey
from tests.unit.small_stage import small_stage
from tests.waiting import DEADLINE_S, until

FINISHES = f"""
import http.server, os, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: (time.sleep({DEADLINE_S / 2}), os._exit(7)))
http.server.HTTPServer((sys.argv[1], int(sys.argv[2])), http.server.SimpleHTTPRequestHandler).serve_forever()
"""
"""A server that has something in hand when it is told to go, until the deadline of a test has half passed."""


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StageEntry]:
    """A folder with a page, in a machine without another run; nothing of its runs is left."""
    temp = Path(tempfile.mkdtemp(prefix="t-"))
    monkeypatch.setattr(tempfile, "tempdir", str(temp))
    yield small_stage(tmp_path)
    assert list(temp.iterdir()) == []
    temp.rmdir()


@pytest.fixture
def finishing(stage: StageEntry, tmp_path: Path) -> StageEntry:
    """A stage with that server, for a run whose grace outlasts it: whoever waits for it sees it end by itself."""
    server = tmp_path / "server.py"
    server.write_text(FINISHES)
    Path(stage.procfile).write_text(f"web: exec {sys.executable} -I {server} $HOST $PORT\n")
    return stage


def ends(events: list[e.Event]) -> dict[str, int]:
    """How each process that has ended did."""
    return {each.process: each.code for each in events if isinstance(each, e.ProcessEnded)}


def process(events: list[e.Event], name: str) -> psutil.Process:
    """The one that was started under this name, while it is there."""
    return psutil.Process(next(x.pid for x in events if isinstance(x, e.ProcessStarted) and x.process == name))


def kinds(events: list[e.Event], process: str) -> list[str]:
    """What was told of a process of the run, or of the run itself."""
    return [type(each).__name__ for each in events if each.process == process]


def test_from_the_beginning_to_the_end(stage: StageEntry, tmp_path: Path) -> None:
    """It is told, recorded, and known to other terminals while it is up; then nothing is left."""
    events: list[e.Event] = []
    record = tmp_path / "run.jsonl"
    run = Run(RunOptions(replace(stage, broker="redis"), port=0, record=str(record)), events.append)
    with run as starting:
        assert list(running()) == []
        live = starting.until_up()
        (there,) = running()
        assert (there.url, there.stage.name) == (live.url, "own")
        with urlopen(live.url) as page:
            assert page.read() == b"Hello!"
        assert live.watch(lambda: "ProcessEnded" in kinds(events, "migrate")) is None
        assert (tmp_path / "migrated").read_text().endswith("db.sqlite3"), events
        told_first: list[list[str]] = []
        live.before_close(lambda: told_first.append(kinds(events, "asyncdemo")))
        web, redis = process(events, "web.1"), process(events, "redis")
        assert web.is_running()
        assert redis.is_running()
        assert run.ended_at == inf
        ending = live.now()
    assert not web.is_running()
    assert not redis.is_running()
    assert list(ends(events)) == ["migrate", "web.1", "redis"]
    assert list(running()) == []
    assert kinds(events, "asyncdemo") == ["RunStarted", "Ready", "Stopping"]
    assert told_first == [["RunStarted", "Ready", "Stopping"]]
    web_events = [kind for kind in kinds(events, "web.1") if kind != "Printed"]
    assert web_events == ["ProcessStarted", "ProcessEnded"]
    (stopping,) = (each for each in events if isinstance(each, e.Stopping))
    assert stopping.t == run.ended_at >= ending
    assert sorted(read_recording(str(record)).events, key=repr) == sorted(events, key=repr)


def test_a_project_has_ports_that_are_free_in_place_of_those_of_its_env(tmp_path: Path) -> None:
    """Other ones in each run."""
    (tmp_path / "Procfile").write_text("web: x $PORT\n")
    (tmp_path / ".env").write_text("REDIS_PORT=6408\nDEBUG=1\n")
    found = find_project(str(tmp_path), None, "127.0.0.1", None)
    assert project_environment(found, "/programs", {})["REDIS_PORT"] == "6408"
    assert project_environment(found, "/programs", {})["PATH"] == f"/programs:{os.environ['PATH']}"
    own = replace(found, ports=("REDIS_PORT", "MAIL_PORT"))
    first, second = (project_environment(own, "/programs", {}) for _ in range(2))
    assert first["DEBUG"] == "1"
    given = [env[name] for env in (first, second) for name in own.ports]
    assert len({"6408", *given}) == 5
    for port in given:
        bound("127.0.0.1", int(port)).close()


@pytest.mark.parametrize(("own", "asked_s", "grace_s"), [(False, None, 2.0), (True, None, 10.0), (True, 0.0, 0.0)])
def test_how_long_its_processes_have_to_go(
    own: bool, asked_s: float | None, grace_s: float, stage: StageEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of a project may have something to save; and whoever runs it may say otherwise."""
    given: list[float] = []

    def create(host: str, grace_s: float) -> RunFolder:
        given.append(grace_s)
        raise StartError("no folder")

    monkeypatch.setattr(RunFolder, "create", create)
    project = find_project(stage.folder, None, "127.0.0.1", None) if own else None
    with (
        pytest.raises(StartError, match="no folder"),
        Run(RunOptions(stage, port=0, project=project), print, grace_s=asked_s),
    ):
        pass
    assert given == [grace_s]


def test_what_a_project_tells_last_is_waited_for(stage: StageEntry) -> None:
    """It goes to nobody who has been told to go: its processes are, a moment after the end has been told."""
    events: list[e.Event] = []
    Path(stage.procfile).write_text("web: touch there; exec sleep 1000 $PORT\n")
    project = find_project(stage.folder, None, "127.0.0.1", None)
    run = Run(RunOptions(project.entry("/"), port=0, project=project), events.append)
    with run:
        until((Path(stage.folder) / "there").exists, "a process that is to be told")
    (gone,) = (each for each in events if isinstance(each, e.ProcessEnded))
    assert gone.code == -signal.SIGTERM
    assert gone.t - run.ended_at >= 0.15


def test_where_a_run_is() -> None:
    """Its Redis is the one that was asked for, or its own, where it needs one; no two have one secret."""
    folder = RunFolder(Path("/tmp/asyncdemo-1"), None)  # type: ignore[arg-type]  # it is not made
    asked = {"step1": None, "bonus": None, "today_celery": "redis://h/1"}
    places = [where(RunOptions(STAGES[name], redis_url=url), folder, "127.0.0.2", 8001) for name, url in asked.items()]
    assert [place.redis_url for place in places] == ["", "unix:///tmp/asyncdemo-1/redis.sock", "redis://h/1"]
    told = {(place.host, place.port, place.database, place.redis_prefix) for place in places}
    assert told == {("127.0.0.2", 8001, "/tmp/asyncdemo-1/db.sqlite3", "asyncdemo-1:")}
    assert len({place.secret_key for place in places}) == 3


def test_where_no_program_may_be_started_none_is(stage: StageEntry, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said before anything begins."""
    events: list[e.Event] = []
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(StartError, match="mounted noexec"), Run(RunOptions(stage, port=0), events.append):
        pass
    assert events == []


def test_woken_from_another_thread(stage: StageEntry, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever watches looks up at once, though nothing happens in it."""
    events: list[e.Event] = []
    run = Run(RunOptions(stage, port=0), events.append)
    with run as starting:
        live = starting.until_up()
        live.watch(lambda: "ProcessEnded" in kinds(events, "migrate"))
        monkeypatch.setattr(live_run, "WATCH_S", DEADLINE_S / 2)
        began, looks = live.now(), iter([False, True])
        threading.Timer(0.05, run.wake).start()
        assert live.watch(lambda: next(looks)) is None
        assert live.now() - began < DEADLINE_S / 2


def test_ended_from_another_thread(stage: StageEntry) -> None:
    """With the exit code that was asked for."""
    run = Run(RunOptions(stage, port=0), lambda event: None, hears_signals=False)
    with run as starting:
        live = starting.until_up()
        threading.Timer(0.05, run.stop, (9,)).start()
        assert live.watch() == 9


def test_ended_while_it_starts(stage: StageEntry) -> None:
    run = Run(RunOptions(stage, port=0), lambda event: None)
    run.stop(5)
    with run as starting, pytest.raises(Interrupted) as caught:
        starting.until_up(wanted=lambda: False)
    assert caught.value.exit_code == 5


def test_offstage_its_address_is_taken_when_it_is_up(stage: StageEntry) -> None:
    """And free as soon as the end is asked for, while the rest still goes on."""
    run = Run(RunOptions(stage, port=0), lambda event: None, offstage=True)
    with run as starting:
        live = starting.until_up()
        assert live.url != live.server_url
        with urlopen(live.url) as page:
            assert page.read() == b"Hello!"
        run.stop()
        with pytest.raises(OSError, match=r"refused|reset"):
            urlopen(live.url)
        with urlopen(live.server_url):
            pass


def test_offstage_nobody_is_let_in_while_it_ends(stage: StageEntry) -> None:
    """Whoever comes then would be cut off."""
    events: list[e.Event] = []
    let_in: list[bool] = []

    def listen(event: e.Event) -> None:
        events.append(event)
        if isinstance(event, (e.Ready, e.Stopping)):
            let_in.append(answers("127.0.0.1", port))

    port = claim("127.0.0.1", 0)
    with Run(RunOptions(stage, port=port), listen, offstage=True) as starting:
        live = starting.until_up()
        live.watch(lambda: "ProcessEnded" in kinds(events, "migrate"))  # whoever is forked has all sockets for a moment
    assert let_in == [True, False]


def test_a_start_that_fails_leaves_nothing(stage: StageEntry, tmp_path: Path) -> None:
    """A server that ends at once, and says why; a record that cannot be written."""
    Path(stage.procfile).write_text("web: echo no page; exit 3\n")
    with (
        pytest.raises(StartError, match=r"web\.1 ended while own was starting\. Its last lines:\n  no page"),
        Run(RunOptions(stage, port=0), lambda event: None) as starting,
    ):
        starting.until_up()
    Path(stage.procfile).write_text("web: seq 1 15; exit 3\n")
    with pytest.raises(StartError) as caught, Run(RunOptions(stage, port=0), lambda event: None) as starting:
        starting.until_up()
    assert [line.strip() for line in str(caught.value).splitlines()[1:]] == [str(number) for number in range(4, 16)]
    events: list[e.Event] = []
    with pytest.raises(StartError), Run(RunOptions(stage, port=0, record=str(tmp_path / "no" / "r")), events.append):
        pass
    assert events == []
    assert not [thread for thread in threading.enumerate() if thread.name == "collector"], "nobody listens any more"


def test_who_is_still_finishing_is_killed_when_the_end_is_urgent(finishing: StageEntry) -> None:
    """A second wish does not wait for the grace."""
    events: list[e.Event] = []
    run = Run(RunOptions(finishing, port=0), events.append, grace_s=DEADLINE_S)
    with run as starting:
        starting.until_up()
        run.stop()
        os.kill(os.getpid(), signal.SIGTERM)
    assert ends(events)["web.1"] == -signal.SIGKILL


def test_whoever_is_needless_is_not_waited_for(finishing: StageEntry) -> None:
    """Though it is still finishing, the grace is not over, and nobody is in a hurry."""
    events: list[e.Event] = []
    with Run(RunOptions(finishing, port=0), events.append, needless=lambda: {"web.1"}, grace_s=DEADLINE_S) as starting:
        starting.until_up()
    assert ends(events)["web.1"] == -signal.SIGKILL


@pytest.mark.usefixtures("patient")
def test_a_redis_of_the_users_is_left_as_it_was(stage: StageEntry, valkey: Valkey) -> None:
    """But for the keys of the run, which go."""
    url = f"unix://{valkey.socket}"
    with valkey.client() as client:
        with Run(RunOptions(replace(stage, broker="redis"), port=0, redis_url=url), print) as starting:
            starting.until_up()
            (folder,) = Path(tempfile.gettempdir()).iterdir()
            client.mset({f"{folder.name}:key": 1, f"other-{folder.name}:key": 1})
        assert client.keys(f"*{folder.name}*") == [f"other-{folder.name}:key".encode()]
        client.delete(f"other-{folder.name}:key")


def test_what_is_told_last_is_heard(stage: StageEntry) -> None:
    """While its processes go, up to the moment at which all are gone."""
    events: list[e.Event] = []
    told: list[str] = []
    telling: list[Emitter] = []

    def needless() -> set[str]:
        for emitter in telling:
            told.append(str(len(told)))
            emitter.emit(e.Printed, line=told[-1])
        return set()

    with Run(RunOptions(stage, port=0), events.append, needless=needless) as starting:
        telling.append(Emitter(starting.until_up().telemetry, "load.1"))
    telling[0].close()
    assert told
    assert [each.line for each in events if isinstance(each, e.Printed) and each.process == "load.1"] == told
