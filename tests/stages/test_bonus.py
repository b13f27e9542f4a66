"""The bonus by hand: daphne, Redis, workers of every kind; a gate decides how long a notification runs."""

import signal
from collections.abc import Callable

from tests.conftest import Valkey
from tests.stages.conftest import Bonus, Gate, Server, Start, daphne, runserver, worker
from tests.waiting import until

BOTH = "http.request, notify"
NO_WEB = ["--exclude-channels", "http.request"]
RESERVED = ["--exclude-channels", "notify"]


def fill(server: Server, gate: Gate, workers: int) -> None:
    """As many hellos as there are general workers: all answered, and their notifications now hold every one."""
    for number in range(workers):
        assert server.hello(f"visitor {number}").status == 200
        gate.holds(number + 1)


def test_daphne_alone(bonus: Bonus) -> None:
    """Without a worker a visitor gets 503 at the time limit: 120 s, here at x60, on a page that says so."""
    answer = bonus.daphne(ASYNCDEMO_SPEED="60").ask("/")
    assert answer.status == 503
    assert b"No worker answered within the time limit of 2 s." in answer.body
    assert answer.values("content-type") == ["text/html; charset=utf-8"]


def test_a_worker_lists_its_channels(bonus: Bonus) -> None:
    """A worker says what it takes from, as in 2016: every channel but those that it leaves alone."""
    expected = [
        ([], BOTH),
        (RESERVED, "http.request"),
        (["--exclude-channels=notify"], "http.request"),
        (["--only-channels", "notify"], "notify"),
        (["--only-channels", "http.*", "--only-channels", "notify"], BOTH),
    ]
    processes = bonus.workers(*(options for options, _ in expected))
    for process, (_, channels) in zip(processes, expected, strict=True):
        assert process.text.splitlines()[-1].endswith(f"takes one message at a time from: {channels}")
        process.signal(signal.SIGTERM)
    assert [process.ended() for process in processes] == [0] * len(expected)


def test_workers_that_cannot_work(bonus: Bonus) -> None:
    """A slip of the pen, or step3 with its layer inside one process, ends a worker with a message that says why."""
    unknown = "There is no channel 'notifi' here; there are: http.request, notify."
    expected = [
        ("bonus", ["--only-channels", "notifi"], unknown),
        ("bonus", ["--exclude-channels", "notifi"], unknown),
        ("bonus", ["--exclude-channels", "*"], "That leaves no channel to take from"),
        ("step3", [], "Workers in processes of their own need Redis"),
    ]
    processes = [bonus.start(stage, "manage.py", "runworker", *options) for stage, options, _ in expected]
    for process, (_, _, message) in zip(processes, expected, strict=True):
        assert process.ended() == 1
        assert message in process.text
        assert "Traceback" not in process.text


def test_a_password_is_not_printed(bonus: Bonus) -> None:
    """A Redis's address may carry a password; the worker's first line is read by an audience."""
    url = "redis://user:secret@127.0.0.1:1/0"
    process = bonus.worker(REDIS_URL=url)
    assert "127.0.0.1:1/0" in process.prints("Trying again").text
    assert "secret" not in process.text


def test_three_general_workers_gum_up(bonus: Bonus, gate: Gate) -> None:
    """Three notifications hold three workers; the next visitor waits on the channel until one of them ends."""
    server, workers = bonus.up([], [], [])
    fill(server, gate, 3)
    fourth = server.begin("/?name=fourth")
    until(lambda: bonus.queued("http.request") == 1, "the fourth visitor on the channel")
    assert not fourth.answered
    assert {int(call.split("-")[0]) for call in gate.running()} == {process.pid for process in workers}
    gate.end(gate.running()[0])
    assert fourth.answer().hello == "Hello, fourth!"


def test_one_reserved_worker_answers_everybody(bonus: Bonus, gate: Gate) -> None:
    """The key of the talk: both general workers are held by notifications, and every visitor is answered."""
    server, (*general, reserved) = bonus.up([], [], RESERVED)
    fill(server, gate, 2)
    for number in range(30):
        assert server.hello(f"quick {number}").hello == f"Hello, quick {number}!"
    assert {int(call.split("-")[0]) for call in gate.running()} == {process.pid for process in general}
    assert bonus.queued("notify") == 30
    gate.open()
    until(lambda: sum(process.text.count("Hello, quick ") for process in general) == 30, "all notifications")
    assert "Hello" not in reserved.text
    assert bonus.queued("notify") == 0


