"""`asyncdemo learn [list|next|back|goto N|check|hint|reset N|status]`."""

import re
from collections.abc import Iterator
from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..base.errors import UsageError
from ..base.output import say
from ..stages.catalogue import STAGES
from .commands import Command
from .options.shared_options import Choices, Plain

if TYPE_CHECKING:
    from ..features.learn.session import Session

WORDS = {
    "list": "all lessons, what you have done, and which are enough for whoever knows queues (fast track)",
    "next": "open the next lesson",
    "back": "open the one before",
    "goto": "open lesson N, as its number alone does; --solved: with the solution in its copy",
    "check": "check the copy of the lesson that is open, once; exit code 0 where it does what it should, else 1",
    "hint": "print the next hint of the lesson that is open",
    "reset": "make the copy of lesson N as it began, or of the one that is open; says what it overwrites, and asks",
    "status": "how far you are",
}
"""What can be done besides opening the lesson where you left off."""
OPENING = ("next", "back", "goto")
OF = {
    "--solved": ("goto",),
    "--yes": ("goto", "reset"),
    "--json": ("status",),
    "--plain": OPENING,
    "--copies": (*OPENING, "check", "reset", "status"),
}
"""An option -> what it belongs to."""
NUMBERED = {"goto": "Which lesson.", "reset": "Which lesson. Default: the one that is open."}
"""What a number says."""


OF_ALL = ("--course",)
"""What belongs to each of them."""
OWNERS = re.compile(r"Of [a-z ]+: ")
"""How a help begins that says whose it is."""


class LearnCommand(Command):
    """Each of its words has a help of its own."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Ends with that of the word that was typed, where it is asked for."""
        word = next((arg for arg in args if arg in WORDS), "")
        if word and not ctx.resilient_parsing and {*ctx.help_option_names} & {*args}:
            say(self.help_of(word, ctx))
            raise typer.Exit
        return super().parse_args(ctx, args)

    def help_of(self, word: str, ctx: Any) -> str:
        """What it does, its own options, and examples."""
        what = WORDS[word].partition("; --")[0]
        part = Command(f"learn {word}", params=[*self._params_of(word, ctx)], help=f"{capital(what)}.")
        context = type(ctx)(part, parent=ctx.parent, info_name=part.name)
        return str(context.get_help())

    def _params_of(self, word: str, ctx: Any) -> Iterator[Any]:
        options = {*OF_ALL, *(option for option, owners in OF.items() if word in owners)}
        parameters: list[Any] = self.get_params(ctx)
        for parameter in map(copy, parameters):
            if parameter.name == "number" and word in NUMBERED:
                parameter.required = word == "goto"
                parameter.help = NUMBERED[word]
                yield parameter
            elif options & {*parameter.opts}:
                parameter.help = capital(OWNERS.sub("", parameter.help))
                yield parameter


def capital(text: str) -> str:
    """As a sentence begins."""
    return f"{text[:1].upper()}{text[1:]}"


def words(incomplete: str) -> Choices:
    """Those that begin so."""
    return [(word, what) for word, what in WORDS.items() if word.startswith(incomplete.lower())]


def learn(
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="WHAT",
            help="; ".join(f"{word}: {text}" for word, text in WORDS.items())
            + ". Without it, the lesson opens where you left off.",
            show_default=False,
            autocompletion=words,
        ),
    ] = None,
    number: Annotated[
        str | None, typer.Argument(metavar="N", help="Of goto and reset: which lesson.", show_default=False)
    ] = None,
    solved: Annotated[
        bool, typer.Option("--solved", help="Of goto: put the solution into the copy, for whoever comes late.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Of goto and reset: overwrite without a question.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Of status: as JSON.")] = False,
    plain: Plain = False,
    copies: Annotated[
        Path | None,
        typer.Option(
            help="A folder for the copies that lessons have you change, kept from then on. Default: beside your "
            "progress, which `status` names.",
            show_default=False,
        ),
    ] = None,
    check_course: Annotated[
        bool,
        typer.Option("--check-course", help="Prove every lesson: starts, solutions, wrong answers, hints, minutes."),
    ] = False,
    course: Annotated[
        Path | None,
        typer.Option(envvar="ASYNCDEMO_COURSE", help="A folder of lessons of your own.", show_default=False),
    ] = None,
) -> None:
    """Learn it alone, in about 90 minutes: predict, run, see, change, understand. Opens where you left off."""
    if what is not None and what.isdecimal() and number is None:
        what, number = "goto", what
    check_words(what, number, {"--solved": solved, "--yes": yes, "--json": json})
    if check_course:
        from ..features.learn.check_course import check

        raise typer.Exit(check(course))
    from ..features.learn.learn import session_of

    session, lesson = session_of(course, copies), number_of(number)
    raise typer.Exit(done(session, what, lesson, solved=solved, yes=yes, json=json, plain=plain))


def number_of(text: str | None) -> int | None:
    """Which lesson was typed. Raises UsageError for what is no number."""
    if text is None or (text.isascii() and text.isdecimal() and len(text) < 9):
        return int(text) if text is not None else None
    raise UsageError(f"learn: {text!r} is no number of a lesson. They are listed by: asyncdemo learn list")


def check_words(what: str | None, number: str | None, given: dict[str, bool]) -> None:
    """Raises UsageError for what is not there, or belongs to something else."""
    if what is not None and what not in WORDS:
        stage = f" To run that stage: asyncdemo run {what.lower()}" if what.lower() in STAGES else ""
        raise UsageError(f"learn {what!r}: type one of {', '.join(WORDS)}, a lesson's number, or nothing.{stage}")
    if what == "goto" and number is None:
        raise UsageError("learn goto: which lesson? Type it like asyncdemo learn goto 5.")
    if number is not None and what not in NUMBERED:
        raise UsageError(f"learn {what or ''}: a number belongs to goto and reset. Leave it out.".replace(" :", ":"))
    for option, owners in OF.items():
        if given.get(option) and what not in owners:
            word = "goto 5" if owners[0] == "goto" else owners[0]
            raise UsageError(f"{option} belongs to {' and '.join(owners)}: asyncdemo learn {word} {option}")


def done(
    session: "Session", what: str | None, number: int | None, *, solved: bool, yes: bool, json: bool, plain: bool
) -> int:
    """What was asked for: the exit code."""
    from ..features.learn import learn as commands

    if what == "list":
        return commands.print_list(session)
    if what == "status":
        return commands.print_status(session, json)
    if what == "check":
        return commands.check(session)
    if what == "hint":
        return commands.print_hint(session)
    if what == "reset":
        return commands.reset(session, session.lesson.number if number is None else number, yes)
    if what in ("next", "back"):
        commands.step(session, 1 if what == "next" else -1)
    if what == "goto" and number is not None and not commands.go(session, number, solved=solved, sure=yes):
        return 1
    return commands.open_lesson(session, plain)
