"""Scripts of a deck: what is shown of them, and what runs."""

from pathlib import Path

import pytest

from asyncdemo.deck.deck import Demo
from asyncdemo.deck.reader import parse_deck
from asyncdemo.talk.demos.program_show import command_line


def demo_of(script: str, language: str = "bash") -> Demo:
    """The demo of a deck."""
    (slide,) = parse_deck(f"```{language} +exec\n{script}\n```\n", Path("deck.md")).slides
    assert slide.demo is not None
    return slide.demo


@pytest.mark.parametrize(
    ("language", "shell"), [("bash", "bash"), ("sh", "sh"), ("shell", "sh"), ("zsh", "zsh"), ("fish", "fish")]
)
def test_a_script_runs_in_its_own_shell(language: str, shell: str) -> None:
    """It reads nothing: the keys are the speaker's."""
    assert command_line(demo_of("date", language)) == f"exec {shell} -c date </dev/null"


def test_a_script_is_for_its_shell_to_understand() -> None:
    """Whatever quotation marks are in it."""
    demo = demo_of("cat <<EOF\ndon't\nEOF")
    assert (demo.command, demo.text) == (("cat",), "cat <<EOF; don't; EOF")


def test_lines_that_presenterm_hides_run_unseen() -> None:
    """As they are in the middle of a script, too."""
    demo = demo_of("/// export X=1\necho $X\n/// true")
    assert demo.text == "echo $X"
    assert command_line(demo) == "exec bash -c 'export X=1\necho $X\ntrue' </dev/null"


def test_a_continued_line_is_one() -> None:
    """To whoever reads it; the shell has it as it was written."""
    demo = demo_of("ls \\\n  -l")
    assert (demo.text, demo.script) == ("ls   -l", "ls \\\n  -l")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("hammer http://localhost:8000/#frag --rate 2", ["hammer", "http://localhost:8000/#frag", "--rate", "2"]),
        ("run step3  # at home", ["run", "step3"]),
        ("hammer --name '# 1'", ["hammer", "--name", "# 1"]),
    ],
)
def test_a_comment_stands_behind_a_command(typed: str, words: list[str]) -> None:
    """Not within a word, and not in quotation marks."""
    assert demo_of(f"# now\nasyncdemo {typed}").command == ("asyncdemo", *words)
