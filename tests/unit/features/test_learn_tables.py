"""The tables of a copy, made anew before it is checked."""

import sqlite3
from dataclasses import replace
from pathlib import Path

from asyncdemo.course.copies import begin, experiment_of, put, solved
from asyncdemo.course.lesson import Exercise
from asyncdemo.course.reading import read_course
from asyncdemo.features.learn.tables import make_tables


def exercise_of(number: int) -> Exercise:
    exercise = read_course().numbered(number).exercise
    assert exercise is not None
    return exercise


def tables_of(file: Path) -> list[str]:
    connection = sqlite3.connect(file)
    try:
        return [name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")]
    finally:
        connection.close()


def test_a_check_begins_with_tables_and_with_nothing_in_them(tmp_path: Path) -> None:
    """Whatever an earlier check has left in the queue."""
    exercise, folder = exercise_of(12), tmp_path / "copy"
    begin(exercise, folder)
    for name in ("db.sqlite3", "db.sqlite3-wal"):
        (folder / name).write_text("of an earlier check")
    make_tables(experiment_of(exercise, folder))
    assert "django_tasks_database_dbtaskresult" in tables_of(folder / "db.sqlite3")


def test_what_has_no_such_workers_makes_its_own(tmp_path: Path) -> None:
    """That takes no time of a check; and the files of a stage are nobody's to remove."""
    exercise, folder = exercise_of(4), tmp_path / "copy"
    put(solved(exercise, folder), folder)
    (folder / "db.sqlite3").write_text("")
    make_tables(experiment_of(exercise, folder))
    make_tables(replace(exercise.experiment))
    assert (folder / "db.sqlite3").read_text() == ""


def test_a_copy_that_is_broken_says_so_when_it_is_started(tmp_path: Path) -> None:
    """Not here: it has no tables, and that is all."""
    exercise, folder = exercise_of(12), tmp_path / "copy"
    begin(exercise, folder)
    (folder / "hello" / "settings.py").write_text("no Python at all")
    make_tables(experiment_of(exercise, folder))
    assert not (folder / "db.sqlite3").exists()
