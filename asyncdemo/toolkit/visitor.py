"""A visitor of the tool's own: asks for a page, and leaves it to the events to tell what came of it."""


def say_hello(url: str, name: str) -> None:
    """Ask for the hello page under a name. Returns when there is an answer, or none to be had."""
    import urllib.error  # not when a run starts, which should be quick
    import urllib.parse
    import urllib.request

    # Without a proxy: one that is meant for the network knows nothing of this machine's ports.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        opener.open(f"{url}?name={urllib.parse.quote(name)}").read()
    except (urllib.error.URLError, OSError):
        pass
