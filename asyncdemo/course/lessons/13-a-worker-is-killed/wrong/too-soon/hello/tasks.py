from .outside import send_mail, send_notification

try:
    from django.tasks import task
except ImportError:  # Django 5.2
    from django_tasks import task


@task(queue_name="short")
def password_mail(name):
    send_mail(f"A new password for {name}.")


@task(queue_name="long")
def notify(name):
    send_notification(f"Hello, {name}!")
