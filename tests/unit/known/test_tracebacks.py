"""Tracebacks among the lines of a process: what is told of them, and where each error was raised."""

import pytest

from asyncdemo.events import events as e
from asyncdemo.known.tracebacks import BEGIN, Tracebacks
from tests.histories import RUN, fold

STAGE = "asyncdemo/stages/step1"
HOME = "/home/ada/asyncdemo"
VENV = f"{HOME}/.venv/lib/python3.13/site-packages"


def frame(file: str, line: int, function: str, code: str) -> list[str]:
    return [f'  File "{file}", line {line}, in {function}', f"    {code}", f"    {'^' * len(code)}"]


DJANGO = frame(f"{VENV}/django/core/handlers/exception.py", 55, "inner", "response = get_response(request)")
VIEW = frame(f"{HOME}/{STAGE}/hello/views.py", 8, "hello_view", "send_notification(5)")
OUTSIDE = frame(f"{HOME}/{STAGE}/hello/outside.py", 27, "print_line", "message[:200]")
TOLD_VIEW = ['  File "hello/views.py", line 8, in hello_view', "    send_notification(5)"]
VIEW_TOLD = "hello/views.py, line 8, in hello_view"
TOLD_OUTSIDE = ['  File "hello/outside.py", line 27, in print_line', "    message[:200]"]
ERROR = "TypeError: 'int' object is not subscriptable"
TRACEBACKS: dict[str, tuple[list[str], list[str], str]] = {
    "in the view": ([*DJANGO, *VIEW, ERROR], [BEGIN, *TOLD_VIEW, ERROR], "hello/views.py, line 8, in hello_view"),
    "what the view calls": (
        [*DJANGO, *VIEW, *OUTSIDE, ERROR],
        [BEGIN, *TOLD_VIEW, *TOLD_OUTSIDE, ERROR],
        "hello/outside.py, line 27, in print_line",
    ),
    "in a library that the view calls": (
        [*DJANGO, *VIEW, *DJANGO, ERROR],
        [BEGIN, *TOLD_VIEW, ERROR],
        VIEW_TOLD,
    ),
    "in libraries alone": ([*DJANGO, *DJANGO, ERROR], [ERROR], ""),
    "in the standard library": (
        [*frame("/usr/lib/python3.13/threading.py", 9, "run", "x()"), *VIEW, ERROR],
        [BEGIN, *TOLD_VIEW, ERROR],
        VIEW_TOLD,
    ),
    "below what the tool attaches": (
        [
            *frame("<frozen runpy>", 198, "_run_module_as_main", "x()"),
            *frame(f"{HOME}/asyncdemo/probes/wsgi.py", 9, "telling", "x()"),
            *frame(f"{HOME}/asyncdemo/channel_http/slots.py", 9, "_work", "x()"),
            *VIEW,
            ERROR,
        ],
        [BEGIN, *TOLD_VIEW, ERROR],
        VIEW_TOLD,
    ),
    "beside the stage, and nobody's library": (
        [*frame("/home/ada/mine/sms.py", 3, "send", "x()"), ERROR],
        [BEGIN, '  File "/home/ada/mine/sms.py", line 3, in send', "    x()", ERROR],
        "/home/ada/mine/sms.py, line 3, in send",
    ),
    "of a wheel, whose stages are in site-packages": (
        [*DJANGO, *frame(f"{VENV}/{STAGE}/hello/views.py", 8, "hello_view", "send_notification(5)"), ERROR],
        [BEGIN, *TOLD_VIEW, ERROR],
        VIEW_TOLD,
    ),
    "in the copy's own path of 2016": (
        [
            *frame(f"{HOME}/{STAGE}/manage.py", 9, "<module>", "main()"),
            *frame(f"{HOME}/{STAGE}/channel_http/slots.py", 79, "_work", "await consume()"),
            *VIEW,
            *frame(f"{HOME}/{STAGE}/channel_http/layers/base.py", 60, "send", "raise x"),
            ERROR,
        ],
        [BEGIN, '  File "manage.py", line 9, in <module>', "    main()", *TOLD_VIEW, ERROR],
        VIEW_TOLD,
    ),
    "in a path of 2016 that is below": (
        [*frame(f"{HOME}/{STAGE}/site/channel_http/slots.py", 79, "_work", "x()"), *VIEW, ERROR],
        [BEGIN, *TOLD_VIEW, ERROR],
        VIEW_TOLD,
    ),
    "a slip of the pen in the copy's path of 2016": (
        [
            f'  File "{HOME}/{STAGE}/channel_http/slots.py", line 8',
            "    def",
            "       ^",
            "SyntaxError: invalid syntax",
        ],
        [BEGIN, '  File "channel_http/slots.py", line 8', "    def", "SyntaxError: invalid syntax"],
        "channel_http/slots.py, line 8",
    ),
    "in a virtual environment in the project's folder": (
        [*frame(f"{HOME}/{STAGE}/.venv/lib/python3.13/site-packages/django/x.py", 5, "inner", "x()"), *VIEW, ERROR],
        [BEGIN, *TOLD_VIEW, ERROR],
        VIEW_TOLD,
    ),
    "a slip of the pen": (
        [
            *DJANGO,
            f'  File "{HOME}/{STAGE}/hello/views.py", line 8',
            "    def",
            "       ^",
            "SyntaxError: invalid syntax",
        ],
        [BEGIN, '  File "hello/views.py", line 8', "    def", "SyntaxError: invalid syntax"],
        "hello/views.py, line 8",
    ),
    "without a beginning": (["    a_line_of_nobody()", *VIEW, ERROR], [BEGIN, *TOLD_VIEW, ERROR], VIEW_TOLD),
    "without an end": (
        [*VIEW, "  [Previous line repeated 970 more times]", "RecursionError"],
        [BEGIN, *TOLD_VIEW, "  [Previous line repeated 970 more times]", "RecursionError"],
        VIEW_TOLD,
    ),
}


