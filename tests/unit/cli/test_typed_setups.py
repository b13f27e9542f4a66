"""What can be typed after `asyncdemo compare`, and what is said of what cannot."""

import shlex
from dataclasses import replace
from typing import Any

import pytest
import typer

from asyncdemo.base.errors import UsageError
from asyncdemo.cli import app, compare
from asyncdemo.features.compare_options import CompareOptions
from asyncdemo.measuring.setups import SETUPS
from asyncdemo.stages.catalogue import STAGES

TYPED = {
    "": "step1 step1:4 step2 step3 bonus:3 bonus:2+1",
    "--all": "step1 step1:4 step2 step3 bonus:3 bonus:2+1 today:3 today:2+1 today_celery:3 today_celery:2+1",
    "today": "today:3 today:2+1",
    "today:2+1 'today --workers 3 --reserved-short 2'": "today:2+1 today:1+2",
    "'today --one-queue' today 'today --workers 5 --priority --reserved-short 1'": (
        "'today --workers 3 --one-queue' today:3 'today --workers 5 --reserved-short 1 --priority'"
    ),
    "bonus": "bonus:3 bonus:2+1",
    "bonus STEP3": "step3 bonus:3 bonus:2+1",
    "step1": "step1 step1:4",
    "bonus:3 bonus:2+1 bonus:5+1 step3:8": "bonus:3 bonus:2+1 bonus:5+1 step3:8",
    "'bonus --workers 3' 'bonus --workers 3 --reserved-web 1'": "bonus:3 bonus:2+1",
    "'bonus --reserved-web=1 --workers=6' step3": "bonus:5+1 step3",
    "'BONUS --reserved-web 2' Step3:4 step1:1": "bonus:1+2 step3 step1:1",
    "step1 step1:2 bonus": "step1 step1:2 bonus:3",
    "bonus:0+2 bonus:03": "bonus:0+2 bonus:3",
    "bonus:64 bonus:1": "bonus:64 bonus:1",
}
"""What is typed -> the setups that it means, each in short."""

