"""Setups: what a row is called, how it is typed, and what repeats it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from asyncdemo.events import events as e
from asyncdemo.measuring.setups import (
    SETUPS,
    Conditions,
    Setup,
    all_setups,
    conditions_of,
    setup_of,
    setup_with,
    setups_of,
)
from asyncdemo.running.options import RunOptions
from asyncdemo.running.own.project import OwnProject
from asyncdemo.stages.catalogue import STAGES
from tests.histories import LOAD as USUAL

OTHERS = {"general": 2, "reserved": 1, "speed": 20.0, "delays": [1.0, 0.5], "url": "http://127.0.0.1:1/"}
RUN = e.RunStarted(t=0.0, process="asyncdemo", stage=STAGES["bonus"], **OTHERS)
LOAD = replace(USUAL, url=RUN.url, rate=40.0, rate_end=40.0, seconds=0.5, speed=20.0, seed=7)


def test_the_rows_of_the_talk() -> None:
    """Six, and no more when there are more stages."""
    assert [setup.label for setup in SETUPS] == [
        "step1",
        "step1, 4 workers",
        "step2",
        "step3",
        "bonus, 3 general",
        "bonus, 2+1 reserved",
    ]


def test_another_stage_is_among_all_and_not_among_those_of_the_talk(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the rows of its entry, or with its own number of workers."""
    assert all_setups() == (*SETUPS, *setups_of(STAGES["today"]), *setups_of(STAGES["today_celery"]))
    own = replace(STAGES["bonus"], name="own", default_workers=2, compared=())
    two = replace(STAGES["step2"], name="two", compared=((None, 0), (9, 0)))
    monkeypatch.setitem(STAGES, "own", own)
    monkeypatch.setitem(STAGES, "two", two)
    assert [setup.label for setup in all_setups()[10:]] == ["own, 2 general", "two", "two, 9 workers"]
    assert [setup.stage.name for setup in SETUPS].count("own") == 0


@pytest.mark.parametrize(
    ("stage", "counts", "label", "typed"),
    [
        ("step1", (), "step1", "step1"),
        ("step1", (4,), "step1, 4 workers", "step1:4"),
        ("step1", (1,), "step1, 1 worker", "step1:1"),
        ("step3", (4,), "step3", "step3"),
        ("step3", (8,), "step3, 8 workers", "step3:8"),
        ("bonus", (), "bonus, 3 general", "bonus:3"),
        ("bonus", (0,), "bonus, 0 general", "bonus:0"),
        ("bonus", (6, 1), "bonus, 5+1 reserved", "bonus:5+1"),
        ("bonus", (2, 2), "bonus, 0+2 reserved", "bonus:0+2"),
        ("today", (), "today, 3 general", "today:3"),
        ("today", (3, 1), "today, 2+1 reserved", "today:2+1"),
        ("today", (3, 0, ("one-queue",)), "today, 3 general, one queue", "'today --workers 3 --one-queue'"),
    ],
)
def test_a_setup_has_one_name(stage: str, counts: tuple[int, ...], label: str, typed: str) -> None:
    """However it was typed, and when it is read from a recording."""
    setup = setup_with(STAGES[stage], *counts)
    assert (setup.label, setup.typed) == (label, typed)
    options = RunOptions(STAGES[stage], *counts)
    told = {**OTHERS, "general": options.general_workers, "reserved": options.reserved_web}
    told["choices"] = [*options.choices]
    assert setup_of(e.RunStarted(t=0.0, process="asyncdemo", stage=STAGES[stage], **told)) == setup  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("setup", "conditions", "command"),
    [
        (Setup(STAGES["step1"]), {}, "run step1 --speed 10 --hammer 1"),
        (SETUPS[5], {"speed": 1.0}, "run bonus --workers 3 --reserved-web 1 --hammer 1"),
        (
            SETUPS[1],
            {"rate": 0.5, "delays": (1.0, 0.5)},
            "run step1 --workers 4 --delays 1,0.5 --speed 10 --hammer 0.5",
        ),
        (SETUPS[4], {"arrivals": "poisson"}, "compare bonus:3 --arrivals poisson"),
        (SETUPS[4], {"duration": 30.0}, "run bonus --workers 3 --speed 10 --hammer 1"),
        (
            SETUPS[5],
            {"arrivals": "poisson", "rate": 2.0, "duration": 90.0, "delays": (5.0,), "seed": 3, "speed": 1.0},
            "compare bonus:2+1 --rate 2 --duration 90s --delays 5 --arrivals poisson --seed 3 --speed 1",
        ),
    ],
)
def test_what_repeats_it(setup: Setup, conditions: dict[str, Any], command: str) -> None:
    """It says all that differs; `run` has no other load than an even one."""
    assert setup.command(Conditions(**conditions)) == f"asyncdemo {command}"


def test_a_run_without_a_load_is_repeated_without_one() -> None:
    """There is no rate of 0 to be typed."""
    told = setup_of(RUN).command(conditions_of(RUN, None))
    assert told == "asyncdemo run bonus --workers 3 --reserved-web 1 --delays 1,0.5 --speed 20"


def test_conditions_are_recorded() -> None:
    """Those of the lesson, from what was on the wall."""
    assert conditions_of(RUN, LOAD) == Conditions(2.0, 10.0, 20.0, (1.0, 0.5), "even", 7)
    even = setup_of(RUN).command(conditions_of(RUN, LOAD))
    assert even == "asyncdemo run bonus --workers 3 --reserved-web 1 --delays 1,0.5 --speed 20 --hammer 2"
    poisson = setup_of(RUN).command(conditions_of(RUN, replace(LOAD, arrivals="poisson")))
    options = "--rate 2 --duration 10s --delays 1,0.5 --arrivals poisson --seed 7 --speed 20"
    assert poisson == f"asyncdemo compare bonus:2+1 {options}"
    assert setup_of(RUN).command(conditions_of(RUN, replace(LOAD, arrivals="closed"))) == even
    assert conditions_of(RUN, None).rate == 0.0


@pytest.mark.parametrize(
    ("typed", "label", "again"),
    [
        ("./mine", "mine", "./mine"),
        ("/srv/my site", "/srv/my site", "'/srv/my site'"),
        ("~/mine", "~/mine", "'~/mine'"),
    ],
)
def test_a_project_of_the_users(typed: str, label: str, again: str) -> None:
    """It is called and typed by its folder; what repeats it has its page."""
    project = OwnProject(Path("/mine"), "mine", typed, "web: x $PORT", True, "web", None, None, "PATH")
    setup = Setup(project.entry("/slow/"), project=project)
    assert (setup.label, setup.typed) == (label, again)
    told = setup.command(Conditions(rate=2.0, speed=1.0))
    assert told.startswith(f"asyncdemo run {again} --path /slow/")
    assert told.endswith(" --hammer 2")
    assert "--path" not in Setup(project.entry("/"), project=project).command(Conditions(speed=1.0))
