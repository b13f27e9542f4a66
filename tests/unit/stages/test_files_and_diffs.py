"""The stages' files and the differences between them: found, ordered, named, and exact to the byte."""

import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asyncdemo.base.errors import UsageError
from asyncdemo.stages.catalogue import STAGES, WEB
from asyncdemo.stages.diffs import compare, diff_text, stat
from asyncdemo.stages.files import choose, in_reading_order, read_folder, stage_files
from tests.tools import needs
from tests.waiting import DEADLINE_S

FILES = {"hello/views.py": "view\n", "hello/urls.py": "urls\n", "hello/__init__.py": "", "urls.py": "root\n"}
FOUND = [
    ("hello/views.py", "hello/views.py"),
    ("views.py", "hello/views.py"),
    ("./hello/views.py", "hello/views.py"),
    ("./views.py", "hello/views.py"),
    ("__init__.py", "hello/__init__.py"),
    ("urls.py", "urls.py"),
    ("hello/urls.py", "hello/urls.py"),
]
LEFT_OUT = [
    "db.sqlite3",
    "db.sqlite3-journal",
    "hello/__pycache__/views.cpython-311.pyc",
    "hello/.views.py.swp",
    ".env",
    ".git/config",
    "hello/views.py~",
    "hello/views.py.orig",
    "hello/views.py.rej",
]
CHANGES = {
    "changed": ({"a.py": "1\n2\n3\n"}, {"a.py": "1\n2b\n3\n"}),
    "new": ({}, {"hello/tasks.py": "new\n"}),
    "deleted": ({"hello/tasks.py": "old\n"}, {}),
    "emptied": ({"a": "1\n2\n"}, {"a": ""}),
    "filled": ({"a": ""}, {"a": "1\n2\n"}),
    "no line feed at the end before": ({"a": "1\n2"}, {"a": "1\n2\n"}),
    "no line feed at the end after": ({"a": "1\n2\n"}, {"a": "1\n2"}),
    "no line feed at the end of either": ({"a": "1\n2"}, {"a": "0\n1\n2b"}),
    "none at the end of a new file": ({}, {"a": "1"}),
    "lines that look like headers": ({"a": "-- a\n++ b\n"}, {"a": "++ b\n@@ -1 +1 @@\n"}),
    "carriage returns": ({"a": "1\r\n2\n"}, {"a": "1\n2\r\n"}),
    "form feed and line separator": ({"a": "1\f2\u2028\n"}, {"a": "1\f3\u2028\n"}),
    "a space in the name": ({"a b.py": "1\n"}, {"a b.py": "2\n", "c d.py": "3\n"}),
    "no UTF-8": ({"a": "caf\udce9\n"}, {"a": "caf\udce9!\n"}),
}
LINES = st.lists(st.sampled_from(["", "x", "y", "-- z", "\r"]), max_size=8).map("\n".join)
TREES = st.dictionaries(st.sampled_from(["a.py", "b/c.py", "b/d.html"]), LINES, max_size=3)


def write_folder(folder: Path, files: dict[str, str]) -> None:
    """Put texts where `read_folder` finds them."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8", "surrogateescape"))


def patched(before: dict[str, str], patch: str, *program: str) -> dict[str, str]:
    """`before` after a program has applied the patch."""
    needs(program[0])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_folder(folder, before)
        text = patch.encode("utf-8", "surrogateescape")
        done = subprocess.run(program, cwd=folder, input=text, capture_output=True, timeout=DEADLINE_S)
        assert done.returncode == 0, done.stdout + done.stderr
        return read_folder(folder)


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_is_read_from_its_view_outwards(stage: str) -> None:
    """The view first, then what it calls, then how it is wired; nothing that a run leaves behind."""
    names = list(stage_files(STAGES[stage]))
    shown = [name for name in names if name.endswith(("views.py", "outside.py", "consumers.py", "tasks.py", "urls.py"))]
    assert names[: len(shown)] == shown
    assert names[0] == "hello/views.py"
    assert {"hello/settings.py", "hello/asgi.py", "hello/templates/hello.html", "manage.py"} < set(names)
    sends = WEB in STAGES[stage].channels and len(STAGES[stage].channels) > 1
    assert ("hello/consumers.py" in names) == sends
    assert not [name for name in names if "__pycache__" in name or "sqlite3" in name]


def test_a_file_that_nobody_expected_comes_last() -> None:
    """A learner's own: by name, after the known ones."""
    files = dict.fromkeys(["z.py", "hello/asgi.py", "b.py", "hello/views.py"], "x")
    assert list(in_reading_order(files)) == ["hello/views.py", "hello/asgi.py", "b.py", "z.py"]


