from channels.consumer import SyncConsumer

from .outside import send_notification


class NotifyConsumer(SyncConsumer):
    def notify(self, message):
        send_notification(message["notification"])
