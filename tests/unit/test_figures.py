"""Figures that a reader is told are those that act."""

import re
from pathlib import Path
from typing import Any

import pytest

from asyncdemo.base import durations, errors, histogram
from asyncdemo.base.addresses import DEFAULT_REDIS
from asyncdemo.base.durations import MAX_SPEED
from asyncdemo.channel_http import handler, interface, slots
from asyncdemo.channel_http.layers import InMemoryLayer, RedisLayer, connections, replies, trial
from asyncdemo.channel_http.layers import redis as redis_layer
from asyncdemo.channel_http.management.commands import runserver
from asyncdemo.cli.options import setups
from asyncdemo.events import collector, outbox, sending, wire
from asyncdemo.events import stage as entry
from asyncdemo.events.older_stages import OLDER_STAGES
from asyncdemo.features import film, replay
from asyncdemo.known import channels, lanes, log, notifications, routes, workers
from asyncdemo.known import load as known_load
from asyncdemo.known import state as known_state
from asyncdemo.known.kept import bins, ids
from asyncdemo.known.kept.bins import WINDOW_S
from asyncdemo.known.state import State
from asyncdemo.load import arrivals, backlog, connection, host, process, traffic, visitor, worker
from asyncdemo.load import options as load_options
from asyncdemo.load.options import LoadOptions
from asyncdemo.load.target import Target
from asyncdemo.measuring import criteria, experiment, race, reference
from asyncdemo.measuring.experiment import Experiment
from asyncdemo.probes import teller
from asyncdemo.running import guard, live_run, plan, ports, postgres, processes, redis, run, starting
from asyncdemo.running.options import MAX_WORKERS, RunOptions
from asyncdemo.running.own import project
from asyncdemo.running.redis import shared, users
from asyncdemo.showing import keyboard, terminal
from asyncdemo.showing.lines import load_lines, race_lines
from asyncdemo.showing.lines.lane_words import NUMBERS
from asyncdemo.showing.panels import hello
from asyncdemo.stages.catalogue import STAGES
from asyncdemo.web import server
from tests import simulation
from tests.documents import CHECKOUT, text_of

DELAYS = RunOptions(STAGES["step3"]).delays
MEAN_S = sum(DELAYS) / len(DELAYS)
SLOTS = STAGES["step3"].default_workers
CHANNEL = STAGES["step3"].channels[1]
ASKED = LoadOptions(Target("localhost", 80, "/"))

FIGURES: list[tuple[str, str, tuple[float, ...]]] = [
    ("README.md", r"takes (\d+), (\d+), (\d+) or (\d+) seconds, in turn", DELAYS),
    ("README.md", r"to one of (\d+) workers in the server's process", (SLOTS,)),
    ("README.md", r"(\d+) workers / ([\d.]+) s a notification is", (SLOTS, MEAN_S)),
    ("README.md", r"is ([\d.]+) notifications a second", (round(SLOTS / MEAN_S, 2),)),
    ("docs/by-hand.md", r"alone, it answers 503 after (\d+) s", (interface.TIME_LIMIT_S,)),
    ("docs/by-hand.md", r"`redis://127\.0\.0\.1:(\d+)/0`", (int(DEFAULT_REDIS.split(":")[2].split("/")[0]),)),
    ("docs/options.md", r"where to listen: 127\.0\.0\.1 and (\d+);", (RunOptions(STAGES["step1"]).port,)),
    ("docs/options.md", r"is ten times shorter; up to (\d+)", (MAX_SPEED,)),
    ("docs/options.md", r"one on PATH that runs and is\s+([\d.]+) or newer", (float(redis.LEAST_REDIS),)),
    ("docs/options.md", r"`--delays (\d+),(\d+),(\d+),(\d+)`", DELAYS),
    ("docs/options.md", r"\| (\d+) \| an end that was asked for", (0,)),
    ("docs/options.md", r"\| (\d+) \| a failure to start", (errors.AsyncdemoError.exit_code,)),
    ("docs/options.md", r"\| (\d+) \| a failure to start", (errors.StartError.exit_code,)),
    ("docs/options.md", r"\| (\d+) \| something that was typed wrong", (errors.UsageError.exit_code,)),
    ("docs/options.md", r"\| (\d+) \| a `hammer` that `--fail-if` says", (criteria.FAILED,)),
    ("docs/options.md", r"\| (\d+) \| the reader of its output is gone", (errors.ReaderGone.exit_code,)),
    ("docs/watching.md", r"and its last (\d+) s: the height of a cell", (WINDOW_S,)),
    ("docs/watching.md", r"at each moment of the last (\d+) s", (State().window_s,)),
    ("docs/watching.md", r"expired \(waited (\d+) s\)", (CHANNEL.expiry_s,)),
    ("docs/today.md", r"Capacity \((\d+)\s+messages a channel\)", (CHANNEL.capacity,)),
    ("docs/today.md", r"and expiry \((\d+) s\) are today's defaults", (CHANNEL.expiry_s,)),
    ("docs/load.md", r"`last (\d+) s` is of those who got the page", (known_load.LATELY_S,)),
    ("docs/load.md", r"after (\d+) of them Aisha 2", (len(visitor.CROWD),)),
    ("docs/watching.md", r"and in the last (\d+) s below it", (hello.LATELY_S,)),
    ("docs/watching.md", r"never less than ([\d.]+) s on the wall, which nobody feels", (durations.FELT_S,)),
    ("docs/watching.md", r"`←` `→` go (\d+)\s+seconds back and forward", (replay.STEP_S,)),
    ("docs/comparing.md", r"a line for each lane every (\d+) seconds of the lesson", (race_lines.EVERY_S,)),
    ("docs/your-project.md", r"SIGKILL (\d+) s later \((\d+) s for stages\)", (run.OWN_GRACE_S, guard.GRACE_S)),
    ("docs/load.md", r"is measured, shown, and warned about above (\d+) ms", (load_lines.LAG_S * 1000,)),
    ("CONTRIBUTING.md", r"\(SIGTERM, (\d+) s, SIGKILL; Redis last\)", (guard.GRACE_S,)),
    ("CONTRIBUTING.md", r"as soon as it has lasted for (\d+) ms", (teller.SHORT_S * 1000,)),
]


