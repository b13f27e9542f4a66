"""`asyncdemo stages`."""

import textwrap

from ..base.output import say
from ..stages.catalogue import STAGES


def stages() -> None:
    """List the stages, and what each shows."""
    for stage in STAGES.values():
        say(f"{stage.name:<6}  {stage.title}")
        say(textwrap.fill(stage.story, 80, initial_indent=" " * 8, subsequent_indent=" " * 8, break_on_hyphens=False))
    say("\nStart one: asyncdemo run step1")
