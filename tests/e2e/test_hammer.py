"""`asyncdemo hammer` as a user has it: against a stage, against any server, with the wrong words."""

import asyncio
import itertools
import json
import re
import signal
import subprocess
from pathlib import Path

import pytest

from asyncdemo.events import events as e
from asyncdemo.events.wire import decode
from asyncdemo.running.run_folder import NAME, RUNS_HERE
from tests.e2e.command import ASYNCDEMO, Command, asyncdemo, clean_environment, stage
from tests.e2e.screen import OnScreen, stage_on_screen
from tests.e2e.terminal import InTerminal
from tests.e2e.web import OK, Answer, Question, Web, never, saying
from tests.ports import free_port
from tests.waiting import DEADLINE_S, until

BUSY = b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"
SHORT = ("--rate", "20", "--duration", "1s")


def hammer(*arguments: str, **env: str) -> Command:
    """The command, to be watched."""
    return Command(str(ASYNCDEMO), "hammer", *arguments, **env)


def test_it_finds_the_stage_that_runs_here_and_takes_its_speed() -> None:
    """One a second of the lesson for a minute is twenty a second for three seconds at x20; and what it means."""
    with stage("step3", "--speed", "20", "--delays", "5,5,5,30") as run:
        assert run.url
        with hammer("--name", "Grace", "--timeout", "1h", TMPDIR=str(run.tmp)) as load:
            load.line(re.escape(f"{run.url}?name=Grace (step3)  x20: sending 20/s for 3 s, even"))
            load.line(r"1/s x 11.25 s = 11.3 workers needed for notifications; 4 there")
            assert load.ends() == 0
            sent = load.line(r"requests +60 to send, 60 sent: (.*)$")[1]
            assert sum(map(int, re.findall(r"(\d+) x \d{3}", sent))) == 60
            load.line(r"latency +p50 .* max \d")
        assert len(run.wait_for(60, e.Answered, name="Grace")) == 60
        run.stop()


def test_nothing_runs_and_no_url() -> None:
    """How to start something, and exit code 2."""
    with hammer() as load:
        assert load.ends() == 2
        load.line("Nothing of asyncdemo runs here, and no URL is given.")
        load.line("In another terminal: asyncdemo run step3")


