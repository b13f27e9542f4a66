import os

import django
from channels.routing import ChannelNameRouter, ProtocolTypeRouter

from asyncdemo.channel_http.interface import HttpInterface

from .consumers import NotifyConsumer

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hello.settings")
django.setup()

application = ProtocolTypeRouter({
    "http": HttpInterface(),
    "channel": ChannelNameRouter({
        "notify": NotifyConsumer.as_asgi(),
    }),
})
