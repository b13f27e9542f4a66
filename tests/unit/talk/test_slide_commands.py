"""What a demo's command asks for in a slide: read as the command line reads it, and nothing is started."""

import os
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from asyncdemo.base.errors import UsageError
from asyncdemo.cli.talk import understood
from asyncdemo.deck.deck import Deck, Demo, Part, Slide
from asyncdemo.events import events as e
from asyncdemo.events.wire import encode
from asyncdemo.features.compare_options import CompareOptions
from asyncdemo.features.hammer import HammerOptions, check_one, nobody_is_there
from asyncdemo.known.load import Load
from asyncdemo.load.visitor import VISITORS
from asyncdemo.running.run_folder import NAME, RUNS_HERE
from asyncdemo.stages.catalogue import STAGES
from asyncdemo.talk.demos.hammer_show import HammerShow
from asyncdemo.talk.demos.next_stage import NextStage
from asyncdemo.talk.demos.show import Show
from asyncdemo.talk.demos.show_pool import ShowPool
from asyncdemo.talk.demos.shows import WatchOptions
from asyncdemo.talk.demos.slide_demo import DemoOptions, Phase, ReplayOptions, SlideDemo
from asyncdemo.talk.shipped_talk import FOLDER
from tests.waiting import until

RUN = e.RunStarted(
    t=0.0,
    process="asyncdemo",
    stage=STAGES["step3"],
    general=4,
    reserved=0,
    speed=20.0,
    delays=[5.0],
    url="http://[::1]:7000/",
)
RECORDING = FOLDER / "recordings" / "step1.jsonl"
KINDS = {
    "run step3 --hammer 1 --open": WatchOptions,
    "compare step3": CompareOptions,
    f"replay {RECORDING}": ReplayOptions,
    "hammer": HammerOptions,
    "hammer http://localhost:8000/ --name Ada": HammerOptions,
}
WRONG = {
    "hammer --json load.json": "asyncdemo hammer: --json is not in a slide: leave it out",
    "hammer --html load.html": "--html is not in a slide",
    "hammer --fail-if errors>0": "--fail-if is not in a slide",
    "hammer --plain": "--plain is not in a slide",
    "compare --svg picture.svg": "asyncdemo compare: --svg is not in a slide",
    "run step3 --plain": "asyncdemo run: --plain is not in a slide",
    "run step1 --django-debug": "asyncdemo run: --django-debug is not in a slide: leave it out",
    "replay run.jsonl --svg frame.svg": "--svg is not in a slide",
    f"replay {RECORDING} --at 45s": "--at is not in a slide",
    f"replay {RECORDING} --size 88x24": "--size is not in a slide",
    "run step3 --record run.jsonl": "asyncdemo run: --record writes a file: such demos run only with --allow-exec",
    "compare step3 --record=run.jsonl": "asyncdemo compare: --record writes a file",
    "compare bonus --workers 3": "each setup has workers of its own. Try: asyncdemo compare bonus:3",
    "compare bonus:x": "Try: asyncdemo compare bonus:3 bonus:2+1",
    "compare bouns:3": "There is no stage 'bouns'",
    "hammer --help": "--help is not in a slide",
    "run step3 --speed x10": "asyncdemo run --speed 'x10' is no number. Type it like --speed 10.",
    "hammer --rate abc": "--rate 'abc' is no rate",
    "hammer --rate 1 --ramp 0..5": "--rate and --ramp",
    "hammer --closed 2 --arrivals poisson": "--closed and --arrivals",
    "hammer localhost:8000": "Try: http://localhost:8000/",
    "hammer a b": "b",
    "hammr": "hammr",
    "doctor": "asyncdemo doctor is not in a slide",
}


def demo(words: str) -> Demo:
    """`asyncdemo WORDS`, without a recording."""
    return Demo(("asyncdemo", *words.split()), 1)


def read(words: str) -> DemoOptions:
    return understood(demo(words), allow_exec=False)


def load_of(words: str) -> HammerOptions:
    """What `asyncdemo hammer …` asks for."""
    asked = read(words)
    assert isinstance(asked, HammerOptions)
    return asked


