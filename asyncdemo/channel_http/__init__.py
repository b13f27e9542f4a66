"""HTTP over a channel layer: the path that Channels 1 had, rebuilt on the interface of Channels 4's layers.

Channels 1 carried every HTTP request as a message. The interface server put it on the channel `http.request`, a worker
took it, ran the Django view, and sent the response back over a reply channel. Channels 2 and later run Django inside
the server, so today's Channels has no such path. This package has it, because the lesson lives in it. It is for
watching and learning, not a way to build a site today.
"""

HTTP_CHANNEL = "http.request"
