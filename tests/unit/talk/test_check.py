"""`talk --check` without demos: everything that is wrong has its line, and a deck without fault has none."""

from functools import partial
from pathlib import Path

import pytest

from asyncdemo.cli.talk import understood
from asyncdemo.deck.deck import Demo
from asyncdemo.talk.check import check_deck, command_problem, in_short
from asyncdemo.talk.export.export import export_deck
from asyncdemo.talk.shipped_talk import DECK, FOLDER

SIZE = (60, 16)
UNDERSTAND = partial(understood, allow_exec=True, deck=DECK)
DEMO = "```bash +exec\nasyncdemo run step3\n```\n"
WRONG = {
    "a link to a file that is not there": ("a\n\n[x](no.md)\n", 3, "the link no.md: there is no such file"),
    "a link without a host": ("[x](https:///x)\n", 1, "no host in it"),
    "a link to a program": ("[x](ssh://example.org/)\n", 1, "ssh: is no http"),
    "a link to a heading": ("[x](#there)\n", 1, "no headings"),
    "a mail to nobody": ("[x](mailto:ada)\n", 1, "no address in it"),
    "no time although there is a budget": ("<!-- // budget: 1m -->\nA\n===\n", 2, "the slide has no time"),
    "more time than there is": (
        "<!-- // budget: 1m -->\n<!-- // time: 90s -->\na\n",
        1,
        "the slides take 1:30, the budget is 1:00: 0:30 too much",
    ),
    "a long slide": ("A\n===\n\n" + "- x\n" * 10, 1, "the slide takes 13 lines, 60x16 has room for 12"),
    "lines that are not there, on a full slide": (
        "A\n===\n\n" + "- x\n" * 7 + "\n```text {9}\na\n```\n",
        12,
        "{9}: the code has lines 1 to 1",
    ),
    "wide code": ("a\n\n```text\n" + "x" * 55 + "\n```\n", 3, "takes 55 columns, there is room for 54"),
    "wide code in a column": (
        "<!-- column_layout: [1, 1] -->\n<!-- column: 1 -->\n```text\n" + "x" * 25 + "\n```\n",
        3,
        "takes 25 columns, there is room for 24",
    ),
    "wide code with numbers": ("```text +line_numbers\n" + "x" * 53 + "\n```\n", 1, "53 columns, there is room for 52"),
    "wide code with tabs": ("```text\n\t" + "x" * 51 + "\n```\n", 1, "takes 55 columns, there is room for 54"),
    "a replay of nothing": (DEMO.replace("run step3", "replay no.jsonl"), 1, "there is no file no.jsonl beside"),
    "a replay of half a run": (DEMO.replace("run step3", "replay cut.jsonl"), 1, "cut.jsonl: "),
    "a demo without a fallback": (DEMO, 1, "the demo has no fallback"),
    "a fallback that is no recording": (f"<!-- // fallback: here.txt -->\n{DEMO}", 2, "here.txt is no recording"),
    "a run as the fallback of two": (
        f"<!-- // fallback: run.jsonl -->\n{DEMO.replace('run step3', 'compare bonus')}",
        2,
        "run.jsonl holds 1 of 2 runs: record them with asyncdemo compare --record FILE",
    ),
    "a run as the fallback of three": (
        "<!-- // fallback: run.jsonl -->\n"
        + DEMO.replace("run step3", "compare 'bonus --workers 3' bonus:2+1 step3:8"),
        2,
        "run.jsonl holds 1 of 3 runs",
    ),
    "a setup that there is not": (
        f"<!-- // fallback: run.jsonl -->\n{DEMO.replace('run step3', 'compare bonus:3 bonus:0')}",
        2,
        "compare 'bonus:0': bonus is compared with 1 to 64 workers. Try: asyncdemo compare bonus:3",
    ),
    "a fallback that is cut off": (f"<!-- // fallback: cut.jsonl -->\n{DEMO}", 2, "cut.jsonl: "),
    "an option that is not there": (
        f"<!-- // fallback: run.jsonl -->\n{DEMO.replace('run', 'run --sped 3')}",
        2,
        "No such option: --sped",
    ),
}
TYPED = {
    "run step3 --speed 10": "",
    "compare step3 --rate 2": "",
    "replay recordings/step1.jsonl --speed 2": "",
    "replay no.jsonl": "there is no file no.jsonl beside the deck",
    "": "is not in a slide",
    "--version": "is not in a slide",
    "show step1": "asyncdemo show is not in a slide",
    "talk": "asyncdemo talk is not in a slide",
    "run --help": "--help is not in a slide",
    "runn step3": "asyncdemo runn is not in a slide",
    "run step3 --speed 100": "--speed 100",
    "run step3 --hammer abc": "--hammer 'abc'",
    "replay run.jsonl --speed -3": "--speed -3",
    "run": "stage",
    "run step9": "There is no stage and no folder 'step9'",
    "compare step3 step9": "There is no stage 'step9'",
    "run step3 --speed fast": "--speed",
    "run step3 --for": "--for",
    "run step3 step2": "step2",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With a file, a recording, and one that was cut off."""
    whole = (FOLDER / "recordings" / "step1.jsonl").read_bytes()
    (tmp_path / "here.txt").write_text("x\n")
    (tmp_path / "run.jsonl").write_bytes(whole)
    (tmp_path / "cut.jsonl").write_bytes(whole[:-10])
    return tmp_path


def check(
    folder: Path, text: str, capsys: pytest.CaptureFixture[str], *, allow_exec: bool = True
) -> tuple[int, list[str]]:
    """The exit code and the lines of a check without demos."""
    path = folder / "deck.md"
    path.write_text(text)
    given = partial(understood, allow_exec=allow_exec, deck=path)
    code = check_deck(path, SIZE, partial(UNDERSTAND, deck=path), with_demos=False, as_given=given)
    return code, [line.removeprefix(str(path)) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize(("text", "line", "problem"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_has_its_line(
    text: str, line: int, problem: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line for one fault, and a summary."""
    code, lines = check(folder, text, capsys)
    assert code == 1
    assert len(lines) == 2
    assert lines[0].startswith(f":{line}: ")
    assert problem in lines[0]
    assert lines[1].endswith(" 1 to mend")


def test_a_deck_that_cannot_be_read_is_one_finding(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing can be said of its slides."""
    (folder / "deck.md").write_bytes(b"\xff")
    assert check_deck(folder / "deck.md", SIZE, UNDERSTAND, with_demos=False) == 1
    assert "deck.md cannot be read: it is no text in UTF-8." in capsys.readouterr().out


def test_all_that_is_wrong_is_told_and_fails(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Not only the first; what is shown otherwise than it is written is told with them, and does not fail by itself."""
    other = "<!-- font_size: 2 -->\n"
    code, lines = check(folder, f"a\n\n<!-- nope -->\n{other}```file\n```\n", capsys)
    assert (code, [line.split(":")[1] for line in lines[:-1]]) == (1, ["3", "4", "5"])
    assert lines[-1] == ": 1 slide, 0:00, 0 demos: 2 to mend, 1 not as written"
    code, lines = check(folder, f"a\n\n{other}", capsys)
    assert (code, lines[-1]) == (0, ": 1 slide, 0:00, 0 demos: 1 not as written")
    assert lines[0] == ":3: <!-- font_size: 2 --> is not obeyed: what is below it is shown in the usual size"


def test_what_there_is_no_room_for_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A long address goes on in the next line; twenty columns of a table cannot."""
    row = "|".join(["", *(f"heading{number}" for number in range(30)), ""])
    code, lines = check(folder, f"| a | b |\n|---|---|\n| one | https://example.org/{'x' * 100} |\n", capsys)
    assert (code, lines) == (0, [": 1 slide, 0:00, 0 demos: all is well"])
    code, lines = check(folder, f"{row}\n{'|---' * 30}|\n", capsys)
    assert (code, "of the slide cannot be seen on 60 columns" in lines[-2]) == (1, True)


def test_findings_come_by_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever kind they are of."""
    code, lines = check(folder, f"{DEMO}\n[x](no.md)\n\n```text\n{'x' * 60}\n```\n\n[y](no.md)\n", capsys)
    assert code == 1
    assert [line.split(":")[1] for line in lines[:-1]] == ["1", "5", "7", "11"]


def test_what_needs_somebody_who_allows_it_is_not_proved(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In the words that it would be refused with on stage; no reason to fail, but all is not well."""
    fallback = "<!-- // fallback: run.jsonl -->\n"
    text = (
        f"```bash +exec\ndate\n```\n<!-- end_slide -->\n{fallback}```bash +exec\nasyncdemo run step1 --record x\n```\n"
    )
    refused = "such demos run only with --allow-exec"
    assert check(folder, text, capsys, allow_exec=False) == (
        0,
        [
            ":1: date: date is not asyncdemo: such commands run only with --allow-exec",
            f":6: asyncdemo run step1 --record x: asyncdemo run: --record writes a file: {refused}",
            ": 2 slides, 0:00, 2 demos: 2 not proved",
        ],
    )
    assert check(folder, text, capsys) == (0, [": 2 slides, 0:00, 2 demos: all is well"])


def test_a_deck_without_fault_says_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Commands that are not ours need no recording: nothing records them."""
    links = "[a](here.txt) [b](here.txt#x) [c](https://example.org/) [d](mailto:ada@example.org)"
    text = f"<!-- // budget: 2m -->\n<!-- // time: 65s -->\n{links}\n\n```bash +exec\ndate\n```\n"
    assert check(folder, text, capsys) == (0, [": 1 slide, 1:05 of 2:00, 1 demo: all is well"])


def test_a_replay_is_a_recording_itself(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Beside the deck, wherever somebody is who asks; nothing else is to be recorded."""
    text = DEMO.replace("run step3", "replay run.jsonl")
    assert check(folder, text, capsys) == (0, [": 1 slide, 0:00, 1 demo: all is well"])


def test_the_slide_of_the_front_matter_needs_no_time(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It may have one."""
    text = "---\ntitle: T\nauthor: Ada\n---\n<!-- // budget: 2m -->\n{}\nA\n===\n\n<!-- // time: 1m -->\n"
    assert check(folder, text.format(""), capsys) == (0, [": 2 slides, 1:00 of 2:00, 0 demos: all is well"])
    its = "<!-- // time: 30s -->\n<!-- end_slide -->\n"
    assert check(folder, text.format(its), capsys) == (0, [": 2 slides, 1:30 of 2:00, 0 demos: all is well"])


def test_the_talk_is_without_fault(capsys: pytest.CaptureFixture[str]) -> None:
    """At the size that it is written for."""
    assert check_deck(DECK, (88, 24), UNDERSTAND, with_demos=False) == 0, capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Words.\n\n```bash +exec\ndate\n```\n", ""),
        ("[x](no.md)\n", "1 to mend: asyncdemo talk 'my deck.md' --check tells it"),
        (
            f"[x](no.md)\n\n{DEMO}\n<!-- font_size: 2 -->\n",
            "2 to mend, 1 not as written: asyncdemo talk 'my deck.md' --check tells them",
        ),
    ],
)
def test_an_export_says_how_much_a_check_finds(
    text: str, told: str, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Below the name of the page, which is written all the same; no demo runs."""
    monkeypatch.chdir(folder)
    deck = Path("my deck.md")
    deck.write_text(text)
    assert export_deck(deck, "page.html", found=partial(in_short, understand=UNDERSTAND)) == 0
    assert capsys.readouterr().err.splitlines() == ["export: page.html", *[told] * bool(told)]
    assert (folder / "page.html").exists()


@pytest.mark.parametrize(("typed", "problem"), TYPED.items())
def test_a_command_is_understood_without_running(typed: str, problem: str, capsys: pytest.CaptureFixture[str]) -> None:
    """As on stage. Nothing is started, and nothing printed."""
    told = command_problem(Demo(("asyncdemo", *typed.split()), 1), UNDERSTAND)
    assert problem in told
    assert bool(told) == bool(problem)
    assert capsys.readouterr() == ("", "")
