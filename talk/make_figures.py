"""The figures of the comparison in docs: medians of several recorded races, and the lowest and highest beside them.

python -m talk.make_figures docs/comparing.md build/race-1.jsonl build/race-2.jsonl build/race-3.jsonl
"""

import re
import sys
from pathlib import Path

from asyncdemo.base.files import place
from asyncdemo.base.output import say
from asyncdemo.events.recording import read_recording
from asyncdemo.features.players import ComparisonPlayer
from asyncdemo.report.medians import markdown, over

BETWEEN = re.compile(r"(<!-- figures -->\n).*?(<!-- /figures -->)", re.DOTALL)


def main() -> None:
    """Write the table between its two marks."""
    document, *recordings = map(Path, sys.argv[1:])
    races = [ComparisonPlayer(read_recording(str(path))).rows for path in recordings]
    table = markdown(over(races))
    text, count = BETWEEN.subn(lambda marks: f"{marks[1]}\n{table}\n{marks[2]}", document.read_text(encoding="utf-8"))
    if count != 1:
        raise SystemExit(f"{document} has no marks for the figures.")
    place(document, text.encode()).close()
    say(f"{document}: figures of {len(races)} races")


if __name__ == "__main__":
    main()
