"""Which channels a worker takes from: `--only-channels` and `--exclude-channels`."""

import pytest
from django.core.management.base import CommandError

from asyncdemo.channel_http.management.commands.runworker import chosen_channels

KNOWN = ["http.request", "notify", "notify.late"]


@pytest.mark.parametrize(
    ("only", "exclude", "chosen"),
    [
        ([], [], KNOWN),
        ([], ["notify"], ["http.request", "notify.late"]),
        ([], ["notify*"], ["http.request"]),
        (["notify"], [], ["notify"]),
        (["notify", "http.*"], [], ["http.request", "notify"]),
        (["*"], ["http.request"], ["notify", "notify.late"]),
    ],
)
def test_chosen_channels(only: list[str], exclude: list[str], chosen: list[str]) -> None:
    """Names and patterns choose from the channels there are, in their order."""
    assert chosen_channels(KNOWN, only, exclude) == chosen


@pytest.mark.parametrize(("only", "exclude"), [(["notifi"], []), ([], ["notifi"]), (["notify", "notifi"], [])])
def test_a_name_that_no_channel_has(only: list[str], exclude: list[str]) -> None:
    """The message names the wrong name and the channels there are."""
    with pytest.raises(CommandError, match=r"no channel 'notifi' here; there are: http.request, notify, notify.late"):
        chosen_channels(KNOWN, only, exclude)


def test_nothing_left() -> None:
    """A worker without a channel would wait for ever without a word."""
    with pytest.raises(CommandError, match="no channel to take from"):
        chosen_channels(KNOWN, ["notify"], ["notify*"])
