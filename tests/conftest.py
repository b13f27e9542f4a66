"""What all tests share: a real Redis, the embedded Valkey on a unix socket in a folder of its own."""

import ctypes
import fcntl
import itertools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis

from tests.waiting import until

VALKEY_OPTIONS = ["--port", "0", "--save", "", "--appendonly", "no"]
PR_SET_PDEATHSIG = 1
LONGEST_TEMPORARY = 60
"""Bytes. What a test and a run have below it takes 43, and the path of a UNIX socket has 103 on macOS, 107 on Linux."""

if len(os.fsencode(tempfile.gettempdir())) > LONGEST_TEMPORARY:
    tempfile.tempdir = os.environ["TMPDIR"] = "/tmp"  # what a run says of a longer one is tested by itself

# However the tests were started, by `nohup` or with a script's `&`: what they start hears what they send.
signal.signal(signal.SIGHUP, signal.SIG_DFL)
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGQUIT, signal.SIG_DFL)


def end_with_pytest() -> None:
    """For `preexec_fn`: on Linux, nothing that a test started outlives pytest, not even when that is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Valkey:
    """A server process of the tests' own. It can be stopped and started again at the same address."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder, self._options = folder, options
        self.socket = folder / "valkey.sock"
        self.url = f"unix://{self.socket}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        from asyncdemo.running.redis import embedded_program

        arguments = [embedded_program(), *VALKEY_OPTIONS, "--unixsocket", self.socket, "--dir", self.folder]
        arguments += self._options
        self._process = subprocess.Popen(  # in a session of its own: Ctrl-C is for pytest
            list(map(str, arguments)), stdout=subprocess.DEVNULL, start_new_session=True, preexec_fn=end_with_pytest
        )
        until(self._answers, "Valkey's answer")

    def _answers(self) -> bool:
        try:
            with self.client() as client:
                return bool(client.ping())
        except redis.AuthenticationError:
            return True  # whoever knows the password
        except redis.ConnectionError:
            return False

    def client(self) -> redis.Redis:
        """A plain client, to look at what is stored. Use it in a `with`."""
        return redis.Redis.from_url(self.url)

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
            self.socket.unlink(missing_ok=True)


@pytest.fixture(autouse=True)
def no_alarm_rings_on() -> Iterator[None]:
    """A command's work that a test does in its own process hears signals in time, from then on: no other test does."""
    yield
    signal.setitimer(signal.ITIMER_REAL, 0.0)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)


@pytest.fixture(scope="session")
def new_valkey() -> Iterator[Callable[..., Valkey]]:
    """Starts a Valkey that a test may stop; all are gone at the end."""
    root = Path(tempfile.mkdtemp(prefix="asyncdemo-tests-"))
    started: list[Valkey] = []

    def start(*options: str) -> Valkey:
        folder = root / str(len(started))
        folder.mkdir()
        started.append(Valkey(folder, *options))
        started[-1].start()
        return started[-1]

    yield start
    for server in started:
        server.stop()
    shutil.rmtree(root)


@pytest.fixture(scope="session")
def valkey(new_valkey: Callable[[], Valkey]) -> Valkey:
    """The Valkey that all tests share, each with a prefix of its own."""
    return new_valkey()


@pytest.fixture(scope="session")
def talk_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The talk, exported: it takes long, is only looked at, and so is made once for all processes of pytest-xdist."""
    from asyncdemo.talk.export.export import export_deck
    from asyncdemo.talk.shipped_talk import DECK

    ours = tmp_path_factory.getbasetemp()
    folder = ours.parent if "PYTEST_XDIST_WORKER" in os.environ else ours
    path = folder / "talk.html"
    with (folder / "talk.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            assert export_deck(DECK, str(path)) == 0
    return path


_prefixes = (f"test{number}:" for number in itertools.count())


@pytest.fixture
def prefix() -> str:
    """A key prefix that no other test has."""
    return next(_prefixes)
