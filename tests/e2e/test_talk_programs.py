"""Programs of other people in a slide, after `--allow-exec`."""

from pathlib import Path

from tests.e2e.talk import DECK, ENTER, goes_to, talk, write_deck

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
