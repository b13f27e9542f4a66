from channels.consumer import SyncConsumer


class NotifyConsumer(SyncConsumer):
    """What a worker does with a message from the channel "notify"."""
