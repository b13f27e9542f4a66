"""`asyncdemo compare`: the stages in turn under the same load, side by side."""

import json
import re
import signal
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import psutil
import pytest

import asyncdemo as package
from asyncdemo.features.compare_options import CompareOptions
from asyncdemo.features.comparison import Comparison
from tests.e2e import own_stage
from tests.e2e.command import ASYNCDEMO, Command, asyncdemo
from tests.e2e.screen import OnScreen
from tests.processes import line_of
from tests.waiting import until

FAST = ("--speed", "30")
ROW = "^[1-9-] (?:! )?{} +10/10 "
"""Of ten visitors, with its place; what was measured on a machine that was too small carries a sign."""
BONUS = Path(package.__file__).parent / "stages" / "bonus"


def compare(*arguments: str, **env: str) -> Command:
    """The command, to be watched."""
    return Command(str(ASYNCDEMO), "compare", *arguments, **env)


def test_all_stages_side_by_side(tmp_path: Path) -> None:
    """The whole lesson in one table: who waits, who does not, and what it costs; as text, JSON, SVG and HTML."""
    files = {flag: tmp_path / f"all.{flag}" for flag in ("json", "svg", "html")}
    with compare(*(part for flag, file in files.items() for part in (f"--{flag}", str(file)))) as all_six:
        all_six.line("^6 setups side by side: step1; .*; bonus, 2[+]1 reserved$")
        all_six.line("0 s  the same visitors come to all of them")
        for place in (1, 2):
            all_six.line(f" place {place}: 60 of 60 answered")
        assert all_six.ends() == 0
        text = all_six.text
    for words in ("the page, as its visitors saw it", "the notifications", "how long visitors waited", "lost how"):
        assert words in text
    assert "asyncdemo run bonus --workers 3 --reserved-web 1 --speed 10 --hammer 1" in text
    rows = {row["label"]: row for row in json.loads(files["json"].read_text())["rows"]}
    step1, bound, step2, step3, general, reserved = rows.values()
    labels = list(rows)
    assert (labels[0], labels[-1]) == ("step1", "bonus, 2+1 reserved")
    for row in rows.values():
        assert row["requests"]["scheduled"] == 60
        books = row["notifications"]
        assert books["sent"] == sum(books[name] for name in ("delivered", "running", "queued", "lost", "unknown"))
        assert row["lesson"] in " ".join(text.split())
    assert step1["requests"]["answered"] == 60
    p50 = {label: row["latency"]["p50_s"] for label, row in rows.items()}  # a moment of the machine's is in a p95
    assert p50[bound["label"]] > 2 * p50[step1["label"]]
    assert step2["first_waited"] == 1
    assert step3["first_waited"] <= 12
    assert general["first_waited"] <= 12
    assert p50[step3["label"]] > 10 * p50[reserved["label"]]
    assert reserved["requests"]["answered"] == 60
    assert reserved["notifications"]["lost"] > 20, "what nobody takes within 60 s is lost without a word"
    ElementTree.parse(files["svg"])
    page = files["html"].read_text()
    assert all(label in page for label in rows)
    assert "2016" in page


def test_only_some_of_them() -> None:
    """By name, in the order of the talk."""
    with compare("step2", "STEP1", "--duration", "10s", *FAST) as some:
        assert some.ends() == 0
        some.line("^3 setups side by side: step1; step1, 4 workers; step2$")
        assert "step3" not in some.text


def test_setups_of_ones_own_under_a_load_of_ones_own(tmp_path: Path) -> None:
    """In full and in short: each has its workers, and all have the same visitors and the same outside service."""
    figures, recording = tmp_path / "three.json", tmp_path / "three.jsonl"
    words = ("step3:2", "bonus --workers 2", "bonus:1+1", "--duration", "10s", "--delays", "1,0.5")
    chance = ("--arrivals", "poisson", "--seed", "3")
    with compare(*words, *chance, "--json", str(figures), "--record", str(recording), *FAST) as three:
        assert three.ends() == 0
        text = three.text
    rows = json.loads(figures.read_text())["rows"]
    runs = [(row["run"]["stage"], row["run"]["general"], row["run"]["reserved"]) for row in rows]
    assert runs == [("step3", 2, 0), ("bonus", 2, 0), ("bonus", 1, 1)]
    assert [row["label"] for row in rows] == ["step3, 2 workers", "bonus, 2 general", "bonus, 1+1 reserved"]
    assert all(row["run"]["delays_lesson_s"] == [1.0, 0.5] for row in rows)
    assert {(row["load"]["arrivals"], row["load"]["seed"]) for row in rows} == {("poisson", 3)}
    assert len({row["requests"]["scheduled"] for row in rows}) == 1
    repeats = "--duration 10s --delays 1,0.5 --arrivals poisson --seed 3 --speed 30"
    commands = [row["command"] for row in rows]
    assert commands == [f"asyncdemo compare {typed} {repeats}" for typed in ("step3:2", "bonus:2", "bonus:1+1")]
    for told in (text, asyncdemo("replay", str(recording)).stdout):
        whole = " ".join(told.split()).replace("\\ ", "")  # as a shell reads it
        assert all(command in whole for command in commands)


