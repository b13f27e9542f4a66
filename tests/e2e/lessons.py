"""A course of the tests' own: two lessons, each of which runs for a moment."""

import re
import shutil
import sys
from pathlib import Path

import yaml

from asyncdemo.course.reading import DONE, EXERCISE, FILE, HINT, read_course
from tests.e2e import patient_learn

LEARN = [sys.executable, str(Path(patient_learn.__file__)), "learn"]
"""`asyncdemo learn`, on a machine that is busy."""

END = "<!-- end_slide -->"
ASK = """---
title: two visitors
minutes: 2
question:
  runs:
    - {stage: step1, workers: 1}
  visitors: 2
  delays: [5]
  speed: 10
  unit: s
  right: wait of visitor 2
  answers:
    - {said: 0.01, from: 0, to: 1}
---

Question
===
One thread, and a call that takes 5 s. **How long does the second visitor wait?**
<!-- end_slide -->

Said 0.01
===
A second visitor needs a thread as well.
<!-- end_slide -->

Explanation
===
It was {{wait of visitor 2}}: the first visitor's call, and then the own one.
"""
CHANGE = """---
title: no call at all
minutes: 3
question:
  runs:
    - {stage: step1}
    - {stage: step3}
  visitors: 2
  delays: [100]
  speed: 10
  choices:
    - {says: step1, when: page p50 < 0.9 times page p50 of run 2}
    - {says: step3, when: page p50 of run 2 < 0.9 times page p50}
  answers:
    - {said: step1}
exercise:
  copy: step1
  opens: hello/views.py
  visitors: 2
  delays: [50]
  speed: 10
  passes:
    - answered >= 100%
    - page p50 < 45
---

Question
===
Which page is there first?
<!-- end_slide -->

Said step1
===
A view that waits is no faster.
<!-- end_slide -->

Explanation
===
One of them makes the call {{page p50}} long.
<!-- end_slide -->

Exercise
===
Have the view make no call.
<!-- end_slide -->

Hint
===
It is one line.
<!-- end_slide -->

Hint
===
It is the line with `send_notification`.
<!-- end_slide -->

Done
===
The page takes {{page p50}} now.
"""
"""Between a page that makes the call and one that does not are seconds on the wall, however late a machine is."""
SOLVED = """from django.shortcuts import render


def hello_view(request):
    return render(request, "hello.html", {"name": request.GET.get("name", "World")})
"""
BROKEN = "def hello_view(request)\n    return 1\n"
RAISES = """def hello_view(request):
    return {}["nobody"]
"""


def write_course(folder: Path) -> Path:
    """Both lessons in a folder, and the solution of the second."""
    for name, text in {"01-two-visitors": ASK, "02-no-call": CHANGE}.items():
        (folder / name).mkdir(parents=True)
        (folder / name / "lesson.md").write_text(text)
    solution = folder / "02-no-call" / "solution" / "hello"
    solution.mkdir(parents=True)
    (solution / "views.py").write_text(SOLVED)
    return folder


def never_over(course: Path) -> None:
    """Have what is asked about in the first lesson, and the check of the second, run for longer than any test."""
    for name in ("01-two-visitors", "02-no-call"):
        file = course / name / "lesson.md"
        text = file.read_text()
        assert "speed: 10\n" in text
        file.write_text(re.sub(r"delays: \[\d+\]\n  speed: 10\n", "delays: [3600]\n  speed: 1\n", text))


def only_exercise(number: int, folder: Path, **load: object) -> Path:
    """A course of one lesson: the exercise of one that comes with it, under its load, or another in part."""
    lesson = read_course().numbered(number)
    place = folder / f"01-{lesson.name}"
    shutil.copytree(lesson.folder, place)
    _, front, slides = (lesson.folder / FILE).read_text().split("---\n", 2)
    facts = yaml.safe_load(front)
    del facts["question"]
    facts["exercise"] |= load
    kept = [text for text in slides.split(END) if text.split("\n===")[0].strip() in (EXERCISE, HINT, DONE)]
    (place / FILE).write_text(f"---\n{yaml.safe_dump(facts)}---\n{END.join(kept)}")
    return folder
