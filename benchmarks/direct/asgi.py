"""The application of the stage in the current folder, with Django in the server instead of behind the layer."""

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application
from hello.asgi import application as stage  # type: ignore[import-not-found]  # the stage is the current folder

application = ProtocolTypeRouter({**stage.application_mapping, "http": get_asgi_application()})
