"""Which requests count: those for the hello page, and whom they want to be greeted."""

import pytest

from asyncdemo.probes.hello import NAME_LENGTH, hello_name


@pytest.mark.parametrize(
    ("query", "name"),
    [
        (b"", "World"),
        (b"name=Ada", "Ada"),
        (b"name=", ""),
        (b"name=Ada&name=Grace", "Grace"),
        (b"other=1", "World"),
        (b"name=Ada+Lovelace", "Ada Lovelace"),
        (b"name=%E6%97%A5%E6%9C%AC", "日本"),
        (b"name=[bold]x[/]", "[bold]x[/]"),
    ],
)
def test_whom_the_page_will_greet(query: bytes, name: str) -> None:
    """As the view reads it: the last name, World without one."""
    assert hello_name("GET", "/", query) == name


@pytest.mark.parametrize("query", [b"name=%1B%5B2J", b"name=%0A%0D", b"name=%C2%9B1m", b"name=%E2%80%AE", b"name=%FF"])
def test_a_hostile_name_is_made_safe(query: bytes) -> None:
    """Escapes, line ends, C1, bidi and broken UTF-8."""
    name = hello_name("GET", "/", query)
    assert name is not None
    assert name.isprintable()


def test_a_long_name_is_cut() -> None:
    """10,000 characters are not worth a line."""
    assert len(hello_name("GET", "/", b"name=" + b"x" * 10_000) or "") == NAME_LENGTH


@pytest.mark.parametrize(("method", "path"), [("GET", "/favicon.ico"), ("POST", "/"), ("GET", ""), ("GET", "//")])
def test_a_request_that_the_view_does_not_see_does_not_count(method: str, path: str) -> None:
    """Browsers ask for more than the page."""
    assert hello_name(method, path, b"name=Ada") is None


def test_a_head_request_counts() -> None:
    """The view runs for it too."""
    assert hello_name("HEAD", "/", b"") == "World"
