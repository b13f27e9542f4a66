"""How things look: the colours of the channels, and bars made of blocks. Colour is never the only sign."""

from collections.abc import Iterable

from rich.style import Style

NONE = Style.null()
WEB = Style(color="green")
NOTIFY = Style(color="dark_orange")
DIM = Style(dim=True)
STRONG = Style(bold=True)
ALARM = Style(color="red", bold=True)
TITLE = Style(bold=True)
REVERSE = Style(reverse=True, bold=True)

CHANNELS = {"http.request": WEB, "notify": NOTIFY}
SHORT = {"http.request": "web", "notify": "notify"}
"""How an audience calls a channel."""

BLOCKS = " ▁▂▃▄▅▆▇█"
SHADES = " ░░▒▒▒▓▓▓"
"""What `notify` is drawn with where there are no colours."""


def block(share: float, glyphs: str = BLOCKS) -> str:
    """A bar one cell high for a share between 0 and 1: anything above 0 leaves a tick."""
    if share <= 0:
        return glyphs[0]
    return glyphs[max(1, min(8, round(share * 8)))]


def channel_style(channel: str) -> Style:
    """The colour of a channel."""
    return CHANNELS.get(channel, NONE)


def taken(channels: Iterable[str]) -> str:
    """What a worker takes: `web + notify`. A request thread, which has no channels, takes requests."""
    return " + ".join(SHORT.get(channel, channel) for channel in channels) or "web"
