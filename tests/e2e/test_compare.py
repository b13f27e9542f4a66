"""`asyncdemo compare`: the stages in turn under the same load, side by side."""

import json
import re
import signal
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from asyncdemo.features.compare import CompareOptions, Comparison
from tests.e2e.command import ASYNCDEMO, Command, asyncdemo
from tests.e2e.screen import OnScreen

FAST = ("--speed", "30")


def compare(*arguments: str, **env: str) -> Command:
    """The command, to be watched."""
    return Command(str(ASYNCDEMO), "compare", *arguments, **env)


def test_all_stages_side_by_side(tmp_path: Path) -> None:
    """The whole lesson in one table: who waits, who does not, and what it costs; as text, JSON, SVG and HTML."""
    files = {flag: tmp_path / f"all.{flag}" for flag in ("json", "svg", "html")}
    with compare(*FAST, *(part for flag, file in files.items() for part in (f"--{flag}", str(file)))) as all_six:
        for number in range(1, 7):
            all_six.line(f"^{number}/6 ")
        assert all_six.ends() == 0
        text = all_six.text
    for words in ("the page, as its visitors saw it", "the notifications", "how long visitors waited", "lost how"):
        assert words in text
    assert "asyncdemo run bonus --workers 3 --reserved-web 1 --speed 30 --hammer 1" in text
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
    assert bound["latency"]["p95_s"] > 2 * step1["latency"]["p95_s"]
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
    with compare("bonus", "STEP3", "--duration", "10s", *FAST) as some:
        assert some.ends() == 0
        assert re.findall(r"^\d/3 (\w+)", some.text, re.MULTILINE) == ["step3", "bonus", "bonus"]
        assert "step1" not in some.text


def test_its_runs_are_recorded(tmp_path: Path) -> None:
    """In one file, which plays as the comparison did, and ends with the same figures (but for a percent of `busy`)."""
    file = tmp_path / "two.jsonl"
    with compare("bonus", "--duration", "10s", "--record", str(file), *FAST) as two:
        assert two.ends() == 0
        rows = re.findall(r"^[-\d] bonus, .* \d+/10 .*$", two.text, re.MULTILINE)
    assert len(rows) == 2
    played = asyncdemo("replay", str(file))
    assert played.returncode == 0
    assert played.stdout.count(" ready ") == 2
    shown = [line.split()[:-1] for line in played.stdout.splitlines()]
    assert all(row.split()[:-1] in shown for row in rows)
    with OnScreen(str(ASYNCDEMO), "replay", str(file)) as replay:
        replay.shows("recorded", "workers")
        replay.presses(" ", "paused")
        replay.presses("0", "▸ bonus, 3 general", "bonus, 2+1 reserved")
        replay.presses("q")
        assert replay.ends() == 0


def test_its_panels_with_the_table_below() -> None:
    """At 88x24: the run that goes on, the rows so far and those to come. `q` ends it with what there is."""
    with OnScreen(str(ASYNCDEMO), "compare", *FAST) as six:
        six.shows("step1, 4 workers", "bonus, 2+1 reserved", "answered", "workers")
        six.shows("▸ step1, 4 workers", "busy")  # of the load, a busy machine says other things
        six.presses("?", "pause the picture")
        six.presses("x", "q end with the rows so far")
        six.presses(" ", "paused")
        six.presses(" ")
        six.hides("paused")
        six.resize(110, 33)
        six.shows("hello: the page", "bonus, 2+1 reserved")
        six.presses("q")
        assert six.ends() == 0
        six.shows("how long visitors waited")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, 143)])
def test_a_signal_ends_it_with_the_rows_so_far(number: signal.Signals, code: int, tmp_path: Path) -> None:
    """The one that was running among them; nothing is left running. Whoever was on the way is counted, as no error."""
    with compare(*FAST, "--json", str(tmp_path / "six.json")) as six:
        six.line(r"^2/6[^$]*\d came: \d+ answered")
        assert six.stop(number) == code
        six.line("the page, as its visitors saw it")
        six.line("^- ! step1, 4 workers +")
        six.line("! It was cut: of the [0-9]+ who had come by then")
        assert "step2" not in six.text
    whole, cut = json.loads((tmp_path / "six.json").read_text())["rows"]
    assert (whole["happened"]["stopped"], cut["happened"]["stopped"]) == (False, True)
    assert (whole["cut"], cut["cut"], cut["place"]) == (False, True, None)
    requests = cut["requests"]
    assert requests["scheduled"] == requests["answered"] + requests["errors"] + requests["unfinished"]
    assert requests["unfinished"] > 0
    assert requests["waiting"] == 0
    assert cut["notifications"]["sent"] <= requests["scheduled"]
    assert not cut["ended"].keys() & {"refused", "closed unanswered", "cut off"}


WRONG = {
    "step9": "There is no stage 'step9'",
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
    comparison = Comparison(CompareOptions(speed=30.0), lambda line: None, hears_signals=False)

    def tick() -> None:
        if comparison.state.load.sent:
            comparison.stop()

    assert comparison.play(tick) == 0
    first, *others = comparison.rows_now()
    assert (first.label, others[0].label, len(others)) == ("step1", "step1, 4 workers", 5)
    assert first.visitors
    assert [row.label for row in others if row.visitors] == []
