"""How far somebody is, from one day to the next."""

import json
from pathlib import Path

import pytest

from asyncdemo.base.errors import StartError
from asyncdemo.course.progress import Progress, keep, load, progress_file


def test_what_is_kept_is_there_again(tmp_path: Path) -> None:
    progress = Progress(at=5, copies="/somewhere")
    progress.of("the-fifth").tries = 2
    keep(tmp_path / "new" / "learn.json", progress)
    assert load(tmp_path / "new" / "learn.json") == (progress, "")


def test_one_begins_at_the_beginning(tmp_path: Path) -> None:
    assert load(tmp_path / "learn.json") == (Progress(), "")


def test_a_field_that_is_to_come_is_none_yet(tmp_path: Path) -> None:
    """Of an older asyncdemo's file, as well."""
    (tmp_path / "learn.json").write_text(json.dumps({"at": 3, "lessons": {"a": {"said": "5"}}}))
    progress, told = load(tmp_path / "learn.json")
    assert (progress.at, progress.of("a").said, progress.of("a").passed, told) == (3, "5", False, "")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"at": "x"}', '{"version": 99}', '{"lessons": 5}', "[" * 100_000])
def test_what_cannot_be_read_is_put_aside_and_told(tmp_path: Path, text: str) -> None:
    file = tmp_path / "learn.json"
    file.write_text(text)
    progress, told = load(file)
    assert progress == Progress()
    assert "could not be read" in told
    assert (tmp_path / "learn.broken.json").read_text() == text
    assert not file.exists()


def test_bytes_that_are_no_text_are_put_aside(tmp_path: Path) -> None:
    (tmp_path / "learn.json").write_bytes(b"\xff\xfe")
    assert "no text" in load(tmp_path / "learn.json")[1]


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StartError, match="cannot be written"):
        keep(tmp_path / "file" / "learn.json", Progress())
    (tmp_path / "folder" / "learn.json").mkdir(parents=True)
    with pytest.raises(StartError, match="cannot be read"):
        load(tmp_path / "folder" / "learn.json")


def test_it_is_in_the_users_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert progress_file().name == "learn.json"
    assert progress_file().parent.name == "asyncdemo"


def test_what_cannot_be_put_aside_is_told_and_left(tmp_path: Path) -> None:
    """Nothing is lost of it."""
    file = tmp_path / "learn.json"
    file.write_text("{")
    (tmp_path / "learn.broken.json" / "taken").mkdir(parents=True)
    with pytest.raises(StartError, match=r"cannot be read \(.+\), nor put aside: "):
        load(file)
    assert file.read_text() == "{"
