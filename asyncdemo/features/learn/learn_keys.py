"""The keys of a lesson, by what is on the desk."""

from collections.abc import Callable
from dataclasses import dataclass, field

from ...base.errors import AsyncdemoError, CannotTurnError, UsageError
from ...base.text import counted
from ...showing.lane_controls import LaneControls
from ...showing.panels import Drawing, Keys, View
from ...showing.screen import QUIT, Question
from .desk import AT_WORK, HANDS_ON, Desk, Phase
from .pages import EDGES, Reading, has_more_visitors, page, scrolled
from .sheets import Sheet, changes_of, code_of, head_of, solution_of

LONGEST = 60
"""Characters of an answer."""
FEET = {
    Phase.QUESTION: "Enter says it  Esc clears it  ? keys  q stop here, it is kept",
    Phase.RUNNING: "space hold  ? keys  q stop this run, Ctrl-C: leave",
    Phase.ANSWERED: "n next  r run it again  p its panels  d the code  b back  ? keys  q stop here, it is kept",
    Phase.EXERCISE: "e edit  c check  h hint  s solution  d changes  u question  n next  r reset  ? keys  q stop here",
    Phase.CHECKING: "p its panels  ? keys  q stop this check, Ctrl-C: leave",
    Phase.CHECKED: (
        "e edit  c check  h hint  s solution  d changes  u question  p its panels  n next  r reset  ? keys  q stop here"
    ),
}
"""The keys that matter most come first: where there is no room, the last ones before `?` go."""
TYPING_FOOT = "Enter says it  Esc clears it  Ctrl-C stop here, it is kept"
"""While an answer is begun, of which every letter is a part."""
NOTHING_RAN = "Nothing has run since this lesson was opened."
DONE_FOOT = (
    "n next  b back  u question  d changes  s solution  c check  e edit  p its panels  r reset  ? keys  q stop here"
)
"""When what was to be changed has been."""
YOUR_TURN_FOOT = "n next  e edit  r run it again  p its panels  d the code  b back  ? keys  q stop here, it is kept"
"""When a question is answered, and there is something to change then."""
BETWEEN_KEYS = "  "
"""Of one line."""
SHEET_FOOT = "up down  space a screen  {key} puts it away  ? keys  q back"
PANELS_FOOT = "p back to the lesson  ? keys  q back"
READING: Keys = (
    ("up down", "read on, and back; space by a screen"),
    ("?", "this page; any key closes it"),
    ("q", "stop here, it is kept; Ctrl-C too"),
)
AT_A_RUN: Keys = (
    ("up down", "of runs side by side: choose one; Enter: its panels"),
    ("space", "hold the picture, not the run"),
    ("?", "this page; any key closes it"),
    ("q", "stop what runs; Ctrl-C: and learn too, it is kept"),
)
LOOKING: Keys = (("?", "this page; any key closes it"), ("q", "back to the lesson; Ctrl-C: stop here, it is kept"))
AT_PANELS: Keys = (
    ("p", "back to the lesson"),
    ("up down", "of runs side by side: choose one; Enter: its panels"),
    *LOOKING,
)
MOVES: Keys = (("n", "what comes next"), ("b", "the lesson before"))
AT_A_COPY: Keys = (
    ("e", "the copy in $VISUAL or $EDITOR; saving checks it"),
    ("c", "check it now"),
    ("h", "the next hint, one for each real try"),
    ("s", "a solution, and from yours to it; after a try"),
    ("d", "what you have changed"),
    ("r", "make the copy as it began; asks first"),
    ("u", "the question again, what was measured, and why"),
    ("p", "the panels of what has run last"),
    *MOVES,
)
KEYS: dict[Phase, Keys] = {
    Phase.QUESTION: (("Enter", "what you have typed is your answer"), ("Esc", "clear the line"), *READING),
    Phase.RUNNING: AT_A_RUN,
    Phase.ANSWERED: (
        ("r", "run it again"),
        ("p", "the panels, as the run has left them"),
        ("d", "the code of what has run"),
        ("e", "what is to be changed, in your editor"),
        ("v", "all visitors, or those that matter"),
        *MOVES,
        *READING,
    ),
    Phase.EXERCISE: (*AT_A_COPY, *READING),
    Phase.CHECKING: (("p", "its panels, or a line"), *AT_A_RUN),
    Phase.CHECKED: (*AT_A_COPY, *READING),
}
STEPS = {"up": -1, "down": 1, "home": -100000, "end": 100000}


