"""What a terminal sends, and the keys in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asyncdemo.showing.keyboard import ESCAPE_S, GIVE_UP_S, KeyParser

ESC, ST, BEL = b"\x1b", b"\x1b\\", b"\x07"
TYPED = b"qK<>?hn-"
NO_KEYS = {
    "SGR mouse": b"\x1b[<0;10;10M\x1b[<0;10;10m",
    "X10 mouse": b"\x1b[M q!",
    "X10 mouse, far right": b"\x1b[M \xe1\xa1",
    "X10 mouse, all above": b"\x1b[M\xff\xc3\x1b",
    "highlighted mouse": b"\x1b[tqq\x1b[Tqqqqqq",
    "urxvt mouse": b"\x1b[32;10;10M",
    "focus": b"\x1b[I\x1b[O",
    "OSC": b"\x1b]11;" + TYPED + BEL + b"\x1b]11;" + TYPED + ST,
    "DCS": b"\x1bP1$r" + TYPED + ST + b"\x1bP>|" + TYPED + BEL,
    "SOS": b"\x1bX" + TYPED + ST,
    "PM": b"\x1b^" + TYPED + ST,
    "APC": b"\x1b_G" + TYPED + ST,
    "eight bits": b"\x9d" + TYPED + b"\x9c\x90" + TYPED + b"\x9c\x9b<0;1;1M\x9f" + TYPED + b"\x9c",
    "controls as UTF-8": "\x9d".encode() + TYPED + "\x9c".encode(),
    "a letter with the byte of ST in it": b"\x1b]0;\xc3\x9c" + TYPED + BEL,
    "lines in a string": b"\x1b]0;\r\n\t" + TYPED + BEL,
    "a string in a string": b"\x1b]0;" + TYPED + b"\x1b]0;" + TYPED + ST,
    "a long string": b"\x1bP" + TYPED * 20000 + ST,
    "a long sequence": b"\x1b[" + b"1;" * 5000 + b"A",
    "an end of a string that has not begun": b"\x1b\\",
    "the shape of the cursor": b"\x1b[2 q",
    "room for a character": b"\x1b[@\x1b[1@",
    "Linux's console, no function key": b"\x1b[[@\x1b[[F",
    "answers": b"\x1b[?62;22c\x1b[>41;354;0c\x1b[24;80R\x1b[?2026;2$y\x1b[?7u\x1b[8;24;80t\x1b[0n\x1b[?997;1n",
    "paste": b"\x1b[200~" + TYPED + b"\x1b[A\x1bq\x1b]0;q\x07\x1bOA\r\x03\x1b[201~",
    "paste of eight bits": b"\x9b200~" + TYPED + b"\x9b201~",
    "kitty, let go": b"\x1b[113;1:3u\x1b[1;1:3A\x1b[3;1:3~",
    "kitty, held": b"\x1b[57441;2u\x1b[57358u\x1b[57442;5:1u",
    "kitty, no character": b"\x1b[1:2;2u\x1b[0u\x1b[1114112u\x1b[55296u\x1b[57428u",
    "no text": b"\xff\xfe\xc0",
    "nothing": b"",
}
HALVES = [
    *(b"\x1b[", b"\x1bO", b"\x1bP", b"\x1b[[", b"\x1b[<0;1", b"\x1b]0;title", b"\x1b]0;\x1b"),
    *(b"\x1b[M q", b"\x1b[200~text", b"\xe2\x82"),
]
F_KEYS = (*range(11, 16), *range(17, 22), *range(23, 27), 28, 29)
"""VT220 and xterm: the groups of its keyboard are apart."""
KEYS = [
    (b"q", ["q"]), (b" ", [" "]), ("ü€🙂".encode(), ["ü", "€", "🙂"]),
    (b"\x1b[A\x1bOA\x9bA\x8fA", ["up"] * 4), (b"\x1b[B\x1b[C\x1b[D", ["down", "right", "left"]),
    (b"\x1b[H\x1b[F\x1b[1~\x1b[4~\x1b[7~\x1b[8~", ["home", "end"] * 3),
    (b"\x1b[2~\x1b[3~\x1b[5~\x1b[6~", ["insert", "delete", "pageup", "pagedown"]),
    (b"\x1b[11~\x1bOP\x1b[[A\x1b[P", ["f1"] * 4), (b"\x1b[15~\x1b[24~\x1bOR", ["f5", "f12", "f3"]),
    (b"".join(b"\x1b[%d~" % code for code in F_KEYS), [f"f{number}" for number in range(1, 17)]),
    (b"\x1b[8u\x1b[10u\x1b[57425u\x1b[57426u\x1b[57427u", ["backspace", "enter", "insert", "delete", "begin"]),
    (b"\x1b[[E", ["f5"]), (b"\x80", ["alt+@"]), (b"\x1bO\x1b[A", ["up"]),
    (b"\x1b[" + b";" * 256 + b"A", ["up"]), (b"\x1b[" + b";" * 257 + b"A", []),
    (b"\x1b[1;5D\x1b[1;2A\x1b[5;7~", ["ctrl+left", "shift+up", "alt+ctrl+pageup"]),
    (b"\x1b[Z", ["shift+tab"]), (b"\t\r\n\x7f\b", ["tab", "enter", "enter", "backspace", "backspace"]),
    (b"\x00\x01\x03\x1a", ["ctrl+@", "ctrl+a", "ctrl+c", "ctrl+z"]),
    (b"\x1c\x1d\x1e\x1f", ["ctrl+backslash", "ctrl+]", "ctrl+^", "ctrl+_"]),
    (b"\x1bq\x1b<\x1b\r\x1b\x01", ["alt+q", "alt+<", "alt+enter", "alt+ctrl+a"]), ("\x1bü".encode(), ["alt+ü"]),
    (b"\x1b\x1b[A", ["escape", "up"]), (b"\x1bOj\x1bOM\x1bOp\x1bO5A", ["*", "enter", "0", "ctrl+up"]),
    (b"\x1b[113u\x1b[113;1u\x1b[113;129u\x1b[113;1:1u\x1b[113;1:2u", ["q"] * 5),
    (b"\x1b[113;2u\x1b[113:81;2u\x1b[113;2;81u", ["Q"] * 3), (b"\x1b[44:63;2u\x1b[44:63;2;63u", ["?"] * 2),
    (b"\x1b[113;3u\x1b[99;5u\x1b[99;6u\x1b[113;9u", ["alt+q", "ctrl+c", "ctrl+shift+c", "super+q"]),
    (b"\x1b[27u\x1b[13u\x1b[9u\x1b[127u\x1b[32u", ["escape", "enter", "tab", "backspace", " "]),
    (b"\x1b[57417u\x1b[57424u\x1b[57404u\x1b[57414u\x1b[57413u", ["left", "end", "5", "enter", "+"]),
    (b"\x1b[92u\x1b[92;5u\x1b[122;5u", ["\\", "ctrl+backslash", "ctrl+z"]), (b"\x1b[0;;228u", ["ä"]),
    (b"\x1b[27;1;113~\x1b[27;2;81~\x1b[27;5;99~", ["q", "Q", "ctrl+c"]),
    (b"\x1b[200~q\x1b[201~q", ["q"]),
    (b"\x1b[3\x1b[A", ["up"]), (b"\x1b[3\x18q\x1b]0;\x1aq", ["ctrl+x", "q", "ctrl+z", "q"]),
    (b"\x1b[<0\x03;1;1M", ["ctrl+c"]), (b"\x1b]0;q\x1bq", ["alt+q"]), (b"\xe9q", ["q"]),
]  # fmt: skip


def keys(*parts: bytes | float, parser: KeyParser | None = None) -> list[str]:
    """The keys in bytes, and in the seconds in which none come."""
    parser = parser or KeyParser()
    return [key for part in parts for key in (parser.feed(part) if isinstance(part, bytes) else parser.quiet(part))]


@pytest.mark.parametrize("name", NO_KEYS)
def test_what_is_no_key_says_nothing(name: str) -> None:
    """And what comes next is heard."""
    assert keys(NO_KEYS[name], b"q") == ["q"]


@pytest.mark.parametrize("name", [name for name in NO_KEYS if len(NO_KEYS[name]) < 1000])
@pytest.mark.parametrize("rest_s", [0.0, ESCAPE_S / 2])
def test_nor_cut_anywhere_into_reads(name: str, rest_s: float) -> None:
    """With a moment between one read and the next."""
    noise = NO_KEYS[name]
    for place in range(len(noise)):
        assert keys(noise[:place], rest_s, noise[place:], b"q") == ["q"], noise[:place]
    assert keys(*(part for byte in noise for part in (bytes([byte]), rest_s)), b"q") == ["q"]


@pytest.mark.parametrize("name", ["OSC", "DCS", "SGR mouse", "paste", "answers"])
def test_nor_after_a_longer_moment_in_the_middle(name: str) -> None:
    """Of a slow line; but where it ends with the byte of Esc, that may be the key, and brackets are none."""
    noise = NO_KEYS[name]
    for place in range(len(noise)):
        ambiguous = noise[place - 1 : place] == ESC and noise[place : place + 1] not in (b"[", b"]", b"\\")
        told = keys(noise[:place], ESCAPE_S, noise[place:], b"q")
        assert ambiguous or told in (["q"], ["escape", "q"]), noise[:place]


@pytest.mark.parametrize(("sent", "pressed"), KEYS, ids=[repr(sent)[:40] for sent, _ in KEYS])
def test_a_key_is_its_character_or_its_name(sent: bytes, pressed: list[str]) -> None:
    """However it is sent, and cut into single bytes as well."""
    assert keys(sent) == pressed
    assert keys(*(bytes([byte]) for byte in sent)) == pressed


def test_esc_alone_is_a_key_when_nothing_follows() -> None:
    """In so much time, which may have to be asked for by a slow line."""
    assert keys(ESC, ESCAPE_S / 2) == []
    assert keys(ESC, ESCAPE_S / 2, ESCAPE_S / 2) == ["escape"]
    assert keys(ESC, ESCAPE_S, b"q") == ["escape", "q"]
    assert keys(ESC, ESCAPE_S, b"[A") == ["escape", "up"]
    assert keys(ESC, ESCAPE_S, GIVE_UP_S, b"[") == ["escape", "["]
    assert keys(ESC, ESC, ESCAPE_S) == ["escape", "escape"]
    assert keys(ESC, 0.3, parser=KeyParser(escape_s=0.5)) == []
    assert keys(b"\x1b[200~a\x1b", ESCAPE_S, b"[201~q") == ["q"], "nor is it one in a text that is pasted"


@pytest.mark.parametrize("half", HALVES)
def test_half_a_sequence_holds_the_keys_for_a_moment_alone(half: bytes) -> None:
    """Its rest is lost; keys are not."""
    assert keys(half, GIVE_UP_S - 0.1, 0.1, b"q") == ["q"]
    assert keys(half, GIVE_UP_S / 2, b"", GIVE_UP_S / 2) == []


def test_the_end_of_a_character_that_was_given_up_is_none() -> None:
    assert keys(b"\xe2\x82", GIVE_UP_S, b"\xac", b"q") == ["q"]


def test_whoever_presses_esc_does_not_wait_for_it() -> None:
    """A tenth of a second at the most; a sequence has as long to come, and a second where it is cut."""
    assert keys(ESC, 0.1) == ["escape"]
    assert keys(ESC, 0.09, b"[A") == ["up"]
    assert keys(b"\x1b[", 0.9, b"A") == ["up"]


def test_reports_are_for_whoever_asked() -> None:
    """As a sequence without its introducer; no keys."""
    reports: list[str] = []
    parser = KeyParser(reports.append)
    assert keys(b"\x1b[?2026;2$y\x1b[?1;2c\x1b[<0;1;1M\x1b[200~\x1b[?7u\x1b[201~", parser=parser) == []
    assert reports == ["?2026;2$y", "?1;2c"]


@given(st.binary(max_size=40))
def test_no_bytes_are_too_much(sent: bytes) -> None:
    """Whatever comes, keys are names or characters that can be seen, and after a moment the next one is heard."""
    parser = KeyParser()
    found = keys(sent, 1.0, parser=parser)
    assert all(key and key.isprintable() for key in found)
    assert keys(b"q", parser=parser) == ["q"]
