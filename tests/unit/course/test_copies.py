"""The copies that a learner changes."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from asyncdemo.base.errors import AsyncdemoError, StartError
from asyncdemo.course import copies
from asyncdemo.course.lesson import OPTIONAL, Course, Exercise

from .lessons import lesson


@pytest.fixture
def exercise(tmp_path: Path) -> Exercise:
    found = lesson(tmp_path / "lessons").exercise
    assert found is not None
    start = {"hello/views.py": b"slow = True\n", "hello/consumers.py": b""}
    return replace(found, start=start, solution={"hello/views.py": b"slow = False\n", "hello/new.py": b"new = 1\n"})


def test_it_begins_as_the_stage_with_the_files_of_the_lesson(exercise: Exercise, tmp_path: Path) -> None:
    folder = tmp_path / "copies" / "05-the-fifth"
    copies.begin(exercise, folder)
    assert (folder / "hello" / "views.py").read_text() == "slow = True\n"
    assert not (folder / "hello" / "consumers.py").exists()
    assert (folder / "Procfile").read_text().startswith("web:")
    assert not copies.differing(copies.beginning(exercise, folder), folder)


def test_it_is_not_made_over_what_is_there(exercise: Exercise, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    copies.begin(exercise, folder)
    (folder / "hello" / "views.py").write_text("mine = 1\n")
    copies.begin(exercise, folder)
    assert (folder / "hello" / "views.py").read_text() == "mine = 1\n"


def test_a_reset_says_what_it_takes_and_leaves_nothing_of_it(exercise: Exercise, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    copies.begin(exercise, folder)
    (folder / "hello" / "views.py").write_text("mine = 1\n")
    (folder / "hello" / "mine.py").write_text("mine = 2\n")
    (folder / "Procfile").unlink()
    (folder / "db.sqlite3").write_bytes(b"kept")
    beginning = copies.beginning(exercise, folder)
    assert copies.differing(beginning, folder) == ["Procfile", "hello/mine.py", "hello/views.py"]
    copies.reset(exercise, folder)
    assert copies.differing(beginning, folder) == []
    assert (folder / "db.sqlite3").read_bytes() == b"kept"


def test_the_solution_is_put_in_its_place(exercise: Exercise, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    copies.solve(exercise, folder)
    assert (folder / "hello" / "views.py").read_text() == "slow = False\n"
    assert (folder / "hello" / "new.py").read_text() == "new = 1\n"
    assert copies.differing(copies.beginning(exercise, folder), folder)


def test_it_is_read_as_a_diff_reads_it(exercise: Exercise, tmp_path: Path) -> None:
    texts = copies.as_texts(copies.solved(exercise, tmp_path / "copy"))
    assert next(iter(texts)) == "hello/views.py"
    assert ".gitignore" not in texts


def test_it_is_loaded_as_a_project_of_the_users(exercise: Exercise, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    copies.begin(exercise, folder)
    experiment = copies.experiment_of(exercise, folder, speed=5)
    options = experiment.options
    assert options.project is not None
    assert options.project.folder == folder.resolve()
    assert options.project.python == sys.executable
    assert (options.speed, options.stage.parameter, options.stage.own) == (5, "name", True)
    assert options.stage.name == copies.COPY
    assert copies.experiment_of(exercise, folder).options.speed == exercise.experiment.options.speed


def test_its_ports_are_in_its_env_and_a_check_has_its_own(exercise: Exercise, tmp_path: Path) -> None:
    """Who starts it by hand has those of the file; whoever changes them there has changed something."""
    assert ".env" not in copies.beginning(exercise, tmp_path)
    exercise, folder = replace(exercise, ports={"REDIS_PORT": 6408, "MAIL_PORT": 2525}), tmp_path / "copy"
    copies.begin(exercise, folder)
    assert (folder / ".env").read_text() == "REDIS_PORT=6408\nMAIL_PORT=2525\n"
    experiment = copies.experiment_of(exercise, folder)
    assert experiment.options.project is not None
    assert experiment.options.project.ports == ("REDIS_PORT", "MAIL_PORT")
    assert experiment.whole
    assert not copies.differing(copies.beginning(exercise, folder), folder)
    (folder / ".env").write_text("REDIS_PORT=6409\n")
    assert copies.differing(copies.beginning(exercise, folder), folder) == [".env"]
    copies.reset(exercise, folder)
    assert (folder / ".env").read_text() == "REDIS_PORT=6408\nMAIL_PORT=2525\n"
    assert ".env" not in copies.as_texts(copies.beginning(exercise, folder))


def test_what_is_no_project_any_more_is_told(exercise: Exercise, tmp_path: Path) -> None:
    with pytest.raises(StartError, match="is not there"):
        copies.experiment_of(exercise, tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(AsyncdemoError, match=r"neither a manage\.py nor a Procfile"):
        copies.experiment_of(exercise, tmp_path / "empty")


def test_a_place_that_cannot_be_written_is_told_and_nothing_is_left(exercise: Exercise, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file")
    with pytest.raises(StartError, match="cannot be written"):
        copies.begin(exercise, tmp_path / "file" / "copy")
    with pytest.raises(StartError, match="cannot be written"):
        copies.reset(exercise, tmp_path / "file")


def test_a_new_copy_is_told_of_as_a_folder(exercise: Exercise, tmp_path: Path) -> None:
    """Not as one of its files, which nobody has named."""
    (tmp_path / "file").write_text("a file")
    folder = tmp_path / "file" / "copy"
    with pytest.raises(StartError) as told:
        copies.begin(exercise, folder)
    assert str(told.value).startswith(f"learn '{folder}' cannot be written: ")


def test_a_solution_makes_folders_of_its_own(exercise: Exercise, tmp_path: Path) -> None:
    """However deep."""
    name = "hello/management/commands/rescue.py"
    copies.solve(replace(exercise, solution={name: b"new = 1\n"}), tmp_path / "copy")
    assert (tmp_path / "copy" / name).read_text() == "new = 1\n"


def test_its_folder_has_the_number_and_the_name_of_its_lesson(tmp_path: Path) -> None:
    """Two digits, so that they stand in their order."""
    fifth = lesson(tmp_path)
    assert copies.folder_of(fifth, tmp_path) == tmp_path / "05-the-fifth"
    assert copies.folder_of(replace(fifth, number=14), tmp_path) == tmp_path / "14-the-fifth"


def test_what_does_not_count_has_its_number_alone(tmp_path: Path) -> None:
    """Its minutes are none of the course's; the others are counted without it."""
    lessons = [replace(lesson(tmp_path / str(number)), number=number, minutes=number) for number in (1, 2, 3)]
    course = Course((lessons[0], replace(lessons[1], optional=True), lessons[2]))
    assert [course.place(each) for each in course.lessons] == ["1 of 2", f"2, {OPTIONAL}", "2 of 2"]
    assert course.minutes == 4


def test_where_there_is_no_copy_nothing_is_in_it(exercise: Exercise, tmp_path: Path) -> None:
    """Whoever has taken it away is asked nothing of it, and told of no folder that cannot be read."""
    folder = tmp_path / "copy"
    assert copies.text_files(folder) == {}
    assert copies.differing(copies.beginning(exercise, folder), folder) == sorted(copies.beginning(exercise, folder))


def test_where_copies_go_is_a_folder_from_then_on(tmp_path: Path) -> None:
    """Made at once: of a place that is not there nobody knows later that it was named."""
    copies.make_room(tmp_path / "new" / "copies")
    copies.make_room(tmp_path / "new" / "copies")
    assert (tmp_path / "new" / "copies").is_dir()
    (tmp_path / "file").touch()
    with pytest.raises(
        StartError, match=r"^--copies '.*/file' cannot be written: File exists\. Name a folder of yours"
    ):
        copies.make_room(tmp_path / "file")
