"""The lessons that come with it, as far as that can be seen without running them: `learn --check-course` runs them."""

import re
import shutil
import socket
import subprocess
import sys
from itertools import chain
from math import inf
from pathlib import Path
from random import Random

import pytest

from asyncdemo.base.installation import ROOT
from asyncdemo.course.copies import beginning, over, solved
from asyncdemo.course.figures import FIGURES
from asyncdemo.course.lesson import Lesson
from asyncdemo.course.predictions import SECONDS, parse_prediction
from asyncdemo.course.reading import LESSONS, read_course, read_lesson
from asyncdemo.deck.deck import Code, Prose, Slide
from asyncdemo.features.learn.check_course import slides_of, wrong_words
from asyncdemo.load.schedule import Schedule, poisson
from asyncdemo.measuring.experiment import Experiment
from tests.shipped_course import COURSE, exercise_of, question_of

NAMES = [lesson.name for lesson in COURSE.lessons]
EXERCISES = [lesson for lesson in COURSE.lessons if lesson.exercise is not None]
ASKED = [lesson for lesson in EXERCISES if lesson.question is not None]
COPY = Path("copy")
REDIS = re.compile(r"redis_server\.py (\S+)|redis://127\.0\.0\.1:([^/]+)/")
"""Where a copy's Redis listens, and where it is looked for."""


def blocks(slide: Slide) -> list[Prose]:
    return [block for part in slide.parts for block in part.blocks if isinstance(block, Prose)]


def codes(slide: Slide) -> list[Code]:
    return [block for block in slide.blocks if isinstance(block, Code)]


def test_the_course_is_what_its_readers_are_told() -> None:
    assert [lesson.number for lesson in COURSE.lessons] == list(range(1, 16))
    assert [lesson.number for lesson in COURSE.lessons if lesson.optional] == [15]
    assert [lesson.number for lesson in COURSE.lessons if lesson.fast] == [1, 5, 8, 9, 12]
    assert COURSE.minutes == 90


@pytest.mark.parametrize("lesson", COURSE.lessons, ids=NAMES)
def test_a_lesson_has_its_hints_its_figures_and_room_on_a_screen(lesson: Lesson) -> None:
    assert list(wrong_words(lesson)) == []


@pytest.mark.parametrize("lesson", COURSE.lessons, ids=NAMES)
def test_nobody_is_told_to_have_said_another_number(lesson: Lesson) -> None:
    """Whoever said any of many is answered, and so none of them is named as what was said."""
    for answer in lesson.question.answers if lesson.question is not None else ():
        said = re.match(r"\*\*\d[^*]*\*\* says", next(block.text for block in blocks(answer.slide)))
        assert said is None, answer.said


@pytest.mark.parametrize("lesson", COURSE.lessons, ids=NAMES)
def test_a_typical_answer_is_what_can_be_said_to_it(lesson: Lesson) -> None:
    question = lesson.question
    for answer in question.answers if question is not None else ():
        assert question is not None
        said = parse_prediction(question, answer.said)
        if question.choices:
            assert question.choices[said.choice].words == answer.said
        else:
            found = next(one for one in question.answers if one.low <= said.number < one.high)
            assert found is answer
            assert question.unit in (SECONDS, "a second", "")


@pytest.mark.parametrize("lesson", EXERCISES, ids=[lesson.name for lesson in EXERCISES])
def test_an_exercise_can_be_opened_solved_and_done_wrong(lesson: Lesson) -> None:
    exercise = exercise_of(lesson)
    began = beginning(exercise, COPY)
    assert exercise.opens in began
    assert solved(exercise, COPY) != began
    assert exercise.wrong
    copies = [solved(exercise, COPY), *(over(began, wrong.files) for wrong in exercise.wrong)]
    for number, files in enumerate(copies):
        assert files not in (began, *copies[:number])
        for name, data in files.items():
            if name.endswith(".py"):
                compile(data, name, "exec")


@pytest.mark.parametrize("lesson", EXERCISES, ids=[lesson.name for lesson in EXERCISES])
def test_a_redis_of_a_copy_is_on_no_port_that_another_check_has(lesson: Lesson) -> None:
    """Neither in what it begins with, nor in a solution, nor where it is wrong, nor in a hint."""
    exercise = exercise_of(lesson)
    changed = [exercise.start, exercise.solution, *(wrong.files for wrong in exercise.wrong)]
    texts = [data.decode() for files in changed for data in files.values()]
    quoted = [code.text for slide in slides_of(lesson) for code in codes(slide)]
    said = {port for text in [*texts, *quoted] for port in chain(*REDIS.findall(text)) if port}
    assert said == ({"$REDIS_PORT", "{os.environ['REDIS_PORT']}"} if lesson.number in (7, 8, 10) else set())
    assert set(exercise.ports) == ({"REDIS_PORT"} if said else set())


