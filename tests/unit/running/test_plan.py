"""From options to processes: which commands, under which names, with which environment."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from asyncdemo.base.addresses import page_url
from asyncdemo.probes.celery import plain_url
from asyncdemo.running import plan
from asyncdemo.running.options import RunOptions
from asyncdemo.running.own.project import OwnProject
from asyncdemo.stages.catalogue import STAGES

WHERE = plan.Where(host="127.0.0.1", port=8123, database="/run/db.sqlite3", secret_key="s3cret")
WITH_REDIS = plan.Where("127.0.0.1", 8123, "/run/db.sqlite3", "s3cret", "unix:///run/redis.sock", "asyncdemo-x:")


def planned(stage: str, where: plan.Where = WHERE, **typed: Any) -> dict[str, plan.Command]:
    """The commands of a run, by name."""
    options = RunOptions(STAGES[stage], **typed)
    return {command.name: command for command in plan.commands(options, where)}


@pytest.mark.parametrize("stage", ["step1", "step2", "step3"])
def test_the_first_stages_are_one_process(stage: str) -> None:
    """A runserver on the run's port, in the stage's folder."""
    commands = planned(stage)
    assert list(commands) == ["web.1"]
    assert commands["web.1"].line.startswith(f"cd asyncdemo/stages/{stage} && exec ")
    assert "manage.py runserver --noreload" in commands["web.1"].line
    assert commands["web.1"].env["PORT"] == "8123"


def test_step1_with_a_number_of_workers_is_waitress() -> None:
    """The same view with a bound on its threads: `--workers 4`."""
    web = planned("step1", workers=4)["web.1"]
    assert "-m waitress" in web.line
    assert "hello.wsgi:application" in web.line
    assert (web.env["WORKERS"], web.env["HOST"], web.env["PORT"]) == ("4", "127.0.0.1", "8123")


@pytest.mark.parametrize(("typed", "slots"), [({}, "4"), ({"workers": 2}, "2")])
def test_slots_are_told_through_the_environment(typed: dict[str, Any], slots: str) -> None:
    """The Procfile hands WORKERS on to its runserver."""
    web = planned("step3", **typed)["web.1"]
    assert '--workers "${WORKERS:-4}"' in web.line
    assert web.env["WORKERS"] == slots


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ({}, ["web.1", "worker.1", "worker.2", "worker.3"]),
        ({"workers": 3, "reserved_web": 1}, ["web.1", "webworker.1", "worker.1", "worker.2"]),
        ({"workers": 1, "reserved_web": 1}, ["web.1", "webworker.1"]),
        ({"workers": 0}, ["web.1"]),
    ],
)
def test_bonus_is_a_server_and_its_workers(typed: dict[str, Any], names: list[str]) -> None:
    """General and reserved workers under names of their own; the Procfile's Redis is none of them."""
    commands = planned("bonus", WITH_REDIS, **typed)
    assert sorted(commands) == names
    assert "-m daphne" in commands["web.1"].line
    assert {command.env["HONCHO_PROCESS_NAME"] for command in commands.values()} == set(names)
    for name, command in commands.items():
        assert ("--exclude-channels notify" in command.line) == name.startswith("webworker")
        assert ("runworker" in command.line) == ("worker" in name)


def test_every_process_of_bonus_shares_one_redis_under_the_runs_own_prefix() -> None:
    """Server and workers meet there, and nobody else's keys are seen."""
    for command in planned("bonus", WITH_REDIS, reserved_web=1).values():
        assert command.env["REDIS_URL"] == "unix:///run/redis.sock"
        assert command.env["REDIS_PREFIX"] == "asyncdemo-x:"


def test_today_is_told_where_its_tasks_are_and_what_was_chosen() -> None:
    """Workers look as often as the speed wants; queue, priority and PostgreSQL are told where they are asked for."""
    plain = planned("today", speed=10)["worker.1"].env
    assert plain["INTERVAL"] == "0.1"
    assert not {"SHORT_QUEUE", "MAIL_PRIORITY", "DATABASE_URL"} & plain.keys()
    chosen = {"SHORT_QUEUE": "long", "MAIL_PRIORITY": "10", "DATABASE_URL": "dbname=x"}
    commands = planned("today", replace(WHERE, database_url="dbname=x"), choices=("one-queue", "priority"))
    assert sorted(commands) == ["web.1", "worker.1", "worker.2", "worker.3"]
    assert all(chosen.items() <= command.env.items() for command in commands.values())
    assert sorted(planned("today", reserved_web=1)) == ["shortworker.1", "web.1", "worker.1", "worker.2"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("unix:///run/redis.sock", "redis+socket:///run/redis.sock"),
        ("redis://h:1/2", "redis://h:1/2"),
        ("rediss://h:1/2", "rediss://h:1/2?ssl_cert_reqs=required"),
        ("rediss://h/0?ssl_ca_certs=ca.pem", "rediss://h/0?ssl_ca_certs=ca.pem&ssl_cert_reqs=required"),
        ("rediss://h/0?ssl_cert_reqs=none", "rediss://h/0?ssl_cert_reqs=none"),
        ("redis://h:1/0?db=3&db=4", "redis://h:1/3"),
        ("redis://h:1/0?password=p%40w", "redis://:p%40w@h:1/0"),
        ("redis://h?username=ada&password=pw&db=2", "redis://ada:pw@h/2"),
        ("redis://ada:p;w@[::1]:1/2?password=no", "redis://ada:p%3Bw@[::1]:1/2"),
        ("redis://ada@h:1", "redis://ada@h:1"),
        ("unix:///run/redis.sock?db=3&password=pw", "redis+socket://:pw@/run/redis.sock?virtual_host=3"),
        ("rediss://h?ssl_ca_certs=/a%20b/ca&db=1", "rediss://h/1?ssl_ca_certs=/a%20b/ca&ssl_cert_reqs=required"),
    ],
)
def test_celery_is_told_of_its_redis_in_its_own_words(given: str, told: str) -> None:
    """A certificate is looked at as the bonus does, unless somebody says otherwise. Who measures its queues finds the
    same Redis by them."""
    assert planned("today_celery", replace(WITH_REDIS, redis_url=given))["worker.1"].env["REDIS_URL"] == told
    asked, found = (Redis.from_url(url).connection_pool for url in (given, plain_url(told)))
    assert asked.connection_class is found.connection_class
    for name in ("host", "port", "path", "db", "username", "password", "ssl_ca_certs"):
        assert asked.connection_kwargs.get(name) == found.connection_kwargs.get(name)
    assert planned("bonus", replace(WITH_REDIS, redis_url=given))["worker.1"].env["REDIS_URL"] == given


