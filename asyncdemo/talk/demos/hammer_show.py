"""A load that runs in a slide: on a server, or on what runs in another terminal."""

from ...base.errors import StartError
from ...features.hammer import Hammer, HammerOptions, LoadControls, nobody_is_there
from ...showing.panels import render_load
from .show import Show


class HammerShow(Show):
    """A load, its panels and keys. Where it goes is looked for when it begins: what ran before has ended by then."""

    foot = "Esc back  < > rate  space pause  ? keys  q end"

    def __init__(self, options: HammerOptions) -> None:
        super().__init__()
        self._options = options

    def play(self) -> None:
        hammer = Hammer(self._options.aimed(), lambda line: None, hears_signals=False)
        controls = LoadControls(hammer.step, hammer.stop, bool(hammer.options.load.closed))
        screen = self._open(controls, hammer.now, lambda: hammer.state, render_load)

        def tick() -> None:
            if self.stopping.is_set():
                hammer.stop()
            elif nobody_is_there(hammer.state.load):
                raise StartError(hammer.state.load.problem)
            screen.tick()

        hammer.send(tick)
        screen.end()
