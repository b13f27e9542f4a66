"""A view that raises, in a stage that is started by hand: its traceback is in the terminal, once."""

from pathlib import Path

import pytest

from tests.conftest import Valkey
from tests.edited import ERROR, broken, copied
from tests.stages.conftest import Server, Start, daphne, runserver, waitress, worker
from tests.waiting import until

STAGES = ["step1", "step1 with waitress", "step2", "step3", "bonus", "bonus with daphne"]


@pytest.fixture
def line() -> list[int]:
    """Where the view raises."""
    return []


@pytest.fixture(params=STAGES)
def server(request: pytest.FixtureRequest, start: Start, tmp_path: Path, line: list[int]) -> Server:
    """A stage whose view raises when it has done its work."""
    stage, _, by = request.param.partition(" with ")
    project = copied(stage, tmp_path / "project")
    line.append(broken(project))
    env = {"ASYNCDEMO_DELAYS": "0"}
    if stage == "bonus":
        valkey: Valkey = request.getfixturevalue("valkey")
        env |= {"REDIS_URL": valkey.url, "REDIS_PREFIX": request.getfixturevalue("prefix")}
    if by == "daphne":
        server = daphne(start, project, **env)
        server.others.append(worker(start, project, **env))
        return server
    return waitress(start, project, **env) if by else runserver(start, project, **env)


def printed(server: Server) -> str:
    return "".join(process.text for process in [server.process, *server.others])


def test_a_view_that_raises_says_where(server: Server, line: list[int]) -> None:
    """Whoever breaks a view by hand finds file and line in the terminal, and the visitor a page without them."""
    answer = server.ask("/?name=Ada")
    assert (answer.status, ERROR.encode() in answer.body) == (500, False)
    until(lambda: ERROR in printed(server), "the error")
    assert server.ask("/?name=Grace").status == 500
    until(lambda: printed(server).count("\n" + ERROR) == 2, "the next error")
    assert printed(server).count("Traceback (most recent call last):") == 2
    assert printed(server).count(f'views.py", line {line[0]}, in hello_view') == 2
    assert printed(server).count("Internal Server Error: /") == 2


def test_what_a_visitor_gets_wrong_is_no_error_of_the_stage(server: Server, line: list[int]) -> None:
    """A page that nobody has, and a host that is another's: neither has a traceback, not even a line of its own."""
    assert server.ask("/nope").status == 404
    assert server.ask("/", Host="elsewhere.example").status == 400
    assert server.ask("/").status == 500
    until(lambda: ERROR in printed(server), "the error of the view")
    assert printed(server).count("Traceback") == 1
    assert "Not Found" not in printed(server)
    assert "ALLOWED_HOSTS" not in printed(server)
