"""What stands after `asyncdemo compare`: setups, in full as `run` has them, 'bonus --workers 3', or short, bonus:2+1.

ASYNCDEMO_WORKERS and the like are for `run`: a setup is what is typed.
"""

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

import typer

from ...base.addresses import LOOPBACK
from ...base.errors import UsageError
from ...base.text import printable, without_passwords
from ...events.stage import StageEntry
from ...measuring.setups import Setup, all_setups, setup_with, setups_of
from ...running.options import MAX_WORKERS, check_choices, check_reserved, choices_of, reserved_of
from ...running.own.project import find_project
from ...stages.catalogue import STAGES, meant_by, no_stage, stage_named
from .examples import EXAMPLES
from .projects import HERE, names_folder

MOST_LANES = 8
"""Side by side: more have no room on a screen."""
COUNTS = re.compile(r"(\d{1,6})(?:\+(\d{1,6}))?", re.ASCII)
"""`3`, or `2+1`: so many general workers, and so many reserved ones."""
SHORT = re.compile(rf"[^\s:]+:{COUNTS.pattern}", re.ASCII)
"""`bonus:2+1`."""
TRY = "Try: asyncdemo compare"
BEHIND = {
    **{flag: flag for flag in ("--rate", "--duration", "--delays", "--speed", "--arrivals", "--seed")},
    **{flag: flag for flag in ("--json", "--html", "--svg", "--record", "--plain", "--in-turn", "--all")},
    "--hammer": "--rate",
    "--for": "--duration",
}
"""What is for all setups alike -> how it is typed behind them."""
LEFT_OUT = {
    "--port": "each setup has a free one of its own",
    "--host": "each setup has an address of its own",
    "--redis": "the setups share a Redis of the comparison's own",
    "--database": "each setup has a database of its own",
    "--open": "a page is opened by run",
    "--django-debug": "it is for a run by itself",
}
"""What of a run no setup has, and why."""
FLAGS = ("--plain", "--in-turn", "--all", "--open", "--django-debug")
"""Those of them without a value."""


def setups_from(
    typed: Sequence[str], *, every: bool, in_turn: bool, page: str = "/", beside: Path = HERE
) -> tuple[Setup, ...]:
    """What was typed, in that order, each a row; names of stages alone choose all of their rows, in the order of the
    talk. With `every`, the rows of all stages. Folders are sought `beside` a deck, if it was that. Raises UsageError,
    saying what to type.
    """
    if every and typed:
        raise UsageError(f"--all has every stage already: leave it out, or leave out {shlex.join(typed)}.")
    if every:
        return all_setups()
    check_words(typed)
    rows = rows_of(typed, page, beside)
    check_told_apart(rows)
    if len(rows) > MOST_LANES and not in_turn:
        raise UsageError(
            f"{len(rows)} setups, and {MOST_LANES} fit side by side. Leave {len(rows) - MOST_LANES} out, or add "
            "--in-turn: one after the other."
        )
    return tuple(setup for _, setup in rows)


def rows_of(typed: Sequence[str], page: str, beside: Path) -> list[tuple[str, Setup]]:
    """Each setup, and how it was typed. Raises UsageError."""
    names = [text.lower() for text in typed if text.lower() in STAGES]
    if len(names) < len(typed):
        return [(text, setup_named(text, page, beside)) for text in typed]
    return [(name, setup) for name in sorted(names, key=list(STAGES).index) for setup in setups_of(STAGES[name])]


def setup_named(text: str, page: str = "/", beside: Path = HERE) -> Setup:
    """`bonus`, `bonus:2+1`, or `bonus --workers 3 --reserved-web 1`; the folder of a project, of which that `page` is
    visited. Raises UsageError."""
    if names_folder(text, beside):
        project = find_project(text, None, LOOPBACK, None, beside)
        return Setup(project.entry(page), project=project)
    try:
        words = shlex.split(text)
    except ValueError:
        raise wrong(text, f"a quotation mark is not closed. {TRY} 'bonus --workers 3'") from None
    if not words:
        raise wrong(text, f"there is no stage in it. {TRY} bonus:3")
    if len(words) > 1 or words[0].startswith("-"):
        return in_full(text, words)
    name, colon, counts = words[0].partition(":")
    stage = stage_of(text, name)
    return in_short(text, stage, counts) if colon else setup_with(stage)


