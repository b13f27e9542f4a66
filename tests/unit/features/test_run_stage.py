"""How long a run in front of the user waits for what it is to show."""

from contextlib import ExitStack
from typing import cast

import pytest

from asyncdemo.base.errors import StartError
from asyncdemo.base.output import Output
from asyncdemo.features.run.run_stage import MENDING_S, Load, Told, watch_plain
from asyncdemo.running.options import RunOptions
from asyncdemo.running.run import Run
from asyncdemo.stages.catalogue import STAGES


class NeverUp(ExitStack):
    """A run that nobody mends."""

    def __init__(self, options: RunOptions) -> None:
        super().__init__()
        self.options, self.patience_s = options, 0.0

    def until_up(self, *, patience_s: float) -> None:
        self.patience_s = patience_s
        raise StartError("cannot come up")


@pytest.mark.parametrize(
    ("for_s", "speed", "patience_s"), [(None, 1.0, MENDING_S), (5.0, 1.0, 5.0), (5.0, 10.0, 0.5), (3600.0, 1.0, 120.0)]
)
def test_nobody_waits_longer_than_for_says(for_s: float | None, speed: float, patience_s: float) -> None:
    """Until somebody has mended one that cannot come up: it has failed then."""
    run = NeverUp(RunOptions(STAGES["step1"], for_s=for_s, speed=speed))
    with pytest.raises(StartError, match="cannot come up"):
        watch_plain(cast("Run", run), Told(), Output(lambda: None), Load(None))
    assert run.patience_s == patience_s
