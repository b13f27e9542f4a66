"""`make mutants`: what the tests would not notice. Small changes by chance, one at a time, and the tests for each.

Cosmic Ray makes the changes (https://cosmic-ray.readthedocs.io), and this takes a sample of them, so that it ends: a
line by chance, then one of the changes that are possible there; and no other one after so many minutes. It works on
copies of the checkout. A change is noticed when a test fails or hangs: first the unit tests that run the line are
tried, as Coverage has seen them do it (https://coverage.readthedocs.io), then those of its room, last those in
BY_WHOLE_RUNS. What is run by an import, as a constant is, all unit tests may notice.

Survivors that no test could notice, or should, stand in mutants.txt with the reason.
"""

import argparse
import ctypes
import datetime
import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from cosmic_ray.mutating import mutate_and_test
from cosmic_ray.work_item import MutationSpec, TestOutcome
from coverage import CoverageData

from tests.mutations import CHECKOUT, Mutant, python_files, sample

KNOWN = CHECKOUT / "tests" / "mutants.txt"
RESULTS = CHECKOUT / "tests" / "MUTANTS.md"
HEAD = """\
# What the tests would not notice

The last result of `make mutants`: small changes to the code by chance, and how many of them a test has noticed.
"""
ROOMS = ("base", "events", "known", "channel_http", "running", "load", "measuring", "showing")
"""Where it looks, if nothing else is said: what is pure, the load, the supervision, the path."""
BY_WHOLE_RUNS = {
    "load": ("tests/e2e/test_load_process.py", "tests/e2e/test_load.py"),
    "running": ("tests/e2e/test_redis.py", "tests/e2e/test_procfiles.py"),
    "measuring": ("tests/e2e/test_experiment.py",),
    "channel_http": ("tests/stages/test_in_process.py", "tests/stages/test_bonus.py"),
    "showing": ("tests/e2e/test_pager.py", "tests/e2e/test_job_control.py"),
}
"""The tests beside the unit tests that a room needs as well: those that are small."""
A_TEST_S = 60
"""A test that takes longer hangs."""


@dataclass(frozen=True)
class Outcome:
    """What became of a mutant."""

    mutant: Mutant
    noticed_by: str
    """Which tests noticed; empty for a survivor."""
    change: tuple[str, ...]
    """The lines of its diff that differ."""
    seconds: float

    @property
    def name(self) -> str:
        """As in mutants.txt, where it can be known in spite of other lines above it."""
        return "\n".join([self.mutant.path, *self.change])


# The tests of a mutant


def room(path: str) -> str:
    """`asyncdemo/load/tally.py` -> `load`."""
    return Path(path).parts[1]


def who_run(mutant: Mutant, runs: CoverageData) -> list[str]:
    """Names of the unit tests that run its line, or the nearest one before it that is run: a statement may have more.

    None for what every import runs, and for what only other processes do, where nobody looks.
    """
    lines = runs.contexts_by_lineno(str(CHECKOUT / mutant.path)) if mutant.called else {}
    nearest = max((line for line in lines if line <= mutant.line), default=0)
    names = (re.split(r"[\[|]", context)[0] for context in lines.get(nearest, ()))  # without its parameters
    return sorted({*filter(None, names)})


def steps(mutant: Mutant, running: list[str]) -> Iterator[tuple[str, list[str]]]:
    """(in words, tests) that may notice it, given who is known to run its line; those that should do it soon first."""
    unit = sorted(Path("tests/unit").rglob("test_*.py"))
    near = [test for test in unit if test.is_relative_to(f"tests/unit/{room(mutant.path)}")]
    module = Path(mutant.path).with_suffix("").as_posix().replace("/", ".")
    near.sort(key=lambda test: module not in test.read_text())
    yield "who runs it", sorted(running, key=lambda name: not name.startswith(f"tests/unit/{room(mutant.path)}/"))
    yield "its room", [*map(str, near), *(f"--deselect={name}" for name in running)]
    yield "other unit tests", [] if mutant.called else [str(test) for test in unit if test not in near]
    yield "whole runs", list(BY_WHOLE_RUNS.get(room(mutant.path), ()))


