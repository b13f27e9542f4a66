"""A lesson of the tests' own, and a run of step3 as its events tell it: five visitors, four slots, at x10."""

from pathlib import Path

from asyncdemo.course.figures import Seen, seen_of
from asyncdemo.course.lesson import Lesson
from asyncdemo.course.reading import read_lesson
from asyncdemo.course.visits import CALLED
from asyncdemo.events import events as e
from asyncdemo.events.stage import StageEntry
from asyncdemo.measuring.experiment import Outcome
from asyncdemo.measuring.rows import row_of
from asyncdemo.stages.catalogue import STAGES

FRONT = """
title: the fifth visitor
minutes: 7
question:
  runs: [{stage: step3}]
  visitors: 7
  unit: s
  right: wait of visitor 5
  answers:
    - {said: 0.01, from: 0, to: 0.5}
exercise:
  copy: step3
  opens: hello/views.py
  visitors: 7
  passes: [answered >= 100%, page p95 < 0.5]
"""
SLIDES = {
    "Question": "How long does **the fifth** wait?",
    "Said 0.01": "The page does nothing slow.",
    "Explanation": "It waited for {{wait of visitor 5}}.",
    "Exercise": "Make it fast.",
    "Hint": "Look into the view.",
    "Done": "It is fast.",
}


def written(folder: Path, front: str = FRONT, slides: dict[str, str] = SLIDES, name: str = "05-the-fifth") -> Path:
    """A lesson's folder."""
    place = folder / name
    place.mkdir(parents=True)
    texts = [f"{title}\n===\n{text}\n" for title, text in slides.items()]
    (place / "lesson.md").write_text(f"---\n{front.strip()}\n---\n\n" + "<!-- end_slide -->\n\n".join(texts))
    return place


def lesson(folder: Path, front: str = FRONT) -> Lesson:
    return read_lesson(written(folder, front))


def hello(id_: str, came: float, took: float, waited: float = 0.0, slot: int = 1, status: int = 200) -> list[e.Event]:
    """Somebody asks for the page, and gets it from a slot. Seconds on the wall."""
    web = {"process": "web.1", "id": id_}
    return [
        e.Arrived(t=came, method="GET", path="/", name=CALLED[int(id_[1:])], **web),
        e.Done(t=came + took, channel="http.request", worker=f"slot {slot}", busy_s=took - waited, age_s=waited, **web),
        e.Answered(t=came + took, status=status, total_s=took, name=CALLED[int(id_[1:])], queued_s=waited, **web),
    ]


def notification(number: int, begin: float, seconds: float, slot: int) -> list[e.Event]:
    """A slot has it in hand."""
    web, text = {"process": "web.1", "id": f"n{number}"}, f"Hello, {CALLED[number]}!"
    by = {"worker": f"slot {slot}"}
    return [
        e.CallStarted(t=begin, text=text, seconds=seconds, direct=False, **web, **by),
        e.CallDelivered(t=begin + seconds, text=text, **web, **by),
        e.Done(t=begin + seconds, channel="notify", busy_s=seconds, **web, **by),
    ]


def events(stage: StageEntry = STAGES["step3"]) -> list[e.Event]:
    """Five come, a tenth of a second apart; four slots have a notification each; the fifth waits for the first."""
    load = {"url": "u", "rate": 10.0, "rate_end": 10.0, "seconds": 0.5, "arrivals": "even", "visitors": 0}
    started = e.RunStarted(
        t=0.0, process="asyncdemo", stage=stage, general=4, reserved=0, speed=10.0, delays=[5.0], url="u"
    )
    return [
        started,
        *hello("h9", 0.5, 0.01),  # before the load: nobody of ours
        e.LoadStarted(t=1.0, process="load.1", timeout_s=15.0, speed=10.0, **load),
        *(event for number in range(4) for event in hello(f"h{number}", 1.0 + number / 10, 0.002, slot=number + 1)),
        *(event for number in range(4) for event in notification(number, 1.002 + number / 10, 0.5, number + 1)),
        *hello("h4", 1.4, 0.11, waited=0.103, slot=1),
        e.Stopping(t=2.0, process="asyncdemo"),
    ]


def seen(told: list[e.Event] | None = None, stage: StageEntry = STAGES["step3"]) -> Seen:
    told = events() if told is None else told
    return seen_of(Outcome(row_of("step3", "", told), tuple(told), None), stage)
