"""The same path over the receive and send of channels_redis as it ships."""
