"""Keys, as a terminal sends them among all else that it sends: mouse, focus, paste, and answers to what others asked.

A parser with the states of ECMA-48 (5th edition, 5.3 to 5.6) and of DEC's terminals (vt100.net/emu/dec_ansi_parser),
with what xterm adds (ctlseqs: three bytes after `CSI M`, BEL as an end, modifyOtherKeys, bracketed paste) and the
keyboard protocol of kitty (sw.kovidgoyal.net/kitty/keyboard-protocol). What is no key says nothing, whatever it is,
however long, and wherever it is cut into reads.

A key is its character, or a name: `up`, `escape`, `ctrl+c`, `alt+q`.
"""

from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator

from .key_names import control_key, csi_key, ss3_key

ESCAPE_S = 0.1
"""How long nothing follows the byte of Esc, where it is that key."""
GIVE_UP_S = 1.0
"""How long nothing follows a part of a sequence, when the rest is not waited for any more."""
MOST = 256
"""Of a sequence's characters: there is no key as long as that."""
CAN, SUB, ESC, BEL, DEL = "\x18", "\x1a", "\x1b", "\x07", "\x7f"
STRINGS = "P]X^_"
"""After Esc, what begins a string: DCS, OSC, SOS, PM, APC."""
RAW_AFTER = {"M": 3, "t": 2, "T": 6}
"""Final of a sequence without parameters -> bytes that follow it: what xterm's mouse sent before SGR."""
PASTE, PASTED = "200~", "201~"

State = Callable[[str], Iterator[str]]


class KeyParser:
    """Takes bytes, gives keys. `on_report` gets what a terminal says of itself: a CSI sequence, without CSI."""

    def __init__(self, on_report: Callable[[str], None] = lambda sequence: None, escape_s: float = ESCAPE_S) -> None:
        self._on_report, self._escape_s = on_report, escape_s
        self._decode = getincrementaldecoder("utf-8")("replace").decode
        self._state: State = self._ground
        self._quiet_s = 0.0
        self._raw = 0
        """Bytes to come that are no characters."""
        self._sequence = ""
        """What has come of one, after its introducer."""
        self._pasting = False

    def feed(self, data: bytes) -> Iterator[str]:
        """The keys in what has come."""
        self._quiet_s = 0.0
        for byte in data:
            if self._raw:
                self._raw -= 1
            else:
                for character in self._characters(byte):
                    yield from self._take(character)

    def quiet(self, seconds: float) -> Iterator[str]:
        """Nothing has come for so long, once more: an Esc alone is a key, and half a sequence is nothing."""
        self._quiet_s += seconds
        if self._state == self._escape and self._quiet_s >= self._escape_s:
            self._state = self._late
            if not self._pasting:
                yield "escape"
        elif self._quiet_s >= GIVE_UP_S:
            self._state, self._raw, self._pasting = self._ground, 0, False
            self._decode(b"", final=True)

    def _characters(self, byte: int) -> str:
        """The characters that end with this byte. A control of eight bits (ECMA-48, 5.3) is no UTF-8, and is one."""
        characters = self._decode(bytes([byte]))
        return chr(byte) if characters == "\ufffd" and 0x80 <= byte <= 0x9F else characters

    def _take(self, character: str) -> Iterator[str]:
        if "\x80" <= character <= "\x9f":  # the same in one character as Esc and another
            yield from self._take(ESC)
            character = chr(ord(character) - 0x40)
        if character in (CAN, SUB) and self._state != self._ground:
            self._state = self._ground
        yield from self._state(character)

    def _begin(self, state: State) -> None:
        self._state, self._sequence = state, ""

    # The states: each takes a character, says which is next, and gives a key, or none.

    def _ground(self, character: str) -> Iterator[str]:
        if character == ESC:
            self._begin(self._escape)
        elif not self._pasting:
            yield from filter(None, [control_key(character)])

    def _escape(self, character: str) -> Iterator[str]:
        """After the byte of Esc."""
        if character == ESC:
            yield from () if self._pasting else ["escape"]
        elif character == "[":
            self._begin(self._csi)
        elif character == "O":
            self._begin(self._ss3)
        elif character in STRINGS:
            self._begin(self._string)
        else:
            self._state = self._ground
            key = "" if self._pasting or character == "\\" else control_key(character)
            yield from [f"alt+{key}"] if key else []

    def _late(self, character: str) -> Iterator[str]:
        """After an Esc that was told as a key: a slow line may bring the rest now. Brackets are no keys of ours."""
        self._state = self._escape if character in "[]" else self._ground
        yield from self._state(character)

    def _csi(self, character: str) -> Iterator[str]:
        """In a control sequence: parameters and intermediates, up to the final."""
        if character == ESC:
            self._begin(self._escape)
        elif character < " ":
            yield from self._ground(character)  # as DEC's terminals do, in the middle of it
            self._state = self._csi
        elif "@" <= character <= "~":
            self._state = self._ground
            yield from self._controlled(self._sequence, character)
        elif len(self._sequence) <= MOST:
            self._sequence += character

    def _controlled(self, parameters: str, final: str) -> Iterator[str]:
        """A whole control sequence."""
        whole = parameters + final
        if whole in (PASTE, PASTED):
            self._pasting = whole == PASTE
        elif self._pasting or len(parameters) > MOST:
            return
        elif whole == "[":
            self._begin(self._linux)
        elif whole in RAW_AFTER:
            self._raw = RAW_AFTER[whole]
        elif parameters.startswith("?"):
            self._on_report(whole)
        else:
            yield from filter(None, [csi_key(parameters, final)])

    def _linux(self, character: str) -> Iterator[str]:
        """After the two brackets of a function key of Linux's own console."""
        self._state = self._ground
        yield from () if self._pasting else [f"f{ord(character) - 0x40}"] * ("A" <= character <= "E")

    def _ss3(self, character: str) -> Iterator[str]:
        """After Esc and O: a key of the keypad's application mode, with a modifier before it in old terminals."""
        if character == ESC:
            self._begin(self._escape)
        elif character.isdecimal():
            self._sequence = character
        else:
            self._state = self._ground
            yield from filter(None, [] if self._pasting else [ss3_key(self._sequence, character)])

    def _string(self, character: str) -> Iterator[str]:
        """In a string, up to BEL or ST."""
        yield from ()
        if character == BEL:
            self._state = self._ground
        elif character == ESC:
            self._state = self._string_escape

    def _string_escape(self, character: str) -> Iterator[str]:
        """After Esc in a string: ST, or the beginning of something else."""
        self._state = self._ground
        if character != "\\":
            self._begin(self._escape)
            yield from self._escape(character)
