"""The course that comes with asyncdemo, for tests that go through it."""

from asyncdemo.course.lesson import Exercise, Lesson, Question
from asyncdemo.course.reading import read_course

COURSE = read_course()


def question_of(lesson: Lesson) -> Question:
    assert lesson.question is not None
    return lesson.question


def exercise_of(lesson: Lesson) -> Exercise:
    assert lesson.exercise is not None
    return lesson.exercise