def in_short(text: str, stage: StageEntry, counts: str) -> Setup:
    """`2+1`: 2 general workers, and 1 reserved for web. Raises UsageError."""
    found = COUNTS.fullmatch(counts)
    if found is None:
        both = f" {stage.name}:2+1" if stage.reserved else ""
        raise wrong(text, f"behind the colon stands how many workers it has. {TRY} {stage.name}:3{both}")
    general, reserved = int(found[1]), int(found[2] or 0)
    return checked(text, stage, general + reserved, reserved)


def in_full(text: str, words: list[str]) -> Setup:
    """`bonus --workers 3 --reserved-web 1`. Raises UsageError."""
    apart = by_themselves(words)
    if apart:
        raise wrong(text, f"{apart[0]} stands by itself. {TRY} {shlex.join(apart)}")
    typed = read(text, words)
    stage = stage_of(text, typed["stage"])
    try:
        reserved, choices = reserved_of(stage, typed, compare_with), choices_of(typed)
        check_choices(stage, choices, reserved)
    except UsageError as error:
        raise wrong(text, str(error)) from None
    return checked(text, stage, typed["workers"], reserved, choices)


def by_themselves(words: list[str]) -> list[str]:
    """What would be setups in words that are none together: `bonus:2 + 1`, `bonus:3 step3`."""
    together = "".join(words)
    if SHORT.fullmatch(together):
        return [together]
    setups = [word for word in words if SHORT.fullmatch(word) or word.lower() in STAGES]
    return setups if len(setups) > 1 or SHORT.fullmatch("".join(setups)) else []


def setup_of_a_run(
    stage: str,
    workers: Annotated[int | None, typer.Option()] = None,
    reserved_web: Annotated[int, typer.Option()] = 0,
    reserved_short: Annotated[int, typer.Option()] = 0,
    one_queue: Annotated[bool, typer.Option("--one-queue")] = False,
    priority: Annotated[bool, typer.Option("--priority")] = False,
    defaults: Annotated[bool, typer.Option("--defaults")] = False,
) -> None:
    """What of `run` is a setup."""


def read(text: str, words: list[str]) -> dict[str, Any]:
    """The words of a setup by their names, as `run` reads them. Raises UsageError."""
    one = typer.Typer(add_completion=False)
    one.command("run", context_settings={"help_option_names": []})(setup_of_a_run)
    try:
        return typer.main.get_command(one).make_context("run", list(words)).params
    except Exception as error:  # Typer's own class of them has another name in each of its versions
        if not hasattr(error, "format_message"):
            raise
        option, said = getattr(error, "option_name", None) or "", str(error.format_message())
    raise wrong(text, problem_of(words, option, said))


def problem_of(words: list[str], option: str, said: str) -> str:
    """What is wrong with the words of a setup, and what to type."""
    if option in BEHIND:
        return f"{option} is for all setups alike, and stands behind them. {TRY} {put_behind(words)}"
    if option in LEFT_OUT:
        return f"{option} is no part of a setup: {LEFT_OUT[option]}. {TRY} {put_behind(words)}"
    if len(words) == 2 and COUNTS.fullmatch(words[1]):
        return f"how many workers it has stands behind a colon. {TRY} {words[0]}:{words[1]}"
    parts = "a stage, --workers and --reserved-web (today: --reserved-short)"
    return f"{said.rstrip('.')}. A setup is {parts}. {TRY} bonus:3 bonus:2+1"


def put_behind(words: list[str]) -> str:
    """The setup as it is typed, and behind it what is for all: `'bonus --workers 3' --rate 2`."""
    setup: list[str] = []
    behind: list[str] = []
    left = iter(words)
    for word in left:
        option, equals, value = word.partition("=")
        if option not in BEHIND | LEFT_OUT:
            setup.append(word)
            continue
        values = [] if option in FLAGS else [value] if equals else [next(left, "")]
        if option in BEHIND:
            behind += [BEHIND[option], *values]
    return shlex.join([shlex.join(setup), *behind])


