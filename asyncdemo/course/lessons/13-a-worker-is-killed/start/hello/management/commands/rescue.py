"""Runs beside the workers, and gives back what a dead one had in hand."""

import os
import time
from datetime import timedelta

from django.core.management.base import BaseCommand
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

SPEED = float(os.environ.get("ASYNCDEMO_SPEED", "1"))


class Command(BaseCommand):
    def handle(self, **options):
        while True:
            rescue(timedelta(seconds=20 / SPEED))
            time.sleep(1 / SPEED)


def rescue(patience):
    """Whatever has been RUNNING for longer than that is READY again."""
    running = DBTaskResult.objects.filter(status="RUNNING")
    # Which of it has been in hand for longer than `patience`? That is to be READY.
