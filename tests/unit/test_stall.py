"""What the benchmark of a server that freezes calls the truth, and what it reads in what other tools say."""

import pytest

from benchmarks.stall.tools import TOOLS, Figures
from benchmarks.stall.truth import Stall

SAID = {
    "wrk": (
        "  Latency Distribution\n     50%    2.51ms\n     75%    2.70ms\n     90%  999.12us\n     99%    1.90s\n"
        "  30016 requests in 10.10s, 1.63MB read\n",
        Figures(30016, 0.00099912, 1.9),
    ),
    "hey": (
        "  90%% in 0.0044 secs\n  95%% in 0.0047 secs\n  99%% in 1.9987 secs\n\nStatus code distribution:\n"
        "  [200]\t1610 responses\n",
        Figures(1610, 0.0044, 1.9987),
    ),
    "ab": (
        "Complete requests:      22380\n  50%      3\n  90%      4\n  99%      7\n 100%   2005 (longest request)\n",
        Figures(22380, 0.004, 0.007),
    ),
}


def test_the_truth_is_what_can_be_computed_on_paper() -> None:
    """400 of 2000 come into the freeze, each 5 ms later than the one before: 2.002 s, 1.997 s, …"""
    stall = Stall(rate=200, seconds=10, after_s=4.0, freeze_s=2.0, answer_s=0.002)
    assert len(stall.waits()) == 2000
    assert sum(wait > 0.003 for wait in stall.waits()) == 400
    assert [stall.percentile(percent) for percent in (50, 80, 90, 99, 100)] == pytest.approx(
        [0.002, 0.002, 1.002, 1.902, 2.002]
    )


def test_who_is_not_done_when_it_freezes_is_so_after_it() -> None:
    """He asked a millisecond before, and the answer takes two."""
    waits = Stall(rate=1000, seconds=3, after_s=1.0, freeze_s=1.0, answer_s=0.002).waits()
    assert [waits[number] for number in (997, 999, 1000, 1999, 2000)] == pytest.approx(
        [0.002, 1.001, 1.002, 0.003, 0.002]
    )


@pytest.mark.parametrize("tool", SAID)
def test_what_a_tool_says_is_read(tool: str) -> None:
    """In seconds, whatever its unit."""
    output, figures = SAID[tool]
    assert TOOLS[tool].read(output) == figures
    with pytest.raises(RuntimeError, match="there is no"):
        TOOLS[tool].read("something else")
