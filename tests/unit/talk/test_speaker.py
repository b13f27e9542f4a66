"""The speaker's keys without a screen: what is kept warm for the slides to come, and what an edit or a cover hides."""

from dataclasses import replace
from pathlib import Path

import pytest

from asyncdemo.base.errors import UsageError
from asyncdemo.deck.deck import Deck, Demo
from asyncdemo.deck.reader import parse_deck
from asyncdemo.running.options import RunOptions
from asyncdemo.stages.catalogue import stage_named
from asyncdemo.talk.demos.next_stage import NextStage
from asyncdemo.talk.demos.show import Show
from asyncdemo.talk.demos.show_pool import ShowPool
from asyncdemo.talk.demos.shows import WatchOptions
from asyncdemo.talk.demos.slide_demo import DemoOptions, Phase, ReplayOptions, SlideDemo
from asyncdemo.talk.presenter.foot import hint
from asyncdemo.talk.presenter.speaker import REST_S, Speaker

DEMO = "{}\n===\n\n```bash +exec\nasyncdemo {}\n```\n"
PLAIN = "{}\n===\n\nWords.\n"
SLIDES = (
    PLAIN.format("One"),
    DEMO.format("Two", "run step1"),
    PLAIN.format("Three"),
    DEMO.format("Four", "replay x.jsonl"),
    DEMO.format("Five", "nonsense"),
    DEMO.format("Six", "run step2 --record x.jsonl"),
    DEMO.format("Seven", "run step3"),
    PLAIN.format("Eight"),
)


def deck_of(*slides: str) -> Deck:
    """A deck in a folder that is not there."""
    return parse_deck("<!-- end_slide -->\n\n".join(slides), Path("/nowhere/deck.md"))


def understood(demo: Demo) -> DemoOptions:
    """The stage, with a record if it says so; a replay; nothing else."""
    _, name, *rest = demo.command
    if name == "run":
        return WatchOptions(RunOptions(stage_named(rest[0]), record="x.jsonl" if "--record" in rest else None))
    if name == "replay":
        return ReplayOptions("x.jsonl")
    raise UsageError("not here")


class Backroom(ShowPool):
    """Starts nothing; remembers what was to be kept warm, and what was begun."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[WatchOptions | None] = []
        self.shown = Show()

    def begin(self, show: Show) -> None:
        self.shown = show

    def ends(self, problem: str = "") -> None:
        """What was begun last is over."""
        self.shown.problem, self.shown.over = problem, True

    def keep_warm(self, asked: WatchOptions | None) -> None:
        self.asked.append(asked)

    @property
    def last(self) -> str | None:
        """The one that was asked for last."""
        return self.asked[-1].options.stage.name if self.asked and self.asked[-1] is not None else None


class Clock:
    """Stands until it is turned."""

    now = 1000.0

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """The speaker's."""
    return Clock()


def at_rest(speaker: Speaker, clock: Clock, key: str) -> None:
    """A key, and a while without one."""
    speaker.press(key)
    clock.now += REST_S
    speaker.look()


@pytest.mark.parametrize(("number", "stage"), [(0, "step1"), (1, "step1"), (2, "step3"), (5, "step3"), (7, None)])
def test_the_next_stage_of_a_deck(number: int, stage: str | None) -> None:
    """Neither what is no stage, nor what cannot be had, nor what writes a file."""
    asked = NextStage(understood).next_run(deck_of(*SLIDES), number)
    assert (asked.options.stage.name if asked is not None else None) == stage


def test_a_demo_is_understood_once() -> None:
    """It is looked for twice a second."""
    seen = []

    def understand(demo: Demo) -> DemoOptions:
        seen.append(demo)
        return understood(demo)

    ahead, deck = NextStage(understand), deck_of(*SLIDES)
    for _ in range(3):
        ahead.next_run(deck, 2)
    assert len(seen) == len(set(seen)) == 4


def test_who_leafs_through_starts_nothing(clock: Clock) -> None:
    """Who stays, has what comes next kept warm; behind the last there is nothing."""
    backroom = Backroom()
    speaker = Speaker(deck_of(*SLIDES), understood, show_pool=backroom, clock=clock.time)
    for _ in range(7):
        speaker.press("right")
        clock.now += REST_S / 2
        speaker.look()
    assert backroom.asked == []
    for key, stage in (("home", "step1"), ("right", "step1"), ("right", "step3"), ("end", None)):
        at_rest(speaker, clock, key)
        assert backroom.last == stage


