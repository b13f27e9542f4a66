"""A talk from its first slide to its end, with what goes along: its remote, its demos, its place for the next start."""

from .presenter import Presenter, Presenting
from .remote import Remote

GOODBYE_S = 6.0
"""How long the end waits for a demo. The guard of its run is not in a hurry: it outlives us."""


def present(asked: Presenting) -> int:
    """Give a talk: the exit code. However it ends, its demos end with it."""
    presenter = Presenter(asked)
    speaker, remote = presenter.speaker, None
    if asked.remote is not None:
        remote = Remote(asked.remote, presenter.press_from_afar, lambda: presenter.standing)
        speaker.address = remote.address
    try:
        presenter.run(mouse=False)
    finally:
        if remote is not None:
            remote.close()
        speaker.backstage.end(GOODBYE_S)
    code = presenter.return_code or 0
    if code == 0:  # whoever was cut off may want to go on there
        presenter.standing_file.remove()
    return code
