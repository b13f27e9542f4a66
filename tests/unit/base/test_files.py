"""Files that a user names: whole or as they were."""

import json
import os
import resource
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import pytest

from asyncdemo.base.errors import StartError, UsageError
from asyncdemo.base.files import (
    check_outputs,
    check_writable,
    overwrite,
    place,
    place_program,
    read_own,
    save,
    save_all,
    stream,
)
from asyncdemo.deck.reader import parse_deck
from asyncdemo.features.hammer import HammerOptions
from asyncdemo.features.report_files import about_now, write_load
from asyncdemo.known.state import State
from asyncdemo.load.options import LoadOptions
from asyncdemo.load.target import parse_target, target_with_name
from asyncdemo.report.about import About
from asyncdemo.report.document import compare_document
from asyncdemo.report.pages.compare_page import compare_page
from asyncdemo.report.svg import picture_svg, standalone
from asyncdemo.talk.export.document import page as export_page
from asyncdemo.talk.shipped_talk import FOLDER as SHIPPED
from tests.simulation import events_of, six_rows

FIGURES = '{"kind": "Load", "format": 1}'


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """While this is open, no file has room for more bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    """What was there stays when the disk is full; its mode and the link to it stay when it is not."""
    file, link = tmp_path / "load.json", tmp_path / "link.json"
    file.write_text("before")
    file.chmod(0o640)
    link.symlink_to(file)

    with room_for(3), pytest.raises(StartError, match=r"--json '.*link.json' cannot be written: File too large"):
        save(str(link), "--json", "after")
    assert file.read_text() == "before"
    save(str(link), "--json", "after")
    assert (file.read_text(), link.is_symlink(), file.stat().st_mode & 0o777) == ("after", True, 0o640)
    assert sorted(tmp_path.iterdir()) == [link, file]


def test_a_look_changes_nothing(tmp_path: Path) -> None:
    """A link to what is not there yet, a pipe that somebody reads, a file with something in it."""
    link, pipe, file = (tmp_path / name for name in ("link", "pipe", "file"))
    link.symlink_to(tmp_path / "later")
    os.mkfifo(pipe)
    file.write_text(FIGURES)
    for path in (link, pipe, file, tmp_path / "new"):
        check_writable(str(path), "--json")
    assert link.is_symlink()
    assert file.read_text() == FIGURES
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "link", "pipe"]
    save(str(link), "--json", "text")
    assert (tmp_path / "later").read_text() == "text"
    with pytest.raises(StartError, match="Is a directory"):
        check_writable(str(tmp_path), "--json")


ABOUT = About(datetime.now(UTC), "asyncdemo compare")
LIKE = {
    "--record": lambda: (SHIPPED / "recordings" / "step1.jsonl").read_text(),
    "--json": lambda: compare_document(six_rows(), ABOUT),
    "--svg": lambda: standalone(picture_svg(six_rows())),
    "--html": lambda: compare_page(six_rows(), ABOUT),
    "--export": lambda: export_page(parse_deck("One\n===\n\n- a\n", Path("deck.md"))),
}
"""Flag -> what it writes."""
OTHERS = {
    "notes.txt": "Milk, bread\n",
    "deck.md": "One\n===\n\n<html> and <svg> are elements.\n",
    "package.json": '{"name": "mine"}',
    "a.jsonl": '{"kind": "Reading"}\n',
    "an.xml": '<?xml version="1.0"?>\n<feed><svg/></feed>',
    "a.bin": "\0\0\0",
}


@pytest.mark.parametrize("flag", LIKE)
def test_a_file_is_replaced_by_its_like_alone(flag: str, tmp_path: Path) -> None:
    """An earlier one by a later one, and one that is empty; not what is something else, or the like of another flag."""
    like = {other: make() for other, make in LIKE.items()}
    for name, text in {**OTHERS, **like}.items():
        file = tmp_path / name
        file.write_text(text)
        pages = {"--html", "--export"}
        if name == flag or {name, flag} == pages:
            check_writable(str(file), flag)
            continue
        with pytest.raises(UsageError, match=rf"^{flag} '.*{name}' is there already and holds no .* Name another file"):
            check_writable(str(file), flag)
        assert file.read_text() == text
    (tmp_path / "empty").touch()
    check_writable(str(tmp_path / "empty"), flag)


@pytest.mark.parametrize(
    ("flag", "name", "better"),
    [
        ("--svg", "frame.png", "frame.svg"),
        ("--svg", "frame.PDF", "frame.svg"),
        ("--json", "load.html", "load.json"),
        ("--json", "run.jsonl", "run.json"),
        ("--html", "report.json", "report.html"),
        ("--record", "run.svg", "run.jsonl"),
        ("--record", "my.run.csv", "my.run.jsonl"),
    ],
)
def test_a_name_that_promises_something_else(flag: str, name: str, better: str, tmp_path: Path) -> None:
    """Is a mistake: nobody would find in it what its ending says. Nothing is left of the look."""
    with pytest.raises(UsageError, match=rf"^{flag} '.*{name}': what is written is .*\. Name it like {better}\.$"):
        check_writable(str(tmp_path / name), flag)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["run.json", "run.jsonl", "run.ndjson", "run.txt", "run", "run.2026", ".hidden", "-"])
def test_a_name_that_promises_nothing_else(name: str, tmp_path: Path) -> None:
    """May end in any way."""
    check_writable(str(tmp_path / name), "--record")


def test_a_frame_of_a_replay_is_a_picture() -> None:
    """Rich writes it in its own way."""
    for picture in (SHIPPED / "pictures").glob("*.svg"):
        check_writable(str(picture), "--svg")


def test_two_that_would_be_one_file(tmp_path: Path) -> None:
    """The first would be lost; a device takes both."""
    (tmp_path / "link").symlink_to(tmp_path / "a")
    for other in (tmp_path / "a", tmp_path / "b" / ".." / "a", tmp_path / "link"):
        with pytest.raises(UsageError, match=r"^--json and --html both write to '.*Name another file for one"):
            check_outputs({"--json": str(tmp_path / "a"), "--html": str(other)})
    check_outputs({"--json": os.devnull, "--html": os.devnull})


def test_only_one_can_have_standard_output() -> None:
    """And then nothing else is said there."""
    assert check_outputs({"--json": None, "--svg": "-"})
    assert not check_outputs({"--json": None, "--html": None})
    with pytest.raises(UsageError, match=r"--json and --html both go to standard output"):
        check_outputs({"--json": "-", "--html": "-"})


@pytest.mark.parametrize("way", [place, overwrite])
def test_a_stream_begins_with_its_first_bytes_or_leaves_what_was_there(
    tmp_path: Path, way: Callable[[Path, bytes], BinaryIO]
) -> None:
    """In a folder where nothing can be made beside it, too."""
    file = tmp_path / "run.jsonl"
    file.write_text("what was recorded before\n")
    with room_for(0), pytest.raises(OSError, match="File too large"):
        way(file, b"header\n")
    assert file.read_text() == "what was recorded before\n"
    with way(file, b"header\n") as opened:
        assert file.read_text() == "header\n"
        opened.write(b"event\n")
    assert file.read_text() == "header\nevent\n"
    assert [path.name for path in tmp_path.iterdir()] == ["run.jsonl"]


def test_a_stream_is_no_standard_output() -> None:
    """The lines of the run go there."""
    with pytest.raises(UsageError, match=r"--record -: .* Name a file"):
        stream("-", "--record", b"header\n")


def test_a_stream_takes_the_place_of_its_like_alone(tmp_path: Path) -> None:
    """Nobody has asked before: a run begins with it."""
    notes = tmp_path / "notes.jsonl"
    notes.write_text("what I must not forget\n")
    with pytest.raises(UsageError, match="holds no recording of asyncdemo: it stays as it is"):
        stream(str(notes), "--record", b"header\n")
    assert notes.read_text() == "what I must not forget\n"


def test_all_new_files_or_none(tmp_path: Path) -> None:
    """When there is no room for the second, the first goes too, and the folders that were made."""
    (tmp_path / "here").mkdir()
    for folder in (tmp_path / "here", tmp_path / "new" / "one"):
        before = sorted(tmp_path.rglob("*"))
        files = {"a": b"1", "in/b": b"12345", "c": b"1"}
        with room_for(3), pytest.raises(StartError, match=r"--new .* cannot be written"):
            save_all(folder, "--new", files)
        assert sorted(tmp_path.rglob("*")) == before
        save_all(folder, "--new", files)
        assert (folder / "in" / "b").read_bytes() == b"12345"


def test_what_is_no_text_in_what_was_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file may have any name; a visitor may not."""
    monkeypatch.setattr(sys, "argv", ["asyncdemo", "hammer", "--json", "caf\udce9.json"])
    assert about_now().command == r"asyncdemo hammer --json 'caf\udce9.json'"
    with pytest.raises(UsageError, match=r"--name 'caf.udce9' is no text"):
        target_with_name(parse_target("http://localhost/"), "caf\udce9")