def test_a_full_notify_channel_is_an_error_in_the_view(bonus: Bonus, gate: Gate) -> None:
    """As in 2016: 100 notifications wait, the next send raises ChannelFull and its visitor gets a 500."""
    bonus.env["DEBUG"] = "1"  # or the page would not say why, and nor would the console
    server, _ = bonus.up(NO_WEB, RESERVED)
    fill(server, gate, 1)
    assert {server.hello("waits").status for _ in range(100)} == {200}
    answer = server.hello("one too many")
    assert (answer.status, b"ChannelFull" in answer.body) == (500, True)
    assert bonus.queued("notify") == 100
    gate.open()
    until(lambda: bonus.queued("notify") < 100, "room")
    assert server.hello("later").status == 200


def test_each_to_its_own_channel(bonus: Bonus, gate: Gate) -> None:
    """With `--only-channels` one worker answers and the other notifies, and neither does the other's work."""
    server, (notifier,) = bonus.up(["--only-channels", "notify"])
    waiting = server.begin("/?name=first")
    until(lambda: bonus.queued("http.request") == 1, "the request on its channel, and left there")
    bonus.worker("--only-channels", "http.request")
    assert waiting.answer().hello == "Hello, first!"
    assert server.hello("second").status == 200
    assert [int(call.split("-")[0]) for call in gate.holds(1)] == [notifier.pid]
    until(lambda: bonus.queued("notify") == 1, "the second notification behind the first")


def test_a_worker_holds_one_message(bonus: Bonus, gate: Gate) -> None:
    """Nothing is prefetched: what a busy worker is killed with is the one message in hand, and the rest is served."""
    server, (_, busy) = bonus.up(RESERVED, NO_WEB)
    for name in ("in hand", "two", "three"):
        assert server.hello(name).status == 200
    gate.holds(1)
    until(lambda: bonus.queued("notify") == 2, "two notifications on the channel")
    busy.kill()
    gate.open()
    other = bonus.worker(*NO_WEB)
    other.prints("Hello, three!")
    assert other.text.index("Hello, two!") < other.text.index("Hello, three!")
    assert "in hand" not in other.text


def test_sigterm_finishes_the_message_in_hand(bonus: Bonus, gate: Gate) -> None:
    """A worker that is asked to stop prints its notification first and takes no other; a second signal ends it."""
    server, (_, process) = bonus.up(RESERVED, NO_WEB)
    for name in ("in hand", "behind"):
        assert server.hello(name).status == 200
    (call,) = gate.holds(1)
    process.signal(signal.SIGTERM)
    gate.end(call)
    assert process.ended() == 0, process.text
    assert "Hello, in hand!" in process.text
    assert bonus.queued("notify") == 1
    impatient = bonus.worker(*NO_WEB)
    gate.holds(1)
    impatient.signal(signal.SIGTERM)
    until(lambda: impatient.signal(signal.SIGTERM) or not impatient.runs, "its end, with a call in hand")
    assert impatient.ended() == 1
    assert "Hello" not in impatient.text


def test_redis_restarts(start: Start, new_valkey: Callable[[], Valkey], gate: Gate) -> None:
    """Who waits when Redis goes gets 503, who comes meanwhile too; then workers and daphne come back by themselves."""
    valkey = new_valkey()
    bonus = Bonus(start, valkey, {"REDIS_URL": valkey.url, "REDIS_PREFIX": "restart:"} | gate.env)
    server, (process,) = bonus.up([])
    fill(server, gate, 1)
    waiting = server.begin("/")
    until(lambda: bonus.queued("http.request") == 1, "a visitor on the channel")
    valkey.stop()
    answer = waiting.answer()
    assert (answer.status, b"The connection to the channel layer broke" in answer.body) == (503, True)
    answer = server.ask("/")
    assert (answer.status, b"The channel layer does not answer" in answer.body) == (503, True)
    gate.open()
    process.prints("Trying again")
    valkey.start()
    process.prints("answers again")
    assert server.hello("again").hello == "Hello, again!"
    process.prints("Hello, again!")
    assert "Traceback" not in process.text + server.process.text


def test_without_redis(start: Start) -> None:
    """Neither daphne nor a worker dies where no Redis is: the visitor is told, and the worker says it tries again."""
    nowhere = {"REDIS_URL": "redis://127.0.0.1:1/0"}
    server, process = daphne(start, "bonus", **nowhere), worker(start, "bonus", **nowhere)
    answer = server.ask("/")
    assert (answer.status, b"The channel layer does not answer" in answer.body) == (503, True)
    assert "Traceback" not in process.prints("Trying again").text + server.process.text


def test_runserver_with_redis_behaves_as_step3(bonus: Bonus, gate: Gate) -> None:
    """`manage.py runserver` in bonus: four slots in one process, and the fifth visitor waits for one of them."""
    server = runserver(bonus.start, "bonus", **bonus.env)
    fill(server, gate, 4)
    fifth = server.begin("/?name=fifth")
    until(lambda: bonus.queued("http.request") == 1, "the fifth on the channel")
    assert not fifth.answered
    gate.end(gate.running()[0])
    assert fifth.answer().hello == "Hello, fifth!"
