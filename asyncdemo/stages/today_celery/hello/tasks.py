from celery import shared_task

from .outside import send_mail, send_notification


@shared_task
def notify(message):
    send_notification(message)


@shared_task
def password_mail(name):
    send_mail(f"A new password for {name}.")
