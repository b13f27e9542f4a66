"""What the speaker's keys do: the slides, the demo of the one on screen, and what lies over it. No screen in here."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

from ...deck.deck import Deck, Slide
from ...deck.place import Place, at_end, back, demos_seen, forward, found, kept
from ...showing.screen import NO_KEY, QUIT, yes_or_no
from ..demos.next_stage import NextStage
from ..demos.show_pool import ShowPool
from ..demos.shows import LESSON_KEY
from ..demos.slide_demo import OVER, Phase, SlideDemo, Understand
from ..followers.talk_progress import TalkProgress, progress_at
from .prompt import Prompt

Over = Literal["", "help", "overview", "blank"]
REST_S = 0.5
"""How long a slide has to be on screen before anything is got ready for it: who leafs through starts nothing."""
OWN_KEYS = {
    " ": "forward", "right": "forward", "pagedown": "forward", "n": "forward",
    "left": "back", "pageup": "back", "backspace": "back", "p": "back",
    "enter": "enter", "r": "run_demo", "f": "fall_back", "tab": "give_keys",
    "home": "first", "end": "last", "o": "open_overview", "b": "open_blank", "?": "open_help",
    "g": "ask_number", "/": "ask_words", "q": "quit", "ctrl+c": "quit", "up": "scroll_up", "down": "scroll_down",
}  # fmt: skip


@dataclass
class Speaker:
    """A talk in somebody's hands. `press` takes Textual's names of keys, and characters."""

    deck: Deck
    understand: Understand
    place: Place = field(default_factory=Place)
    began: float | None = None
    """When the first slide was left, in seconds since 1970; None before."""
    address: str = ""
    """Of the remote."""
    scroll: Callable[[int], None] = lambda rows: None
    show_pool: ShowPool = field(default_factory=ShowPool)
    demo: SlideDemo | None = None
    demo_has_keys: bool = False
    over: Over = ""
    """What lies over the slide."""
    chosen: int = 0
    """In the overview."""
    prompt: Prompt | None = None
    asking: bool = False
    """Whether it is asked if the talk is to end."""
    ended: bool = False
    message: str = ""
    problem: str = ""
    """What is wrong with the deck since it was edited."""
    clock: Callable[[], float] = time.time
    """In seconds since 1970."""
    slide_began: float = field(init=False)
    """When the slide came on screen."""
    _searched: str = ""
    _demos: list[SlideDemo] = field(default_factory=list)
    """Of the slide."""
    _turn: int = 0
    """Which of them `demo` is."""

    def __post_init__(self) -> None:
        self._next_stage = NextStage(self.understand)
        self._enter_slide()
        self.slide_began = self.clock()

    @property
    def slide(self) -> Slide:
        """The one on screen."""
        return self.deck.slides[self.place.slide]

    @property
    def shown_demo(self) -> SlideDemo | None:
        """The demo whose turn it is, from the step on at which it is seen."""
        return self.demo if self._turn < demos_seen(self.slide, self.place.step) else None

    @property
    def next_demo(self) -> SlideDemo | None:
        """The demo that is seen, too, and whose turn is next."""
        seen = self._demos[: demos_seen(self.slide, self.place.step)]
        return seen[self._turn + 1] if self._turn + 1 < len(seen) else None

    @property
    def lesson_key(self) -> str:
        """The one key of the lesson and what it does, where the demo on screen has it now; else empty."""
        return self.shown_demo.lesson_key if self.shown_demo is not None else ""

    @property
    def progress(self) -> TalkProgress:
        """What others may know."""
        phase = self.demo.phase.value if self.demo is not None else ""
        told = progress_at(self.deck, self.place, self.began, self.slide_began, phase, self.address)
        return replace(told, lesson_key=self.lesson_key)

    # Keys

    def press(self, key: str) -> None:
        """Do what a key says. One that says nothing does nothing."""
        if self.asking:
            self.asking, self.message = False, ""
            self.ended = key.lower() in (*QUIT, "ctrl+c")
        elif key == "ctrl+c":
            self.quit()
        elif self.over == "overview":
            self._choose(key)
        elif self.over:
            self.over = ""
        elif self.prompt is not None:
            self._type(self.prompt, key)
        elif self.demo_has_keys and self.demo is not None:
            if key == "escape":
                self.take_keys_back()
            else:
                self.demo.press(key)
        else:
            self.message = ""
            if key in OWN_KEYS:
                getattr(self, OWN_KEYS[key])()
            elif len(key) == 1 and self.shown_demo is not None and self.shown_demo.takes_keys:
                self.message = "Tab first gives the keys to the demo"

    def press_from_afar(self, button: str) -> None:
        """`forward`, `back`, `demo` or `key`, from the remote: never a letter of what is typed.

        Of the demo's keys it is the one of the lesson: what cannot be undone is pressed where it is seen.
        """
        self.asking, self.prompt, self.message = False, None, ""
        self.take_keys_back()
        if self.over:
            self.over = ""
        elif button == "forward":
            self.forward()
        elif button == "demo":
            self.run_demo()
        elif button == "key":
            self.press_lesson_key()
        else:
            self.back()

    def forward(self) -> None:
        """The next step or slide."""
        self._go_or_say(forward(self.deck, self.place), "the last slide")

    def back(self) -> None:
        """The step or slide before."""
        self._go_or_say(back(self.deck, self.place), "the first slide")

    def first(self) -> None:
        """The first slide; there, the clock stands until it is left again."""
        if self.place == Place() and self.began is not None:
            self.began, self.message = None, "the clock begins with the next slide"
        else:
            self.go(Place())

    def last(self) -> None:
        self.go(at_end(self.deck, len(self.deck.slides) - 1))

    def enter(self) -> None:
        """Run a demo that waits for it; beside one that runs, a stray Enter is harmless; else on."""
        demo = self.shown_demo
        if demo is None:
            self.forward()
        elif demo.phase is Phase.READY:
            demo.run()
        elif demo.phase is Phase.OVER and self.next_demo is not None:
            self._give_turn(self._turn + 1)
            self.run_demo()
        else:
            self.message = "right goes on; r runs the demo again"

    def run_demo(self) -> None:
        """Run the demo of this slide."""
        self._with_demo(SlideDemo.run)

    def press_lesson_key(self) -> None:
        """The one key of the lesson, if the demo has it now."""
        if self.lesson_key and self.demo is not None:
            self.demo.press(LESSON_KEY)
            self.message = f"{LESSON_KEY} was pressed on the phone"
        else:
            self.message = "no demo runs here that has this key"

    def fall_back(self) -> None:
        """Its recording instead."""
        self._with_demo(SlideDemo.fall_back)

    def _with_demo(self, do: Callable[[SlideDemo], None]) -> None:
        if self.shown_demo is not None:
            do(self.shown_demo)
        else:
            self.message = "there is no demo here"

    def give_keys(self) -> None:
        """From now on, keys are the demo's."""
        if self.shown_demo is not None and self.shown_demo.takes_keys:
            self.demo_has_keys = True
        else:
            self.message = "no demo runs here that could have the keys"

    def take_keys_back(self) -> None:
        """They are the talk's again: what the demo has open, a page or a question, could not be answered any more."""
        if self.demo_has_keys and self.demo is not None:
            self.demo.press(NO_KEY)
        self.demo_has_keys = False

    def open_help(self) -> None:
        self.over = "help"

    def open_blank(self) -> None:
        self.over = "blank"

    def open_overview(self) -> None:
        self.over, self.chosen = "overview", self.place.slide

    def ask_number(self) -> None:
        self.prompt = Prompt("g")

    def ask_words(self) -> None:
        self.prompt = Prompt("/")

    def scroll_up(self) -> None:
        self.scroll(-1)

    def scroll_down(self) -> None:
        self.scroll(1)

    def quit(self) -> None:
        """End the talk; ask first while a demo runs."""
        self.over, self.prompt = "", None  # where it could not be seen what is asked
        if self.demo is not None and self.demo.phase is Phase.LIVE:
            self.asking, self.message = True, f"Quit? A demo runs.  {yes_or_no(QUIT)}"
        else:
            self.ended = True

    # Turning

    def go(self, place: Place) -> None:
        """Show another place. The demo of a slide that goes is ended in the background."""
        before, self.place = self.place, place
        if self.began is None and place != Place():
            self.began = self.clock()
        if before.slide != place.slide:
            self._leave_slide()
            self._enter_slide()
            self.slide_began = self.clock()
        elif demos_seen(self.slide, before.step) != (seen := demos_seen(self.slide, place.step)) and seen:
            self._give_turn(seen - 1)

    def take(self, deck: Deck) -> None:
        """Go on with an edited deck, at the same place; its demo goes on if it is the same."""
        title, before = self.slide.title, self.slide.demos
        self.place, self.deck, self.problem = kept(self.deck, self.place, deck), deck, ""
        self.chosen = min(self.chosen, len(deck.slides) - 1)
        after = self.slide.demos
        if self.slide.title != title:
            self.slide_began = self.clock()
        if after and [demo.command for demo in before] == [demo.command for demo in after]:
            for shown, demo in zip(self._demos, after, strict=True):
                shown.demo = demo
        else:
            self._leave_slide()
            self._enter_slide()

    def look(self) -> None:
        """Notice what has become of the demo; have the next one ready when its time comes."""
        self._keep_warm()
        if self.demo is None:
            return
        self._begin_by_itself()
        self.demo.look()
        if not self.demo.playing:
            self.demo_has_keys = False
        if self.demo.message:
            self.message, self.demo.message = self.demo.message, ""
            if self.message == OVER and self.next_demo is not None:
                self.message = "it is over: Enter runs the next"
            self.asking = False  # its words have gone

    def _begin_by_itself(self) -> None:
        """A demo that is to begin when it is seen does, once; and the one behind it, when it is over."""
        demo, after = self.shown_demo, self.next_demo
        if demo is not None and demo.phase is Phase.OVER and after is not None and after.demo.begins:
            self._give_turn(self._turn + 1)
            demo = self.shown_demo
        if demo is not None and demo.demo.begins and not demo.tried:
            demo.run()

    def _keep_warm(self) -> None:
        """Have the stage that is wanted next ready. Not beside a demo that runs: it would be seen in its figures."""
        phase = self.demo.phase if self.demo is not None else None
        if phase is not Phase.LIVE and self.clock() - self.slide_began >= REST_S:
            shown = phase in (Phase.RECORDED, Phase.OVER)
            self.show_pool.keep_warm(self._next_stage.next_run(self.deck, self.place.slide, self._turn + shown))

    def _leave_slide(self) -> None:
        self.demo_has_keys = False
        if self.demo is not None:
            self.demo.leave()

    def _enter_slide(self) -> None:
        self._demos = [SlideDemo(demo, self.understand, self.show_pool) for demo in self.slide.demos]
        self._turn, self.demo = 0, next(iter(self._demos), None)

    def _give_turn(self, turn: int) -> None:
        """Another demo of the slide has the stage; what ran there ends in the background."""
        if turn != self._turn:
            self._leave_slide()
            self._turn, self.demo = turn, self._demos[turn]

    def _go_or_say(self, place: Place, message: str) -> None:
        if place == self.place:
            self.message = message
        else:
            self.go(place)

    # What lies over the slide

    def _choose(self, key: str) -> None:
        last = len(self.deck.slides) - 1
        moves = {"up": -1, "down": 1, "pageup": -10, "pagedown": 10, "home": -last, "end": last}
        if key in moves:
            self.chosen = min(last, max(0, self.chosen + moves[key]))
        elif key == "enter":
            self.over = ""
            self.go(Place(self.chosen))
        else:
            self.over = ""

    def _type(self, prompt: Prompt, key: str) -> None:
        if key in ("enter", "escape"):
            self.prompt = None
        if key == "enter":
            (self._go_to_number if prompt.kind == "g" else self._search)(prompt.text)
        else:
            prompt.type(key)

    def _go_to_number(self, text: str) -> None:
        number, count = int(text or 0), len(self.deck.slides)
        if 1 <= number <= count:
            self.go(Place(number - 1))
        else:
            self.message = f"there are slides 1 to {count}"

    def _search(self, text: str) -> None:
        self._searched = text or self._searched
        place = found(self.deck, self.place, self._searched) if self._searched else None
        if place is not None:
            self.go(place)
        else:
            self.message = f"no slide says {self._searched!r}"