def noticed(mutant: Mutant, running: list[str], quick: bool) -> Outcome:
    """Try one. The working folder is a copy of the checkout."""
    begin, change, by = time.monotonic(), ["?"], ""
    wanted = [(words, tests) for words, tests in steps(mutant, running) if tests]
    for words, tests in wanted[:1] if quick else wanted:
        change, failed = failing(mutant, tests)
        if failed is not None and words != "who runs it":  # what fails by chance seldom does so twice
            change, failed = failing(mutant, [failed, *tests] if failed else tests)
        if failed is not None:
            by = failed or words
            break
    return Outcome(mutant, by, tuple(change), time.monotonic() - begin)


def failing(mutant: Mutant, tests: list[str]) -> tuple[list[str], str | None]:
    """(what was changed, the first of them that failed): empty if it has not said which, None if all pass."""
    spec = MutationSpec(mutant.path, mutant.kind, mutant.occurrence, (mutant.line, 0), (mutant.line, 1))
    result = mutate_and_test([spec], command(tests), (10 + len(tests)) * A_TEST_S)
    end_those_left()
    if result.test_outcome == TestOutcome.INCOMPETENT:
        raise RuntimeError(result.output)
    return differing(result.diff or ""), first_failure(result.output or "") if result.is_killed else None


def command(tests: list[str]) -> str:
    """What runs them, up to the first that fails or hangs."""
    hang = ["-o", f"faulthandler_timeout={A_TEST_S}", "-o", "faulthandler_exit_on_timeout=true"]
    return shlex.join([sys.executable, "-m", "pytest", "-x", "-q", "--tb=no", "-p", "no:cacheprovider", *hang, *tests])


def first_failure(output: str) -> str:
    """The name of the test that failed; empty if none has said so."""
    said = (line.split(" ", 1)[1] for line in output.splitlines() if line.startswith(("FAILED ", "ERROR ")))
    return next((name.split(" - ")[0] for name in said), "")


def differing(diff: str) -> list[str]:
    """The lines that were taken away and those that came, of a diff as Cosmic Ray has it."""
    lines = [line for line in diff.splitlines() if line.startswith(("-", "+"))]
    return [line[0] + line[1:].strip() for line in lines if not line.startswith(("---", "+++"))]


# Copies to change


@contextmanager
def a_folder() -> Iterator[str]:
    """For all that is temporary; other users may pass through it: PostgreSQL does not run as root."""
    with tempfile.TemporaryDirectory(prefix="m-") as folder:
        Path(folder).chmod(0o711)
        yield folder


def workers(jobs: int, root: str) -> ProcessPoolExecutor:
    """So many at a time, in a folder."""
    return ProcessPoolExecutor(jobs, initializer=begin_worker, initargs=(root,))


def begin_worker(root: str) -> None:
    """Each process has a copy of its own, and on Linux inherits what its tests leave behind, to end it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(36, 1)  # PR_SET_CHILD_SUBREAPER
    os.chdir(copied(Path(tempfile.mkdtemp(dir=root))))
    os.environ |= {"PYTHONPATH": str(Path.cwd()), "TMPDIR": root}  # runs and talks of the user's are not seen


def copied(folder: Path) -> Path:
    """The files of the checkout that git knows or would add."""
    listed = subprocess.check_output(["git", "ls-files", "-zco", "--exclude-standard"], cwd=CHECKOUT, text=True)
    for name in filter(None, listed.split("\0")):
        if (CHECKOUT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(CHECKOUT / name, folder / name)
    return folder


def end_those_left() -> None:
    """Processes of the tests' that have survived them."""
    left = psutil.Process().children(recursive=True)
    for process in left:
        process.kill()
    psutil.wait_procs(left)


# The result


def known() -> dict[str, str]:
    """Name -> why no test notices it, of mutants.txt."""
    blocks = [block.strip().splitlines() for block in KNOWN.read_text().split("\n\n")[1:]]
    return {"\n".join(name): reason for *name, reason in blocks}


