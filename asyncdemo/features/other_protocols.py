"""What speaks at a port whose answers are no HTTP: found out once, on connections that are not the load's.

How a server of each kind begins is in RFC 4253 (SSH), RFC 5321 (SMTP), RFC 959 (FTP), RFC 9051 (IMAP), RFC 1939 (POP3),
RFC 6143 (VNC), RFC 9113 (HTTP/2), and in what MySQL, PostgreSQL, RabbitMQ, Redis and memcached say of their protocols.
"""

import re
import selectors
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress

from ..load.outcome import CUT_OFF, NO_WEB_SERVER, quoted
from ..load.target import EXAMPLE, Target

Protocols = tuple[tuple[str, bytes], ...]
"""(what is spoken, how whoever speaks it begins)."""
Question = tuple[bytes, Protocols]
"""(what is said to it, protocols of which only this can be the answer)."""
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
QUESTIONS: tuple[Question, ...] = (
    (b"", ()),
    (b"PING\r\n\r\n", ()),
    (b"\0\0\0\x08\x04\xd2\x16\x2f", (("PostgreSQL", rb"[SN]\Z"),)),  # its SSLRequest
)
"""Many speak first."""
TLS: Protocols = (("TLS", rb"[\x15\x16]\x03"),)
"""A handshake that is answered, if only by an alert."""
HELLO = b"a client's hello"
"""The question of TLS, whatever is in it."""
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
    web, silent = False, {question for question, _ in QUESTIONS} | {HELLO}
    with suppress(OSError):
        for question, protocols, said in answers(target, ((client_hello(target.host), TLS), *QUESTIONS)):
            if protocols is TLS and name_of(said, TLS):
                return f"{target.where} speaks TLS, as https does; a load is sent over plain HTTP. {INSTEAD}"
            unknown = "" if question else "another protocol"  # a web server never speaks first
            if protocols is not TLS and said and (name := name_of(said, (*PROTOCOLS, *protocols)) or unknown):
                return f"{target.where} speaks {name}, not HTTP/1.1: it says {quoted(said)}. {INSTEAD}"
            silent.discard(HELLO if protocols is TLS else question)
            web = web or said.startswith(b"HTTP/")
            if web and silent <= {b""}:
                return ""
    return ""


def client_hello(host: str) -> bytes:
    """What a handshake begins with."""
    import ssl

    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    said = ssl.MemoryBIO()
    with suppress(ssl.SSLWantReadError):
        context.wrap_bio(ssl.MemoryBIO(), said, server_hostname=host).do_handshake()
    return said.read()


def answers(target: Target, questions: tuple[Question, ...]) -> Iterator[tuple[bytes, Protocols, bytes]]:
    """Each question, and how it begins to answer, or to speak when it is asked nothing, as that comes; empty where it
    hangs up. All are asked at once: whoever is slow is waited for once. Raises OSError."""
    with ExitStack() as connections, selectors.DefaultSelector() as selector:
        for question, protocols in questions:
            connection = connections.enter_context(connected(target))
            with suppress(ConnectionError):  # it has said all, and left
                connection.sendall(question)
            selector.register(connection, selectors.EVENT_READ, (question, protocols, connection))
        end = time.monotonic() + ANSWER_S
        while selector.get_map() and (ready := selector.select(max(0.0, end - time.monotonic()))):
            for key, _ in ready:
                question, protocols, connection = key.data
                selector.unregister(connection)
                said = b""
                with suppress(ConnectionError):
                    said = connection.recv(FIRST_BYTES)
                yield question, protocols, said


def connected(target: Target) -> socket.socket:
    """A connection of our own to it. Raises OSError."""
    return socket.create_connection((target.host, target.port), CONNECT_S)


def name_of(said: bytes, protocols: Protocols = PROTOCOLS) -> str:
    """The protocol of whoever begins so; empty for none of these."""
    return next((name for name, pattern in protocols if re.match(pattern, said, re.DOTALL)), "")
