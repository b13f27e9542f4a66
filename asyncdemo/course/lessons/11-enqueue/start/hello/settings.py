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
    "django_tasks_db",
]

MIDDLEWARE = [
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]

TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]

DATABASE = os.environ.get("DATABASE", BASE_DIR / "db.sqlite3")
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": DATABASE}}
DATABASES["default"]["OPTIONS"] = {  # whoever writes waits for others, and does not fail: "database is locked"
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}
if "DATABASE_URL" in os.environ:
    from psycopg.conninfo import conninfo_to_dict

    POSTGRES = {"NAME": None, "OPTIONS": conninfo_to_dict(os.environ["DATABASE_URL"]), "CONN_MAX_AGE": None}
    DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", **POSTGRES}}

# TASKS is not set: Django has a backend for that.

LOGGING = {  # errors go to the terminal, and not to the admins
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"terminal": {"class": "logging.StreamHandler", "level": "ERROR"}},
    "loggers": {
        "django.request": {"handlers": ["terminal"], "propagate": False},
        "django.tasks": {"handlers": ["terminal"], "propagate": False},
        "django_tasks": {"handlers": ["terminal"], "propagate": False},  # Django 5.2
        "django.security": {"level": "CRITICAL"},  # a visitor's wrong Host is no error of ours
    },
}
