"""A lesson's folder becomes a lesson, or what is wrong with it is told with its line."""

from math import inf
from pathlib import Path

import pytest

from asyncdemo.course.reading import CourseError, read_course, read_lesson
from asyncdemo.course.texts import figures_in, filled
from asyncdemo.deck.deck import Prose

from .lessons import FRONT, SLIDES, lesson, seen, written


def test_a_lesson_is_its_folder(tmp_path: Path) -> None:
    folder = written(tmp_path)
    for name, text in {"start/hello/views.py": "slow", "solution/hello/views.py": "fast"}.items():
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text(text)
    (folder / "wrong" / "a-thread").mkdir(parents=True)
    (folder / "wrong" / "a-thread" / "extra.py").write_text("")
    read = read_lesson(folder)
    assert (read.number, read.name, read.title, read.minutes, read.fast) == (
        5,
        "the-fifth",
        "the fifth visitor",
        7,
        False,
    )
    assert read.question is not None
    assert read.question.experiments[0].duration == 7
    assert read.question.experiments[0].options.stage.name == "step3"
    assert [(answer.said, answer.low, answer.high) for answer in read.question.answers] == [("0.01", 0, 0.5)]
    assert read.exercise is not None
    assert (read.exercise.start, read.exercise.solution) == ({"hello/views.py": b"slow"}, {"hello/views.py": b"fast"})
    assert [(wrong.name, wrong.files) for wrong in read.exercise.wrong] == [("a-thread", {"extra.py": b""})]
    assert [condition.text for condition in read.exercise.conditions] == ["answered >= 100%", "page p95 < 0.5"]
    assert len(read.hints) == 1


ONLY_QUESTION, _, REST = FRONT.partition("exercise:")
ONLY_EXERCISE = f"{FRONT.partition('question:')[0]}exercise:{REST}"


def only(*titles: str) -> dict[str, str]:
    """These slides."""
    return {title: SLIDES[title] for title in titles}


def test_a_lesson_may_be_a_question_alone_or_an_exercise_alone(tmp_path: Path) -> None:
    asked = read_lesson(written(tmp_path / "a", ONLY_QUESTION, only("Question", "Said 0.01", "Explanation")))
    assert asked.question is not None
    assert (asked.question.beginning, asked.exercise) == (None, None)
    done = read_lesson(written(tmp_path / "b", ONLY_EXERCISE, only("Exercise", "Hint", "Done")))
    assert (done.question, done.explanation) == (None, None)
    assert done.exercise is not None


def test_a_question_without_runs_is_about_what_the_exercise_begins_with(tmp_path: Path) -> None:
    """With runs of its own it is about those."""
    without = lesson(tmp_path / "a", FRONT.replace("  runs: [{stage: step3}]\n", ""))
    assert without.question is not None
    assert without.question.beginning is without.exercise
    assert [each.options.stage.name for each in without.question.experiments] == ["step3"]
    own = lesson(tmp_path / "b")
    assert own.question is not None
    assert own.question.beginning is None


def test_a_load_lasts_as_long_as_its_visitors_come(tmp_path: Path) -> None:
    """Eight, two a second of the lesson: four of its seconds."""
    read = lesson(tmp_path, FRONT.replace("visitors: 7", "visitors: 8\n  rate: 2"))
    assert read.question is not None
    assert read.exercise is not None
    assert [each.duration for each in (*read.question.experiments, read.exercise.experiment)] == [4.0, 4.0]


def test_an_answer_without_bounds_is_every_number(tmp_path: Path) -> None:
    """From nothing on, without an end."""
    read = lesson(tmp_path, FRONT.replace(", from: 0, to: 0.5", ""))
    assert read.question is not None
    assert [(answer.low, answer.high) for answer in read.question.answers] == [(0.0, inf)]


def test_what_is_wrong_is_told_with_its_line(tmp_path: Path) -> None:
    """0 for all of a file, or of a folder."""
    cases: list[tuple[str, dict[str, str], int, str]] = [
        (ONLY_QUESTION.replace("  runs: [{stage: step3}]\n", ""), SLIDES, 1, "a question has `runs`, or an exercise"),
        (FRONT.partition("question:")[0], SLIDES, 1, "has neither a question nor an exercise"),
        (FRONT.replace("minutes: 7", "minutes: long"), SLIDES, 1, "its front matter: Expected `int`"),
        (FRONT.replace("the fifth visitor", "\0"), SLIDES, 0, "no YAML: unacceptable character #x0000"),
        (FRONT.replace("minutes: 7", "minutes: ["), SLIDES, 5, "no YAML: expected"),
        (FRONT.replace("minutes: 7", "minutes: " + "[" * 5000), SLIDES, 1, "too many brackets"),
        (FRONT, {**SLIDES, "Hint": "```python\nopen\n"}, 40, "the code fence is not closed"),
        (FRONT, {}, 0, "has no slide. Titles are Question, "),
        (FRONT, only("Hint"), 0, "has no slide with the title 'Exercise'"),
    ]
    for number, (front, slides, line, words) in enumerate(cases):
        with pytest.raises(CourseError) as told:
            read_lesson(written(tmp_path / str(number), front, slides))
        assert told.value.line == line, words
        assert words in str(told.value)
    with pytest.raises(CourseError) as of_folder:
        read_lesson(written(tmp_path, name="the-fifth"))
    assert (of_folder.value.line, str(of_folder.value).partition(" ")[0]) == (0, str(tmp_path / "the-fifth"))
    (tmp_path / "none").mkdir()
    with pytest.raises(CourseError) as none:
        read_course(tmp_path / "none")
    assert none.value.line == 0