NINE = "step1:1 step1:2 step2:1 step2:2 step3:1 step3:2 bonus:1 bonus:2 bonus:3"
BEHIND = "is for all setups alike, and stands behind them. Try: asyncdemo compare"
REFUSED = {
    # places of the number
    "bonus 3": "Try: asyncdemo compare bonus:3",
    "step3 bonus 2+1": "Try: asyncdemo compare bonus:2+1",
    "3": "Try: asyncdemo compare bonus:3 bonus:2+1",
    "'bonus 3'": "Try: asyncdemo compare bonus:3",
    "bonus: 3": "Try: asyncdemo compare bonus:3",
    "'bonus: 3'": "Try: asyncdemo compare bonus:3",
    "'bonus:2 + 1'": "Try: asyncdemo compare bonus:2+1",
    "bonus:x": "compare 'bonus:x': behind the colon stands how many workers it has. Try: asyncdemo compare bonus:3 ",
    "step3:x": "Try: asyncdemo compare step3:3",
    "bonus:3+": "Try: asyncdemo compare bonus:3 bonus:2+1",
    "bonus:": "behind the colon",
    "bonus:+1": "behind the colon",
    "bonus:-1": "behind the colon",
    "bonus:1.5": "behind the colon",
    "bonus:3:4": "behind the colon",
    "bonus:\uff13": "behind the colon",
    "bonus:9999999999": "behind the colon",
    # the number itself
    "bonus:0": "bonus is compared with 1 to 64 workers. Try: asyncdemo compare bonus:3",
    "bonus:0+0": "1 to 64 workers",
    "'bonus --workers 0'": "1 to 64 workers",
    "bonus:99": "1 to 64 workers. Try: asyncdemo compare bonus:64",
    "bonus:64+1": "1 to 64 workers. Try: asyncdemo compare bonus:64",
    "step1:0": "step1 is compared with 1 to 64 workers. Try: asyncdemo compare step1:4",
    "step3:0": "Try: asyncdemo compare step3:4",
    "'step3 --workers 65'": "1 to 64 workers. Try: asyncdemo compare step3:64",
    "'bonus --workers -1'": "1 to 64 workers. Try: asyncdemo compare bonus:3",
    "step3:2+1": "step3 has no reserved workers: all of its slots in the server process take the same work. Try: "
    "asyncdemo compare bonus:2+1",
    "'step1 --reserved-web 5'": "step1 has no reserved workers",
    "'bonus --workers 3 --reserved-web 4'": "--reserved-web 4 of --workers 3: --workers counts all, the reserved ones "
    "too. Try: asyncdemo compare bonus:2+4",
    "'bonus --reserved-web 99'": "Try: asyncdemo compare bonus:2+62",
    "'bonus --workers 3 --reserved-web -1'": "type a number from 0 up to that of --workers",
    "'bonus --workers x'": "'--workers'",
    "'bonus --workers'": "--workers' requires an argument",
    # stages, commands and commas
    "bouns:3": "The stages are: step1, step2, step3, bonus, today, today_celery. Try: asyncdemo compare bonus:3",
    "'bouns --workers 3'": "Try: asyncdemo compare 'bonus --workers 3'",
    "bonus stpe3": "There is no stage 'stpe3'",
    "xyz": "There is no stage 'xyz'. The stages are: step1, step2, step3, bonus, today, today_celery.",
    "'today --workers 3 --reserved-web 1'": "no worker of today serves the page",
    "'bonus --reserved-short 1'": "Try: asyncdemo compare bonus:2+1",
    "'bonus --priority'": "bonus has no --priority",
    "'today --one-queue --reserved-short 1'": "Leave one of them out",
    "'today --database postgresql://x'": "--database is no part of a setup: each setup has a database of its own",
    "run bonus": "run is a command, and no part of a setup. Try: asyncdemo compare bonus",
    "run bonus:3 run step3": "Try: asyncdemo compare bonus:3 step3",
    "run": "Try: asyncdemo compare bonus:3",
    "'asyncdemo run bonus --workers 3'": "Try: asyncdemo compare 'bonus --workers 3'",
    "bonus:3,4,2+1": "Try: asyncdemo compare bonus:3 bonus:4 bonus:2+1",
    "bonus,step3": "setups are typed with a blank between them. Try: asyncdemo compare bonus step3",
    "bonus:3, step3:8": "Try: asyncdemo compare bonus:3 step3:8",
    "'bonus:3 step3'": "bonus:3 stands by itself. Try: asyncdemo compare bonus:3 step3",
    "'bonus step3'": "Try: asyncdemo compare bonus step3",
    "'bonus:2 --reserved-web 1'": "bonus:2 stands by itself",
    "''": "there is no stage in it",
    "' '": "there is no stage in it",
    '"bonus \'x"': "a quotation mark is not closed",
    # options of all
    "'bonus --rate 2'": f"--rate {BEHIND} bonus --rate 2",
    "'bonus --speed=5 --workers 3' step3": f"--speed {BEHIND} 'bonus --workers 3' --speed 5",
    "'bonus --plain --workers 3 --delays 1,2'": f"--plain {BEHIND} 'bonus --workers 3' --plain --delays 1,2",
    "'bonus --hammer 1/s --for 30s'": f"--hammer {BEHIND} bonus --rate 1/s --duration 30s",
    "'bonus --workers 3 --port 8000'": "--port is no part of a setup: each setup has a free one of its own. Try: "
    "asyncdemo compare 'bonus --workers 3'",
    "'bonus --redis redis://:secret@x/ --open'": "--redis is no part of a setup",
    "'bonus --help'": "No such option: --help",
    "'bonus --nope'": "No such option: --nope",
    # options of one
    "bonus --workers 3": "compare --workers: each setup has workers of its own. Try: asyncdemo compare bonus:3",
    "bonus -w 3": "Try: asyncdemo compare bonus:3",
    "bonus -w3": "Try: asyncdemo compare bonus:3",
    "bonus --workers=5": "Try: asyncdemo compare bonus:5",
    "bonus step3:8 --workers 5": "Try: asyncdemo compare bonus:5 step3:8",
    "step3 step2 --workers 8": "Try: asyncdemo compare step3:8 step2:8",
    "bonus --reserved-web 1": "compare --reserved-web: each setup has workers of its own. Try: asyncdemo compare "
    "bonus:2+1",
    "bonus --workers 6 --reserved-web 1": "Try: asyncdemo compare bonus:5+1",
    "run bonus --workers 5": "Try: asyncdemo compare bonus:5",
    "--workers 5": "Try: asyncdemo compare bonus:5",
    "bonus --workers 99": "Try: asyncdemo compare bonus:3",
    "bonus --workers x": "Try: asyncdemo compare bonus:3",
    "step3 --reserved-web 1": "Try: asyncdemo compare bonus:2+1",
    "bonus --workers": "Try: asyncdemo compare bonus:3 bonus:2+1",
    "'--workers 3 bonus'": "Try: asyncdemo compare bonus:3 bonus:2+1",
    # too many, or the same
    NINE: "9 setups, and 8 fit side by side. Leave 1 out, or add --in-turn: one after the other.",
    "bonus:3 bonus:3": "'bonus:3' is typed twice: bonus, 3 general.",
    "bonus:3 'bonus --workers 3'": "'bonus:3' and 'bonus --workers 3' have the same setup: bonus, 3 general.",
    "step3:4 step3": "have the same setup: step3.",
    "bonus bonus": "'bonus' is typed twice",
    "--all bonus:3": "--all has every stage already: leave it out, or leave out bonus:3.",
    "bonus --seed 3": "--seed is of the chance in --arrivals poisson",
    "bonus --arrivals odd": "--arrivals 'odd': type one of even, poisson.",
    "bonus --arrivals poisson --seed -1": "--seed -1",
    "bonus --delays a,b": "--delays 'a,b' is not a list of seconds",
    "--hammer 1": "Try: asyncdemo compare --rate 1",
    "--port 1": "leave it out",
}
"""What is typed -> what is said, with what to type instead."""


