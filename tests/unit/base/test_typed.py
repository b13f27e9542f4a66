"""Values that came from outside, made what a class says."""

import subprocess
import sys

SEVERAL_THREADS = """
import sys, threading
from dataclasses import make_dataclass
from asyncdemo.base.typed import typed

sys.setswitchinterval(1e-6)
for number in range(300):
    inner = make_dataclass("Inner", [("a", int), ("b", list[str])])
    outer = make_dataclass("Outer", [("inner", inner), ("many", tuple[inner, ...])])
    values = {"inner": {"a": 1, "b": ["c"]}, "many": [{"a": 2, "b": []}]}
    expected = outer(inner(1, ["c"]), (inner(2, []),))
    together, seen = threading.Barrier(4), []

    def meet() -> None:
        together.wait()
        seen.append(typed(values, outer))

    threads = [threading.Thread(target=meet) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [expected] * 4
"""


def test_several_threads_meet_a_class_for_the_first_time() -> None:
    """As lanes of a race do that start at the same moment: a library that reads half of what it knows kills us all."""
    program = [sys.executable, "-c", SEVERAL_THREADS]
    ended = subprocess.run(program, capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (0, "")
