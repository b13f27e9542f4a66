"""`asyncdemo talk [DECK]`."""

import re
from collections.abc import Callable
from contextlib import redirect_stdout
from functools import partial
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from ..base.addresses import LOOPBACK
from ..base.durations import parse_size
from ..base.errors import UsageError
from ..base.files import STDOUT
from ..base.text import is_text
from ..talk.shipped_talk import DECK
from . import compare as compare_command
from . import hammer as hammer_command
from . import replay as replay_command
from . import run as run_command
from .commands import Command
from .options.shared_options import check_file, where_from

if TYPE_CHECKING:
    from ..deck.deck import Demo
    from ..deck.reader import ReadOptions
    from ..talk.demos.slide_demo import DemoOptions

THEMES = ("dark", "bright")
NOT_IN_A_SLIDE = ("json", "html", "svg", "at", "size", "fail_if", "plain", "django_debug")
"""Options for files, exit codes and lines: a slide has panels, and ends when it is left. And what shows the inside of a
stage to a browser, which is for whoever types it himself."""


def talk(
    deck: Annotated[
        str | None,
        typer.Argument(
            help="A deck in Markdown, - for standard input. Default: the talk that comes with it.", show_default=False
        ),
    ] = None,
    notes: Annotated[
        bool,
        typer.Option("--notes", help="In a second terminal: notes, next slide and clock of the talk that is given."),
    ] = False,
    remote: Annotated[
        bool,
        typer.Option("--remote", help="A page with buttons; for a phone, add --host 0.0.0.0. The notes show its code."),
    ] = False,
    host: Annotated[
        str | None, typer.Option(help="Address of the remote; 0.0.0.0 for all, phones too. Default: this machine only.")
    ] = None,
    port: Annotated[int | None, typer.Option(help="Port of the remote. Default: any free one.")] = None,
    plain: Annotated[bool, typer.Option("--plain", help="Print the deck as text, with its notes, and end.")] = False,
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help="Prove the deck: quotes, links, times, sizes, recordings, each demo once, programs with --allow-exec.",
        ),
    ] = False,
    size: Annotated[
        str | None,
        typer.Option(help="The screen that --check measures slides on. Default: 88x24.", show_default=False),
    ] = None,
    export: Annotated[
        str | None,
        typer.Option(
            help="Write the talk to FILE.html: one page, with its recordings playing. Replaces a page, nothing else.",
            show_default=False,
        ),
    ] = None,
    new: Annotated[
        str | None, typer.Option(help="Write a small deck to begin with into this folder.", show_default=False)
    ] = None,
    copy: Annotated[
        str | None,
        typer.Option(help="Write the talk that comes with it into this folder, to be changed.", show_default=False),
    ] = None,
    link: Annotated[
        str | None,
        typer.Option(help="An address on the last slide, with a code for phones.", show_default=False),
    ] = None,
    allow_exec: Annotated[
        bool,
        typer.Option(
            "--allow-exec",
            help="Let demos run other programs than asyncdemo, and write recordings: read the deck first.",
        ),
    ] = False,
    theme: Annotated[
        str | None,
        typer.Option(
            envvar="ASYNCDEMO_THEME",
            help="Of the room: dark, or bright. Default: the deck's own, else dark.",
            show_default=False,
        ),
    ] = None,
    config: Annotated[
        str | None,
        typer.Option(
            "--config",
            "-c",
            help="presenterm's configuration. Default: config.yaml beside the deck.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Give a talk in the terminal, with live demos in its slides: run, hammer, compare, replay. ? shows the keys."""
    if theme is not None and theme not in THEMES:
        raise UsageError(f"--theme {theme!r}: type one of {', '.join(THEMES)}.")
    if (host is not None or port is not None) and not remote:
        raise UsageError("--host and --port are the remote's. Add --remote.")
    modes = {"--notes": notes, "--plain": plain, "--check": check, "--export": export is not None}
    modes |= {"--new": new is not None, "--copy": copy is not None}
    check_modes([flag for flag, given in modes.items() if given], deck)
    if size is not None and not check:
        raise UsageError("--size is what --check measures slides on. Add --check.")
    if notes:
        from ..talk.followers.notes import show_notes

        raise typer.Exit(show_notes(Path(deck) if deck is not None else None))
    from ..running.ports import check_port

    check_port(port or 0)
    if new is not None or copy is not None:
        from ..talk.new_deck import copy_talk, new_deck

        raise typer.Exit(new_deck(Path(new)) if new is not None else copy_talk(Path(copy or "")))
    path = deck_of(deck)
    reading = read_options(config, link)
    if check:
        from ..talk.check import check_deck

        understand = partial(understood, allow_exec=True, deck=path)
        given = partial(understood, allow_exec=allow_exec, deck=path)
        raise typer.Exit(check_deck(path, parse_size(size or "88x24"), understand, as_given=given, options=reading))
    if export is not None:
        from ..talk.check import in_short
        from ..talk.export.export import export_deck

        found = partial(in_short, understand=partial(understood, allow_exec=True, deck=path))
        raise typer.Exit(export_deck(path, export, reading, found))
    if plain:
        from ..talk.transcript import print_deck

        raise typer.Exit(print_deck(path, reading))
    listens = (host or LOOPBACK, port or 0) if remote else None
    raise typer.Exit(give(path, reading, allow_exec=allow_exec, theme=theme or "", listens=listens))


def deck_of(typed: str | None) -> Path:
    """The deck's file. Raises UsageError where a stage or a slide's number stands in its place."""
    if typed is None:
        return DECK
    check_file("talk", typed)
    path = Path(typed)
    if typed.isdecimal() and not path.exists():
        raise UsageError(
            f"talk {typed}: there is no such deck. For slide {typed}, asyncdemo talk, and in it g and {typed}"
        )
    return path


def read_options(config: str | None, link: str | None) -> "ReadOptions":
    """What is said of a deck beside what stands in it. Raises UsageError for an address that is none."""
    from ..deck.reader import ReadOptions

    if link is not None and not (is_text(link) and re.fullmatch(r"https?://[^\s/]\S*", link)):
        raise UsageError(f"--link {link!r}: type an address like https://example.org/talk.")
    return ReadOptions(Path(config) if config is not None else None, link or "")


def give(path: Path, reading: "ReadOptions", *, allow_exec: bool, theme: str, listens: tuple[str, int] | None) -> int:
    """Give a talk in the terminal; its remote listens at such a host and port, if at all. Returns the exit code."""
    from ..deck.reader import STDIN, read_deck

    read = read_deck(path, reading)
    from ..showing.terminal import hear_terminal, in_terminal, what_lacks
    from ..talk.followers.remote import RemoteOptions
    from ..talk.presenter.present import present
    from ..talk.presenter.presenter import TalkOptions

    if path == STDIN:
        hear_terminal()
    if not in_terminal():
        raise UsageError(f"A talk needs a terminal: {what_lacks()}. As text: asyncdemo talk --plain")
    understand = partial(understood, allow_exec=allow_exec, deck=path)
    remote = RemoteOptions(*listens) if listens is not None else None
    return present(TalkOptions(read, understand, theme, remote, reading=reading))


def check_modes(wanted: list[str], deck: str | None) -> None:
    """Raises UsageError where more is asked for than can be done at a time, or a deck where none is read."""
    if len(wanted) > 1:
        raise UsageError(f"{' and '.join(wanted)}: type one of them at a time.")
    if wanted and wanted[0] in ("--new", "--copy") and deck is not None:
        raise UsageError(f"{wanted[0]} begins a deck of its own: leave {deck} out.")


def understood(demo: "Demo", *, allow_exec: bool, deck: Path = Path()) -> "DemoOptions":
    """What a demo's command asks for, read as the command line reads it, with files and folders beside the deck.

    Raises UsageError, saying what is wrong.
    """
    from ..deck.deck_files import find_file
    from ..features.replay import check_speed
    from ..talk.demos.shows import WatchOptions
    from ..talk.demos.slide_demo import ProgramOptions, ReplayOptions

    program, *words = demo.command
    name = words[0] if words else ""
    if program != "asyncdemo" and allow_exec:
        return ProgramOptions(demo, deck.parent)
    if program != "asyncdemo":
        raise UsageError(f"{program} is not asyncdemo: such commands run only with --allow-exec")
    folder = deck.parent if allow_exec else None
    if name == "run":
        return WatchOptions(*run_command.options_from(parsed(run_command.run, name, words[1:], folder), deck.parent))
    if name == "compare":
        return compare_command.options_from(parsed(compare_command.compare, name, words[1:], folder), deck.parent)
    if name == "hammer":
        return hammer_command.options_from(parsed(hammer_command.hammer, name, words[1:], folder))
    if name == "replay":
        typed = parsed(replay_command.replay, name, words[1:], folder).params
        check_speed(typed["speed"])
        recording = find_file(deck, typed["file"])
        if recording is None:
            raise UsageError(f"asyncdemo replay: there is no file {typed['file']} beside the deck")
        return ReplayOptions(str(recording), typed["speed"])
    raise UsageError(f"asyncdemo {name} is not in a slide: run it in another terminal")


def parsed(function: Callable[..., None], name: str, words: list[str], folder: Path | None) -> typer.Context:
    """A command's words, read and not obeyed; what it records goes to `folder`, or nowhere.

    Raises UsageError, for what makes no sense in a slide too.
    """
    one = typer.Typer(add_completion=False)
    one.command(name, cls=Command)(function)
    try:
        with redirect_stdout(StringIO()):  # for --help
            context = cast(typer.Context, typer.main.get_command(one).make_context(f"asyncdemo {name}", words))
    except typer.Exit:
        raise UsageError(f"asyncdemo {name}: --help is not in a slide") from None
    except UsageError as error:
        raise UsageError(f"asyncdemo {error}") from None
    for option in NOT_IN_A_SLIDE:
        if where_from(context, option) == "COMMANDLINE":
            raise UsageError(f"asyncdemo {name}: --{option.replace('_', '-')} is not in a slide: leave it out")
    context.params["record"] = record_in_a_slide(context, name, folder)
    return context


def record_in_a_slide(context: typer.Context, name: str, folder: Path | None) -> str | None:
    """Where a demo records to: beside its deck, if the user lets it write at all. A variable means the command line.

    Raises UsageError.
    """
    if where_from(context, "record") != "COMMANDLINE":
        return None
    if folder is None:
        raise UsageError(f"asyncdemo {name}: --record writes a file: such demos run only with --allow-exec")
    typed: str = context.params["record"]
    return typed if typed == STDOUT else str(folder / typed)
