import os

import django
from channels.routing import ProtocolTypeRouter

from asyncdemo.channel_http.interface import HttpInterface

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hello.settings")
django.setup()

application = ProtocolTypeRouter({
    "http": HttpInterface(),
})