@dataclass
class LearnControls(LaneControls):
    """What keys do to a desk. What takes time, or the terminal, is left to whoever reads `wanted`."""

    desk: Desk = field(kw_only=True)
    typed: str = ""
    refused: bool = False
    """Whether what is typed was no answer: the next letter begins another."""
    top: int = 0
    sheet_top: int = 0
    """Of what is laid over the lesson, whose own place is kept."""
    every_visitor: bool = False
    panels: bool = False
    """Whether the panels of what has run are looked at."""
    sheet: Sheet | None = None
    wanted: str = ""
    """`run`, `check`, `edit` or `leave`: to be done as soon as keys have been read."""
    height: int = 24
    """Of the screen, when it was drawn last."""

    def press(self, key: str) -> None:
        """As all do; but a line is typed where one is asked for, and a text is turned by the space bar."""
        if self._types(key):
            self.say("")
            self._type(key)
        elif key == " " and self.question is None and not self.helping and not self._is_held_by_space:
            self.scroll(self.height - EDGES - 1)
        else:
            super().press(key)

    def do(self, key: str) -> None:
        try:
            self._do(key)
        except AsyncdemoError as error:
            raise CannotTurnError(str(error)) from None

    def _do(self, key: str) -> None:
        if self.sheet is not None and key in (self.sheet.key, "escape", "q", "enter"):
            self.close()
        elif key in ("q", "Q"):
            self._quit()
        elif self._looks_at_panels and key not in self._actions:
            super().do(key)
        elif key in STEPS or key in ("pageup", "pagedown"):
            page_rows = self.height - EDGES - 1
            self.scroll({"pageup": -page_rows, "pagedown": page_rows}.get(key) or STEPS[key])
        elif key in self._actions:
            self.desk.note = ""
            self._actions[key]()

    @property
    def _actions(self) -> dict[str, Callable[[], None]]:
        """Key -> what it does here."""
        if self.desk.phase in AT_WORK:
            return {"p": self._turn_panels} if self.desk.phase is Phase.CHECKING else {}
        moves = {"n": self._next, "b": self._back}
        if self.desk.phase is Phase.ANSWERED:
            turns = {"p": self._turn_panels, "d": self._show_code, "v": self._turn_visitors}
            begins = {"e": self._edit} if self.desk.lesson.exercise is not None else {}
            return {"r": lambda: self._want("run"), **turns, **begins, **moves}
        if self.desk.phase in HANDS_ON:
            looks = {"p": self._turn_panels, "d": self._changes, "h": self._hint, "s": self._solution, "u": self._again}
            return {
                "e": lambda: self._want("edit"),
                "c": lambda: self._want("check"),
                "r": self._reset,
                **looks,
                **moves,
            }
        return {}

    # A line that is typed

    def _types(self, key: str) -> bool:
        if self.desk.phase is not Phase.QUESTION or self.question is not None or self.helping or self.sheet is not None:
            return False
        if key in ("enter", "backspace", "escape"):
            return True
        return len(key) == 1 and key.isprintable() and (bool(self._begun) or key not in "?qQ ")

    @property
    def _begun(self) -> str:
        """What the next letter goes on with."""
        return "" if self.refused else self.typed

    def _type(self, key: str) -> None:
        self.desk.note = ""
        if key == "enter":
            self._say()
        elif key == "escape":
            self.typed = ""
        else:
            self.typed = self.typed[:-1] if key == "backspace" else (self._begun + key)[:LONGEST]
        self.refused = key == "enter" and bool(self.desk.note)

    def _say(self) -> None:
        try:
            if self.typed.strip():
                self.desk.say(self.typed)
                self._want("run")
            else:
                self.desk.note = "Type what you expect, and Enter. A wrong answer costs nothing."
        except UsageError as error:
            self.desk.note = str(error)
            self.top = LOW  # where it is told

    # Keys

    def _want(self, what: str) -> None:
        self.wanted = what
        self.put_away()

    def close(self) -> None:
        """Nothing is laid over the lesson any more: it is where it was."""
        self.panels, self.sheet, self.paused, self.opened = False, None, False, False

    def put_away(self) -> None:
        """And it is read from its beginning."""
        self.close()
        self.top = 0

    def _quit(self) -> None:
        if self.panels and self.desk.phase not in AT_WORK:
            self.close()
        elif self.desk.phase in AT_WORK:
            what = "check" if self.desk.phase is Phase.CHECKING else "run"
            self.question = Question(lambda: f"Stop this {what}?", self._stop, QUIT)
        else:
            self.wanted = "leave"

    def _stop(self) -> str:
        self.desk.stop()
        return "stopping"

    def _next(self) -> None:
        self.put_away()
        self.typed, self.every_visitor = "", False
        self.desk.next()

    def _back(self) -> None:
        self.put_away()
        self.typed, self.every_visitor = "", False
        self.desk.back()

    def _edit(self) -> None:
        self._next()
        self._want("edit")

    def _again(self) -> None:
        self.desk.read_question_again()
        self.put_away()

    def _hint(self) -> None:
        self.desk.hint()
        self.put_away()

    def _solution(self) -> None:
        self._lay(solution_of(self.desk.solution(), self.desk.changes()))

    def _changes(self) -> None:
        self._lay(changes_of(self.desk.changes()))

    def _show_code(self) -> None:
        self._lay(code_of(self.desk.lesson))

    def _lay(self, sheet: Sheet) -> None:
        self.close()
        self.sheet, self.sheet_top = sheet, 0

    def _reset(self) -> None:
        lost = self.desk.overwritten()
        if not lost:
            raise CannotTurnError("The copy is as it began.")
        self.question = Question(lambda: f"Lose what you have changed in {in_short(lost)}?", self._do_reset)

    def _do_reset(self) -> str:
        self.put_away()
        return self.desk.reset()

    def _turn_panels(self) -> None:
        if self.desk.trial is None:
            raise CannotTurnError(NOTHING_RAN)
        panels = not self.panels
        self.close()
        self.panels = panels

    def _turn_visitors(self) -> None:
        if not self.desk.seen:
            raise CannotTurnError(NOTHING_RAN)
        if not has_more_visitors(self.desk):
            raise CannotTurnError("All visitors are shown.")
        self.close()
        self.every_visitor = not self.every_visitor

    # What is seen

    @property
    def _looks_at_panels(self) -> bool:
        return self.panels or self.desk.phase is Phase.RUNNING

    @property
    def _is_held_by_space(self) -> bool:
        return self._looks_at_panels and self.desk.phase in AT_WORK

    def scroll(self, rows: int) -> None:
        """Read on, or back."""
        if self.sheet is not None:
            self.sheet_top = max(0, self.sheet_top + rows)
        else:
            self.top = max(0, self.top + rows)

    def picture(self, view: View) -> Drawing:
        """The lesson, or what is looked at of it."""
        self.height = view.height
        trial = self.desk.trial
        if self._looks_at_panels and trial is not None:
            return trial.picture(view)
        if self.sheet is not None:
            lines = self.sheet.lines(view.width)
            drawing, self.sheet_top = scrolled(head_of(self.sheet), lines, view, self.sheet_top)
        else:
            drawing, self.top = page(self.desk, view, Reading(self.typed, self.top, self.every_visitor))
        return drawing

    @property
    def keys_in_short(self) -> str:
        if self.sheet is not None:
            return SHEET_FOOT.format(key=self.sheet.key)
        if self.panels and self.desk.phase not in AT_WORK:
            return f"{self.lanes_in_short}{PANELS_FOOT}"
        if self._looks_at_panels:
            return f"{self.lanes_in_short}{FEET[self.desk.phase]}"
        return BETWEEN_KEYS.join(key for key in self._foot.split(BETWEEN_KEYS) if self._is_of_use(key.split()[0]))

    @property
    def _foot(self) -> str:
        """The keys of a lesson that is read."""
        if self.desk.phase is Phase.QUESTION and self._begun:
            return TYPING_FOOT
        if self.desk.phase in HANDS_ON and self.desk.is_over:
            return DONE_FOOT
        if self.desk.phase is Phase.ANSWERED and self.desk.lesson.exercise is not None:
            return YOUR_TURN_FOOT
        return FEET[self.desk.phase]

    def _is_of_use(self, key: str) -> bool:
        """Whether there is something in this lesson that a key is for."""
        return {
            "e": self.desk.lesson.exercise is not None,
            "u": bool(self.desk.done.measured),
            "v": has_more_visitors(self.desk),
        }.get(key, True)

    @property
    def keys_explained(self) -> Keys:
        if self.sheet is not None:
            return (READING[0], (f"{self.sheet.key}, Esc", "back to the lesson"), *LOOKING)
        if self.panels and self.desk.phase not in AT_WORK:
            return AT_PANELS
        return tuple((key, what) for key, what in KEYS[self.desk.phase] if self._is_of_use(key))


LOW = 100000
"""The last line of any text."""


def in_short(names: list[str]) -> str:
    """Files, on a line with what else is asked."""
    return names[0] if len(names) == 1 else f"{names[0]} and {counted(len(names) - 1, 'other file')}"


def controls_of(desk: Desk) -> LearnControls:
    """The keys of a desk."""

    def numbers() -> list[str]:
        return desk.trial.numbers if desk.trial is not None else []

    return LearnControls(desk=desk, numbers=numbers)
