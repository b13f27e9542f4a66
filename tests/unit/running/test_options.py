"""What `run` is asked for: what can be done, what cannot, and what to type instead."""

import sys
from math import inf
from typing import Any

import pytest

from asyncdemo.base.durations import MAX_SPEED
from asyncdemo.base.errors import UsageError
from asyncdemo.measuring.setups import all_setups
from asyncdemo.running.options import MAX_WORKERS, RunOptions, choices_of, reserved_of, run_with
from asyncdemo.stages.catalogue import STAGES, stage_named

TODAY = "asyncdemo run today --workers 3 --reserved-short 1"
REFUSED: list[tuple[str, dict[str, Any], list[str]]] = [
    ("step1", {"workers": 0}, ["--workers 0", "step1", "1 to 64"]),
    ("step1", {"workers": -1}, ["--workers -1", "1 to 64"]),
    ("step2", {"workers": 0}, ["--workers 0", "step2", "1 to 64"]),
    ("step3", {"workers": 65}, ["--workers 65", "1 to 64"]),
    ("bonus", {"workers": -1}, ["--workers -1", "bonus", "0 to 64"]),
    ("bonus", {"workers": 65}, ["--workers 65", "0 to 64"]),
    ("step1", {"reserved_web": 1}, ["step1", "--reserved-web 1", "request threads", "asyncdemo run bonus --workers 3"]),
    ("step2", {"reserved_web": 1}, ["step2", "--reserved-web 1", "slots", "asyncdemo run bonus --workers 3"]),
    ("step3", {"reserved_web": 2}, ["step3", "asyncdemo run bonus --workers 3 --reserved-web 2"]),
    ("bonus", {"reserved_web": -1}, ["--reserved-web -1", "from 0 up to that of --workers"]),
    ("bonus", {"reserved_web": 4}, ["--reserved-web 4", "--workers 3", "bonus --workers 6 --reserved-web 4"]),
    ("bonus", {"workers": 0, "reserved_web": 1}, ["--reserved-web 1", "--workers 0"]),
    ("today", {"reserved_web": 4}, ["--reserved-short 4 of", "today --workers 6 --reserved-short 4"]),
    ("today", {"reserved_web": 1, "choices": ("one-queue",)}, ["--one-queue --reserved-short 1", "Leave one of them"]),
    ("step3", {"choices": ("priority",)}, ["step3 has no --priority", "asyncdemo run today --priority"]),
    ("bonus", {"database_url": "postgresql://x/y"}, ["bonus keeps nothing", "--database", "asyncdemo run today"]),
    ("today", {"database_url": "mysql://ada:s3cret@h/d"}, ["is no URL of a PostgreSQL", "postgresql://"]),
    ("today", {"redis_url": "redis://x"}, ["today", "Leave --redis out", "asyncdemo run bonus"]),
    (
        "today",
        {"django_debug": True, "database_url": "postgresql://ada:s3cret@h/d"},
        ["the database. ", "--database out"],
    ),
    ("step1", {"redis_url": "redis://x"}, ["step1", "Leave --redis out", "asyncdemo run bonus"]),
    ("step3", {"redis_url": "redis://x"}, ["step3", "Leave --redis out", "asyncdemo run bonus"]),
    ("step1", {"speed": 0}, ["--speed 0", "above 0 and up to 60, like 10"]),
    ("step1", {"speed": -2}, ["--speed -2", "above 0"]),
    ("step1", {"speed": 60.5}, ["--speed 60.5", "up to 60"]),
    ("step1", {"speed": float("nan")}, ["--speed nan", "above 0"]),
    ("step1", {"speed": float("inf")}, ["--speed inf", "up to 60"]),
    ("step1", {"port": -1}, ["--port -1", "1 to 65535, or 0"]),
    ("step1", {"port": 65536}, ["--port 65536", "1 to 65535, or 0"]),
    *(
        ("step3", {"django_debug": True, "host": host}, [f"--django-debug --host {host}: ", "--host 127.0.0.1"])
        for host in ("0.0.0.0", "::", "192.168.1.7", "box.example", "127.example")
    ),
    *(
        ("bonus", {"django_debug": True, "redis_url": url}, ["--django-debug: ", "password", "leave --redis"])
        for url in ("redis://:s3cret@x", "redis://ada:s3cret@x/0", "redis://x?password=s3cret", "unix:///x?password=s")
    ),
]
ACCEPTED: list[tuple[str, dict[str, Any], tuple[int, int]]] = [
    ("step1", {}, (0, 0)),
    ("step1", {"workers": 4}, (4, 0)),
    ("step2", {}, (4, 0)),
    ("step3", {"workers": 1}, (1, 0)),
    ("bonus", {}, (3, 0)),
    ("bonus", {"workers": 0}, (0, 0)),
    ("bonus", {"reserved_web": 1}, (2, 1)),
    ("bonus", {"workers": 1, "reserved_web": 1}, (0, 1)),
    ("today", {}, (3, 0)),
    ("today", {"reserved_web": 1, "choices": ("priority",)}, (2, 1)),
    ("today", {"choices": ("one-queue", "priority"), "database_url": "postgresql://x"}, (3, 0)),
    ("today", {"workers": 0}, (0, 0)),
    ("today", {"workers": 3, "reserved_web": 3}, (0, 3)),
    ("bonus", {"workers": MAX_WORKERS, "redis_url": "redis://x"}, (MAX_WORKERS, 0)),
    ("bonus", {"speed": MAX_SPEED, "port": 65535}, (3, 0)),
    ("step1", {"speed": 0.1, "port": 0}, (0, 0)),
    *(
        ("step3", {"django_debug": True, "host": host}, (4, 0))
        for host in ("127.0.0.1", "localhost", "::1", "127.0.0.9")
    ),
    ("bonus", {"django_debug": True, "redis_url": "redis://x/1?db=2"}, (3, 0)),
]


