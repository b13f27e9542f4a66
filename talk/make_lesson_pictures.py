"""`make pictures`: three lessons as a learner sees them: predicted wrongly, comparing, and with something to change."""

import sys
import tempfile
from pathlib import Path

from asyncdemo.base.files import save
from asyncdemo.course.reading import read_course
from asyncdemo.features.learn.desk import Desk
from asyncdemo.features.learn.learn_keys import controls_of
from asyncdemo.features.learn.pages import Reading, page
from asyncdemo.features.learn.session import open_session
from asyncdemo.report.screens.screen_svg import screen_svg
from asyncdemo.showing.panels import View

WIDTH = 88
END = 1000
"""A line below all of them: the end of a page is seen."""
FIFTH, KEPT, CHANGED = "the-fifth-visitor", "one-that-is-kept", "a-message"
"""The lessons, by their names: whoever says that there is no wait, whoever says that four are better; a copy as it
begins."""


def drawn(desk: Desk, height: int, top: int) -> str:
    """Its page from a line on, as SVG."""
    view = View(WIDTH, height, keys=controls_of(desk).keys_in_short)
    return screen_svg(page(desk, view, Reading(top=top))[0], "asyncdemo learn")


def opened(name: str, folder: Path) -> Desk:
    """A lesson, by its name, for somebody who has done nothing yet."""
    course = read_course()
    session = open_session(course, folder / "learn.json", folder / "copies")
    session.go(next(lesson.number for lesson in course.lessons if lesson.name == name))
    desk = Desk(session)
    desk.open()
    return desk


def answered(name: str, said: str, folder: Path) -> Desk:
    """What has run is beside what was said."""
    desk = opened(name, folder)
    desk.say(said)
    desk.run(lambda: None)
    return desk


def checked(name: str, folder: Path) -> Desk:
    """The copy was checked as it began."""
    desk = opened(name, folder)
    desk.lay_out_copy()
    desk.check(lambda: None)
    return desk


def main() -> None:
    """Each into the folder, by its lesson's name."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        pictures = {
            FIFTH: drawn(answered(FIFTH, "0.01", place), 27, END),
            KEPT: drawn(answered(KEPT, "a", place), 27, END),
            CHANGED: drawn(checked(CHANGED, place), 19, 0),
        }
    for name, picture in pictures.items():
        save(f"{sys.argv[1]}/learn-{name}.svg", "--svg", picture)


if __name__ == "__main__":
    main()
