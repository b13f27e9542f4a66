"""The settings of the bonus, with a layer that receives and sends as channels_redis does."""

from hello.settings import *  # type: ignore[import-not-found]  # noqa: F403
from hello.settings import CHANNEL_LAYERS

CHANNEL_LAYERS["default"]["BACKEND"] = "benchmarks.stock.layer.StockLayer"