def checked(text: str, stage: StageEntry, workers: int | None, reserved: int, choices: tuple[str, ...] = ()) -> Setup:
    """A setup that can be run, and has a visitor answered. Raises UsageError."""
    if workers is not None and not 1 <= workers <= MAX_WORKERS:
        nearest = MAX_WORKERS if workers > 1 else stage.default_workers or 4
        problem = f"{stage.name} is compared with 1 to {MAX_WORKERS} workers"
        raise wrong(text, f"{problem}. {TRY} {stage.name}:{nearest}")
    try:
        check_reserved(stage, stage.default_workers if workers is None else workers, reserved, compare_with)
    except UsageError as error:
        raise wrong(text, str(error)) from None
    return setup_with(stage, workers, reserved, choices)


def compare_with(stage: StageEntry, total: int, reserved: int) -> str:
    """`asyncdemo compare bonus:2+1`."""
    return f"asyncdemo compare {stage.name}:{total - reserved}+{reserved}"


def stage_of(text: str, name: str) -> StageEntry:
    """Raises UsageError for a stage that there is not, with the one that it may be meant for."""
    if name.lower() in STAGES:
        return stage_named(name)
    meant = meant_by(name)
    advice = f" {TRY} {shlex.quote(text.replace(name, meant, 1))}" if meant else ""
    raise UsageError(f"{printable(no_stage(name), 400)}{printable(advice)}")


def with_names(words: Sequence[str]) -> Iterator[str]:
    """Setups, each with its stage: `bonus:3 4` is `bonus:3 bonus:4`."""
    stage = "bonus"
    for word in words:
        stage = stage if COUNTS.fullmatch(word) else word.partition(":")[0]
        yield f"{stage}:{word}" if COUNTS.fullmatch(word) else word


def check_words(typed: Sequence[str]) -> None:
    """Raises UsageError for words that stand in place of setups, or between their parts."""
    for text in typed:
        if first_word(text) in EXAMPLES:
            rest = [without_commands(each) for each in typed]
            problem = f"{first_word(text)} is a command, and no part of a setup"
            raise wrong(text, f"{problem}. {TRY} {shlex.join(filter(None, rest)) or 'bonus:3'}")
        if "," in text and " " not in text.strip():
            apart = " ".join(with_names(" ".join(typed).replace(",", " ").split()))
            raise wrong(text, f"setups are typed with a blank between them. {TRY} {apart}")
    for before, text in pairwise(["", *typed]):
        if COUNTS.fullmatch(text):
            name = before.rstrip(":")
            example = f"{name}:{text}" if name.lower() in STAGES else "bonus:3 bonus:2+1"
            raise wrong(text, f"how many workers it has stands behind a stage and a colon. {TRY} {example}")


def first_word(text: str) -> str:
    """`run` of `run bonus`."""
    return next(iter(text.split()), "").lower()


def without_commands(text: str) -> str:
    """`bonus --workers 3` of `asyncdemo run bonus --workers 3`."""
    while first_word(text) in EXAMPLES:
        _, _, text = text.strip().partition(" ")
    return text.strip()


def check_told_apart(rows: Sequence[tuple[str, Setup]]) -> None:
    """Raises UsageError for a setup that is there twice: a table and a recording know a row by its name."""
    seen: dict[Setup, str] = {}
    for text, setup in rows:
        if setup in seen:
            first = seen[setup]
            twice = f"{first!r} is typed twice" if first == text else f"{first!r} and {text!r} have the same setup"
            raise UsageError(f"{twice}: {setup.label}. Two rows of one name are not told apart. Leave one of them out.")
        seen[setup] = text


def how_to_write(typed: Sequence[str], behind: Mapping[str, str]) -> str:
    """`bonus:2+1` for `bonus` with --workers 3 and --reserved-web 1 behind it; an example where that cannot be."""
    words = [word for option in behind.items() for word in option]
    setups = list(filter(None, map(without_commands, typed)))
    another = "today" if "--reserved-short" in behind else "bonus"
    names = [text for text in setups if text.lower() in STAGES] or [another]
    try:
        meant = {name: in_full(name, [name, *words]).typed for name in names}
    except UsageError:
        return f"{another}:3" if behind.keys() == {"--workers"} else f"{another}:2+1"
    return shlex.join(meant.get(text, text) for text in setups or names)


def wrong(text: str, problem: str) -> UsageError:
    """What is no setup, and why."""
    return UsageError(without_passwords(f"compare {printable(text, 80)!r}: {printable(problem, 400)}"))