@pytest.mark.parametrize(("page", "sentence", "figures"), FIGURES, ids=[f"{p} {s}" for p, s, _ in FIGURES])
def test_what_is_told_is_what_acts(page: str, sentence: str, figures: tuple[float, ...]) -> None:
    """In every place that tells it, and there is one."""
    told = [tuple(map(float, match.groups())) for match in re.finditer(sentence, text_of(CHECKOUT / Path(page)))]
    assert told, f"{page} does not say {sentence!r} any more"
    assert set(told) == {tuple(map(float, figures))}


def test_readme_and_the_table_of_the_races_tell_the_same() -> None:
    """Median and range of how many got the page, of how many races."""
    table = text_of(CHECKOUT / "docs/comparing.md")
    rows = dict(re.findall(r"^\| ([^|]*) \| [^|]* \| ([^|]* of \d+) \|", table, re.MULTILINE))
    (many,) = re.findall(r"Medians of (\d+) races", table)
    words = " ".join(text_of(CHECKOUT / "README.md").split())
    sentence = (
        r"In (\w+) races, step3 answered (.*? of \d+) visitors, and the bonus with a reserved worker (.*? of \d+)\."
    )
    told = re.findall(sentence, words)
    assert told == [(NUMBERS[int(many)], rows["step3"], rows["bonus, 2+1 reserved"])]


def test_a_stage_says_of_itself_what_its_server_does() -> None:
    """Time limits, slots, the capacity and the expiry of its channels: shown are those that act."""
    assert STAGES["bonus"].time_limit_s == interface.TIME_LIMIT_S == simulation.PATIENCE_S == 120
    for name in ("step2", "step3"):
        assert STAGES[name].time_limit_s == runserver.TIME_LIMIT_S == 60
        assert STAGES[name].default_workers == runserver.SLOTS
    for layer in (InMemoryLayer(), RedisLayer()):
        for stage in STAGES.values():
            for channel in stage.channels:
                assert (channel.capacity, channel.expiry_s) == (layer.get_capacity(channel.name), layer.expiry_s)


@pytest.mark.parametrize("name", OLDER_STAGES)
def test_a_recording_of_old_is_shown_as_one_of_today(name: str) -> None:
    """Its stage is known by its name alone: what is drawn of it has not changed."""
    old, today = OLDER_STAGES[name], STAGES[name]
    drawn = ("title", "worker_kind", "default_workers", "general", "reserved", "broker", "channels", "time_limit_s")
    assert {field: getattr(old, field) for field in drawn} == {field: getattr(today, field) for field in drawn}


