"""What a lesson looks like, and what its keys do."""

from pathlib import Path

import pytest

from asyncdemo.course.visits import Visit
from asyncdemo.features.learn.desk import Desk, Phase
from asyncdemo.features.learn.editor import edit, editor
from asyncdemo.features.learn.learn_keys import LearnControls, controls_of
from asyncdemo.features.learn.prose import text_lines
from asyncdemo.features.learn.sheets import sheet, source
from asyncdemo.features.learn.visitors import bar_text, chosen, more_words, visitor_lines, visitor_words
from asyncdemo.showing.panels import View
from asyncdemo.showing.panels.lines import Drawing, length
from tests.unit.features.learners import desk_in

SIZES = [(60, 15), (80, 24), (88, 24), (110, 33)]
ADA = Visit(1, "Ada", 0.0, 0.01, "200")
LINUS = Visit(5, "Linus", 4.0, 1.1, "200", "Ada's notification, in slot 1 until 5.0 s")


def text(drawing: Drawing) -> str:
    """What stands there."""
    return "\n".join("".join(part for part, _ in line).rstrip() for line in drawing.lines)


def seen(controls: LearnControls, width: int = 88, height: int = 24) -> str:
    """What is on the screen; every row is as wide as that, so that nothing of before is left."""
    message, loud = controls.said
    keys = controls.keys_in_short
    drawing = controls.picture(View(width, height, keys=keys, message=message, loud=loud))
    assert {length(line) for line in drawing.lines} == {width}
    assert len(drawing.lines) == height
    return text(drawing)


def press(controls: LearnControls, *keys: str) -> str:
    """The screen after these keys, and after what they want to be done."""
    for key in keys:
        controls.press(key)
        wanted, controls.wanted = controls.wanted, ""
        if wanted == "run":
            controls.desk.run(lambda: None)
        elif wanted == "check":
            controls.desk.check(lambda: None)
        else:
            controls.wanted = wanted
    return seen(controls)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return desk_in(tmp_path)


@pytest.fixture
def controls(desk: Desk) -> LearnControls:
    return controls_of(desk)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_question_at_each_size(controls: LearnControls, width: int, height: int) -> None:
    """Which lesson, how far, the question and the line of the answer, and the way out."""
    shown = seen(controls, width, height)
    assert shown.startswith(" learn   1 of 2   the fifth visitor")
    assert "0 min of 12" in shown.split("\n")[0]
    assert "How long does the fifth wait?" in shown
    assert "your answer: █ s" in shown
    assert shown.endswith("q stop here, it is kept")


def test_an_answer_is_typed(controls: LearnControls) -> None:
    """Backspace takes a letter, Esc all; a key that means something else is typed when there is something already."""
    assert "your answer: 0.01█" in press(controls, *"0.02", "backspace", "1")
    shown = press(controls, "q", "?")
    assert "your answer: 0.01q?█" in shown
    assert shown.endswith("Enter says it  Esc clears it  Ctrl-C stop here, it is kept"), "q and ? are letters now"
    assert "your answer: █" in press(controls, "escape")
    assert seen(controls).endswith("q stop here, it is kept")
    assert "Type what you expect" in press(controls, "enter")
    assert "'soon' is no time. Type seconds, like 5 or 0.01." in press(controls, *"soon", "enter")
    assert controls.wanted == ""
    press(controls, "escape", "q")
    assert controls.wanted == "leave"


def test_what_was_said_beside_what_was_measured(controls: LearnControls) -> None:
    """Visitor by visitor, then what the answer comes from, and what is true."""
    shown = press(controls, *"0.01", "enter")
    order = [
        "you said 0.01",
        "measured 1.1 s",
        "that is not it",
        "Ada",
        "▌",
        "nothing slow",
        "It waited for 1.1",
    ]
    places = [shown.index(words) for words in order]
    assert places == sorted(places)
    assert "n next" in shown