def read(words: list[str]) -> CompareOptions:
    group: Any = typer.main.get_command(app)
    return compare.options_from(group.get_command(None, "compare").make_context("compare", words))


def short(options: CompareOptions) -> str:
    """Its setups, as they are typed."""
    return " ".join(setup.typed for setup in options.setups)


@pytest.mark.parametrize("typed", TYPED)
def test_what_can_be_typed(typed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In full, in short, mixed; what the environment says of a run does not count."""
    monkeypatch.setenv("ASYNCDEMO_WORKERS", "9")
    monkeypatch.setenv("ASYNCDEMO_SPEED", "none")
    assert short(read(shlex.split(typed))) == TYPED[typed]


@pytest.mark.parametrize("typed", REFUSED)
def test_what_cannot(typed: str) -> None:
    """In a line without escapes or passwords, which says what to type."""
    with pytest.raises(UsageError) as refused:
        read(shlex.split(typed))
    assert REFUSED[typed] in str(refused.value)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("typed", [typed for typed in REFUSED if "Try: asyncdemo compare " in REFUSED[typed]])
def test_what_is_said_can_be_typed(typed: str) -> None:
    """All of it."""
    with pytest.raises(UsageError) as refused:
        read(shlex.split(typed))
    advice = str(refused.value).partition("Try: asyncdemo compare ")[2]
    assert read(shlex.split(advice)).setups


@pytest.mark.parametrize("typed", ["\x1b[31mred", "\x1b[31m:3", "'bonus \x1b[31m'", "bonus:\x07", "x" * 5000])
def test_nothing_of_it_reaches_the_terminal_raw(typed: str) -> None:
    """Nor at any length."""
    with pytest.raises(UsageError) as refused:
        read(shlex.split(typed))
    assert str(refused.value).isprintable()
    assert len(str(refused.value)) < 600


def test_nine_in_turn() -> None:
    """They need no room beside each other."""
    options = read([*NINE.split(), "--in-turn"])
    assert (short(options), options.in_turn) == (NINE, True)


def test_all_may_be_more_than_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    """The six of the talk stay six, whatever stages are added; by its name, a new one is there."""
    for number in range(3):
        name = f"own{number}"
        monkeypatch.setitem(STAGES, name, replace(STAGES["bonus"], name=name, default_workers=2, compared=()))
    assert short(read(["--all"])).split()[10:] == ["own0:2", "own1:2", "own2:2"]
    assert read([]).setups == SETUPS
    assert short(read(["own1"])) == "own1:2"
    assert short(read(["own1:3+1", "own1"])) == "own1:3+1 own1:2"


def test_the_options_for_all() -> None:
    """Each reaches what is compared."""
    words = "bonus:3 --delays 1,2 --arrivals poisson --seed 4 --rate 2 --duration 30s --speed 20"
    asked = read(words.split())
    assert (asked.delays, asked.arrivals, asked.seed, asked.in_turn) == ((1, 2), "poisson", 4, False)
    assert (asked.rate, asked.duration, asked.speed) == (2, 30, 20)
    assert read([]).seed == 1
