"""Scripts of a deck: what is shown of them, and what runs."""

from pathlib import Path

import pytest

from asyncdemo.deck.deck import Demo
from asyncdemo.deck.reader import parse_deck
from asyncdemo.deck.render import slide_lines
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
    """Whatever it is called."""
    assert command_line(demo_of("date", language), Path("x")) == f"exec {shell} -c date"


def test_a_script_is_for_its_shell_to_understand() -> None:
    """Whatever quotation marks are in it."""
    demo = demo_of("cat <<EOF\ndon't\nEOF")
    assert (demo.command, demo.text) == (("cat",), "cat <<EOF …")


def test_lines_that_presenterm_hides_run_unseen() -> None:
    """As they are in the middle of a script, too."""
    demo = demo_of("/// export X=1\necho $X\n/// true")
    assert demo.text == "echo $X"
    assert command_line(demo, Path("x")) == "exec bash -c 'export X=1\necho $X\ntrue'"


def test_a_script_is_called_by_its_first_line_where_its_lines_are_not_commands() -> None:
    """A line that ends within quotation marks and one behind it are not two commands."""
    assert demo_of("# why\necho '{\n  1\n}' | cat").text == "echo '{ …"
    assert demo_of("cd x  # it's there\nmake").text == "cd x  # it's there; make"


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


def test_code_of_another_language_is_a_demo_whose_lines_are_seen(tmp_path: Path) -> None:
    """But those that are hidden, as that language hides them; all of them run."""
    demo = demo_of("/// import sys\nprint(sys.version)", "python")
    assert (demo.text, demo.code.text if demo.code is not None else "") == ("python", "print(sys.version)")
    assert command_line(demo, tmp_path) == f"exec python3 -u {tmp_path}/snippet.py"
    assert (tmp_path / "snippet.py").read_text() == "import sys\nprint(sys.version)\n"
    rust = demo_of('# fn main() {\nprintln!("x");\n# }', "rust")
    assert rust.code is not None
    assert rust.code.text == 'println!("x");'
    command_line(rust, tmp_path)
    assert (tmp_path / "snippet.rs").read_text().startswith("fn main() {\n")


def test_a_script_of_several_lines_is_seen_as_it_is_written() -> None:
    """Line by line, where it says so; one line is a command."""
    (slide,) = parse_deck("```bash +exec {1|2}\ncd /tmp\nls\n```\n", Path("deck.md")).slides
    assert slide.steps == 2
    assert slide_lines(slide, 1, 40) == ["  cd /tmp", "▌ ls", "▶ cd /tmp; ls"]
    (slide,) = parse_deck("```bash +exec\ndate\n```\n", Path("deck.md")).slides
    assert slide_lines(slide, 0, 40) == ["$ date"]


def test_some_begin_by_themselves() -> None:
    """presenterm shows what they print in their place."""
    (slide,) = parse_deck("```bash +exec_replace\ndate\n```\n", Path("deck.md")).slides
    assert [demo.begins for demo in slide.demos] == [True]