def test_its_runs_are_recorded(tmp_path: Path) -> None:
    """In one file, which plays as the comparison did, and ends with the same figures."""
    file = tmp_path / "two.jsonl"
    with compare("step3", "bonus:1+1", "--duration", "10s", "--record", str(file), *FAST) as two:
        assert two.ends() == 0
        shown = two.text
    played = asyncdemo("replay", str(file))
    assert played.returncode == 0
    assert played.stdout.count("the same visitors come to all of them") == 1
    assert played.stdout.count("10 of 10 answered") >= 2
    figures = played.stdout[played.stdout.index("p50, p95 and max are of") :]
    assert len(re.findall(ROW.format("(?:step3|bonus, 1[+]1) .*"), figures, re.MULTILINE)) == 2
    assert figures.rstrip() in shown
    with OnScreen(str(ASYNCDEMO), "replay", str(file)) as replay:
        replay.shows("recorded", "step3", "bonus", "1 + 1")
        replay.presses(" ", "paused")
        replay.presses("0", "recorded", "bonus")
        replay.presses("q")
        assert replay.ends() == 0


def test_lanes_under_one_clock() -> None:
    """At 88x24: all six; one of them with all its panels, and back. `q` ends it with what there is."""
    with OnScreen(str(ASYNCDEMO), "compare", "--speed", "2") as six:  # it is not over before its keys are pressed
        six.shows("race", "step1", "step2", "step3", "bonus", "1:00")
        six.presses("?", "its panels")
        six.presses("x", "q end here")
        six.presses("\x1b[B\x1b[B\r", "step1", "workers", "hello: the page, lesson time", "Enter all lanes")
        six.presses("\x1b[B", "step2")
        six.presses("\r", "step1", "bonus", "Enter its panels")
        six.presses(" ", "paused")
        six.presses(" ")
        six.hides("paused")
        six.resize(110, 33)
        six.shows("step1", "bonus")
        six.presses("q")
        assert six.ends() == 0
        six.shows("how long visitors waited")


def test_the_end_before_anybody_came_is_told(tmp_path: Path) -> None:
    """By a key, while the stages start: no figures are written, and why is said."""
    figures = tmp_path / "early.json"
    with OnScreen(str(ASYNCDEMO), "compare", "step3", "bonus:2+1", "--json", str(figures)) as early:
        early.shows("0 of 2 ready")
        early.presses("q")
        assert early.ends() == 0
        early.shows("Stopped before it was ready.")
    assert not figures.exists()


def test_a_worker_that_is_killed_from_outside_is_told() -> None:
    """In the lane that it worked for, and how it ended, as `run` tells it; the lane goes on to its end."""
    with compare("bonus:2", "step1", "--duration", "20s", *FAST) as both:
        workers = until(lambda: both_workers(both), "both workers")
        both.line("0 s  the same visitors come to all of them")
        workers[0].send_signal(signal.SIGKILL)
        both.line(r"\d s  bonus, 2 general  worker\.[12] ended: killed by signal 9")
        assert both.ends() == 0
        assert both.text.count("killed by signal 9") == 1


def both_workers(race: Command) -> list[psutil.Process]:
    """Of its one lane that has two, when they are there."""
    workers = [process for process in race.processes() if "runworker" in line_of(process)]
    return workers if len(workers) == 2 else []


def test_in_turn_its_lines_are_those_of_a_race(tmp_path: Path) -> None:
    """At a high speed too: figures of every lane, in the lesson's seconds since its load began; its replay has them."""
    file = tmp_path / "turn.jsonl"
    typed = ("step1", "step3", "--in-turn", "--duration", "45s", "--speed", "60", "--record", str(file))
    with compare(*typed) as three:
        assert three.ends() == 0
        live = three.text.partition("\nthe page")[0].splitlines()
    played = asyncdemo("replay", str(file)).stdout.partition("\nthe page")[0].splitlines()
    figures = list[int]()
    for lines in (live, played):
        assert lines[0] == "x60: all seconds are those of the lesson"
        begins = [number for number, line in enumerate(lines) if re.match(r"\d/3 ", line)]
        assert len(begins) == 3
        for begin, end in zip(begins, [*begins[1:], len(lines)], strict=True):
            assert lines[begin + 1] == "    0 s  visitors come"
            if first := re.match(r" +(\d+) s  step\S.*  \d+ of \d+ answered", lines[begin + 2]):
                figures.append(int(first[1]))
            assert any("  over: " in line for line in lines[begin:end])
    assert figures, "a lane may be over before its first line is due, but not all of them"
    assert min(figures) >= 20
    assert [line for line in live if "/3" in line[:3]] == [line for line in played if "/3" in line[:3]]