def test_what_was_said_is_told_whole(controls: LearnControls, desk: Desk) -> None:
    """Also where it is longer than the screen is wide."""
    press(controls, *"0.01", "enter")
    desk.session.change(lambda done: setattr(done, "said", "a faster page for everybody who comes " * 2))
    shown = seen(controls, 60, 15)
    assert "measured 1.1 s" in shown
    assert "that is not it" in shown


def test_a_text_is_turned(controls: LearnControls) -> None:
    """Down and up, by a line and by a screen, and never beyond its ends; what is hidden is told."""
    press(controls, *"0.01", "enter")
    assert "more lines: space, or down" in seen(controls, 60, 15)
    for key in ("down", "end", "pagedown", " "):
        controls.press(key)
        assert "above: up" in seen(controls, 60, 15)
    assert "It waited for" in seen(controls, 60, 15)
    for _ in range(99):
        controls.press("up")
        seen(controls, 60, 15)
    assert "above: up" not in seen(controls, 60, 15)


def test_panels_and_code_are_laid_over_and_put_away(controls: LearnControls) -> None:
    """`p` and `d`, and again; `q` puts away too, and ends only where nothing is laid over."""
    press(controls, *"0.01", "enter")
    assert "workers" in press(controls, "p")
    assert "p back to the lesson" in seen(controls)
    assert "you said" in press(controls, "q")
    assert "==> step3/hello/views.py <==" in press(controls, "d")
    assert "you said" in press(controls, "d")
    assert controls.wanted == ""
    press(controls, "q")
    assert controls.wanted == "leave"


def test_what_was_refused_is_no_beginning(controls: LearnControls) -> None:
    """The next letter begins another answer, and keys mean what they do where none is; it can be mended, too."""
    press(controls, *"soon", "enter")
    assert "your answer: 5█" in press(controls, "5")
    assert "your answer: 5 q█" in press(controls, " ", "q")
    press(controls, "enter")
    assert "your answer: 5 █" in press(controls, "backspace")
    press(controls, "x", "enter")
    press(controls, " ", "q")
    assert (controls.typed, controls.wanted) == ("5 x", "leave")


@pytest.mark.parametrize("key", ["p", "d"])
def test_a_place_is_kept(controls: LearnControls, key: str) -> None:
    """While panels or code are looked at; what is laid over begins at its own beginning."""
    press(controls, *"0.01", "enter")
    seen(controls, 60, 15)
    for _ in range(3):
        controls.press("down")
    before = seen(controls, 60, 15)
    for away in (key, "q"):
        controls.press(key)
        assert "above: up" not in seen(controls, 60, 15)
        controls.press("down")
        controls.press(away)
        assert seen(controls, 60, 15) == before


def test_a_long_line_of_code_is_read_whole() -> None:
    """It goes on below."""
    long = f'"""{"word " * 30}end"""'
    code = sheet("the code", [*source({"views.py": long})])
    shown = text(Drawing(code.lines(60)))
    assert "".join(shown.split()).endswith("".join(long.split()))


def test_a_question_is_read_again_beside_its_copy(controls: LearnControls, desk: Desk) -> None:
    """`u`: the page says so; `n` is the copy again."""
    assert "the question again: u" in press(controls, *"0.01", "enter", "n")
    shown = press(controls, "u")
    for words in ("How long does the fifth wait?", "you said 0.01", "Linus", "nothing slow", "It waited for 1.1"):
        assert words in shown
    assert "Make it fast." in press(controls, "n")
    assert desk.phase is Phase.EXERCISE


def test_an_answered_question_opens_the_code(controls: LearnControls, desk: Desk) -> None:
    """`e`, where something is to be changed: its foot says so."""
    assert "e edit" in press(controls, *"0.01", "enter")
    press(controls, "e")
    assert (controls.wanted, desk.phase) == ("edit", Phase.EXERCISE)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_keys_that_matter_go_last(controls: LearnControls, desk: Desk, width: int, height: int) -> None:
    """At a copy that does not pass: to change it, to check it, and to be helped."""
    press(controls, *"0.01", "enter", "n", "c")
    foot = seen(controls, width, height).split("\n")[-1]
    for words in ("e edit", "c check", "h hint", "? keys", "q stop here"):
        assert words in foot
    assert width < 80 or ("s solution" in foot and "d changes" in foot and "u question" in foot)


