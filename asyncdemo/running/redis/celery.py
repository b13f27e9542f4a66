"""The URL of a Redis in Celery's words: its kombu reads another one than redis-py and the bonus do."""

from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from ...base.errors import UsageError
from ...base.text import without_password

NOT_FOR_CELERY = ("client_name", "ssl_min_version", "ssl_include_verify_flags", "ssl_exclude_verify_flags")
"""What redis-py takes out of a query, and kombu hands on as it stands there, if at all."""


def check_for_celery(url: str) -> None:
    """Raises UsageError for an option that Celery's workers would die of."""
    for name, _ in parse_qsl(url.partition("?")[2], keep_blank_values=True):
        if name in NOT_FOR_CELERY:
            raise UsageError(
                f"--redis {without_password(url)!r}: Celery does not understand its {name}. Leave that out."
            )


def celery_url(url: str) -> str:
    """A URL with user and password before the host, and the database in the path; a socket has a scheme of its own. A
    certificate is looked at, which kombu would not do unasked."""
    parts = urlsplit(url)
    asked = dict(reversed(parse_qsl(parts.query)))  # of an option that is there twice, the first counts
    name, password = asked.pop("username", ""), asked.pop("password", "")
    name = quote(unquote(parts.username or "") or name, safe="")
    password = quote(unquote(parts.password or "") or password, safe="")
    who = f"{name}{f':{password}' if password else ''}@" if name or password else ""
    host, db = parts.netloc.rpartition("@")[2], asked.pop("db", "")
    if parts.scheme == "unix":
        return f"redis+socket://{who}{parts.path}{f'?virtual_host={db}' if db else ''}"
    if parts.scheme == "rediss":
        asked.setdefault("ssl_cert_reqs", "required")
    query = urlencode(asked, quote_via=quote, safe="/")
    return f"{parts.scheme}://{who}{host}{f'/{db}' if db else parts.path}{f'?{query}' if query else ''}"
