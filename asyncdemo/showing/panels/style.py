"""How things look: the colours of the channels, and bars made of blocks. Colour is never the only sign."""

from rich.style import Style

from ...events.stage import StageEntry

NONE = Style.null()
WEB = Style(color="green")
NOTIFY = Style(color="dark_orange")
DIM = Style(dim=True)
STRONG = Style(bold=True)
ALARM = Style(color="red", bold=True)
WEB_BODY, ALARM_BODY = Style(color="green", dim=True), Style(color="red", dim=True)
"""Of bars, below their bright ends."""
TITLE = Style(bold=True)
REVERSE = Style(reverse=True, bold=True)

BLOCKS = " ▁▂▃▄▅▆▇█"
SHADES = " ░░▒▒▒▓▓▓"
"""What the slow channel is drawn with where there are no colours."""


def block(share: float, glyphs: str = BLOCKS) -> str:
    """A bar one cell high for a share between 0 and 1: anything above 0 leaves a tick."""
    if share <= 0:
        return glyphs[0]
    return glyphs[max(1, min(8, round(share * 8)))]


def channel_style(stage: StageEntry, channel: str) -> Style:
    """The colour of a channel: that of the notifications, or that of the page."""
    known = {each.name: NOTIFY if each.slow else WEB for each in stage.channels}
    return known.get(channel, NONE)
