"""How things look: the colours of work, and bars made of blocks. Colour is never the only sign."""

from rich.style import Style

from ...events.stage import Sort, StageEntry

NONE = Style.null()
WEB = Style(color="green")
NOTIFY = Style(color="dark_orange")
QUICK = Style(color="deep_sky_blue1")
DIM = Style(dim=True)
STRONG = Style(bold=True)
ALARM = Style(color="red", bold=True)
WEB_BODY, ALARM_BODY = Style(color="green", dim=True), Style(color="red", dim=True)
QUICK_BODY = Style(color="deep_sky_blue1", dim=True)
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


SORTS = {Sort.PAGE: WEB, Sort.SLOW: NOTIFY, Sort.QUICK: QUICK, Sort.STRANGE: NONE}


def work_style(stage: StageEntry, work: str) -> Style:
    """The colour of work on a channel, or of a kind: that of the page, of what is slow, or of what is soon done."""
    return SORTS[stage.sort_of(work)]