def test_one_after_the_other() -> None:
    """The panels of the one that goes on, above the rows so far and those to come."""
    with OnScreen(str(ASYNCDEMO), "compare", "--in-turn", *FAST) as six:
        six.shows("step1, 4 workers", "bonus, 2+1 reserved", "answered", "workers")
        # of the load, a busy machine says other things; and that of one setup alone may be over before it is looked at
        until(lambda: another_goes_on(six.shown), lambda: f"another one:\n{six.shown}")
        six.presses("q")
        assert six.ends() == 0
        six.shows("how long visitors waited")


def another_goes_on(shown: str) -> bool:
    """Whether the panels are those of a setup behind the first one."""
    return re.search(r"▸ (?!step1\s)", shown) is not None and "busy" in shown


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, 143)])
def test_a_signal_ends_it_with_what_was_measured(number: signal.Signals, code: int, tmp_path: Path) -> None:
    """In every lane; nothing is left running. Whoever was on the way is counted, as no error."""
    with compare("step1", "step1:4", "bonus:2+1", "--duration", "600s", "--json", str(tmp_path / "cut.json")) as three:
        three.line(r"\d\d s  step1, 4 workers .*\d+ of \d+ answered")
        assert three.stop(number) == code
        three.line("the page, as its visitors saw it")
        three.line("! It was cut: of the [0-9]+ who had come by then")
        assert len(re.findall(r"ended before its time: \d+ of \d+ answered", three.text)) == 3
    rows = json.loads((tmp_path / "cut.json").read_text())["rows"]
    assert len(rows) == 3
    for row in rows:
        assert row["happened"]["stopped"]
        assert (row["cut"], row["place"]) == (True, None)
        requests = row["requests"]
        assert requests["scheduled"] == requests["answered"] + requests["errors"] + requests["unfinished"]
        assert requests["waiting"] == 0
        assert row["notifications"]["sent"] <= requests["scheduled"]
        assert not row["ended"].keys() & {"refused", "closed unanswered", "cut off"}
    assert sum(row["requests"]["unfinished"] for row in rows) > 0


def test_a_lane_that_does_not_start(tmp_path: Path) -> None:
    """The others go on; its row says why, and so does the exit code."""
    own_stage.make_project(tmp_path / "own", BONUS)
    procfile = tmp_path / "own" / "Procfile"
    procfile.write_text(procfile.read_text().replace("front: cd", "front: exit 3; cd"))
    mine = sys.executable, str(Path(own_stage.__file__)), str(tmp_path / "own")
    with Command(*mine, "compare", "own", "step3", "--duration", "10s", *FAST) as both:
        both.line("own, 2 general .*failed: front.1 ended while own was starting")
        assert both.ends() == 1
        both.line(ROW.format("step3"))


WRONG = {
    "step9": "There is no stage 'step9'",
    "bonus:x": "Try: asyncdemo compare bonus:3",
    "bonus:3 bonus:3": "'bonus:3' is typed twice",
    "step1:1 step1:2 step2:1 step2:2 step3:1 step3:2 bonus:1 bonus:2 bonus:3": "9 setups, and 8 fit side by side",
    "--all bonus": "--all has every stage already",
    "--delays soon": "--delays 'soon'",
    "--arrivals odd": "--arrivals 'odd'",
    "--seed 2": "--arrivals poisson",
    "--rate 0": "--rate '0' is no rate",
    "--duration soon": "--duration 'soon' is not a duration",
    "--speed 0": "--speed 0",
    "--speed 61": "--speed 61",
    "--rate 99999": "is more than",
}


@pytest.mark.parametrize("words", WRONG)
def test_wrong_words(words: str) -> None:
    """Exit code 2, before anything is started."""
    result = asyncdemo("compare", *words.split())
    assert result.returncode == 2
    assert WRONG[words] in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("flag", ["--json", "--html", "--svg", "--record"])
def test_a_file_that_cannot_be_written(flag: str, tmp_path: Path) -> None:
    """Said before anything is started."""
    result = asyncdemo("compare", flag, str(tmp_path))
    assert result.returncode == 1
    assert "cannot be written: Is a directory" in result.stderr
    assert result.stdout == ""


def test_figures_alone_on_standard_output() -> None:
    """`--json -` for a program; the rest goes to standard error."""
    result = asyncdemo("compare", "step3", "--duration", "5s", "--json", "-", *FAST)
    assert [row["label"] for row in json.loads(result.stdout)["rows"]] == ["step3"]
    assert "how long visitors waited" in result.stderr


def test_a_row_that_was_stopped_lends_its_figures_to_no_other() -> None:
    """What is drawn afterwards: the row itself, and those to come, empty."""
    comparison = Comparison(CompareOptions(speed=30.0, in_turn=True), lambda line: None, hears_signals=False)

    def tick() -> None:
        if comparison.race.lanes[1].state.load.sent:
            comparison.stop()

    assert comparison.play(tick) == 0
    first, *others = comparison.rows_now()
    assert (first.label, others[0].label, len(others)) == ("step1", "step1, 4 workers", 5)
    assert first.visitors
    assert [row.label for row in others if row.visitors] == []