def told(tracebacks: Tracebacks, *lines: str, process: str = "web.1") -> list[str]:
    return [shown for line in lines for shown in tracebacks.take(process, line, STAGE)]


@pytest.mark.parametrize(("lines", "expected", "where"), TRACEBACKS.values(), ids=TRACEBACKS)
def test_the_way_through_libraries_is_left_out(lines: list[str], expected: list[str], where: str) -> None:
    """File and line of the stage's own code are told, as seen from its folder, and the error; then lines go on."""
    tracebacks = Tracebacks()
    shown = told(tracebacks, "Internal Server Error: /", BEGIN, *lines, "  a line with an indent")
    assert shown == ["Internal Server Error: /", *expected, "  a line with an indent"]
    assert tracebacks.last == (f"{where}: {lines[-1]}" if where else "")


def test_errors_are_counted_by_what_and_where() -> None:
    """Whatever each of them says: a visitor's name in it makes no other error."""
    tracebacks = Tracebacks()
    for name in ("Ada", "Grace"):
        told(tracebacks, BEGIN, *VIEW, f"channels.exceptions.ChannelFull: for {name}")
    told(tracebacks, BEGIN, *OUTSIDE, ERROR)
    assert tracebacks.counts == {
        "ChannelFull in hello/views.py, line 8": 2,
        "TypeError in hello/outside.py, line 27": 1,
    }


def test_processes_do_not_mix() -> None:
    """Two workers may raise in the same moment."""
    tracebacks = Tracebacks()
    for line in (BEGIN, *VIEW):
        told(tracebacks, line, process="worker.1")
        told(tracebacks, line, process="worker.2")
    assert told(tracebacks, "Worker", process="worker.3") == ["Worker"]
    assert told(tracebacks, ERROR, process="worker.2") == [ERROR]
    assert told(tracebacks, *OUTSIDE, process="worker.1") == TOLD_OUTSIDE


DJANGO_DIES, UVICORN_DIES = "Exception in thread django-main-thread:", "Process SpawnProcess-1:"
NO_MODULE = "ModuleNotFoundError: No module named 'crispy_forms'"
DEATHS: dict[str, tuple[list[str], str]] = {
    "in libraries alone": ([DJANGO_DIES, BEGIN, *DJANGO, NO_MODULE], NO_MODULE),
    "in the project": ([UVICORN_DIES, BEGIN, *VIEW, ERROR], f"hello/views.py, line 8: {ERROR}"),
    "another on the way": (
        [DJANGO_DIES, BEGIN, *DJANGO, "KeyError: 1", "", "During handling of it:", "", BEGIN, *DJANGO, NO_MODULE],
        NO_MODULE,
    ),
    "a system check": (
        [
            DJANGO_DIES,
            BEGIN,
            *DJANGO,
            "django.core.management.base.SystemCheckError: SystemCheckError: System check identified some issues:",
            "",
            "ERRORS:",
            "?: (urls.E006) The MEDIA_URL setting must end with a slash.",
            "",
            "System check identified 1 issue (0 silenced).",
        ],
        "django.core.management.base.SystemCheckError: ?: (urls.E006) The MEDIA_URL setting must end with a slash.",
    ),
    "a request of it": ([BEGIN, *VIEW, ERROR], ""),
    "another thread": (["Exception in thread Thread-1:", BEGIN, *VIEW, ERROR], ""),
}


@pytest.mark.parametrize(("lines", "error"), DEATHS.values(), ids=DEATHS)
def test_a_server_that_has_died_and_is_there(lines: list[str], error: str) -> None:
    """It waits for a file to change. It serves again when it has answered."""
    tracebacks = Tracebacks()
    told(tracebacks, *lines)
    assert tracebacks.serves_nothing == ({"web.1": error} if error else {})
    tracebacks.serves("web.1")
    told(tracebacks, BEGIN, *VIEW, ERROR)
    assert tracebacks.serves_nothing == {}


def test_a_run_whose_server_has_answered_serves_again() -> None:
    """It waits for its file no more; that of another process waits yet."""
    state = fold([RUN])
    for process in ("web.1", "worker.1"):
        told(state.tracebacks, DJANGO_DIES, BEGIN, *DJANGO, NO_MODULE, process=process)
    assert state.serves_nothing == NO_MODULE
    state.fold(e.Answered(t=1.0, process="web.1", id="h", status=200, total_s=0.1, name=""))
    assert state.serves_nothing == ""
    assert list(state.tracebacks.serves_nothing) == ["worker.1"]