def test_a_folder_more_is_a_lesson_more(tmp_path: Path) -> None:
    written(tmp_path, name="02-b")
    written(tmp_path, name="01-a")
    (tmp_path / "notes").mkdir()
    course = read_course(tmp_path)
    assert [one.name for one in course.lessons] == ["a", "b"]
    assert course.minutes == 14
    assert course.numbered(2).name == "b"
    with pytest.raises(KeyError):
        course.numbered(3)


def test_ports_of_a_copy_are_read(tmp_path: Path) -> None:
    found = lesson(tmp_path, FRONT.replace("copy: step3", "copy: step3\n  ports: {REDIS_PORT: 65535, MAIL_2: 1}"))
    assert found.exercise is not None
    assert found.exercise.ports == {"REDIS_PORT": 65535, "MAIL_2": 1}


def test_two_of_one_number_and_none_at_all_are_told(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="no lesson"):
        read_course(tmp_path)
    written(tmp_path, name="01-a")
    written(tmp_path, name="1-b")
    with pytest.raises(CourseError, match="two lessons 1"):
        read_course(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("title: the fifth visitor\n", "", "title"),
        ("minutes: 7", "minutes: long", "minutes"),
        ("minutes: 7", "minutes: 7\nlevel: 3", "level says nothing"),
        ("  unit: s", "  units: s", "question: units says nothing"),
        ("stage: step3", "stage: step9", "no stage 'step9'"),
        ("right: wait of visitor 5", "right: wait of the fifth", "no figure"),
        ("right: wait of visitor 5", "right: ''", "either"),
        ("page p95 < 0.5", "page p95 fast", "no condition"),
        ("copy: step3", "copy: bonus3", "no stage 'bonus3'"),
        ("copy: step3", "copy: step3\n  ports: {PORT: 8000}", "ports: 'PORT' is to be a variable of the copy's own"),
        ("copy: step3", "copy: step3\n  ports: {redis port: 6408}", "ports: 'redis port' is to be a variable"),
        ("copy: step3", "copy: step3\n  ports: {REDIS_PORT: 65536}", "ports: REDIS_PORT: 65536 is to be a port"),
        ("copy: step3", "copy: step3\n  ports: {REDIS_PORT: 0}", "ports: REDIS_PORT: 0 is to be a port"),
        ("copy: step3", "copy: step3\n  ports: {REDIS_PORT: redis}", "its front matter"),
        ("said: 0.01", "said: 0.02", "'Said 0.02'"),
        ("runs: [{stage: step3}]", "runs: [", "no YAML"),
        (FRONT, "5", "keys and values"),
    ],
)
def test_what_is_wrong_above_the_slides_is_told(tmp_path: Path, old: str, new: str, told: str) -> None:
    with pytest.raises(CourseError, match=told):
        lesson(tmp_path, FRONT.replace(old, new))


@pytest.mark.parametrize("title", ["Question", "Exercise", "Done", "Said 0.01"])
def test_a_slide_that_is_missing_is_told(tmp_path: Path, title: str) -> None:
    slides = {name: text for name, text in SLIDES.items() if name != title}
    with pytest.raises(CourseError, match=title):
        read_lesson(written(tmp_path, slides=slides))


def test_a_slide_that_nothing_shows_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"lesson\.md:\d+: a slide 'Hints'") as told:
        read_lesson(written(tmp_path, slides={**SLIDES, "Hints": "Look."}))
    assert told.value.line > 20


@pytest.mark.parametrize("name", ["the-fifth", "5", "05-", "x5-fifth"])
def test_a_folder_is_named_by_its_number(tmp_path: Path, name: str) -> None:
    with pytest.raises(CourseError, match="named like"):
        read_lesson(written(tmp_path, name=name))


def test_no_front_matter_and_no_text_are_told(tmp_path: Path) -> None:
    folder = written(tmp_path)
    (folder / "lesson.md").write_text("Question\n===\nHow?\n")
    with pytest.raises(CourseError, match="front matter"):
        read_lesson(folder)
    (folder / "lesson.md").write_bytes(b"\xff\xfe")
    with pytest.raises(Exception, match="UTF-8"):
        read_lesson(folder)


def test_a_slide_has_figures_of_its_run(tmp_path: Path) -> None:
    explanation = lesson(tmp_path).explanation
    assert explanation is not None
    assert [figure.name for figure in figures_in(explanation)] == ["wait of visitor"]
    (text,) = [block.text for block in filled(explanation, [seen()]).blocks if isinstance(block, Prose)]
    assert text == "It waited for 1.1 s."