def test_what_nobody_wrote_is_left_out(tmp_path: Path) -> None:
    """Caches, databases, hidden and binary files, and what editors and patch leave; everything else is there."""
    write_folder(tmp_path, {**dict.fromkeys(LEFT_OUT, "x"), "picture.png": "\x89PNG\0", "hello/tasks.py": "x"})
    assert list(read_folder(tmp_path)) == ["hello/tasks.py"]


@pytest.mark.parametrize(("wanted", "found"), FOUND)
def test_a_file_is_found_by_path_or_name(wanted: str, found: str) -> None:
    """A path that is there comes before one that ends like it."""
    assert choose(FILES, wanted, "step1") == found


@pytest.mark.parametrize(
    ("wanted", "meant"),
    [
        ("nope.py", ""),
        ("", ""),
        ("/", ""),
        ("..", ""),
        ("hello", ""),
        ("iews.py", " Did you mean hello/views.py?"),
        ("hello/view.py", " Did you mean hello/views.py?"),
        ("url.py", " Did you mean urls.py?"),
    ],
)
def test_a_file_that_is_not_there_is_answered_with_those_that_are(wanted: str, meant: str) -> None:
    """Without the empty ones, which nobody wants to see."""
    with pytest.raises(UsageError) as caught:
        choose(FILES, wanted, "step1")
    assert str(caught.value) == f"step1 has no file {wanted!r}.{meant} It has: hello/views.py, hello/urls.py, urls.py."


def test_a_name_that_two_files_have_is_asked_about() -> None:
    """With both paths to choose from."""
    with pytest.raises(UsageError, match=r"several files called 'x.py'. Type one of: a/x.py, b/x.py."):
        choose({"a/x.py": "1", "b/x.py": "2"}, "x.py", "step1")


@pytest.mark.parametrize(("before", "after"), CHANGES.values(), ids=CHANGES.keys())
@pytest.mark.parametrize("program", ["patch -p1", "git apply"])
def test_patch_and_git_turn_one_into_the_other(program: str, before: dict[str, str], after: dict[str, str]) -> None:
    """To the byte, in both directions."""
    for old, new in ((before, after), (after, before)):
        assert patched(old, diff_text(compare(old, new)), *program.split()) == new


def test_an_empty_file_can_come_and_go() -> None:
    """patch makes it, too, but does not delete one, not even from a diff of git's own."""
    without, with_it = {"a": "x\n"}, {"a": "x\n", "hello/__init__.py": ""}
    assert patched(without, diff_text(compare(without, with_it)), "patch", "-p1") == with_it
    assert patched(without, diff_text(compare(without, with_it)), "git", "apply") == with_it
    assert patched(with_it, diff_text(compare(with_it, without)), "git", "apply") == without


@settings(max_examples=30, deadline=None)
@given(TREES, TREES)
def test_any_two_folders_can_be_turned_into_each_other(before: dict[str, str], after: dict[str, str]) -> None:
    """Whatever is new, gone, empty or without a line feed at its end."""
    changes = compare(before, after)
    assert bool(changes) == (before != after)
    if changes:
        assert patched(before, diff_text(changes), "git", "apply") == after


def test_a_diff_reads_as_git_writes_it() -> None:
    """Headers, three lines around a change, /dev/null for what is not there."""
    before = {"a.py": "".join(f"{n}\n" for n in range(10))}
    after = {"a.py": before["a.py"].replace("5\n", "five"), "b.py": "new\n"}
    assert diff_text(compare(before, after)).splitlines() == [
        "diff --git a/a.py b/a.py",
        "--- a/a.py",
        "+++ b/a.py",
        "@@ -3,8 +3,7 @@",
        " 2",
        " 3",
        " 4",
        "-5",
        "-6",
        "+five6",
        " 7",
        " 8",
        " 9",
        "diff --git a/b.py b/b.py",
        "new file mode 100644",
        "--- /dev/null",
        "+++ b/b.py",
        "@@ -0,0 +1 @@",
        "+new",
    ]


def test_the_stat_counts_lines_not_headers() -> None:
    """`1 insertion`, `2 insertions`; what is not there is not named."""
    assert stat(compare({"a": "-- x\n"}, {"a": "++ x\n"})) == " 1 file changed, 1 insertion(+), 1 deletion(-)"
    assert stat(compare({}, {"a": "1\n2\n", "b": "3"})) == " 2 files changed, 3 insertions(+)"
    assert stat(compare({"a": ""}, {})) == " 1 file changed"
