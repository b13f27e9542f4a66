import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent

SECRET_KEY = os.environ.get("SECRET_KEY", "not a secret, and not for a real site")
DEBUG = os.environ.get("DEBUG") == "1"
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",")

TIME_ZONE = "UTC"
ROOT_URLCONF = "hello.urls"
WSGI_APPLICATION = "hello.wsgi.application"
ASGI_APPLICATION = "hello.asgi.application"

INSTALLED_APPS = [
    "hello",
    "channel_http",
    "channels",
]

MIDDLEWARE = [
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]

TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]

DATABASE = os.environ.get("DATABASE", BASE_DIR / "db.sqlite3")
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": DATABASE}}

LOGGING = {  # errors go to the terminal, and not to the admins
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"terminal": {"class": "logging.StreamHandler", "level": "ERROR"}},
    "loggers": {
        "django.request": {"handlers": ["terminal"], "propagate": False},
        "django.security": {"level": "CRITICAL"},  # a visitor's wrong Host is no error of ours
    },
}

CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channel_http.layers.RedisLayer",
        "CONFIG": {"hosts": [f"redis://127.0.0.1:{os.environ['REDIS_PORT']}/0"]},
    },
}
