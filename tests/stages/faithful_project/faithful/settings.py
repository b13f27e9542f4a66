"""One project, two layers: with REDIS_URL over Redis, without it in memory."""

import os

SECRET_KEY = "for tests"
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "faithful.urls"
ASGI_APPLICATION = "faithful.asgi.application"
INSTALLED_APPS = ["asyncdemo.channel_http", "daphne", "channels"]
if "TALLY" in os.environ:  # workers only: without daphne a process starts in half the time
    INSTALLED_APPS.remove("daphne")
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
APPEND_SLASH = False
DATA_UPLOAD_MAX_MEMORY_SIZE = None

LAYERS = "asyncdemo.channel_http.layers"
IN_MEMORY = {"BACKEND": f"{LAYERS}.InMemoryLayer"}
OVER_REDIS = {
    "BACKEND": f"{LAYERS}.RedisLayer",
    "CONFIG": {
        "hosts": [os.environ.get("REDIS_URL")],
        "prefix": os.environ.get("REDIS_PREFIX", ""),
        "capacity": 20_000,
    },
}
CHANNEL_LAYERS = {"default": OVER_REDIS if "REDIS_URL" in os.environ else IN_MEMORY}
