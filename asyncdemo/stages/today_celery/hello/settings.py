import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent

SECRET_KEY = os.environ.get("SECRET_KEY", "not a secret, and not for a real site")
DEBUG = os.environ.get("DEBUG") == "1"
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",")

TIME_ZONE = "UTC"
ROOT_URLCONF = "hello.urls"
WSGI_APPLICATION = "hello.wsgi.application"

INSTALLED_APPS = [
    "hello",
]

MIDDLEWARE = [
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]

TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]

DATABASE = os.environ.get("DATABASE", BASE_DIR / "db.sqlite3")
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": DATABASE}}

REDIS_URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")
REDIS_PREFIX = os.environ.get("REDIS_PREFIX", "asyncdemo:")
SHORT_QUEUE = os.environ.get("SHORT_QUEUE", "short")

CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"global_keyprefix": REDIS_PREFIX}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ROUTES = {
    "hello.tasks.notify": {"queue": "long"},
    "hello.tasks.password_mail": {"queue": SHORT_QUEUE},
}
CELERY_WORKER_REDIRECT_STDOUTS = False
if os.environ.get("CELERY_DEFAULTS") != "1":
    CELERY_TASK_ACKS_LATE = True  # when it is done, and not when it begins
    CELERY_TASK_REJECT_ON_WORKER_LOST = True  # whoever was killed has not done it
    CELERY_WORKER_PREFETCH_MULTIPLIER = 1  # nothing in its pocket that another could begin with

LOGGING = {  # errors go to the terminal, and not to the admins
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"terminal": {"class": "logging.StreamHandler", "level": "ERROR"}},
    "loggers": {
        "django.request": {"handlers": ["terminal"], "propagate": False},
        "django.security": {"level": "CRITICAL"},  # a visitor's wrong Host is no error of ours
    },
}
