from .outside import send_notification

try:
    from django.tasks import task
except ImportError:  # Django 5.2
    from django_tasks import task


@task()
def notify(message):
    send_notification(message)
