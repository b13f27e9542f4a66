"""Texts, tables, pictures and code of a deck, put on the slide that is being read."""

import re
from urllib.parse import unquote, urlsplit

from markdown_it.token import Token

from ..deck import DeckError, Demo, Picture, Problem, Prose
from ..deck_files import file_beside
from .fences import line_of, read_fence
from .reading import NEWLINE, Reading

IMAGE = re.compile(r"!\[(?:[^\[\]]|\[[^\]]*\])*\](?:\((?:<[^>]*>|[^()]|\([^()]*\))*\)|\[[^\]]*\])?")
"""A picture, as it is written."""
LINKED = re.compile(rf"\[(?P<picture>{IMAGE.pattern})\]\((?P<address>https?://[^\s()<>]+)\)")
"""One that is a link, all of it."""
WIDTH = re.compile(r"(?:width|w):(\d{1,3})%")


class Blocks:
    """What begins at the outermost level, or with an item of a list, and is no command."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def block(self, token: Token, after: Token) -> None:
        """A block, or an item of a list."""
        here = self._reading.draft.here
        if self._reading.enters:
            self._reading.tell(
                self._reading.enters, "no column is entered below it: what comes first stands in column 0"
            )
            self._reading.enters = 0
        if token.type == "fence":
            self._fence(token)
        elif token.type == "paragraph_open" and has_picture(after):
            self._with_pictures(token, after)
        elif token.type == "table_open" and self._reading.draft.tables_grow:
            text = self._reading.text(token)
            here.append(Prose(text, line_of(token), text.count(NEWLINE) - 1))
            self._reading.draft.parts.append([])
        elif token.map is not None:
            self._prose(self._reading.text(token), line_of(token))

    def _prose(self, text: str, line: int) -> None:
        here = self._reading.draft.here
        text, before = self._with_targets(text), here[-1] if here else None
        if isinstance(before, Prose):
            here[-1] = Prose(f"{before.text}\n\n{text}", before.line)
        elif text.strip():
            here.append(Prose(text, line))

    def _with_pictures(self, token: Token, inline: Token) -> None:
        """A text with pictures in it: what is before each, the picture, and what is behind it."""
        images = [child for child in inline.children or () if child.type == "image"]
        written = LINKED.sub(r"\g<picture> <\g<address>>", self._reading.text(token))
        texts, linked = IMAGE.split(written), len(LINKED.findall(self._reading.text(token)))
        within = sum(image.level > 0 for image in images) - linked
        if len(texts) != len(images) + 1 or within:  # it cannot be told where they stand, or they are part of a link
            self._prose(self._reading.text(token), line_of(token))
            return
        for image, text in zip([None, *images], texts, strict=True):
            if image is not None:
                self._picture(image, line_of(token))
            if text.strip():
                self._prose(text.strip(), line_of(token))
        inline.children = [child for child in inline.children or () if child.type != "image"]

    def _picture(self, image: Token, line: int) -> None:
        """A picture, of its own size or as wide as its words say."""
        prefix, name = self._reading.options.images, unquote(str(image.attrs["src"]))
        if urlsplit(name).scheme in ("http", "https"):
            self._reading.tell(line, f"the picture {name} is not beside the deck: its address is shown")
            self._prose(f"[{image.content or name}](<{name}>)", line)
            return
        words = [part.strip() for part in image.content.split(",")]
        sized = [word for word in words if word.startswith(prefix) and (prefix or WIDTH.fullmatch(word))]
        sizes = [found for word in sized if (found := WIDTH.fullmatch(word.removeprefix(prefix)))]
        told = ", ".join(word for word in words if word and word not in sized)
        try:
            path = file_beside(self._reading.file, name, line)
        except DeckError as error:
            self._reading.wrong(line, error.problem)
            return
        self._reading.draft.here.append(Picture(path, told, line, int(sizes[0][1]) if sizes else 0))

    def _with_targets(self, text: str) -> str:
        """With the addresses of its links that are told elsewhere, like `[1]: https://example.org/`."""
        said = " ".join(text.lower().upper().split())  # as the parser writes their names
        targets = [f"[{name}]: <{told['href']}>" for name, told in self._reading.targets.items() if f"[{name}]" in said]
        return NEWLINE.join([text, "", *targets]) if targets else text

    def _fence(self, token: Token) -> None:
        for block in read_fence(
            token,
            self._reading.lines,
            self._reading.file,
            self._reading.draft.fallback,
            self._reading.tell,
            self._reading.options.drawn,
        ):
            if isinstance(block, Problem):
                self._reading.wrong(block.line, block.words)
                continue
            self._reading.draft.here.append(block)
            if isinstance(block, Demo):
                self._reading.draft.fallback = None


def has_picture(token: Token) -> bool:
    """Whether there is a picture in a text."""
    return any(child.type == "image" for child in token.children or ())
