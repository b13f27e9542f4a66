"""The documents lead somewhere: links, paths, names, and the map of the package."""

import ast
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.documents import CHECKOUT, CONTRIBUTING, PAGES, README, text_of
from tests.layers import NAME, modules
from tests.map import redrawn, room

MARKDOWN = MarkdownIt().enable("table")
LONGEST_README = 117
"""Lines: more are not read in three minutes."""
ANSWER = re.compile(r"`([^\s`]+/[^\s`]*)`")
"""A path in backquotes."""
QUESTION = re.compile(r"^\| (.+\?) \| (.*`.+`.*) \|$", re.MULTILINE)


def tokens(text: str) -> Iterator[Token]:
    """All of them, those within lines too."""
    for token in MARKDOWN.parse(text):
        yield token
        yield from token.children or []


def links(text: str) -> list[str]:
    """Where its links and images lead."""
    targets = {"link_open": "href", "image": "src"}
    return [str(token.attrs[targets[token.type]]) for token in tokens(text) if token.type in targets]


def anchors(text: str) -> set[str]:
    """What its headings can be reached by, as GitHub has it: small letters, no punctuation, hyphens for spaces."""
    blocks = MARKDOWN.parse(text)
    titles = [after.content for token, after in pairwise(blocks) if token.type == "heading_open"]
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def names(body: list[ast.stmt]) -> set[str]:
    """What a module defines, or a class, dotted: `Slot`, `Slot.run`, `SETUPS`."""
    found = set()
    for node in body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{name}" for name in names(node.body)}
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {ast.unparse(target) for target in targets}
    return found


def link_problem(path: Path, link: str) -> str:
    """Why a link leads nowhere; empty if it leads somewhere, or out of the checkout."""
    parts = urlsplit(link)
    if parts.scheme:
        return ""
    there = path.parent / parts.path if parts.path else path
    if not there.exists():
        return f"{path.name}: there is no {link}"
    if parts.fragment and parts.fragment not in anchors(there.read_text()):
        return f"{path.name}: {there.name} has no heading #{parts.fragment}"
    return ""


def answer_problem(answer: str) -> str:
    """Why `path` or `path:name` is no answer; empty if it is one."""
    path, _, name = answer.partition(":")
    there = CHECKOUT / path
    if not there.exists():
        return f"there is no {path}"
    if name and name not in names(ast.parse(there.read_text()).body):
        return f"{path} has no {name}"
    return ""


@pytest.mark.parametrize("path", [README, CONTRIBUTING, *PAGES], ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    """To a file of the checkout, and to a heading in it."""
    problems = [link_problem(path, link) for link in links(text_of(path))]
    assert not any(problems), [problem for problem in problems if problem]


def test_a_link_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    """In prose, in a table, in an image; a file or a heading."""
    path = tmp_path / "a.md"
    path.write_text("# The `b` of\n\n[x](#the-b-of) [x](#no)\n\n| [x](no.md) |\n|---|\n\n![x](no.svg) [x](a.md)\n")
    found = [link_problem(path, link) for link in links(path.read_text())]
    assert found == ["", "a.md: a.md has no heading #no", "a.md: there is no no.md", "a.md: there is no no.svg", ""]


def test_readme_leads_to_every_page() -> None:
    """What has moved out of it is found from it, and it stays short."""
    text = text_of(README)
    assert PAGES
    assert {f"docs/{path.name}" for path in PAGES} <= {link.partition("#")[0] for link in links(text)}
    assert len(text.splitlines()) <= LONGEST_README


def test_paths_of_contributing_are_there() -> None:
    """Each in backquotes, and each name behind a colon."""
    found = ANSWER.findall(text_of(CONTRIBUTING))
    assert found
    assert not [problem for problem in map(answer_problem, found) if problem]


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ("tests/map.py", ""),
        ("tests/unit/", ""),
        ("tests/map.py:rows", ""),
        ("tests/map.py:WIDTH", ""),
        ("tests/map.py:column", "tests/map.py has no column"),
        ("tests/no.py:rows", "there is no tests/no.py"),
    ],
)
def test_an_answer_is_a_path_and_a_name(answer: str, problem: str) -> None:
    """A function, a class, a method or a constant."""
    assert answer_problem(answer) == problem


def test_names_of_classes_are_dotted() -> None:
    """Also where a class holds constants, or waits."""
    module = ast.parse("class A:\n    b: int = 1\n    async def c(self): ...\nd = 1\n")
    assert names(module.body) == {"A", "A.b", "A.c", "d"}


def test_twenty_questions_about_every_room() -> None:
    """Whoever has seen the talk finds the room of each thing."""
    questions = dict(QUESTION.findall(text_of(CONTRIBUTING)))
    answers = {question: ANSWER.findall(answer) for question, answer in questions.items()}
    assert len(answers) >= 20
    assert all(answers.values()), answers
    rooms = {room(module, NAME) for module in modules()} - {"", "__main__"} | {"attach"}  # which no module imports
    assert not [each for each in rooms if f"`{each}`" not in text_of(CONTRIBUTING)]
    assert rooms <= {found.split("/")[1] for several in answers.values() for found in several}


def test_the_map_is_what_the_imports_say() -> None:
    """It is drawn, not written."""
    text = text_of(CONTRIBUTING)
    assert redrawn(text) == text, "imports have changed: run make map"


@pytest.mark.parametrize("text", ["", "<!-- map -->\n", "<!-- map -->\n<!-- /map -->\n" * 2])
def test_a_map_without_its_place_is_an_error(text: str) -> None:
    """It is not left out in silence."""
    with pytest.raises(LookupError, match="not one place"):
        redrawn(text)