def test_copies_of_two_lessons_can_be_started_by_hand_side_by_side() -> None:
    ports = [port for lesson in EXERCISES for port in exercise_of(lesson).ports.values()]
    assert len(ports) == len(set(ports)) == 3


def test_code_that_is_quoted_is_of_a_stage() -> None:
    """Which is shown as `step1/hello/views.py`; the folder of a lesson is nowhere where a learner is."""
    slides = [slide for lesson in COURSE.lessons for slide in slides_of(lesson)]
    sources = [code.source for slide in slides for code in codes(slide) if code.source]
    assert sources
    assert [source for source in sources if not source.startswith("asyncdemo/stages/")] == []


def test_the_view_of_lesson_11_is_that_of_its_copy() -> None:
    lesson = COURSE.numbered(11)
    (code,) = codes(question_of(lesson).slide)
    assert code.text in beginning(exercise_of(lesson), COPY)["hello/views.py"].decode()


@pytest.mark.parametrize("lesson", ASKED, ids=[lesson.name for lesson in ASKED])
def test_a_question_does_not_show_what_its_exercise_has_one_write(lesson: Lesson) -> None:
    began, becomes = (files(exercise_of(lesson), COPY) for files in (beginning, solved))
    new = [data.decode() for name, data in becomes.items() if began.get(name) != data]
    shown = [code.text for code in codes(question_of(lesson).slide)]
    assert [text for text in shown if any(text in file for file in new)] == []


def test_a_lesson_more_is_a_folder_more(tmp_path: Path) -> None:
    shutil.copytree(LESSONS / "05-the-fifth-visitor", tmp_path / "05-the-fifth-visitor")
    before = read_course(tmp_path)
    shutil.copytree(LESSONS / "09-what-arrives", tmp_path / "06-mine")
    assert [lesson.name for lesson in read_course(tmp_path).lessons] == ["the-fifth-visitor", "mine"]
    assert len(before.lessons) == 1


@pytest.mark.checkout
def test_docs_say_how_to_write_one(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "course.md").read_text("utf-8")
    example = text.split("```markdown\n")[1].split("\n```\n")[0]
    folder = tmp_path / "03-two-slots"
    folder.mkdir()
    (folder / "lesson.md").write_text(example)
    lesson = read_lesson(folder)
    assert list(wrong_words(lesson)) == []
    assert lesson.question is not None
    assert exercise_of(lesson).conditions


@pytest.mark.checkout
def test_docs_name_every_figure() -> None:
    text = (ROOT / "docs" / "course.md").read_text("utf-8").split("figures -->")[1]
    named = {name.removesuffix(" N") for name in re.findall(r"`([^`]+)`", text)}
    assert named == set(FIGURES)


def test_a_copy_shares_its_redis_with_nobody() -> None:
    """Or the workers of another run would take its messages, and a wrong change would pass."""
    server = beginning(exercise_of(COURSE.numbered(8)), COPY)["redis_server.py"].decode()
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        told = subprocess.run([sys.executable, "-c", server, str(port)], capture_output=True, text=True, check=False)
    assert told.returncode == 1
    assert f"Port {port} is in use by another program." in told.stderr


def test_those_who_come_by_chance_come_at_95_percent_and_the_same_each_time() -> None:
    """About 40 of them, whose rate stays below what the four slots carry."""
    question = question_of(COURSE.numbered(15))
    (experiment,) = question.experiments
    delays = experiment.options.delays
    assert experiment.rate == pytest.approx(0.95 * 4 / (sum(delays) / len(delays)), rel=0.001)
    came = [list(schedule_of(experiment).take(inf)) for _ in range(2)]
    assert came[0] == came[1]
    assert len(came[0]) == 39
    assert len(came[0]) / experiment.duration < 4 / (sum(delays) / len(delays))


def schedule_of(experiment: Experiment) -> Schedule:
    return poisson(experiment.rate, experiment.rate, experiment.duration, Random(experiment.seed))
