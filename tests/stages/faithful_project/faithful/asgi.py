import os

import django
from channels.routing import ChannelNameRouter, ProtocolTypeRouter

from asyncdemo.channel_http.interface import HttpInterface

from .consumers import TallyConsumer

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "faithful.settings")
django.setup()

application = ProtocolTypeRouter(
    {
        "http": HttpInterface(body_limit=int(os.environ.get("BODY_LIMIT", "1000000"))),
        "channel": ChannelNameRouter({"tally": TallyConsumer.as_asgi()}),
    }
)
