"""Text from outside, made safe for a terminal."""

import fcntl
import io
import os
import struct
import termios
from contextlib import suppress
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asyncdemo.base.output import Output
from asyncdemo.base.text import (
    REPLACEMENT,
    as_utf8,
    counted,
    in_one_line,
    is_text,
    ordinal,
    printable,
    shown,
    with_last_lines,
    without_password,
    without_passwords,
    wrapped,
)

HOSTILE = {
    "escape": "\x1b",
    "C1 control sequence introducer": "\x9b",
    "newline": "\n",
    "carriage return": "\r",
    "line separator": "\u2028",
    "next line": "\x85",
    "tab": "\t",
    "bell": "\a",
    "delete": "\x7f",
    "right-to-left override": "\u202e",
    "isolate": "\u2066",
    "zero width joiner": "\u200d",
    "byte order mark": "\ufeff",
    "surrogate": "\ud800",
    "null": "\0",
}


@pytest.mark.parametrize("character", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_not_a_visible_character_is_replaced(character: str) -> None:
    """One for one, so that its place still shows."""
    assert printable(f"Ada{character}!") == f"Ada{REPLACEMENT}!"


@pytest.mark.parametrize("text", ["", "Ada", "Zoë 日本 🎉", "[bold red]x[/]", "<script>", "a b", "5\xa0s\u202f\u3000!"])
def test_what_is_visible_stays(text: str) -> None:
    """Markup too: whoever draws it must not read it as such."""
    assert printable(text) == text


def test_a_text_is_cut_where_it_is_too_long() -> None:
    """With a sign that something is missing, and only then."""
    assert printable("abcd", 4) == "abcd"
    assert printable("abcde", 4) == "abc…"
    assert len(printable("x" * 10_000)) == 200


@given(st.text(st.characters(), max_size=300), st.integers(1, 100))
def test_nothing_that_is_shown_does_more_than_take_a_place(text: str, length: int) -> None:
    """Whatever comes in, surrogates included: seen, a terminal can encode it, and no longer than asked for."""
    shown = printable(text, length)
    assert all(character.isprintable() or category(character) == "Zs" for character in shown)
    assert len(shown) <= length
    assert shown.encode().decode() == shown


@given(st.text(st.characters(), max_size=100))
def test_making_safe_twice_changes_nothing_more(text: str) -> None:
    """A line may pass through several hands."""
    assert printable(printable(text)) == printable(text)


def test_a_text_of_many_lines_keeps_what_only_takes_places() -> None:
    """Lines, tabs, blanks of any width, emoji of several parts; nothing that acts."""
    stays = "a\n\tb\N{NO-BREAK SPACE}c\N{IDEOGRAPHIC SPACE}\N{MAN}\N{ZERO WIDTH JOINER}\N{PERSONAL COMPUTER}"
    assert shown(stays) == stays
    assert shown("\U000e0020\U000e007f") == "\U000e0020\U000e007f"
    assert shown("x\x1b[2J\x9b\u202e\r\x7f\u2028") == f"x{REPLACEMENT}[2J{REPLACEMENT * 5}"


@pytest.mark.parametrize(
    "text", ["\ue0b0", "Wort\xadteil", "🏴\U000e0067\U000e0062\U000e007f", "\U0001fadf", "\U0010fffd"]
)
def test_a_slide_keeps_icons_of_fonts_flags_and_what_unicode_will_have(text: str) -> None:
    """A terminal knows more characters than the Python that presents."""
    assert shown(text) == text


def test_what_is_no_character_is_none_on_a_slide() -> None:
    """Whatever Unicode will have: these it will not."""
    assert shown("\ufffe\ufdd0\U0001ffff\ud800\ufeff") == REPLACEMENT * 5


def test_the_last_lines_of_a_process_are_told_if_there_are_any() -> None:
    """And in one line, only the very last."""
    whole = with_last_lines("web.1 ended.", ["Traceback", "", "ValueError: no"])
    assert whole == "web.1 ended. Its last lines:\n  Traceback\n  ValueError: no"
    assert in_one_line(whole) == "web.1 ended: ValueError: no"
    assert with_last_lines("web.1 ended.", ["", ""]) == in_one_line("web.1 ended.") == "web.1 ended."
    assert in_one_line("Port 8000 is in use.\nTry --port 0.") == "Port 8000 is in use."
    assert in_one_line("") == ""


@pytest.mark.parametrize(
    ("url", "seen"),
    [
        ("redis://127.0.0.1:6379/0", "redis://127.0.0.1:6379/0"),
        ("redis://[::1]:6379/0?db=1", "redis://[::1]:6379/0?db=1"),
        ("redis://:s3cret@host:1/2", "redis://:***@host:1/2"),
        ("rediss://ada:s3cret@host", "rediss://ada:***@host"),
        ("redis://s3cret@host", "redis://***@host"),
        ("redis://host?password=s3cret&db=3", "redis://host?password=***&db=3"),
        ("redis://host?password=s3@cret", "redis://host?password=***"),
        ("REDIS://host?ssl_password=s3cret", "REDIS://host?ssl_password=***"),
        ("unix:///run/a@b.sock?db=1&username=s3&password=cret", "unix:///run/a@b.sock?db=1&username=***&password=***"),
        ("unix://:s3cret@/run/redis.sock", "unix://:***@/run/redis.sock"),
        ("redis://:s3@cret@host", "redis://***"),
        ("redis://:s3/cret@host", "redis://***"),
        ("redis://:s3?cret@host", "redis://***"),
        ("redis://:12?s3cret=1@host", "redis://***"),
        ("redis://:s3#cret@host", "redis://***"),
        ("redis://:s3cret", "redis://***"),
        ("redis://:s3cret@[::1", "redis://:***@[::1"),
        ("redis://[::1", "redis://[::1"),
        ("redis://:s3 cret@host", "redis://:***@host"),
        ("http://:s3cret@host/", "http://:***@host/"),
        ("ada:s3cret@host", "***"),
        (
            "postgresql://ada@/x?host=/run/pg&port=5433&password=s3",
            "postgresql://***@/x?host=/run/pg&port=5433&password=***",
        ),
        (
            "postgresql://h/x?dbname=y&sslpassword=s3&options=-c a",
            "postgresql://h/x?dbname=y&sslpassword=***&options=***",
        ),
        ("localhost:6379", "localhost:6379"),
        ("", ""),
    ],
)
def test_a_url_tells_no_password(url: str, seen: str) -> None:
    """Wherever it stands in it, and however broken it is."""
    assert without_password(url) == seen


def test_a_text_tells_none_of_its_urls() -> None:
    """As a program may print it; all else is as it was."""
    text = "Using 'redis://:s3cret@host:1/0', (hosts: unix:///a?password=s3cret) and ada@host"
    seen = "Using 'redis://:***@host:1/0', (hosts: unix:///a?password=*** and ada@host"
    assert without_passwords(text) == seen


LOST = "  lost           4 in the hands of a worker that died or was stopped, or in a queue"


@pytest.mark.parametrize(
    ("width", "lines"),
    [
        (len(LOST), [LOST]),
        (len(LOST) - 1, [LOST.removesuffix(" queue"), f"{'':17}queue"]),
        (60, [LOST[:60], f"{'':17}stopped, or in a queue"]),
        (37, [LOST[:36], f"{'':17}worker that died or", f"{'':17}was stopped, or in a", f"{'':17}queue"]),
        (36, [LOST]),
        (30, [LOST]),
    ],
)
def test_a_summary_is_wrapped_at_blanks_below_its_value(width: int, lines: list[str]) -> None:
    """No word is parted; where there is hardly room for one, the terminal does as it likes."""
    assert wrapped(LOST, width) == lines


def test_the_head_of_a_summary_is_wrapped_too() -> None:
    """It has no name, and a URL stays whole."""
    assert wrapped("http://127.0.0.1:8000/, sending 1/s for 60 s, even", 40) == [
        "http://127.0.0.1:8000/, sending 1/s for",
        "60 s, even",
    ]


@pytest.mark.parametrize("columns", [60, 200])
def test_a_summary_is_as_wide_as_the_terminal(columns: int) -> None:
    """And in a file or a pipe, each of its lines is one."""
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("4H", 24, columns, 0, 0))
    with os.fdopen(ours, "rb", buffering=0) as seen:
        with os.fdopen(theirs, "w") as terminal:
            Output(lambda: None, terminal).summary(LOST)
        shown = b""
        with suppress(OSError):  # of a terminal that is gone, when all has been read
            while data := seen.read(4096):
                shown += data
    assert shown.decode().split("\r\n")[:-1] == wrapped(LOST, columns)
    file = io.StringIO()
    Output(lambda: None, file).summary(LOST)
    assert file.getvalue() == f"{LOST}\n"


def test_what_was_typed_is_read_as_utf8(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the locale makes of its bytes; what is no UTF-8 stays."""
    assert [as_utf8(typed) for typed in ("Ada", "Zo\udcc3\udcab", "caf\udce9", "\u00e9")] == [
        "Ada",
        "Zo\u00eb",
        "caf\udce9",
        "\u00e9",
    ]
    assert [is_text(typed) for typed in ("Zo\u00eb", "caf\udce9")] == [True, False]


@pytest.mark.parametrize(
    ("number", "told"),
    [
        *((1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (10, "10th"), (11, "11th"), (12, "12th"), (13, "13th")),
        *((21, "21st"), (22, "22nd"), (23, "23rd"), (101, "101st"), (111, "111th"), (112, "112th"), (213, "213th")),
    ],
)
def test_a_place_is_told_as_it_is_said(number: int, told: str) -> None:
    assert ordinal(number) == told


def test_one_or_more_of_something() -> None:
    assert [counted(count, "check") for count in (0, 1, 2, -1)] == ["0 checks", "1 check", "2 checks", "-1 checks"]
