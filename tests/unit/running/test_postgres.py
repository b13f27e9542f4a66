"""What is seen of a PostgreSQL's URL before anybody is asked."""

import sys

import pytest

from asyncdemo.base.errors import UsageError
from asyncdemo.base.text import without_passwords
from asyncdemo.running.postgres import conninfo_of


def test_a_runs_own_schema_is_meant() -> None:
    """Whatever else its URL asks for."""
    place = conninfo_of("postgresql://ada@h/d?options=-c%20work_mem%3D1MB")
    assert "options='-c work_mem=1MB -c search_path=asyncdemo'" in place
    assert "user=ada" in place


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://ada:s3cret@h/d", "is no URL of a PostgreSQL. Type it like postgresql://"),
        ("ada:s3cret@h/d", "is no URL of a PostgreSQL"),
        ("", "--database '' is no URL"),
        ("postgresql://ada:s3cret@h/%zz", "Type it like postgresql://"),
        ("postgresql://ada:s3cret@h/d?nonsense=1", 'invalid URI query parameter: "nonsense"'),
    ],
)
def test_what_is_no_url_of_one(url: str, said: str) -> None:
    """In one line, without a password, and with what would do."""
    with pytest.raises(UsageError) as refused:
        conninfo_of(url)
    assert said in str(refused.value)
    assert "s3cret" not in str(refused.value)
    assert "leave --database out" in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1


def test_without_psycopg_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to type."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(UsageError, match=r"psycopg, which is not installed.*pip install 'asyncdemo\[postgres\]'"):
        conninfo_of("postgresql://127.0.0.1/x")


def test_what_a_stage_prints_of_it_has_no_password() -> None:
    """In either of its spellings."""
    for scheme in ("postgres", "postgresql"):
        told = without_passwords(f"cannot reach {scheme}://ada:s3cret@127.0.0.1:5432/d today")
        assert "s3cret" not in told
        assert "127.0.0.1:5432/d today" in told
