"""A talk from its first slide to its end, with what goes along: its remote, its demos, its place for the next start."""

import signal
import threading
from dataclasses import replace

from ...base.terminal import wants_colours
from ...deck.render import picture_name
from ..followers.remote import Remote
from ..followers.talk_progress import left_by_crash
from .pictures import drawer, has_pictures
from .presenter import Presenter, TalkOptions
from .themes import room_of

GOODBYE_S = 6.0
"""How long the end waits for a demo. The guard of its run is not in a hurry: it outlives us."""
CRASHED = 1
THREADS = 3
"""What a talk needs at the least: Textual has two, and shows a traceback where one of them cannot be started."""


def check_threads(count: int = THREADS) -> None:
    """Raises RuntimeError, as threading does, where so many cannot be started."""
    over = threading.Event()
    threads = [threading.Thread(target=over.wait, daemon=True) for _ in range(count)]
    try:
        for thread in threads:
            thread.start()
    finally:
        over.set()
    for thread in threads:
        thread.join()


def present(options: TalkOptions, *, show: type[Presenter] = Presenter) -> int:
    """Give a talk: the exit code. However it ends, its demos end with it."""
    check_threads()
    if has_pictures(options.deck) and options.picture is picture_name:
        options = replace(options, picture=drawer(wants_colours(), room_of(options.deck.theme, options.theme).ground))
    presenter = show(options)
    speaker, remote = presenter.speaker, None
    if options.remote is not None:
        left = left_by_crash(options.deck.path)
        before = left.address if left is not None else ""
        remote = Remote(options.remote, presenter.press_from_afar, lambda: presenter.progress, before)
        speaker.address = remote.address
    try:
        presenter.run(mouse=False)
    finally:
        impatient = signal.signal(signal.SIGINT, signal.SIG_IGN)  # the talk has been ended: no other end is quicker
        code = CRASHED if presenter.return_code is None else presenter.return_code
        if code == 0:  # whoever was cut off may want to go on there
            presenter.progress_file.remove()
        if remote is not None:
            remote.close()
        speaker.show_pool.end(GOODBYE_S)
        signal.signal(signal.SIGINT, impatient)
    return code