def test_help_is_of_what_is_looked_at(controls: LearnControls) -> None:
    """Panels and sheets have keys of their own; those of the lesson do what they say there too."""
    press(controls, *"0.01", "enter", "p")
    assert ("p", "back to the lesson") in controls.keys_explained
    assert "==> step3/hello/views.py <==" in press(controls, "d")
    assert ("d, Esc", "back to the lesson") in controls.keys_explained
    assert "you said" in press(controls, "d")
    press(controls, "n", "c")
    (controls.desk.session.folder / "hello" / "views.py").write_text("# mine\n")
    assert "s puts it away" in press(controls, "c", "s")
    assert "what you have changed" in press(controls, "d")
    assert "s or Esc" in press(controls, "s")
    assert "Not yet." in press(controls, "s")


def test_only_keys_are_offered_that_there_is_something_for(controls: LearnControls, desk: Desk) -> None:
    """`e` where something is to be changed, `v` where visitors are left out, `u` where a question was answered."""
    press(controls, *"0.01", "enter")
    assert "e" in dict(controls.keys_explained)
    assert "v" not in dict(controls.keys_explained)
    assert "All visitors are shown." in press(controls, "v")
    ran, desk.ran = desk.ran, {}
    assert "Nothing has run since this lesson was opened." in press(controls, "v"), "no visitor is shown then"
    desk.ran = ran
    press(controls, "n")
    assert "u question" in controls.keys_in_short
    assert "u" in dict(controls.keys_explained)
    desk.session.change(lambda done: setattr(done, "measured", ""))
    assert "u question" not in controls.keys_in_short
    assert "u" not in dict(controls.keys_explained)
    press(controls, "n", "a", "enter")
    assert desk.phase is Phase.ANSWERED
    assert "e" not in dict(controls.keys_explained)


def test_a_number_stays_with_its_unit() -> None:
    """Wherever a line is broken; what is typed or copied is what was written."""
    for width in range(8, 40):
        lines = [
            text(Drawing([line])) for line in text_lines("half within 5.1 s, 95 % within 0.2 ms, 4 min of 9", width)
        ]
        assert not any(line.endswith(("5.1", "95", "0.2", "4")) for line in lines)
    assert "half within 5.1 s, 95 %" in text(Drawing(text_lines("half within 5.1 s, 95 %", 60)))


def test_the_keys_of_a_copy(controls: LearnControls, desk: Desk) -> None:
    """What they cannot do yet is told; what is lost is asked."""
    assert "Make it fast." in press(controls, *"0.01", "enter", "n")
    assert "The next hint comes with a try" in press(controls, "h")
    assert "The solution comes after a try" in press(controls, "s")
    assert "Nothing has run" not in press(controls, "p")
    press(controls, "p")
    assert "The copy is as it began." in press(controls, "r")
    assert "There is no difference." in press(controls, "d")
    press(controls, "d")
    (desk.session.folder / "hello" / "views.py").write_text("# mine\n")
    assert "Not yet." in press(controls, "c")
    assert "hint 1" in press(controls, "h")
    assert "There is no other hint." in press(controls, "h")
    assert "+# solved" in press(controls, "s")
    press(controls, "escape")
    assert "Lose what you have changed in hello/views.py?" in press(controls, "r")
    assert (desk.session.folder / "hello" / "views.py").read_text() == "# mine\n"
    press(controls, "n")
    assert desk.phase is Phase.CHECKED
    assert "the copy is as it began" in press(controls, "r", "y")
    press(controls, "e")
    assert controls.wanted == "edit"


def test_who_was_in_front_stands_beside_or_below() -> None:
    """Wherever there is room, whole; who was asked about is marked, without a colour."""
    wide = [text(Drawing([line])) for line in visitor_lines([ADA, LINUS], 110, asked=5)]
    assert len(wide) == 4
    assert wide[2].strip() == "…"
    assert wide[3].startswith(" ▌ Linus")
    assert wide[3].endswith(LINUS.front)
    narrow = [text(Drawing([line])) for line in visitor_lines([ADA, LINUS], 60, asked=5)]
    assert len(narrow) == 5
    assert narrow[4].strip() == LINUS.front
    assert visitor_lines([], 88) == []