def test_nothing_is_started_beside_a_demo_that_runs(clock: Clock) -> None:
    """When it has been shown, the next one is."""
    backroom = Backroom()
    speaker = Speaker(deck_of(*SLIDES), understood, show_pool=backroom, clock=clock.time)
    at_rest(speaker, clock, "right")
    assert backroom.last == "step1"
    assert speaker.demo is not None
    speaker.press("enter")
    assert speaker.demo.phase is Phase.LIVE
    backroom.asked = []
    at_rest(speaker, clock, "up")
    assert backroom.asked == []
    backroom.ends()
    speaker.look()
    assert speaker.demo.phase is Phase.OVER
    at_rest(speaker, clock, "up")
    assert backroom.last == "step3"


class KeyedShow(Show):
    """Has the lesson's key once it is up, and remembers what is pressed."""

    def __init__(self) -> None:
        super().__init__()
        self.up, self.pressed = False, ""

    @property
    def lesson_key(self) -> str:
        return "w: a worker for web only" if self.up else ""

    def press(self, key: str) -> None:
        self.pressed += key


def test_the_phone_presses_the_key_of_the_lesson(clock: Clock) -> None:
    """While a demo runs that has it, and on no other slide; whatever else waits for a key, does not get it."""

    class Keyed(Backroom):
        def begin(self, show: Show) -> None:
            self.shown = show

        def stage(self, options: WatchOptions) -> KeyedShow:  # type: ignore[override]
            return KeyedShow()

    backroom = Keyed()
    speaker = Speaker(deck_of(*SLIDES), understood, show_pool=backroom, clock=clock.time)
    for key in ("right", "enter"):
        assert speaker.progress.lesson_key == ""
        speaker.press_from_afar("key")
        assert speaker.message == "no demo runs here that has this key"
        speaker.press(key)
    show = backroom.shown
    assert isinstance(show, KeyedShow)
    assert (speaker.progress.demo, speaker.progress.lesson_key) == ("live", "")
    show.up = True
    assert speaker.progress.lesson_key == "w: a worker for web only"
    speaker.press("/")
    speaker.press_from_afar("key")
    assert (show.pressed, speaker.message, speaker.prompt) == ("w", "w was pressed on the phone", None)
    show.over = True
    speaker.look()
    assert speaker.progress.lesson_key == ""
    speaker.press_from_afar("key")
    assert show.pressed == "w"


def test_an_edited_deck_is_shorter_than_the_overview_was() -> None:
    """What was chosen is gone: the last slide that there is."""
    speaker = Speaker(deck_of(*SLIDES), understood)
    for key in ("o", "end"):
        speaker.press(key)
    speaker.take(deck_of(*SLIDES[:2]))
    speaker.press("enter")
    assert speaker.place.slide == 1


def test_a_slide_that_is_edited_has_been_on_screen_as_long_as_before() -> None:
    """With a demo or without; what stands in the place of one that is gone has just come."""
    now = [100.0]
    speaker = Speaker(deck_of(*SLIDES), understood, clock=lambda: now[0])
    now[0] = 160.0
    speaker.take(deck_of(SLIDES[0].replace("Words", "Other words"), *SLIDES[1:]))
    assert speaker.slide_began == 100.0
    speaker.take(deck_of(*SLIDES[2:]))
    assert speaker.slide_began == 160.0


def with_live_demo() -> tuple[Speaker, Backroom]:
    """On a slide whose demo runs, as far as it knows."""
    backroom = Backroom()
    speaker = Speaker(deck_of(*SLIDES), understood, show_pool=backroom)
    for key in ("right", "enter"):
        speaker.press(key)
    assert speaker.demo is not None
    assert speaker.demo.phase is Phase.LIVE
    return speaker, backroom


@pytest.mark.parametrize("cover", ["b", "?", "o"])
def test_whether_it_is_to_end_is_asked_where_it_is_seen(cover: str) -> None:
    """Not below what covers the slide."""
    speaker, _ = with_live_demo()
    speaker.press(cover)
    assert speaker.over
    speaker.press("ctrl+c")
    assert (speaker.over, speaker.asking) == ("", True)
    speaker.press("y")
    assert speaker.ended


def test_the_end_is_not_asked_below_what_is_typed() -> None:
    """The next letter would be an answer to what cannot be seen."""
    speaker, _ = with_live_demo()
    for key in ("/", "s", "ctrl+c"):
        speaker.press(key)
    assert (speaker.prompt, speaker.asking) == (None, True)
    assert speaker.message.startswith("Quit?")


def test_a_question_goes_with_its_words() -> None:
    """Meanwhile the demo has died, and that is what can be read: y is an answer to nothing."""
    speaker, backroom = with_live_demo()
    speaker.press("q")
    assert speaker.asking
    backroom.ends("it died")
    speaker.look()
    assert speaker.message == "it died"
    speaker.press("y")
    assert not speaker.ended