def test_a_load_that_was_left_behind_is_not_over(tmp_path: Path) -> None:
    """Its last figures are missing, and its file says so."""
    state = State()
    for event in events_of("step2"):
        if event.t < 3.0:
            state.fold(event)
    asked = HammerOptions(LoadOptions(parse_target("http://localhost:1/")))
    write_load(asked, state, 3.0, str(tmp_path / "load.json"), None)
    assert json.loads((tmp_path / "load.json").read_text())["rows"][0]["over"] is False


def test_a_file_that_cannot_be_written_is_told_before_what_is_in_it(tmp_path: Path) -> None:
    """A program that runs, for one, whoever may write there otherwise."""
    program = shutil.copy(sys.executable, tmp_path / "figures.json")
    with subprocess.Popen([program, "-c", "input()"], stdin=subprocess.PIPE) as running:
        with pytest.raises(StartError, match=r"cannot be written: Text file busy"):
            check_writable(str(program), "--json")
        running.communicate(b"\n")


def test_nothing_is_written_where_nothing_is_named(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """And `-` is standard output, which says nothing of itself."""
    save(None, "--json", "text")
    check_writable(None, "--json")
    save("-", "--json", "text\n")
    assert capfd.readouterr() == ("text\n", "")
    save(str(tmp_path / "a.json"), "--json", "text\n")
    assert capfd.readouterr() == ("", f"json: {tmp_path / 'a.json'}\n")
    assert (tmp_path / "a.json").read_text() == "text\n"
    save(str(tmp_path / "a.html"), "--html", "<html>asyncdemo run caf\udce9")
    assert (tmp_path / "a.html").read_bytes() == b"<html>asyncdemo run caf?"


def test_a_device_that_may_not_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not opened for a look: whoever reads from it would take that for the text."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    check_writable(str(pipe), "--json")
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(
        StartError, match=r"pipe' cannot be written: Permission denied\. Name a file in a folder of yours"
    ):
        check_writable(str(pipe), "--json")


def test_a_file_in_a_folder_of_somebody_elses_is_written_in_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is no room beside it; what it held before is gone, also where that was longer."""
    file = tmp_path / "a.json"
    file.write_text("longer than what comes")
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    before = file.stat().st_ino
    place(file, b"text").close()
    assert file.read_bytes() == b"text"
    assert file.stat().st_ino == before
    place(tmp_path / "new", b"text").close()
    assert (tmp_path / "new").read_bytes() == b"text"


def test_only_a_file_of_this_users_is_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No link, no pipe, no folder; nobody else's."""
    file, link, pipe = tmp_path / "file", tmp_path / "link", tmp_path / "pipe"
    file.write_text("text")
    link.symlink_to(file)
    os.mkfifo(pipe)
    assert read_own(file) == (b"text", file.stat().st_mtime)
    for other in (link, pipe, tmp_path, tmp_path / "none"):
        with pytest.raises(OSError, match=r"."):
            read_own(other)
    monkeypatch.setattr(os, "getuid", lambda: file.stat().st_uid + 1)
    with pytest.raises(PermissionError):
        read_own(file)


def test_a_file_that_is_there_already_stays(tmp_path: Path) -> None:
    """And none of the others is written."""
    (tmp_path / "b").write_bytes(b"old")
    with pytest.raises(UsageError) as refused:
        save_all(tmp_path, "--new", {"a": b"new", "b": b"new"})
    assert str(refused.value) == f"{tmp_path / 'b'} is there already, and stays as it is. Name another folder."
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("b", b"old")]


@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")  # Python 3.12 has it of what is late
def test_a_program_that_is_written_can_be_started(tmp_path: Path) -> None:
    """Whatever other threads begin meanwhile: a process has the files of ours up to its own `execve`."""
    over = threading.Event()

    def begin() -> None:
        while not over.is_set():
            subprocess.run(["true"], preexec_fn=lambda: time.sleep(0.1), check=True)

    others = [threading.Thread(target=begin) for _ in range(4)]
    for other in others:
        other.start()
    try:
        for number in range(10):
            program = tmp_path / f"program{number}"
            place_program(program, f"#!/bin/sh\nexit {number}\n{'#' * 20_000_000}")  # which takes a moment
            assert subprocess.run([program], check=False).returncode == number
    finally:
        over.set()
        for other in others:
            other.join()