def test_of_many_visitors_those_that_matter_are_shown() -> None:
    """The first eight, whoever was asked about, the first without a page, the first who waited; what others got."""
    fast = [Visit(number, "Ada", number, 0.01, "200") for number in range(1, 31)]
    assert [visit.number for visit in chosen(fast, 12)] == [*range(1, 9), 12]
    slow = [*fast[:19], *(Visit(number, "Ada", number, 60.0, "500") for number in range(20, 25)), LINUS]
    shown = chosen([*slow[:-1], Visit(25, "Linus", 25.0, 5.0, "200")])
    assert [visit.number for visit in shown] == [*range(1, 9), 20, 25]
    assert more_words(slow, shown) == "and 15 more, of them 4 with a 500"
    assert more_words([*fast, Visit(31, "Ada", 31, 9.0, "waits")], fast) == "and 1 more, of them 1 who waits on"
    assert more_words(fast, fast) == ""
    assert more_words(fast, fast[:8]) == "and 22 more"


def test_the_bars_of_all_runs_are_to_one_scale() -> None:
    """Who waits as long has a bar as long, beside whomever he stands."""
    alone = [Visit(1, "Ada", 0.0, 5.0, "200")]
    others = [Visit(1, "Ada", 0.0, 10.0, "200", "Grace's notification, in slot 1 until 5.0 s")]
    for width in (60, 88):
        short, long = (text(Drawing(visitor_lines(each, width, beside=others))) for each in (alone, others))
        assert long.count("█") // 2 == short.count("█") > 0
        assert text(Drawing(visitor_lines(alone, width))).count("█") > short.count("█")


def test_a_bar_is_as_long_as_the_wait() -> None:
    """The longest fills its cells; what takes no time leaves a tick."""
    assert bar_text(2.0, 2.0, 10) == "█" * 10
    assert bar_text(1.0, 2.0, 10) == "█" * 5
    assert bar_text(0.001, 2.0, 10) == "▏"
    assert bar_text(0.0, 0.0, 10) == "▏"


@pytest.mark.parametrize(
    ("visit", "words"),
    [
        (ADA, "Ada came at 0 s, waited 0.010 s"),
        (LINUS, "Linus came at 4 s, waited 1.1 s; in front: Ada's notification, in slot 1 until 5.0 s"),
        (Visit(1, "Ada", 0.0, 60.0, "503"), "Ada came at 0 s, got no page, a 503"),
        (Visit(1, "Ada", 0.0, 60.0, "waits"), "Ada came at 0 s, waited 60.0 s, waits on"),
        (Visit(1, "Ada", 0.0, 60.0, "left"), "Ada came at 0 s, got no page, left"),
    ],
)
def test_a_visitor_in_words(visit: Visit, words: str) -> None:
    """For who hears it."""
    assert visitor_words(visit) == words


def test_the_editor_that_is_wanted() -> None:
    """VISUAL first; an empty one is none."""
    assert editor({"VISUAL": "vi -n", "EDITOR": "ed"}) == "vi -n"
    assert editor({"VISUAL": " ", "EDITOR": "ed"}) == "ed"
    assert editor({}) == ""


def test_an_editor_gets_the_file_whatever_its_name(tmp_path: Path) -> None:
    """It is a command of a shell; blanks and quotes in the name of the file are none of its business."""
    file = tmp_path / "it's a file.py"
    file.write_text("before\n")
    assert edit(file, lambda code: None, {"EDITOR": "sed -i s/before/after/"}) == ""
    assert file.read_text() == "after\n"
    assert "There is no editor 'no-such'" in edit(file, lambda code: None, {"EDITOR": "no-such"})
    assert "exit code 3" in edit(file, lambda code: None, {"EDITOR": "exit 3; :"})
    assert str(file) in edit(file, lambda code: None, {})
