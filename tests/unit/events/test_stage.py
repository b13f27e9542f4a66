"""What an entry of the catalogue says of its work and its workers, in the words of an audience."""

from typing import Any

import pytest

from asyncdemo.events.older_stages import OLDER_STAGES
from asyncdemo.events.stage import NO_STAGE, Channel, Sort, StageEntry, Task, WorkerKind
from asyncdemo.stages.catalogue import STAGES

PAGE_AND_TASKS = {"http.request": Sort.PAGE, "long": Sort.SLOW, "short": Sort.QUICK, "notify": Sort.SLOW}
TASKS = PAGE_AND_TASKS | {"password_mail": Sort.QUICK, "other": Sort.STRANGE}
SORTS = {
    "step1": {"http.request": Sort.PAGE, "notify": Sort.STRANGE},
    "step2": {"http.request": Sort.PAGE, "notify": Sort.STRANGE},
    "step3": {"http.request": Sort.PAGE, "notify": Sort.SLOW, "other": Sort.STRANGE},
    "bonus": {"http.request": Sort.PAGE, "notify": Sort.SLOW, "other": Sort.STRANGE},
    "today": TASKS,
    "today_celery": TASKS,
}
FACTS: dict[str, dict[str, Any]] = {
    "step1": {"job": "notification", "slow": "", "background": frozenset(), "holder": "", "taken": ["web"]},
    "step2": {"job": "notification", "slow": "", "background": frozenset(), "holder": "web.1", "taken": ["web"]},
    "step3": {"slow": "notify", "background": frozenset({"notify"}), "holder": "web.1", "taken": ["web", "notify"]},
    "bonus": {"slow": "notify", "holder": "redis", "reserved_for": "web", "bounded": True, "quick": None},
    "today": {
        "job": "task",
        "slow": "long",
        "background": frozenset({"long", "short"}),
        "holder": "",
        "bounded": False,
    },
    "today_celery": {"holder": "redis", "reserved_for": "mail", "taken": ["notify", "mail"], "bounded": False},
}


@pytest.mark.parametrize("name", STAGES)
def test_the_stages_of_the_lesson(name: str) -> None:
    """What their work is, who holds it, and what a worker takes or leaves alone."""
    stage = STAGES[name]
    assert {work: stage.sort_of(work) for work in SORTS[name]} == SORTS[name]
    assert {field: getattr(stage, field) for field in FACTS[name]} == FACTS[name]


@pytest.mark.parametrize("name", OLDER_STAGES)
def test_the_stages_of_older_recordings(name: str) -> None:
    """What a replay reads of an entry is as it was: in all of this, as it is yet."""
    old, today = OLDER_STAGES[name], STAGES[name]
    for field in ("worker_kind", "default_workers", "general", "reserved", "broker", "time_limit_s", "slow", "queues"):
        assert getattr(old, field) == getattr(today, field), field
    assert [(channel.name, channel.short) for channel in old.channels] == [
        (channel.name, channel.short) for channel in today.channels
    ]


def test_the_channels_on_which_something_can_wait() -> None:
    """A thread of the server's is none."""
    assert {name: [channel.name for channel in stage.queues] for name, stage in STAGES.items()} == {
        "step1": [],
        "step2": ["http.request"],
        "step3": ["http.request", "notify"],
        "bonus": ["http.request", "notify"],
        "today": ["long", "short"],
        "today_celery": ["long", "short"],
    }


def test_tasks() -> None:
    """How an audience calls them, what is quick, and how long that takes: a look for work is once a second."""
    today = STAGES["today"]
    assert (today.task_that_is_slow, STAGES["bonus"].task_that_is_slow) == ("notify", "")
    assert today.quick is not None
    assert (today.quick.name, today.quick.soon_s) == ("password_mail", 1.5)
    works = ("password_mail", "short", "other")
    assert [today.short_of(work) for work in works] == ["mail", "mail", "other"]
    assert today.task("other") == Task(name="other", short="other", greeting="")
    assert today.channel("other") == Channel(name="other", short="other")


def test_one_queue_for_all_tasks() -> None:
    """Asked for as a choice; another one changes no channel. Whoever takes from it takes all of them."""
    today = STAGES["today"]
    one = today.with_choices(["priority", "one-queue"])
    assert [today.one_queue, one.one_queue, STAGES["bonus"].one_queue] == [False, True, False]
    assert (today.reserved, one.reserved) == ("shortworker", "")  # nothing that one could leave alone
    assert today.with_choices(["priority"]) is today.with_choices([]) is today
    assert one.takes(["long"]) == "notify + mail"
    assert (one.takes([]), one.taken, today.taken) == ("web", ["notify", "mail"], ["notify", "mail"])
    assert (today.takes(["long", "short"]), today.takes(["short"]), today.takes([])) == ("notify + mail", "mail", "web")


def test_what_is_in_the_books() -> None:
    """Of a project of the user's, whatever is no page; or is on a channel that he calls slow."""
    own = StageEntry(
        name="own",
        title="",
        worker_kind=WorkerKind.PROCESSES,
        own=True,
        channels=(Channel(name="page", short="page"), Channel(name="mail", short="mail", slow=True)),
    )
    assert [own.in_background(channel) for channel in ("page", "mail", "other")] == [False, True, True]
    assert [STAGES["today"].in_background(channel) for channel in ("http.request", "short", "other")] == [
        False,
        True,
        False,
    ]
    assert (own.job, NO_STAGE.job, NO_STAGE.holder) == ("task", "notification", "")


def test_what_the_outside_service_prints() -> None:
    """Each kind of work in its own words; whom it greets; in a project of the user's, nobody knows a line's meaning."""
    today = STAGES["today"]
    lines = ("Hello, Ada!", "A new password for Ada.", "Good night")
    assert [today.is_notification(line) for line in lines] == [True, True, False]
    assert [today.greeted(line) for line in lines] == ["Ada", "Ada", "Good night"]
    assert [STAGES["step3"].is_notification(line) for line in lines] == [True, False, False]
    own = StageEntry(name="own", title="", worker_kind=WorkerKind.PROCESSES, own=True, greeting="Hello, {}!")
    assert not own.is_notification("Hello, Ada!")
    anything = StageEntry(name="x", title="", worker_kind=WorkerKind.SLOTS, greeting="{}")
    assert not anything.is_notification("Hello, Ada!"), "it begins with nothing by which it could be told"
