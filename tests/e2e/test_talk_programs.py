"""Programs of other people in a slide, after `--allow-exec`."""

from pathlib import Path

from tests.e2e.command import ASYNCDEMO, asyncdemo
from tests.e2e.screen import OnScreen
from tests.e2e.talk import DECK, ENTER, RIGHT, goes_to, talk, write_deck

SCRIPT = """\
cd inside  # the deck's
ls | grep -v nothing && echo "said by a shell"
"""


def test_a_script_runs_in_the_folder_of_its_deck(tmp_path: Path) -> None:
    """All its lines, with whatever a shell understands."""
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside" / "a-file-of-the-deck").touch()
    with talk(tmp_path, str(write_deck(tmp_path, DECK.replace("rm -rf nothing", SCRIPT))), "--allow-exec") as speaker:
        goes_to(speaker, 6)
        speaker.presses(ENTER, "a-file-of-the-deck", "said by a shell", "has ended")
        speaker.presses("q")
        assert speaker.ends() == 0


def test_a_program_that_reads_leaves_the_keys_to_the_speaker(tmp_path: Path) -> None:
    """It finds nothing to read."""
    deck = write_deck(tmp_path, DECK.replace("rm -rf nothing", "cat && echo 'read nothing'; sleep 60"))
    with talk(tmp_path, str(deck), "--allow-exec") as speaker:
        goes_to(speaker, 6)
        speaker.presses(ENTER, "read nothing")
        goes_to(speaker, 7)
        speaker.presses("q")
        assert speaker.ends() == 0


def test_a_deck_of_standard_input_is_presented(tmp_path: Path) -> None:
    """Its keys come from the terminal, its programs print into one; a second demo runs when the first is over."""
    script = "printf 'one\\rtwo\\n'; printf '\\033[31mred\\033[0m> '"
    fences = f"```bash +exec\n{script}\n```\n\n```python +exec\nprint('a', 'b', sep='\\t')\n```\n"
    (tmp_path / "deck.md").write_text(f"Two\n===\n\n{fences}\n<!-- end_slide -->\n\nLast\n===\n")
    command = f"{ASYNCDEMO} talk - --allow-exec < {tmp_path}/deck.md"
    with OnScreen("/bin/sh", "-c", command, columns=88, rows=24, XDG_STATE_HOME=str(tmp_path / "state")) as speaker:
        speaker.shows("Two", "Enter runs the demo")
        speaker.presses(ENTER, "two", "red>", "Enter runs the next")
        speaker.presses(ENTER, "a       b", "has ended")
        speaker.presses(RIGHT, "Last")
        speaker.presses("q")
        assert speaker.ends() == 0


def test_a_check_runs_programs_where_they_are_allowed(tmp_path: Path) -> None:
    """One that fails is told with its line; where none may run, it is said that none was proved."""
    deck = tmp_path / "deck.md"
    fence = "```bash +exec\n{}\n```\n\n"
    deck.write_text(fence.format("touch ran") + fence.format("nosuchprogram --x"))
    asked = asyncdemo("talk", str(deck), "--check")
    assert (asked.returncode, "2 demos: 2 not proved" in asked.stdout) == (0, True), asked
    assert not (tmp_path / "ran").exists()
    allowed = asyncdemo("talk", str(deck), "--check", "--allow-exec")
    assert (allowed.returncode, "2 demos: 1 to mend" in allowed.stdout) == (1, True), allowed
    assert "deck.md:5: nosuchprogram --x: nosuchprogram ended with code 127" in allowed.stdout
    assert (tmp_path / "ran").exists()