def table(outcomes: list[Outcome]) -> str:
    """Share noticed, of each room and of all; and each that was not."""
    total, seen = Counter(room(each.mutant.path) for each in outcomes), Counter[str]()
    for each in outcomes:
        seen[room(each.mutant.path)] += bool(each.noticed_by)
    rows = [f"| {name} | {count} | {seen[name]} |" for name, count in sorted(total.items())]
    left = [each for each in outcomes if not each.noticed_by]
    reasons = known()
    share = f"Of {total.total()}, {seen.total()} were noticed: {seen.total() / total.total():.0%}."
    named = f"Of the others, {sum(each.name in reasons for each in left)} of {len(left)} stand in {KNOWN.name}."
    head = [f"{share} {named}", "", "| room | mutants | noticed |", "|---|---|---|", *rows]
    return "\n".join([*head, *(survivor(each, reasons) for each in sorted(left, key=lambda each: each.name))])


def survivor(outcome: Outcome, reasons: dict[str, str]) -> str:
    """Where it is, what was changed, and why no test notices."""
    lines = [f"{outcome.mutant.path}:{outcome.mutant.line}", *outcome.change]
    return "\n".join(["", *(f"    {line}" for line in lines), "", reasons.get(outcome.name, "**No reason is known.**")])


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*", default=ROOMS, help="rooms, or files in asyncdemo/; default: %(default)s")
    parser.add_argument("--many", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=30.0, help="begin with no other one after so long")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--quick", action="store_true", help="only the unit tests that run it, or else of its room")
    parser.add_argument("--write", action="store_true", help=f"keep the result in {RESULTS.name}")
    return parser.parse_args()


def tried(mutants: list[Mutant], runs: CoverageData, asked: argparse.Namespace) -> Iterator[Outcome]:
    """What became of each, as soon as it is known; when the time is over, of those that are under way."""
    ends = time.monotonic() + 60 * asked.minutes
    with a_folder() as root, workers(asked.jobs, root) as pool:
        trials = [pool.submit(noticed, mutant, who_run(mutant, runs), asked.quick) for mutant in mutants]
        for trial in as_completed(trials):
            if time.monotonic() > ends:
                pool.shutdown(wait=False, cancel_futures=True)
            if not trial.cancelled():
                yield trial.result()


def told(outcome: Outcome) -> str:
    """In a line; of a survivor, what was changed too."""
    mutant = outcome.mutant
    line = f"{mutant.path}:{mutant.line} {mutant.kind} {outcome.seconds:.0f} s: {outcome.noticed_by or 'SURVIVED'}"
    return "\n    ".join([line, *(() if outcome.noticed_by else outcome.change)])


def unchanged(folder: Path) -> CoverageData:
    """Which unit test runs which line, as it is, and where changes are tried.

    Raises SystemExit where one fails: whatever is changed would count as noticed by it.
    """
    found = folder / "coverage"
    watch = ["--cov=asyncdemo", "--cov-context=test", "--cov-report="]
    tests = [sys.executable, "-m", "pytest", "-q", "-n", "4", *watch, "tests/unit"]
    where = {"COVERAGE_FILE": str(found), "TMPDIR": str(folder)}
    if subprocess.run(tests, cwd=CHECKOUT, env=os.environ | where).returncode:
        raise SystemExit("A test fails without any change. Mend it first.")
    runs = CoverageData(str(found))
    runs.read()
    return runs


def main() -> None:
    asked = parsed()
    outcomes = []
    mutants = sample(python_files(asked.modules), asked.many, asked.seed)
    if not mutants:
        raise SystemExit(f"{' '.join(asked.modules)}: there is nothing to change.")
    with a_folder() as folder:
        for outcome in tried(mutants, unchanged(Path(folder)), asked):
            outcomes.append(outcome)
            print(f"{len(outcomes)}: {told(outcome)}", flush=True)
    found = table(outcomes)
    print(found)
    if asked.write:
        RESULTS.write_text(
            f"{HEAD}\n    {shlex.join(['python', '-m', 'tests.mutants', *sys.argv[1:]])}\n\n{when()}\n\n{found}\n"
        )


def when() -> str:
    """The day, and what it ran on."""
    return f"{datetime.datetime.now(datetime.UTC).date()}, {os.cpu_count()} cores; Python {platform.python_version()}"


if __name__ == "__main__":
    main()
