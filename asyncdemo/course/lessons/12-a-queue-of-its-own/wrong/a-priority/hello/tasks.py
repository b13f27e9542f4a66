from django.conf import settings

from .outside import send_mail, send_notification

try:
    from django.tasks import task
except ImportError:  # Django 5.2
    from django_tasks import task


@task(queue_name="long")
def notify(message):
    send_notification(message)


@task(queue_name=settings.SHORT_QUEUE, priority=100)
def password_mail(name):
    send_mail(f"A new password for {name}.")
