"""Pictures as browsers and converters write them: PNG of 8 bits a channel, not interlaced (RFC 2083)."""

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path


def pixels(picture: Path) -> tuple[int, Iterator[bytes]]:
    """Bytes a pixel, and the lines of a PNG as the browser writes it: 8 bits a channel, not interlaced."""
    data, at, packed = picture.read_bytes(), 8, b""
    width, channels = 0, 0
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        if kind == b"IHDR":
            width, channels = struct.unpack(">I", data[at + 8 : at + 12])[0], {2: 3, 6: 4}[data[at + 17]]
        if kind == b"IDAT":
            packed += data[at + 8 : at + 8 + length]
        at += 12 + length
    return channels, unfiltered(zlib.decompress(packed), width * channels, channels)


def unfiltered(data: bytes, stride: int, channels: int) -> Iterator[bytes]:
    """PNG keeps each line as a difference to its neighbours."""
    above = bytes(stride)
    for start in range(0, len(data), stride + 1):
        kind, line = data[start], bytearray(data[start + 1 : start + 1 + stride])
        if kind == 2:  # the difference to the line above
            line = bytearray((one + other) & 255 for one, other in zip(line, above, strict=True))
        for i in range(stride) if kind not in (0, 2) else ():
            before, corner = (line[i - channels], above[i - channels]) if i >= channels else (0, 0)
            line[i] = (line[i] + predicted(kind, before, above[i], corner)) & 255
        above = bytes(line)
        yield above


def predicted(kind: int, before: int, over: int, corner: int) -> int:
    """What the other filters of PNG expect: the left one, its mean with the upper, or whichever is nearest (Paeth)."""
    if kind < 4:
        return before if kind == 1 else (before + over) // 2
    to_before, to_over, to_corner = abs(over - corner), abs(before - corner), abs(before + over - 2 * corner)
    if to_before <= to_over and to_before <= to_corner:
        return before
    return over if to_over <= to_corner else corner


def colours(picture: Path) -> dict[tuple[int, ...], int]:
    """How often each colour is there, on every fourth line and column."""
    counts: dict[tuple[int, ...], int] = {}
    channels, lines = pixels(picture)
    for number, line in enumerate(lines):
        for i in range(0, len(line) if number % 4 == 0 else 0, 4 * channels):
            colour = tuple(line[i : i + 3])
            counts[colour] = counts.get(colour, 0) + 1
    return counts


def colours_at(picture: Path, places: list[tuple[int, int]]) -> list[tuple[int, ...]]:
    """Red, green and blue of the pixels at these (x, y)."""
    channels, lines = pixels(picture)
    rows = list(lines)
    return [tuple(rows[y][x * channels : x * channels + 3]) for x, y in places]
