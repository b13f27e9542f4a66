"""The guard: a process that outlives the command by a moment, however the command dies, and leaves nothing behind.

It holds the reading end of a pipe. While the command lives, nothing is written; at its end, by whatever way, the pipe
closes, and the guard stops what still runs and removes the run's folder. It imports nothing but the standard library,
so that it starts at once.

How the two know the same processes without a gap: every process of a run registers its own process group in the run's
folder before it becomes the real program, and begins only if `open` is there. The guard removes `open` before it reads
the list. So a process is either seen by the guard or does not begin, even when the folder goes in that moment.
"""

import os
import shutil
import signal
import sys
import time
from collections.abc import Collection
from pathlib import Path

GRACE_S = 2.0
"""From SIGTERM to SIGKILL."""
KILL_WAIT_S = 1.0
"""How long a killed process is waited for. One that nobody reaps stays in the list, and does nothing."""
POLL_S = 0.02

OPEN = "open"
"""The file that is there while processes may begin."""
FOLDERS = ("groups", "servers")
"""Where processes register. The servers, Redis that is, are stopped when all the others are gone."""


def register(folder: str) -> str:
    """What a process of a run does first, in the shell that starts it."""
    return f'echo $$ > "$ASYNCDEMO_RUN/{folder}/$$" && [ -e "$ASYNCDEMO_RUN/{OPEN}" ] || exit 1; '


def groups(run: Path, folder: str) -> list[int]:
    """The registered process groups that are still there."""
    return living([int(path.name) for path in (run / folder).glob("*") if path.name.isdigit()])


def alive(group: int) -> bool:
    """Whether any process of a group is there."""
    return living([group]) == [group]


def living(groups: list[int]) -> list[int]:
    """Those of which any process is there. Who has ended is not, though nobody has looked: where a container has no
    init, nobody may ever."""
    there = list(filter(can_be_reached, groups))
    ended = only_zombies(there)
    ended = ended and ended & only_zombies(ended)  # one that was started during a look is seen by the next
    return [group for group in there if group not in ended]


def can_be_reached(group: int) -> bool:
    """Whether the system knows any process of a group."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # macOS: only zombies are left
        return False
    return True


def only_zombies(groups: Collection[int]) -> set[int]:
    """Of which of these proc(5) tells that all have ended; of none where it does not tell."""
    states: dict[int, set[str]] = {group: set() for group in groups}
    for file in Path("/proc").glob("[0-9]*/stat") if states else ():
        try:
            state, _, its_group, *_ = file.read_text(errors="replace").rpartition(")")[2].split()
        except (OSError, ValueError):  # it is gone
            continue
        if int(its_group) in states:
            states[int(its_group)].add(state)
    return {group for group, seen in states.items() if seen and seen <= {"Z", "X"}}


def kill(group: int, number: signal.Signals) -> None:
    """Send a signal to a group that may be gone."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        pass


def tell(leader: int, number: signal.Signals) -> None:
    """Send a signal to the first process of a group alone: whoever has children tells them what is right for them."""
    try:
        os.kill(leader, number)
    except (ProcessLookupError, PermissionError):
        pass


def forget(run: Path, group: int) -> None:
    """Take a group off the list, if it is gone: its number may be that of somebody else's one day."""
    if not alive(group):
        for folder in FOLDERS:
            (run / folder / str(group)).unlink(missing_ok=True)


def kill_all(run: Path) -> None:
    """Stop everything at once, without a word."""
    for folder in FOLDERS:
        for group in groups(run, folder):
            kill(group, signal.SIGKILL)


def stop(run: Path, folder: str, grace_s: float) -> None:
    """SIGTERM, up to `grace_s` seconds, SIGKILL."""
    deadline = time.monotonic() + grace_s
    for group in groups(run, folder):
        kill(group, signal.SIGTERM)
    while groups(run, folder) and time.monotonic() < deadline:
        time.sleep(POLL_S)
    for group in groups(run, folder):
        kill(group, signal.SIGKILL)
    deadline = time.monotonic() + KILL_WAIT_S
    while groups(run, folder) and time.monotonic() < deadline:
        time.sleep(POLL_S)


def close(run: Path, grace_s: float = GRACE_S) -> None:
    """Stop what still runs and remove the folder."""
    (run / OPEN).unlink(missing_ok=True)
    for folder in FOLDERS:
        stop(run, folder, grace_s)
    shutil.rmtree(run, ignore_errors=True)


def main() -> None:
    """`guard.py SECONDS RUN-FOLDER`, with the pipe as standard input; SIGKILL comes so long after SIGTERM."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)
    sys.stdin.buffer.read()
    run = Path(sys.argv[2])
    if run.exists():
        close(run, float(sys.argv[1]))


if __name__ == "__main__":
    main()