@pytest.mark.parametrize(("stage", "typed", "said"), REFUSED)
def test_what_cannot_be_done_is_said_with_what_to_type(stage: str, typed: dict[str, Any], said: list[str]) -> None:
    """Every message names the flag, what was typed, and what would do; the exit code is that of a usage error."""
    with pytest.raises(UsageError) as caught:
        RunOptions(STAGES[stage], **typed)
    assert [part for part in said if part not in str(caught.value)] == []
    assert caught.value.exit_code == 2
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(("stage", "typed", "workers"), ACCEPTED)
def test_workers_are_counted_with_the_reserved_ones_among_them(
    stage: str, typed: dict[str, Any], workers: tuple[int, int]
) -> None:
    """`--workers 3 --reserved-web 1` is two general and one reserved."""
    options = RunOptions(STAGES[stage], **typed)
    assert (options.general_workers, options.reserved_web) == workers


@pytest.mark.parametrize(
    ("stage", "typed", "said"),
    [
        ("today", {"reserved_web": 1}, ["--reserved-web 1: ", "no worker of today serves the page", TODAY]),
        ("today", {"workers": 1, "reserved_web": 1}, ["asyncdemo run today --workers 2 --reserved-short 1"]),
        ("today", {"reserved_web": 99}, ["--workers 63 --reserved-short 62"]),
        (
            "bonus",
            {"reserved_short": 1},
            ["--reserved-short 1: ", "serve the page", "bonus --workers 3 --reserved-web 1"],
        ),
        ("step1", {"reserved_short": 1}, ["step1 has no reserved workers", TODAY]),
    ],
)
def test_the_option_of_another_stages_reserved_workers(stage: str, typed: dict[str, Any], said: list[str]) -> None:
    """Whoever types it from habit is told why there are none such here, and what there is."""
    whole = {"workers": None, "reserved_web": 0, "reserved_short": 0} | typed
    with pytest.raises(UsageError) as caught:
        reserved_of(STAGES[stage], whole, run_with)
    assert [part for part in said if part not in str(caught.value)] == []
    example = str(caught.value).rpartition("asyncdemo run ")[2].split()
    RunOptions(STAGES[example[0]], workers=int(example[2]), reserved_web=int(example[4]))


def test_what_an_extra_brings_is_asked_for_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Celery is not installed; and a comparison of all stages does without."""
    monkeypatch.setitem(sys.modules, "celery", None)
    with pytest.raises(UsageError, match=r"today_celery needs celery, which is not.*pip install 'asyncdemo\[celery\]'"):
        RunOptions(STAGES["today_celery"])
    assert "today_celery" not in {setup.stage.name for setup in all_setups()}


@pytest.mark.parametrize(
    ("stage", "url", "needs"),
    [("bonus", None, True), ("bonus", "redis://127.0.0.1:1/0", False), ("step1", None, False), ("today", None, False)],
)
def test_a_redis_is_started_for_whoever_needs_one_and_has_none(stage: str, url: str | None, needs: bool) -> None:
    assert RunOptions(STAGES[stage], redis_url=url).needs_own_redis == needs


def test_a_stage_is_found_by_its_name_in_any_case() -> None:
    """`Step3` is step3."""
    assert stage_named("Step3") is STAGES["step3"]


def test_a_stage_that_is_not_there_is_answered_with_those_that_are() -> None:
    """The message is a list to choose from."""
    with pytest.raises(
        UsageError,
        match=r"There is no stage 'step9'\. The stages are: step1, step2, step3, bonus, today, today_celery\.",
    ):
        stage_named("step9")


def test_what_was_typed_of_workers_and_choices() -> None:
    """By the option that the stage has."""
    typed = {"workers": None, "reserved_web": 0, "reserved_short": 0}
    assert reserved_of(STAGES["bonus"], typed | {"reserved_web": 2}, run_with) == 2
    assert reserved_of(STAGES["today"], typed | {"reserved_short": 1, "workers": 5}, run_with) == 1
    none = {"one_queue": False, "priority": False, "defaults": False}
    assert choices_of(none) == ()
    assert choices_of(none | {"defaults": True, "one_queue": True}) == ("one-queue", "defaults")


@pytest.mark.parametrize("option", ["client_name=x", "ssl_min_version=3"])
def test_an_option_that_celery_does_not_understand_is_refused_before_the_start(option: str) -> None:
    """Its workers would die of it; the bonus takes it, and no password is told."""
    url = f"redis://h/0?password=s3cret&{option}"
    name = option.partition("=")[0]
    said = rf"--redis 'redis://h/0\?password=\*\*\*&{name}=.*Celery does not understand its {name}\. Leave that out"
    with pytest.raises(UsageError, match=said):
        RunOptions(STAGES["today_celery"], redis_url=url)
    assert RunOptions(STAGES["today_celery"], redis_url="redis://h/0?password=s3cret&db=3").redis_url
    assert RunOptions(STAGES["bonus"], redis_url=url).redis_url == url


def test_for_is_on_the_clock_of_the_lesson() -> None:
    """A run without it ends when somebody ends it."""
    assert RunOptions(STAGES["step1"], for_s=60.0, speed=10.0).ends_after_s == 6.0
    assert RunOptions(STAGES["step1"]).ends_after_s == inf
