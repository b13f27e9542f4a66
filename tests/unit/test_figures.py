"""Figures that a reader is told are those that act."""

import re
from pathlib import Path
from typing import Any

import pytest

from asyncdemo.base import errors
from asyncdemo.base.addresses import DEFAULT_REDIS
from asyncdemo.base.durations import MAX_SPEED
from asyncdemo.channel_http import interface
from asyncdemo.channel_http.layers import InMemoryLayer, RedisLayer
from asyncdemo.channel_http.management.commands import runserver
from asyncdemo.events import stage as entry
from asyncdemo.events.older_stages import OLDER_STAGES
from asyncdemo.known.state import WINDOW_S, State
from asyncdemo.load import arrivals, connection, process, worker
from asyncdemo.load.options import LoadOptions
from asyncdemo.load.target import Target
from asyncdemo.measuring import criteria
from asyncdemo.measuring.experiment import Experiment
from asyncdemo.probes import teller
from asyncdemo.running import guard, redis
from asyncdemo.running.options import MAX_WORKERS, RunOptions
from asyncdemo.showing import load_lines
from asyncdemo.showing.lane_words import NUMBERS
from asyncdemo.stages.catalogue import STAGES
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
    ("docs/options.md", r"one on PATH that is\s+([\d.]+) or newer", (float(redis.LEAST_REDIS),)),
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
    experiment = Experiment(RunOptions(STAGES["step1"]))
    assert (ASKED.rate, ASKED.duration) == (experiment.rate, experiment.duration) == (1.0, 60.0)
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
}


@pytest.mark.parametrize("promise", PROMISED)
def test_what_is_promised(promise: str) -> None:
    """One figure is the reason of another, or stands in a docstring."""
    acts, promised = PROMISED[promise]
    assert acts == promised
