"""URLs as people type them: where the load goes, and what to type instead."""

import pytest

from asyncdemo.base.errors import UsageError
from asyncdemo.load.target import EXAMPLE, Target, parse_target, target_with_name, target_with_path

UNDERSTOOD = {
    "http://localhost:8000/": Target("localhost", 8000, "/"),
    "http://localhost:8000": Target("localhost", 8000, "/"),
    "http://localhost": Target("localhost", 80, "/"),
    "http://localhost:/": Target("localhost", 80, "/"),
    "HTTP://LocalHost:8000/Path": Target("localhost", 8000, "/Path"),
    "http://127.0.0.1:8000/?name=Ada": Target("127.0.0.1", 8000, "/?name=Ada"),
    "http://127.0.0.1:8000?name=Ada": Target("127.0.0.1", 8000, "/?name=Ada"),
    "http://[::1]:8000/": Target("::1", 8000, "/"),
    "http://[::1]": Target("::1", 80, "/"),
    "http://localhost:8000/a#part": Target("localhost", 8000, "/a"),
    "http://localhost:8000/ä?q=ß": Target("localhost", 8000, "/%C3%A4?q=%C3%9F"),
    "http://localhost:8000/%C3%A4": Target("localhost", 8000, "/%C3%A4"),
    "http://my_app.local:65535/": Target("my_app.local", 65535, "/"),
    "http://localhost:00001/": Target("localhost", 1, "/"),
    "http://bücher.example/": Target("xn--bcher-kva.example", 80, "/"),
}
REFUSED = {
    "": ["no URL", EXAMPLE],
    " ": ["no URL", EXAMPLE],
    "localhost:8000": ["no scheme", "Try: http://localhost:8000/"],
    "localhost:8000/a": ["no scheme", "Try: http://localhost:8000/a"],
    "localhost": ["no scheme", "Try: http://localhost/"],
    ":8000": ["no scheme", "Try: http://localhost:8000/"],
    "/hello": ["no scheme", "Try: http://localhost/hello"],
    "8000": ["no scheme", "Try: http://localhost:8000/"],
    "8000/a": ["no scheme", "Try: http://localhost:8000/a"],
    "127.0.0.1": ["no scheme", "Try: http://127.0.0.1/"],
    "127.0.0.1:8000": ["no scheme", "Try: http://127.0.0.1:8000/"],
    "http//localhost": [":// comes before the host", "Try: http://localhost"],
    "https//localhost": [":// comes before the host", "Try: https://localhost"],
    "?name=Ada": ["no scheme", "Try: http://localhost?name=Ada"],
    "//localhost:8000/": ["no scheme", "Try: http://localhost:8000/"],
    "https://localhost:8000/": ["https", "not spoken", EXAMPLE],
    "ftp://localhost/": ["ftp://", "only http://"],
    "http://": ["has no host", EXAMPLE],
    "http://:8000/": ["has no host", EXAMPLE],
    "http:///a": ["has no host", EXAMPLE],
    "http://::1:8000/": ["brackets", "http://[::1]:8000/"],
    "http://::1/": ["brackets", "http://[::1]:8000/"],
    "http://[::1/": ["brackets", "http://[::1]:8000/"],
    "http://[localhost]:8000/": ["http://"],
    "http://localhost:80x/": ["'80x'", "1 to 65535"],
    "http://localhost:0/": ["'0'", "1 to 65535"],
    "http://localhost:-1/": ["'-1'", "1 to 65535"],
    "http://localhost:65536/": ["'65536'", "1 to 65535"],
    "http://localhost:8000000000000000000000/": ["1 to 65535"],
    "http://localhost:008000/": ["'008000'", "1 to 65535"],
    "http://localhost:0000011234567/": ["'0000011234567'", "1 to 65535"],
    "http://localhost:\uff18\uff10/": ["1 to 65535"],
    "http://user:secret@localhost:8000/": ["user", "password"],
    "http://user@localhost:8000/": ["user"],
    "http://local host/": ["blanks"],
    "http://localhost:8000/\r\nX: y": ["control characters"],
    "http://localhost:8000/\x00": ["control characters"],
    "http://localhost:8000/\x1b[31m": ["control characters"],
    'http://lo"cal/': ["is no host"],
    "http://a..b/": ["is no host"],
    "http:/localhost:8000/": [":// comes before the host", "Try: http://localhost:8000/"],
    "http:localhost/a": [":// comes before the host", "Try: http://localhost/a"],
    "https:/localhost/": [":// comes before the host", "Try: https://localhost/"],
    "http://localhost/\udce4": ["no text in UTF-8", "%E9"],
}


