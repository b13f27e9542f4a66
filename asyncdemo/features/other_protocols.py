"""What speaks at a port whose answers are no HTTP: found out once, on connections that are not the load's.

How a server of each kind begins is in RFC 4253 (SSH), RFC 5321 (SMTP), RFC 959 (FTP), RFC 9051 (IMAP), RFC 1939 (POP3),
RFC 6143 (VNC), RFC 9113 (HTTP/2), and in what MySQL, PostgreSQL, RabbitMQ, Redis and memcached say of their protocols.
"""

import re
import selectors
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress

from ..load.outcome import CUT_OFF, NO_WEB_SERVER, quoted
from ..load.target import EXAMPLE, Target

Protocols = tuple[tuple[str, bytes], ...]
"""(what is spoken, how whoever speaks it begins)."""
SUSPICIOUS = {*NO_WEB_SERVER, CUT_OFF, "400"}
"""How all requests end that are sent to a server of something else. A TLS port of nginx answers them with 400."""
PROTOCOLS: Protocols = (
    ("SSH", rb"SSH-"),
    ("SMTP, as mail does", rb"220[ -][^\r\n]*(SMTP|mail)"),
    ("FTP", rb"220[ -]"),
    ("IMAP, as mail does", rb"\* (OK|PREAUTH|BYE)"),
    ("POP3, as mail does", rb"\+OK"),
    ("VNC", rb"RFB \d"),
    ("AMQP, as RabbitMQ does", rb"AMQP"),
    ("MySQL", rb".{3}\0(\n\d|\xff)"),
    ("HTTP/2 alone", rb"\0..\x04[\0\x01]\0{4}"),
    ("Redis", rb"\+PONG|-(NOAUTH|DENIED|NOPERM|ERR)"),
    ("memcached", rb"ERROR\r\n"),
)
SAYS_NOTHING = b""
QUESTIONS: dict[bytes, Protocols] = {
    SAYS_NOTHING: (),
    b"PING\r\n\r\n": (),
    b"\0\0\0\x08\x04\xd2\x16\x2f": (("PostgreSQL", rb"[SN]\Z"),),  # its SSLRequest
}
"""What is said to it, which is nothing for those who speak first -> protocols of which only this can be the answer."""
TLS: Protocols = (("TLS", rb"[\x15\x16]\x03"),)
"""A handshake that is answered, if only by an alert."""
ANSWER_S = 5.0
"""So long is waited for the answers: on a busy machine one that is there needs its time."""
CONNECT_S = 2.0
LOOK_S = 8.0
"""A whole look takes no longer."""
FIRST_BYTES = 200
INSTEAD = f"Type the URL of a web server, like {EXAMPLE}"


class PortLook:
    """A look at a port, in a thread of its own: the load goes on, and is measured as before."""

    def __init__(self, target: Target) -> None:
        self._target, self._found = target, ""
        self._thread = threading.Thread(target=self._look, daemon=True, name="port look")

    def found(self, wait_s: float = 0.0) -> str:
        """What speaks there in place of HTTP, in a sentence, if that is known within so many seconds; else empty."""
        if self._thread.ident is None:
            self._thread.start()
        self._thread.join(wait_s)
        return self._found

    def _look(self) -> None:
        self._found = look_at(self._target)


def look_at(target: Target) -> str:
    """What speaks there in place of HTTP, with what to type instead; empty for a web server, and for a riddle."""
    questions = {client_hello(target.host): TLS, **QUESTIONS}
    web, unanswered = False, set(questions)
    with suppress(OSError):
        for question, said in answers(target, questions):
            unknown = "another protocol" if said and question == SAYS_NOTHING else ""  # a web server never speaks first
            if name := name_of(said, (*PROTOCOLS, *questions[question])) or unknown:
                return spoken(target, name, said)
            unanswered.discard(question)
            web = web or said.startswith(b"HTTP/")
            if web and unanswered <= {SAYS_NOTHING}:
                return ""
    return ""


def spoken(target: Target, name: str, said: bytes) -> str:
    """What to say of it."""
    if name == "TLS":
        return f"{target.where} speaks TLS, as https does; a load is sent over plain HTTP. {INSTEAD}"
    return f"{target.where} speaks {name}, not HTTP/1.1: it says {quoted(said)}. {INSTEAD}"


def client_hello(host: str) -> bytes:
    """What a handshake begins with."""
    import ssl

    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    said = ssl.MemoryBIO()
    with suppress(ssl.SSLWantReadError):
        context.wrap_bio(ssl.MemoryBIO(), said, server_hostname=host).do_handshake()
    return said.read()


def answers(target: Target, questions: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Each question, and how it begins to answer, or to speak when it is asked nothing, as that comes; empty where it
    hangs up. All are asked at once: whoever is slow is waited for once. Raises OSError."""
    with ExitStack() as connections, selectors.DefaultSelector() as selector:
        for question in questions:
            connection = connections.enter_context(connected(target))
            with suppress(ConnectionError):  # it has said all, and left
                connection.sendall(question)
            selector.register(connection, selectors.EVENT_READ, (question, connection))
        end = time.monotonic() + ANSWER_S
        while selector.get_map() and (ready := selector.select(max(0.0, end - time.monotonic()))):
            for key, _ in ready:
                question, connection = key.data
                selector.unregister(connection)
                yield question, first_bytes(connection)


def first_bytes(connection: socket.socket) -> bytes:
    """What has come; empty where it has hung up."""
    try:
        return connection.recv(FIRST_BYTES)
    except ConnectionError:
        return b""


def connected(target: Target) -> socket.socket:
    """A connection of our own to it. Raises OSError."""
    return socket.create_connection((target.host, target.port), CONNECT_S)


def name_of(said: bytes, protocols: Protocols = PROTOCOLS) -> str:
    """The protocol of whoever begins so; empty for none of these."""
    return next((name for name, pattern in protocols if re.match(pattern, said, re.DOTALL)), "")
