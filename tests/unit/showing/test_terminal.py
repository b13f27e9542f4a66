"""Keys as they come from a terminal."""

import os
import threading

from asyncdemo.showing.terminal import read, set_one_by_one
from tests.waiting import DEADLINE_S, until


def test_a_key_that_was_taken_away_keeps_nobody_waiting() -> None:
    """Ctrl-C empties the terminal's queue, also of a key that was just announced: its reader must end all the same."""
    keyboard, tty = os.openpty()
    set_one_by_one(tty)
    announced, over, pressed = threading.Event(), threading.Event(), list[str]()

    def always(_: int) -> bool:
        announced.set()
        return True

    reader = threading.Thread(target=read, args=(tty, pressed.append, lambda: True, over, always), daemon=True)
    reader.start()
    try:
        assert announced.wait(DEADLINE_S)
        os.write(keyboard, b"q\x1b[A")
        until(lambda: pressed == ["q", "up"], "both keys")
    finally:
        over.set()
        reader.join(DEADLINE_S)
    assert not reader.is_alive()
    os.close(tty)
    os.close(keyboard)