def test_what_is_asked_for_if_nothing_is_said() -> None:
    """A visitor a second for a minute; an experiment and a hammer ask for the same."""
    usual = Experiment(RunOptions(STAGES["step1"]))
    assert (ASKED.rate, ASKED.duration) == (usual.rate, usual.duration) == (1.0, 60.0)
    assert (ASKED.timeout, ASKED.closed, ASKED.seed, ASKED.speed) == (150.0, 0, 1, 1.0)
    assert ASKED.timeout > interface.TIME_LIMIT_S, "a visitor hears the server's refusal"
    assert (list(DELAYS), worker.TELL_S) == (simulation.DELAYS, simulation.TELL_S)
    assert entry.Channel(name="a", short="a") == entry.Channel(name="a", short="a", capacity=100, expiry_s=60.0)


PROMISED: dict[str, tuple[Any, Any]] = {
    "a sender may need as long to end as a stage": (process.GRACE_S, guard.GRACE_S),
    "what a process has said arrives within a second": (process.ON_ITS_WAY_S, 1.0),
    "a load tells four times a second": (worker.TELL_S, 1 / 4),
    "a refused visitor of a closed loop comes back ten times a second": (arrivals.PAUSE_S, 1 / 10),
    "answers are read every five milliseconds": (arrivals.AT_A_STRETCH_S, load_lines.LAG_S),
    "a response may have ten MiB": (connection.RESPONSE_LIMIT_BYTES, interface.BODY_LIMIT_BYTES),
    "there may be 64 workers": (MAX_WORKERS, 64),
    "a visitor who waits for a second of the lesson has noticed": (durations.SLOW_S, 1.0),
    "another address is tried after half a second": (host.PATIENCE_S, 0.5),
    "a body that is typed may have sixteen KiB": (load_options.BODY_LIMIT_BYTES, 16 * 1024),
    "a load has a hundred thousand requests a second at the most": (load_options.MAX_RATE, 100_000.0),
    "ten thousand visitors may wait for their answers": (load_options.MAX_VISITORS, 10_000),
    "sixty-four descriptors are no connections of a load": (worker.OTHERS, 64),
    "ten thousand requests that are late are kept as they are": (backlog.EXACT, 10_000),
    "a time limit is never reached before its time by the rounding of a timer": (traffic.ROUNDING_S, 0.001 / 2),
    "a load that has begun tells four times in what was lately": (known_load.LEAST_LATELY_S, 4 * worker.TELL_S),
    "the rates of now are those of two seconds": (known_load.LATELY * worker.TELL_S, 2.0),
    "a load is told in 240 slices": (wire.SLICES, 240),
    "a run may go on for as long as what is queued takes to expire": (lanes.AFTER_S, CHANNEL.expiry_s + 10.0),
    "a measurement is old after five of them": (known_state.STALE_S, 5.0),
    "news may be a second late": (channels.LATE_S, 1.0),
    "a message may be overtaken by a measurement for 50 ms": (channels.OVERTAKEN_S, notifications.MEASURING_S),
    "it is looked for in a measurement from 50 ms on": (notifications.MEASURING_S, 0.05),
    "more that were taken are remembered than a channel holds": (channels.TAKEN_IDS, 50 * CHANNEL.capacity),
    "two who tell of one moment are less than a fifth of a second apart": (ids.SAME_S, notifications.TELLING_S),
    "a message may be in nobody's hands for a fifth of a second": (notifications.TELLING_S, 0.2),
    "two measurements are remembered": (notifications.MEASUREMENTS_S, 2.5),
    "fifty routes are told apart": (routes.MOST, 50),
    "a page that is not felt is not slow": (routes.LEAST_S, durations.FELT_S),
    "the log has sixty lines": (log.KEPT, 60),
    "two hundred moments are kept": (bins.KEPT, 200),
    "a server has thirty seconds to replace a worker": (workers.REPLACED_S, 30.0),
    "a percentile of 99 needs a hundred, and one of 99.9 a thousand": (histogram.SAMPLES, {99: 100, 99.9: 1000}),
    "a bucket is off by less than a sixty-fourth": (histogram.STEPS, 64),
    "what is shorter than a microsecond is none": (histogram.LEAST_S, 1e-6),
    "a process of ours says its token within ten seconds": (collector.PATIENCE_S, 10.0),
    "events are taken in ten times a second": (collector.PAUSE_S, 1 / 10),
    "a process looks for its command for a second": (sending.CONNECT_TIMEOUT_S, 1.0),
    "sixteen MiB are kept for a command that is stopped": (outbox.KEPT_BYTES, 16 * 1024 * 1024),
    "a process that ends waits for half the time that it has": (outbox.LAST_WAIT_S, guard.GRACE_S / 2),
    "what is kept is handed over twenty times a second": (outbox.AGAIN_S, 1 / 20),
    "a part of a page has 256 KiB": (handler.CHUNK_BYTES, 256 * 1024),
    "a slot notices within half a second that it is to stop": (slots.POLL_S, 0.5),
    "a layer that is away is asked ten times a second": (slots.RETRY_S, 1 / 10),
    "a Redis is looked for for two seconds": (redis_layer.CONNECT_TIMEOUT_S, 2.0),
    "a Redis may answer half a second late": (connections.PATIENCE_S, 0.5),
    "sixteen commands go to a Redis at once": (connections.COMMANDS_AT_ONCE, 16),
    "ten thousand requests may be on their way to a Redis": (redis_layer.MAX_CONNECTIONS, 10_000),
    "a worker can learn for five minutes that a visitor has left": (redis_layer.ABANDONED_FOR_S, 5 * 60),
    "what is left in a Redis is there for a day": (redis_layer.KEPT_FOR_S, 24 * 60 * 60),
    "an address for replies is known for a day": (replies.OPEN_FOR_S, 24 * 60 * 60),
    "and for ten seconds when nobody hears": (replies.KEPT_S, 10),
    "the clock of a Redis is read once a second": (redis_layer.CLOCK_EVERY_S, 1.0),
    "a trial that has failed has a second and a half to clean up": (trial.FORGET_S, users.END_S),
    "so has the end of a run": (users.END_S, 1.5),
    "a Redis of the user's answers within two seconds": (users.FIRST_ANSWER_S, 2.0),
    "and does all that is asked within ten": (users.TRIAL_S, 10.0),
    "and has room for thirty connections": (users.CONNECTIONS, 30),
    "a PostgreSQL answers within five seconds": (postgres.CONNECT_S, 5),
    "and at the end within two": (postgres.END_S, 2),
    "the lock of a PostgreSQL is `async`": (postgres.LOCK.to_bytes(5, "big"), b"async"),
    "a stage is up within twenty seconds": (processes.START_LIMIT_S, 20.0),
    "and a project within two minutes": (starting.OWN_START_LIMIT_S, 120.0),
    "a page that has answered is heard within two seconds": (live_run.UNHEARD_S, 2.0),
    "a manage.py is three folders below at the most": (project.DEPTH, 3),
    "a worker of today looks for work once a second": (plan.POLL_S, 1.0),
    "free ports are none of the system's own": ((ports.FREE.start, ports.FREE.stop), (20_000, 32_768)),
    "two hundred and fifty-six are remembered": (ports.GIVEN.maxlen, 256),
    "a load is ready within a minute": (experiment.LOAD_LIMIT_S, 60.0),
    "what is queued has expired five seconds before it is given up": (experiment.LAST_S, CHANNEL.expiry_s + 5.0),
    "a page is warm within fifteen seconds": (experiment.WARM_UP_LIMIT_S, 15.0),
    "eight lanes go at once, as many as there may be": (race.AT_ONCE, setups.MOST_LANES),
    "a race has eight lanes at the most": (setups.MOST_LANES, 8),
    "a page that nothing keeps waiting is asked for twice a second": (race.ASK_S, 1 / 2),
    "and is given up after ten seconds": (reference.LIMIT_S, 10.0),
    "and has as long to end as a stage": (reference.GRACE_S, guard.GRACE_S),
    "a key waits for a twentieth of a second at the most, while lanes go on": (race.TICK_S, 1 / 20),
    "an Esc is a key when a terminal was looked at once more, and nothing came": (terminal.POLL_S, keyboard.ESCAPE_S),
    "all that starts is looked at as often": (shared.LOOK_S, starting.TICK_S),
    "and whoever is to end, too": (guard.POLL_S, starting.TICK_S),
    "a film has four pictures a second for half a minute": (film.MOST * film.EVERY_S, 30.0),
    "and not fewer of them": (film.EVERY_S, 1 / 4),
    "a phone has a connection for ten seconds": (server.CONNECTION_S, 10.0),
    "and sixteen of them": (server.MOST_CONNECTIONS, 16),
}


@pytest.mark.parametrize("promise", PROMISED)
def test_what_is_promised(promise: str) -> None:
    """One figure is the reason of another, or stands in a docstring."""
    acts, promised = PROMISED[promise]
    assert acts == promised
