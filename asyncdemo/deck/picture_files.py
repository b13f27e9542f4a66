"""Files of pictures: what a terminal and a page can show of one."""

import struct
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

UNREADABLE = (OSError, ValueError, SyntaxError, EOFError, LookupError, TypeError, ArithmeticError, struct.error)
"""What Pillow raises for files that are damaged, or no pictures."""
SHOWN_BY_BROWSERS = {"PNG": "png", "JPEG": "jpeg", "MPO": "jpeg", "GIF": "gif", "WEBP": "webp", "BMP": "bmp"}
"""Pillow's names of formats -> what they are called in a page."""


class Pixels(NamedTuple):
    """Of a picture that can be drawn."""

    size: tuple[int, int]
    """Width and height."""
    kind: str
    """Its format, as Pillow calls it."""
    moves: bool


def pixels_of(path: Path) -> Pixels | None:
    """What a picture is; None for one that cannot be drawn here, such as an SVG, or one that is damaged."""
    try:
        facts = path.stat()
    except OSError:
        return None
    return looked_at(path, facts.st_mtime_ns, facts.st_size)


@lru_cache(256)
def looked_at(path: Path, changed: int, length: int) -> Pixels | None:
    """`pixels_of` a file that was changed then, and is so long."""
    from PIL import Image

    try:
        with Image.open(path) as image:
            image.load()
            return Pixels(image.size, image.format or "", bool(getattr(image, "is_animated", False)))
    except (*UNREADABLE, Image.DecompressionBombError):
        return None


def is_svg(path: Path) -> bool:
    """Whether it is one, whatever it is called."""
    try:
        return b"<svg" in path.read_bytes()
    except OSError:
        return False


def picture_problem(path: Path) -> tuple[str, bool]:
    """(what is not seen of a picture as it is, empty for nothing; whether that is to be mended)."""
    pixels = pixels_of(path)
    if pixels is None and is_svg(path):
        return "is an SVG: a terminal shows its name instead", False
    if pixels is None:
        return "cannot be read: its name is shown instead", True
    return ("moves: a terminal shows its beginning", False) if pixels.moves else ("", False)


def for_a_page(path: Path) -> tuple[str, bytes] | None:
    """(MIME type, content) of a picture that browsers show; None for one that is damaged. Raises OSError."""
    content = path.read_bytes()
    pixels = pixels_of(path)
    if pixels is None:
        return ("image/svg+xml", content) if is_svg(path) else None
    kind = SHOWN_BY_BROWSERS.get(pixels.kind)
    return (f"image/{kind}", content) if kind else ("image/png", as_png(path))


def as_png(path: Path) -> bytes:
    """A picture in a format that browsers do not know, such as TIFF, in one that they do."""
    from PIL import Image

    made = BytesIO()
    with Image.open(path) as image:
        image.convert("RGBA").save(made, "PNG")
    return made.getvalue()