def test_a_server_of_somebody_else() -> None:
    """Whatever its statuses: all accounted for, none followed."""
    answers = [OK, BUSY, b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"]
    with Web(lambda question: question.say(answers[question.number % 3])) as web:
        result = asyncdemo("hammer", web.url, "--rate", "21", "--duration", "1s")
    assert result.returncode == 0
    assert all(f"7 x {status}" in result.stdout for status in (200, 302, 503))
    assert "requests    21 to send, 21 sent: " in result.stdout
    assert "redirects count by their status; they are not followed" in result.stdout


def test_a_closed_loop_says_what_it_hides() -> None:
    """Before anything else."""
    with Web(saying(OK)) as web:
        result = asyncdemo("hammer", web.url, "--closed", "2", "--duration", "300ms")
    assert "A closed loop hides stalls" in result.stdout
    assert result.returncode == 0


FAIL_IF = {
    "nothing is wrong": (("p95<10m", "errors>100"), 3, "p95<10m: p95 is"),
    "all is well": (("p95>10m", "errors>0"), 0, "requests"),
    "a share of errors": (("errors>=0%",), 3, "errors>=0%: 0 of 20 are errors"),
}


@pytest.mark.parametrize("limits", FAIL_IF)
def test_limits(limits: str) -> None:
    """Exit code 3, and which limit it was."""
    texts, code, said = FAIL_IF[limits]
    with Web(saying(OK)) as web:
        result = asyncdemo("hammer", web.url, *SHORT, *(part for text in texts for part in ("--fail-if", text)))
    assert result.returncode == code
    assert said in result.stdout


def test_limits_where_nobody_is_answered() -> None:
    """Nobody at all meets no limit of the page; of everybody, who waited in vain has waited until the time limit."""
    with Web(never) as web:
        limits = [part for text in ("p50<1m", "all.p50>2s", "all.max>2h") for part in ("--fail-if", text)]
        result = asyncdemo("hammer", web.url, *SHORT, *limits, "--timeout", "3s")
    assert result.returncode == 3
    assert "20 x timed out" in result.stdout
    assert "p50<1m: nobody got the page" in result.stdout
    assert re.search(r"all\.p50>2s: all\.p50 is \d", result.stdout)
    assert "all.max>2h" not in result.stdout


PAGE_S = 15.0
"""Long enough that no refusal takes as long, where a machine stands still too."""


def mostly_busy(page_s: float) -> Answer:
    """One of five gets the page, after so long; the others are refused at once."""
    answered = itertools.count(1)

    async def answer(question: Question) -> None:
        if next(answered) % 5:
            await question.say(BUSY)
        else:
            await asyncio.sleep(page_s)
            await question.say(OK)

    return answer


def test_fast_refusals_do_not_look_like_a_fast_page(tmp_path: Path) -> None:
    """In lines, JSON, HTML and limits: the page's latency first, and that of the refusals beside it."""
    with Web(mostly_busy(PAGE_S)) as web:
        limits = ("--fail-if", "p50>14s", "--fail-if", "all.p50>14s", "--fail-if", "answered<99%")
        files = ("--json", str(tmp_path / "load.json"), "--html", str(tmp_path / "load.html"))
        result = asyncdemo("hammer", web.url, *SHORT, *limits, *files)
    with Web(mostly_busy(0.0)) as web:
        unseen = asyncdemo("hammer", web.url, *SHORT, "--fail-if", "p50>1m")
    assert result.returncode == 3
    lines = [line for line in result.stdout.splitlines() if " p50 " in line and "came:" not in line]
    assert [line.split()[0] for line in lines][:3] == ["latency", "errors", "service"]
    assert re.search(r" p50>14s: p50 is \d", result.stdout)
    assert "all.p50>14s" not in result.stdout
    assert "answered<99%: 4 of 20 were answered" in result.stdout
    (row,) = json.loads((tmp_path / "load.json").read_text())["rows"]
    assert (row["latency"]["count"], row["latency_errors"]["count"], row["latency_all"]["count"]) == (4, 16, 20)
    assert row["latency"]["p50_s"] >= PAGE_S > row["latency_errors"]["p50_s"]
    assert {end: each["count"] for end, each in row["latency_by_end"].items()} == {"503": 16, "200": 4}
    page = (tmp_path / "load.html").read_text()
    assert re.search(r"latency</th><th[^>]*>of errors</th>", page)
    assert unseen.returncode == 0
    assert "the limits are about the page: 16 got none" in unseen.stdout


def test_nobody_gets_the_page() -> None:
    """All answers are 500: that is no success."""
    with Web(saying(b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n")) as web:
        result = asyncdemo("hammer", web.url, *SHORT)
    assert result.returncode == 1
    assert "nobody got the page: 20 x 500" in result.stdout
    assert "0.00" not in next((line for line in result.stdout.splitlines() if "  latency" in line), "")


def test_nobody_answers() -> None:
    """Said after the first refusal, while it goes on; exit code 1, or 3: nobody at all meets no limit."""
    port = free_port()
    with hammer(f"http://127.0.0.1:{port}/", "--rate", "10", "--duration", "2s", "--fail-if", "p95>1s") as load:
        load.line(rf"problem  connection refused by 127.0.0.1:{port}; the load goes on")
        assert load.ends() == 3
        load.line("20 x refused")
        load.line("p95>1s: nobody got the page")
    assert asyncdemo("hammer", f"http://127.0.0.1:{port}/", *SHORT).returncode == 1


def test_the_figures_as_json(tmp_path: Path) -> None:
    """On standard output they are alone there; in a file they are the same kind of thing."""
    with Web(saying(OK)) as web:
        alone = asyncdemo("hammer", web.url, *SHORT, "--json", "-")
        filed = asyncdemo("hammer", web.url, *SHORT, "--json", str(tmp_path / "load.json"))
    assert "requests    20 to send" in alone.stderr
    for text in (alone.stdout, (tmp_path / "load.json").read_text()):
        document = json.loads(text)
        (row,) = document["rows"]
        assert row["requests"]["scheduled"] == row["requests"]["answered"] == 20
        assert row["ended"] == {"200": 20}
        assert sum(count for _, count in row["latency"]["histogram"]) == 20
    assert "requests    20 to send" in filed.stdout


def test_a_page_behind_a_login(tmp_path: Path) -> None:
    """What is typed is sent; what logs in is not in the report."""
    typed = ("--path", "/slow/?n=3", "--header", "Cookie: id=s3cret", "--header=X-Token: t0ken", "--body", "passw0rd")
    with Web(saying(OK)) as web:
        result = asyncdemo("hammer", web.url, *SHORT, *typed, "--html", str(tmp_path / "load.html"), "--json", "-")
        assert result.returncode == 0
    for line in (b"POST /slow/?n=3 HTTP/1.1", b"Cookie: id=s3cret", b"X-Token: t0ken", b"Content-Length: 8"):
        assert line in web.heads[0].split(b"\r\n")
    assert json.loads(result.stdout)["rows"][0]["load"]["url"] == f"{web.url}slow/?n=3"
    for text in (result.stdout, (tmp_path / "load.html").read_text()):
        assert not any(secret in text for secret in ("s3cret", "t0ken", "passw0rd"))


def test_a_report(tmp_path: Path) -> None:
    """One page, which names the target."""
    with Web(saying(OK)) as web:
        result = asyncdemo("hammer", web.url, *SHORT, "--html", str(tmp_path / "load.html"))
        assert result.returncode == 0
        page = (tmp_path / "load.html").read_text()
        assert web.url.rstrip("/") in page
    assert page.startswith("<!DOCTYPE html>")


WRONG = {
    "--rate 0": "--rate '0' is no rate",
    "--rate -1": "--rate '-1' is no rate",
    "--rate abc": "--rate 'abc' is no rate",
    "--rate nan": "--rate 'nan' is no rate",
    "--rate 1e99": "--rate '1e99' is no rate",
    "--rate 999999": "is more than",
    "--ramp 5": "--ramp '5' is no ramp",
    "--ramp 0..0": "is no ramp",
    "--rate 1 --ramp 0..5": "--rate and --ramp",
    "--rate 1 --closed 2": "--rate and --closed",
    "--header Cookie": "--header 'Cookie' has no colon",
    "--method head": "--method 'HEAD': type one of GET, POST",
    "--path slow": "--path 'slow' is no path",
    "--seed 5": "--seed is of the chance in --arrivals poisson",
    "--seed -1 --arrivals poisson": "--seed -1: type a whole number",
    "--closed 0": "--closed 0: type a number of visitors",
    "--duration 1h30x": "--duration '1h30x' is not a duration",
    "--duration 0s": "no time at all",
    "--timeout -5s": "--timeout '-5s' is not a duration",
    "--arrivals odd": "--arrivals 'odd'",
    "--fail-if p95": "--fail-if 'p95' is no limit",
    "--fail-if p42>1s": "--fail-if 'p42>1s' is no limit",
    "--fail-if p95>fast": "'fast' is no duration",
    "--fail-if errors>many": "'many' is no number of errors",
    "localhost:8000": "Try: http://localhost:8000/",
    "https://localhost/": "https is not spoken here",
    "http://::1:8000/": "put an IPv6 address in brackets",
    "http://localhost:99999/": "'99999' is no port",
    "http://u:p@localhost/": "a user or a password",
    "ftp://localhost/": "only http:// is spoken here",
}


@pytest.mark.parametrize("words", WRONG)
def test_wrong_words(words: str) -> None:
    """The thing, the problem, what to type next; exit code 2, and nothing was sent."""
    url = () if words[0] != "-" else ("http://127.0.0.1:9/",)
    result = asyncdemo("hammer", *url, *words.split())
    assert result.returncode == 2, result.stderr
    assert WRONG[words] in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""


def test_a_host_that_is_nowhere() -> None:
    """Exit code 1: nothing is wrong with how it was typed."""
    result = asyncdemo("hammer", "http://nope.invalid/")
    assert result.returncode == 1
    assert "There is no host 'nope.invalid'" in result.stderr


@pytest.mark.parametrize("flag", ["--json", "--html"])
def test_a_file_that_cannot_be_written(flag: str, tmp_path: Path) -> None:
    """Said before anything is sent."""
    result = asyncdemo("hammer", "http://127.0.0.1:9/", flag, str(tmp_path / "no" / "such"))
    assert result.returncode == 1
    assert f"{flag} '{tmp_path}/no/such' cannot be written: No such file or directory." in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_ends_it_with_the_summary(number: signal.Signals, code: int) -> None:
    """Those under way are counted, and are no errors."""
    with Web(never) as web, hammer(web.url, "--rate", "20") as load:
        load.line(r" (\d+) came: 0 answered, \1 wait; page p50")
        assert load.stop(number) == code
        on_the_way = load.line(r"requests +(\d+) to send, (\d+) sent: (\d+) on their way at the end")
        assert on_the_way[1] == on_the_way[3]
        assert 0 < int(on_the_way[2]) <= int(on_the_way[1]), "who is due may not have left yet"
        load.line(rf"ended +after \S+ s of 60 s; {on_the_way[1]} on their way then, which are no errors")
        assert "error" not in load.text.replace("no errors", "")


def test_what_was_done_by_hand_is_in_the_report(tmp_path: Path) -> None:
    """A rate that was turned and an end before its time: in summary, JSON and HTML, with when it was."""
    files = ("--json", str(tmp_path / "load.json"), "--html", str(tmp_path / "load.html"))
    with Web(never) as web, OnScreen(str(ASYNCDEMO), "hammer", web.url, "--rate", "10", *files, columns=120) as load:
        load.shows("sending 10/s for 60 s, even", "waiting")
        load.presses(">", "turned to 20/s")
        load.presses("<<", "turned to 5/s")
        load.presses("q")
        assert load.ends() == 0
        load.shows("turned      to 20/s after", "to 5/s after", "ended       after", "which are no errors")
    (row,) = json.loads((tmp_path / "load.json").read_text())["rows"]
    assert row["load"]["rate"] == 10.0
    turns = row["happened"]["turns"]
    assert (turns[0]["rate"], turns[-1]["rate"], row["happened"]["stopped"]) == (20.0, 5.0, True)
    moments = [turn["after_s"] for turn in turns]
    assert moments == sorted(moments)
    assert 0 < moments[0] < row["happened"]["lasted_s"] < 60
    requests = row["requests"]
    assert (requests["errors"], requests["unfinished"]) == (0, requests["scheduled"])
    page = (tmp_path / "load.html").read_text()
    for words in ("What was done instead", "turned to 20/s after", "on their way then, which are no errors"):
        assert words in page


def test_workers_that_come_and_go_are_seen_from_another_terminal() -> None:
    """By a load that begins then, and by one that goes on."""
    arguments = ("--workers", "1", "--speed", "20", "--delays", "0")
    with stage_on_screen("bonus", *arguments, columns=110) as run:
        run.shows("up 0:")
        here = {"TMPDIR": str(run.tmp)}
        with hammer("--rate", "0.2", "--duration", "1h", **here) as load:
            load.line("workers needed for notifications; 1 there")
            run.presses("w", "1 general + 1 reserved")
            run.presses("+", "2 general + 1 reserved")
            until(lambda: crew_written(run.tmp) == (2, 1), "the workers in the run's folder")
            with hammer("--rate", "0.2", "--duration", "1s", **here) as later:
                later.line("workers needed for notifications; 2 there, and 1 reserved for web")
            load.line(r" s  workers  2 \+ 1 reserved there now")
            assert load.stop() == 0
            load.line(r"workers +1 at first; .*2 \+ 1 reserved after \d")
        run.presses("q")
        assert run.ends() == 0
        run.shows("1 at first; 1 + 1 reserved after", "; 2 + 1 reserved after")


def crew_written(folder: Path) -> tuple[int, int]:
    """How many workers a run has written down, (general, reserved)."""
    (file,) = folder.glob(f"{NAME}*/{RUNS_HERE}")
    run = decode(file.read_bytes().splitlines()[1])
    assert isinstance(run, e.RunStarted)
    return run.general, run.reserved


def test_its_reader_is_gone() -> None:
    """`| head -1`: nothing is left running."""
    with (
        Web(saying(OK)) as web,
        Command("sh", "-c", f"{ASYNCDEMO} hammer {web.url} --rate 10 --duration 1h | head -1") as load,
    ):
        assert load.ends() == 0


def test_nobody_reads_its_figures() -> None:
    """`--json - | true`: the exit code says so, and nothing else does."""
    with Web(saying(OK)) as web:
        line = f"{ASYNCDEMO} hammer {web.url} --rate 20 --duration 200ms --json -"
        piped = ["bash", "-c", f"{line} | true; exit ${{PIPESTATUS[0]}}"]
        done = subprocess.run(piped, capture_output=True, text=True, timeout=DEADLINE_S, env=clean_environment())
    assert done.returncode == 141
    assert "Traceback" not in done.stderr
    assert "asyncdemo:" not in done.stderr


@pytest.mark.parametrize("keys", [b"q", b"\x03"], ids=["q", "Ctrl-C"])
def test_plain_in_a_terminal(keys: bytes) -> None:
    """Lines, and the keys that end it."""
    with Web(saying(OK)) as web, InTerminal(str(ASYNCDEMO), "hammer", web.url, "--plain") as load:
        load.line("answered")
        load.type(keys)
        assert load.ends() == 0
        load.line("requests +")


@pytest.mark.parametrize(
    ("columns", "rows", "an_answer"), [(88, 24, "██ "), (110, 33, "██ "), (60, 15, "x 200")], ids=["88", "110", "60"]
)
def test_its_panels(columns: int, rows: int, an_answer: str) -> None:
    """Every key, a resize, typing without end; the summary when it is over."""
    with (
        Web(saying(OK)) as web,
        OnScreen(str(ASYNCDEMO), "hammer", web.url, "--rate", "10", columns=columns, rows=rows) as load,
    ):
        load.shows(" load ", "sending 10/s", "latency", an_answer)
        load.presses("?", "lower, raise the rate")
        load.presses("x", "< > rate")
        load.presses(">", "20/s, 2 times what was asked for")
        load.presses("<<", "5/s, 0.5 times")
        load.presses(" ", "paused")
        load.presses(" ")
        load.hides("paused")
        load.resize(88, 24)
        load.shows("whole load", "send lag", "how many")
        load.resize(60, 15)
        load.hides("whole load")
        load.presses("jJ\x1b[5~\x1bOP\t>" + "<>" * 50, "times what was asked for")
        load.presses("q")
        assert load.ends() == 0
        load.shows("requests", "x 200")


def test_what_the_panels_say_of_a_bad_day() -> None:
    """Refusals, in words, at once; and those who wait are counted."""
    with OnScreen(str(ASYNCDEMO), "hammer", "http://127.0.0.1:1/", "--rate", "10") as load:
        load.shows("connection refused by 127.0.0.1", "the load goes on", "x refused")
        load.presses("q")
        assert load.ends() == 1
    with Web(never) as web, OnScreen(str(ASYNCDEMO), "hammer", web.url, "--rate", "10") as load:
        load.shows("answered   0.0/s       0", "<3 s", "no failures")
        load.presses("q")
        assert load.ends() == 0
