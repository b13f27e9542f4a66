"""A recording as a film: its panels at moments that are equally far apart."""

from collections.abc import Iterator
from math import ceil

from ..base.durations import seconds_text
from ..base.files import check_writable, save
from ..base.output import remark
from ..events.recording import Recording, read_recording
from ..report.screens.film_svg import film_svg
from ..showing.panels import Drawing, View
from .players import AnyPlayer, player_of
from .replay import check_speed, tell_problem, title_of

EVERY_S = 0.25
"""Between two pictures: the strips of the panels move about that fast."""
MOST = 120
"""Pictures of a film that is a picture itself: of half a minute."""


def moments(recording: Recording, every_s: float) -> list[float]:
    """From when the page could be opened, every so many seconds, to the end."""
    begin_s, end_s = recording.ready_s, recording.end_s
    return [*(begin_s + number * every_s for number in range(ceil((end_s - begin_s) / every_s))), end_s]


def pictures(player: AnyPlayer, at: list[float], size: tuple[int, int]) -> Iterator[Drawing]:
    """The panels of each moment, in so many columns and rows."""
    for moment in at:
        player.seek(moment)
        yield player.picture(player.state, moment, View(*size, mark="recorded"))


def write_film(path: str, out: str, speed: float, width: int, height: int) -> int:
    """Write a recording as an SVG that plays, so many times as fast as it was recorded: the exit code.

    Raises UsageError, StartError, OutputError.
    """
    check_speed(speed)
    check_writable(out, "--svg")
    recording = read_recording(path)
    lasts_s = (recording.end_s - recording.ready_s) / speed
    every_s = max(EVERY_S, lasts_s / MOST)
    if every_s > EVERY_S:
        apart = f"{MOST} pictures {seconds_text(every_s)} apart"
        remark(f"asyncdemo: it plays for {seconds_text(lasts_s)}, in {apart}. A higher --speed brings them closer.")
    player = player_of(recording)
    screens = list(pictures(player, moments(recording, every_s * speed), (width, height)))
    save(out, "--svg", film_svg(screens, every_s, title_of(player)))
    tell_problem(recording, path)
    return 0