def test_a_stage_is_told_what_was_asked_for() -> None:
    """Secret, database, speed and delays, for every process and for `migrate`."""
    options = RunOptions(STAGES["step2"], speed=10, delays=(5, 0.5))
    expected = {
        "SECRET_KEY": "s3cret",
        "DATABASE": "/run/db.sqlite3",
        "ASYNCDEMO_SPEED": "10",
        "ASYNCDEMO_DELAYS": "5,0.5",
        "PYTHONUNBUFFERED": "1",
    }
    for command in [*plan.commands(options, WHERE), plan.migrate(options, WHERE)]:
        assert expected.items() <= command.env.items()


@pytest.mark.parametrize("stage", STAGES)
def test_djangos_debug_is_on_only_where_it_was_asked_for(stage: str) -> None:
    """In every process of it."""
    where = WITH_REDIS if stage == "bonus" else WHERE
    assert all("DEBUG" not in command.env for command in planned(stage, where).values())
    assert {command.env["DEBUG"] for command in planned(stage, where, django_debug=True).values()} == {"1"}


def test_migrate_runs_in_the_stage_with_its_own_database() -> None:
    """The 2016 README's `manage.py migrate`, quietly."""
    command = plan.migrate(RunOptions(STAGES["step1"]), WHERE)
    assert command.name == command.env["HONCHO_PROCESS_NAME"] == "migrate"
    assert command.line.startswith("cd asyncdemo/stages/step1 && ")
    assert "manage.py migrate" in command.line


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("127.0.0.1", "localhost,127.0.0.1,[::1]"),
        ("::1", "localhost,127.0.0.1,[::1]"),
        ("192.168.1.7", "localhost,127.0.0.1,[::1],192.168.1.7"),
        ("fe80::7", "localhost,127.0.0.1,[::1],[fe80::7]"),
        ("0.0.0.0", "*"),
        ("::", "*"),
    ],
)
def test_django_answers_to_this_machine_and_to_the_host_that_was_asked_for(host: str, allowed: str) -> None:
    """ALLOWED_HOSTS, with DEBUG off."""
    assert planned("step1", host=host)["web.1"].env["ALLOWED_HOSTS"] == allowed


def test_an_ipv6_host_has_brackets_where_a_port_follows() -> None:
    """runserver and waitress want `[::1]:8123`, daphne's --bind wants `::1`."""
    assert planned("step1", replace(WHERE, host="::1"))["web.1"].env["HOST"] == "[::1]"
    assert planned("step3", replace(WHERE, host="::1"))["web.1"].env["HOST"] == "[::1]"
    assert planned("bonus", replace(WITH_REDIS, host="::1"))["web.1"].env["HOST"] == "::1"


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8123/"),
        ("0.0.0.0", "http://127.0.0.1:8123/"),
        ("::1", "http://[::1]:8123/"),
        ("::", "http://[::1]:8123/"),
        ("box.example", "http://box.example:8123/"),
    ],
)
def test_the_address_is_one_to_click_on(host: str, url: str) -> None:
    """What stands for all addresses is shown as this machine's."""
    assert page_url(host, 8123) == url


@pytest.mark.parametrize("name", ["web.1", "worker.1", "clock.1"])
def test_a_process_of_a_project_is_started_anew_as_it_was(name: str) -> None:
    """Whichever it is: each is there once."""
    lines = "web: gunicorn mysite.wsgi\nworker: python manage.py qcluster\nclock: sleep 9\n"
    project = OwnProject(Path("/mine"), "mine", "./mine", lines, True, "web", None, None, "PATH")
    options = RunOptions(project.entry("/"), project=project)
    kind, _, number = name.partition(".")
    again = plan.worker(options, WHERE, kind, int(number))
    assert [again] == [command for command in plan.commands(options, WHERE) if command.name == name]


@pytest.mark.parametrize(("kind", "number"), [("worker", 1), ("worker", 5), ("webworker", 2)])
def test_one_more_worker_is_as_those_that_are_there(kind: str, number: int) -> None:
    """But for its name."""
    options = RunOptions(STAGES["bonus"], workers=2, reserved_web=1)
    more = plan.worker(options, WITH_REDIS, kind, number)
    like = planned("bonus", WITH_REDIS, workers=2, reserved_web=1)[f"{kind}.1"]
    assert (more.name, more.line) == (f"{kind}.{number}", like.line)
    assert more.env | {"PORT": ""} == like.env | {"PORT": "", "HONCHO_PROCESS_NAME": more.name}