class Runs:
    """The runs of other terminals, as each writes itself down."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.count = folder, 0

    def begin(self, run: e.RunStarted) -> None:
        """One more, newer than those before it."""
        self.count += 1
        here = self.folder / f"{NAME}{self.count}"
        here.mkdir()
        (here / RUNS_HERE).write_bytes(b"%d\n%b" % (os.getpid(), encode(run)))
        os.utime(here / RUNS_HERE, (self.count, self.count))

    def end(self) -> None:
        """All of them."""
        for file in self.folder.glob(f"{NAME}*/{RUNS_HERE}"):
            file.unlink()


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Runs:
    """What runs on this machine; at first nothing does."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))  # a machine without another's runs
    return Runs(tmp_path)


@pytest.mark.parametrize("words", KINDS)
def test_what_is_in_a_slide(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment that asks for plain lines means the command line."""
    monkeypatch.setenv("ASYNCDEMO_PLAIN", "1")
    assert type(read(words)) is KINDS[words]


@pytest.mark.parametrize("words", WRONG)
def test_what_is_not(words: str) -> None:
    """In a sentence that names the option."""
    with pytest.raises(UsageError) as refused:
        read(words)
    assert WRONG[words] in str(refused.value)


def test_a_slide_compares_any_setups() -> None:
    """In full and in short, as a fence has them."""
    words = ("compare", "bonus --workers 3 --reserved-web 1", "step3:8", "--delays", "1,2", "--in-turn")
    asked = understood(Demo(("asyncdemo", *words), 1), allow_exec=False)
    assert isinstance(asked, CompareOptions)
    assert [setup.label for setup in asked.setups] == ["bonus, 2+1 reserved", "step3, 8 workers"]
    assert (asked.delays, asked.in_turn) == ((1.0, 2.0), True)


def test_a_slide_records_beside_its_deck_if_it_may_write_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands in the environment is for the command line: each demo would replace the one before it."""
    for words, path in (("run step1 --record a.jsonl", "/d/a.jsonl"), ("compare --record /b.jsonl", "/b.jsonl")):
        asked = understood(demo(words), allow_exec=True, deck=Path("/d/deck.md"))
        assert recorded_to(asked) == path
    monkeypatch.setenv("ASYNCDEMO_RECORD", "run.jsonl")
    assert recorded_to(read("run step1")) is None


def test_folders_are_beside_the_deck(tmp_path: Path) -> None:
    """Wherever the talk was typed; and no project is begun before somebody asks for it."""
    for name in ("before", "after"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "manage.py").touch()
    (tmp_path / "env" / "bin").mkdir(parents=True)
    (tmp_path / "env" / "bin" / "python").touch(0o755)
    deck = tmp_path / "deck.md"
    for words in ("run ./before --python ./env", "run before --python env"):
        asked = understood(demo(words), allow_exec=False, deck=deck)
        assert isinstance(asked, WatchOptions)
        project = asked.options.project
        assert project is not None
        assert (project.folder, project.bin) == (tmp_path / "before", tmp_path / "env" / "bin")
        assert NextStage(lambda _, asked=asked: asked).next_run(deck_of(demo(words)), 0) is None
    compared = understood(demo("compare ./before ./after"), allow_exec=False, deck=deck)
    assert isinstance(compared, CompareOptions)
    assert [setup.label for setup in compared.setups] == ["before", "after"]
    with pytest.raises(UsageError, match=f"{tmp_path}/nowhere is no folder"):
        understood(demo("run ./nowhere"), allow_exec=False, deck=deck)


def deck_of(*demos: Demo) -> Deck:
    """One of a slide."""
    return Deck(Path("deck.md"), (Slide("", (Part(demos),), 1),))


def recorded_to(asked: DemoOptions) -> str | None:
    """The file of its recording."""
    assert isinstance(asked, WatchOptions | CompareOptions)
    return asked.options.record if isinstance(asked, WatchOptions) else asked.record


def test_every_option_of_a_load_is_read() -> None:
    """As the command has it."""
    words = "http://h:1/x --ramp 0..5 --duration 2m --arrivals poisson --seed 4 --timeout 9s --name Ada"
    asked = load_of(f"hammer {words}").aimed()
    load = asked.load
    assert (load.rate, load.rate_end, load.duration, load.arrivals, load.timeout) == (0, 5, 120, "poisson", 9)
    assert load.seed == 4
    assert load.target.url == "http://h:1/x?name=Ada"
    assert (load.speed, asked.stage, asked.seeks) == (1, None, False)
    assert load_of("hammer --closed 3").load.closed == 3


def test_a_load_is_aimed_when_it_begins(runs: Runs) -> None:
    """At whatever runs by then, at its speed; a URL that is not of a run is one of somebody else."""
    asked = load_of("hammer --rate 2 --name Ada")
    with pytest.raises(UsageError, match="Nothing of asyncdemo runs here"):
        asked.aimed()
    runs.begin(RUN)
    aimed = asked.aimed()
    assert (aimed.load.target.url, aimed.load.speed, aimed.stage) == (f"{RUN.url}?name=Ada", 20, RUN)
    assert aimed.load.wall_rate == 40
    runs.begin(replace(RUN, url="http://127.0.0.1:7001/", speed=10.0))
    assert asked.aimed().load.target.port == 7001
    assert load_of("hammer http://localhost:7000/").aimed().stage == RUN
    assert load_of("hammer http://localhost:7002/").aimed().stage is None


def test_a_load_that_may_be_meant_for_either(runs: Runs) -> None:
    """In a terminal it is asked for which, the newest first; a slide goes to the newest."""
    check_one()
    runs.begin(RUN)
    check_one()
    runs.begin(replace(RUN, url="http://127.0.0.1:7001/", stage=STAGES["bonus"]))
    with pytest.raises(UsageError) as refused:
        check_one()
    assert str(refused.value).splitlines() == [
        "Several stages run here. Type which one is meant:",
        "  asyncdemo hammer http://127.0.0.1:7001/  (bonus)",
        "  asyncdemo hammer http://[::1]:7000/  (step3)",
    ]


def test_visitors_of_a_stage_have_names(runs: Runs) -> None:
    """Unless it was typed what they ask for: then they all ask for that."""
    runs.begin(replace(RUN, stage=replace(STAGES["step3"], parameter="who")))
    load = load_of("hammer").aimed().load
    assert (load.names, load.parameter) == (VISITORS, "who")
    for typed in ("--name Ada", "--path /slow/", "http://[::1]:7000/"):
        assert load_of(f"hammer {typed}").aimed().load.names == ()


def test_a_load_that_is_too_much_for_the_stage_that_runs(runs: Runs) -> None:
    """Its speed counts."""
    runs.begin(RUN)
    with pytest.raises(UsageError, match="at speed 20"):
        load_of("hammer --rate 9999").aimed()


def test_a_load_without_a_stage_says_so_in_its_slide(runs: Runs) -> None:
    """In one line, and it can be asked for again."""
    show_pool = ShowPool()
    slide = SlideDemo(demo("hammer"), lambda demo: understood(demo, allow_exec=False), show_pool)
    for _ in range(2):
        slide.run()
        assert slide.phase is Phase.LIVE
        until(lambda: not show_pool.busy, "its end")
        slide.look()
        assert (slide.phase, slide.message) == (Phase.OVER, "Nothing of asyncdemo runs here, and no URL is given.")


def test_a_load_looks_for_its_stage_when_the_demo_before_it_has_gone(runs: Runs) -> None:
    """Which it would find otherwise."""
    runs.begin(RUN)
    show = HammerShow(load_of("hammer"))

    class Before(Show):
        """A stage, whose run is over when it has been waited for."""

        def join(self, timeout_s: float) -> None:
            runs.end()

    show.begin([Before()])
    until(lambda: show.over, "its end")
    assert show.problem.startswith("Nothing of asyncdemo runs here")


def test_nobody_is_there() -> None:
    """Only while all were turned away at the door: whoever answers anything is there."""
    load = Load()
    assert not nobody_is_there(load)
    load.ended.update({"refused": 2, "unreachable": 1})
    assert nobody_is_there(load)
    load.ended["503"] += 1
    assert not nobody_is_there(load)
