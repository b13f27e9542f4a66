"""The page that the interface answers with by itself."""

from http import HTTPStatus

from django.utils.html import escape

PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>{title}</title><link rel="icon" href="data:,"></head>
<body><h1>{title}</h1><p>{explanation}</p></body>
</html>
"""


def plain_page(status: int, explanation: str) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """Headers and body of a page that says what happened."""
    title = f"{status} {HTTPStatus(status).phrase}"
    body = PAGE.format(title=title, explanation=escape(explanation)).encode()
    headers = [(b"Content-Type", b"text/html; charset=utf-8"), (b"Content-Length", str(len(body)).encode())]
    return headers, body