@pytest.mark.parametrize("text", UNDERSTOOD)
def test_understood(text: str) -> None:
    """The host, the port, and what goes into the request line."""
    target = parse_target(text)
    assert target == UNDERSTOOD[text]
    assert parse_target(target.url) == target, "its URL means the same"


@pytest.mark.parametrize("text", REFUSED)
def test_refused(text: str) -> None:
    """The message has the words that lead on."""
    with pytest.raises(UsageError) as refusal:
        parse_target(text)
    for words in REFUSED[text]:
        assert words in str(refusal.value)
    assert str(refusal.value).isprintable(), "what was typed cannot garble the terminal"


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("http://localhost/", "localhost"),
        ("http://localhost:8000/", "localhost:8000"),
        ("http://[::1]/", "[::1]"),
        ("http://[::1]:8000/", "[::1]:8000"),
    ],
)
def test_the_host_header(text: str, header: str) -> None:
    """As RFC 9110, 7.2, has it: without the port that is the scheme's own."""
    assert parse_target(text).host_header == header


@pytest.mark.parametrize(
    ("path", "with_name"),
    [
        ("/", "/?name=A%20%26%20B"),
        ("/?name=Ada", "/?name=A%20%26%20B"),
        ("/a?x=1&name=Ada&y=", "/a?x=1&y=&name=A%20%26%20B"),
        ("/?q=%E4&flag&a=2;b=3&&c=x+y%2f", "/?q=%E4&flag&a=2;b=3&&c=x+y%2f&name=A%20%26%20B"),
        ("/?flag&name&na%6De=B&names=c", "/?flag&names=c&name=A%20%26%20B"),
        ("/?", "/?name=A%20%26%20B"),
    ],
)
def test_a_name_takes_the_place_of_another(path: str, with_name: str) -> None:
    """Whatever else is asked for stays, byte for byte."""
    assert target_with_name(Target("localhost", 80, path), "A & B").path_and_query == with_name


def test_a_name_that_is_no_text() -> None:
    """The message names it, and one that is."""
    with pytest.raises(UsageError) as refused:
        target_with_name(Target("localhost", 80, "/"), "\udce4")
    assert str(refused.value) == "--name '\\udce4' is no text in UTF-8. Try: --name Ada"


@pytest.mark.parametrize(("path", "asked"), [("/slow/?n=%E4&b", "/slow/?n=%E4&b"), ("/ä#x", "/%C3%A4"), ("/", "/")])
def test_another_page(path: str, asked: str) -> None:
    """In place of the whole path and query."""
    assert target_with_path(Target("localhost", 80, "/a?b=c"), path) == Target("localhost", 80, asked)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        *((path, "is no path. Type it like /slow/") for path in ("", "slow", "http://h/", "/a b", "/a\r\nX: y")),
        ("/\udce4", "has bytes that are no text in UTF-8. Type such a byte like %E9."),
    ],
)
def test_no_page(path: str, words: str) -> None:
    """The message names what was typed, and what is wrong with it."""
    with pytest.raises(UsageError) as refused:
        target_with_path(Target("localhost", 80, "/"), path)
    assert f"--path {path!r} {words}" in str(refused.value)