def test_home_twice_sets_the_clock_back() -> None:
    """The deck has been leafed through before the talk."""
    speaker = Speaker(deck_of(*SLIDES), understood)
    speaker.press("home")
    assert speaker.message == ""
    speaker.press("right")
    began = speaker.began
    speaker.press("home")
    assert began is not None
    assert speaker.began == began
    speaker.press("home")
    assert speaker.began is None
    assert speaker.message == "the clock begins with the next slide"
    speaker.press("right")
    assert speaker.began is not None


def test_a_key_for_the_demo_says_that_it_needs_tab() -> None:
    """Only where there is a demo that would hear it; Esc, which gives the keys back, may be pressed too often."""
    speaker, backroom = with_live_demo()
    for key, message in (("escape", ""), ("w", "Tab first gives the keys to the demo"), ("f3", "")):
        speaker.press(key)
        assert speaker.message == message
    backroom.ends()
    speaker.look()
    assert speaker.message == "it is over: r runs it again"
    speaker.press("w")
    assert speaker.message == ""


TWO = "Two\n===\n\n```bash +exec\nasyncdemo run step1\n```\n\n{}```bash +exec\nasyncdemo run step2\n```\n"


def test_demos_of_a_slide_run_one_after_the_other() -> None:
    """Enter goes on to the next when one is over, and `r` runs that again."""
    backroom = Backroom()
    speaker = Speaker(deck_of(TWO.format("")), understood, show_pool=backroom)
    first = speaker.demo
    speaker.press("enter")
    speaker.press("enter")
    assert (speaker.demo, speaker.message) == (first, "right goes on; r runs the demo again")
    backroom.ends()
    speaker.look()
    assert speaker.message == "it is over: Enter runs the next"
    speaker.press("enter")
    assert speaker.demo is not first
    assert speaker.demo is not None
    assert (speaker.demo.phase, speaker.demo.demo.command[-1]) == (Phase.LIVE, "step2")


def test_a_demo_that_a_step_brings_has_its_turn() -> None:
    """And what ran before it ends; back again, it is the first one's turn."""
    speaker = Speaker(deck_of(TWO.format("<!-- pause -->\n\n")), understood, show_pool=Backroom())
    first = speaker.demo
    speaker.press("enter")
    speaker.press("right")
    assert first is not None
    assert (first.phase, speaker.shown_demo is not first) == (Phase.READY, True)
    speaker.press("left")
    assert speaker.shown_demo is first


def test_a_demo_may_begin_when_it_is_seen() -> None:
    """Once; a command of ours never does, since it may send visitors to somebody."""
    text = "One\n===\n\nx\n\n<!-- pause -->\n\n```bash +exec_replace\n{}\n```\n"
    ours = deck_of(text.format("asyncdemo hammer https://example.org/"))
    assert [demo.begins for demo in ours.slides[0].demos] == [False]
    run = WatchOptions(RunOptions(stage_named("step1")))
    speaker = Speaker(deck_of(text.format("date")), lambda demo: run, show_pool=Backroom())
    speaker.look()
    assert speaker.demo is not None
    assert speaker.demo.phase is Phase.READY
    speaker.press("right")
    speaker.look()
    assert speaker.demo.phase is Phase.LIVE


@pytest.mark.parametrize(
    ("command", "fallback", "hints"),
    [
        ("run step1", True, ("Enter runs the demo", "Tab gives it the keys  f its recording", "r runs it live")),
        ("run step1", False, ("Enter runs the demo", "Tab gives it the keys", "r runs it live")),
        ("replay x.jsonl", False, ("Enter runs the demo", "Tab gives it the keys", "Tab gives it the keys")),
    ],
)
def test_the_foot_offers_what_the_demo_has(command: str, fallback: bool, hints: tuple[str, str, str]) -> None:
    """No recording where there is none, and nothing live where all that there is, is one."""
    (slide,) = deck_of(DEMO.format("One", command)).slides
    assert slide.demo is not None
    demo = SlideDemo(replace(slide.demo, fallback=Path("x.jsonl") if fallback else None), understood, Backroom())
    demo.set_size((80, 20))
    assert hint(demo, 0) == hints[0]
    demo.run()
    assert hint(demo, 0) == hints[1]
    demo.phase = Phase.RECORDED
    assert hint(demo, 0) == hints[2]
    demo.phase = Phase.OVER
    assert hint(demo, 0) == "r runs it again" + "  f its recording" * fallback
