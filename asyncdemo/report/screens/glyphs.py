"""Characters that panels draw with, as shapes in a cell: no two fonts have bars and frames of the same size.

Blocks, shades and lines as the Unicode chart "Block Elements" (2580-259F) and "Box Drawing" (2500-257F) define them.
"""

CELL_W, CELL_H = 9, 18
"""Of a cell, in units of a picture: whole ones, so that bars above each other show no seam."""
MIDDLE_X, MIDDLE_Y = CELL_W / 2, CELL_H / 2
ROUND = 4.5
"""Radius of a frame's corners."""

Box = tuple[float, float, float, float]
"""Left, top, right and bottom, as shares of a cell."""
SHADES = {"░": 0.25, "▒": 0.5, "▓": 0.75}
"""How much of a cell they cover."""
LEFT_TOP, RIGHT_TOP = (0.0, 0.0, 0.5, 0.5), (0.5, 0.0, 1.0, 0.5)
LEFT_FOOT, RIGHT_FOOT = (0.0, 0.5, 0.5, 1.0), (0.5, 0.5, 1.0, 1.0)
BLOCKS: dict[str, tuple[Box, ...]] = {
    **{block: ((0.0, 1 - eighths / 8, 1.0, 1.0),) for eighths, block in enumerate("▁▂▃▄▅▆▇█", 1)},
    **{block: ((0.0, 0.0, eighths / 8, 1.0),) for eighths, block in enumerate("▏▎▍▌▋▊▉", 1)},
    "▀": ((0.0, 0.0, 1.0, 0.5),),
    "▐": ((0.5, 0.0, 1.0, 1.0),),
    "▔": ((0.0, 0.0, 1.0, 0.125),),
    "▕": ((0.875, 0.0, 1.0, 1.0),),
    "▖": (LEFT_FOOT,),
    "▗": (RIGHT_FOOT,),
    "▘": (LEFT_TOP,),
    "▝": (RIGHT_TOP,),
    "▚": (LEFT_TOP, RIGHT_FOOT),
    "▞": (RIGHT_TOP, LEFT_FOOT),
    "▙": (LEFT_TOP, LEFT_FOOT, RIGHT_FOOT),
    "▛": (LEFT_TOP, RIGHT_TOP, LEFT_FOOT),
    "▜": (LEFT_TOP, RIGHT_TOP, RIGHT_FOOT),
    "▟": (RIGHT_TOP, LEFT_FOOT, RIGHT_FOOT),
}
ARMS: dict[str, str] = dict(
    zip(
        "─│┌┐└┘├┤┬┴┼╴╵╶╷━┃┏┓┗┛┣┫┳┻╋╸╹╺╻",
        ("lr", "ud", "rd", "ld", "ru", "lu", "rud", "lud", "lrd", "lru", "lrud", "l", "u", "r", "d") * 2,
        strict=True,
    )
)
"""Where lines go from the middle of a cell: left, right, up, down."""
HEAVY = set("━┃┏┓┗┛┣┫┳┻╋╸╹╺╻")
CORNERS = {"╭": (1, 1), "╮": (-1, 1), "╯": (-1, -1), "╰": (1, -1)}
"""Where the round ones open to: right or left, down or up."""
DASHES = {"┆": 3, "┊": 4}
"""Upright lines of so many dashes."""
DRAWN = {*SHADES, *BLOCKS, *ARMS, *CORNERS, *DASHES}


def block_path(character: str, column: int, cells: int = 1) -> str:
    """The data of a path that fills this block in so many cells beside each other."""
    boxes = BLOCKS.get(character, ((0.0, 0.0, 1.0, 1.0),))
    whole = all(left == 0 and right == 1 for left, _, right, _ in boxes)
    repeats = [(column, cells)] if whole else [(column + number, 1) for number in range(cells)]
    return "".join(box_path(box, start, width) for start, width in repeats for box in boxes)


def box_path(box: Box, column: int, cells: int) -> str:
    """One box, its edges across laid on whole units."""
    left, top, right, foot = box
    start, end = CELL_W * (column + left * cells), CELL_W * (column + right * cells)
    above, below = round(CELL_H * top), round(CELL_H * foot)
    return f"M{start:g} {above}H{end:g}V{below}H{start:g}z"


def line_path(character: str, column: int, cells: int = 1) -> str:
    """The data of a path along this line, in so many cells beside each other."""
    start = column * CELL_W
    if character in ("─", "━"):
        return f"M{start} {MIDDLE_Y:g}h{cells * CELL_W}"
    return "".join(one_line(character, start + number * CELL_W + MIDDLE_X) for number in range(cells))


def one_line(character: str, x: float) -> str:
    """The lines of a cell whose middle is at x."""
    if character in CORNERS:
        across, down = CORNERS[character]
        ends = f"V{MIDDLE_Y + down * ROUND:g}Q{x:g} {MIDDLE_Y:g} {x + across * ROUND:g} {MIDDLE_Y:g}"
        return f"M{x:g} {MIDDLE_Y + down * MIDDLE_Y:g}{ends}"
    if character in DASHES:
        long = CELL_H / DASHES[character]
        return "".join(f"M{x:g} {(number + 0.25) * long:g}v{long / 2:g}" for number in range(DASHES[character]))
    ways = {"l": f"h-{MIDDLE_X:g}", "r": f"h{MIDDLE_X:g}", "u": f"v-{MIDDLE_Y:g}", "d": f"v{MIDDLE_Y:g}"}
    return "".join(f"M{x:g} {MIDDLE_Y:g}{ways[arm]}" for arm in ARMS[character])
