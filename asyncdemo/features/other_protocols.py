"""What speaks at a port whose answers are no HTTP: found out once, on connections that are not the load's.

How a server of each kind begins is in RFC 4253 (SSH), RFC 5321 (SMTP), RFC 959 (FTP), RFC 9051 (IMAP), RFC 1939 (POP3),
RFC 6143 (VNC), RFC 9113 (HTTP/2), and in what MySQL, PostgreSQL, RabbitMQ, Redis and memcached say of their protocols.
"""

import re
import socket
import threading
from contextlib import suppress

from ..load.outcome import CUT_OFF, NO_WEB_SERVER, quoted
from ..load.target import EXAMPLE, Target

SUSPICIOUS = {*NO_WEB_SERVER, CUT_OFF, "400"}
"""How all requests end that are sent to a server of something else. A TLS port of nginx answers them with 400."""
PROTOCOLS = (
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
"""(what is spoken, how whoever speaks it begins)."""
QUESTIONS = (
    (b"", ()),
    (b"PING\r\n\r\n", ()),
    (b"\0\0\0\x08\x04\xd2\x16\x2f", (("PostgreSQL", rb"[SN]\Z"),)),  # its SSLRequest
)
"""(what is said to it, protocols of which only this can be the answer): many speak first."""
GREETING_S = 0.5
"""So long is waited for each answer."""
CONNECT_S = 2.0
LOOK_S = 6.0
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
    with suppress(OSError):
        if speaks_tls(target):
            return f"{target.where} speaks TLS, as https does; a load is sent over plain HTTP. {INSTEAD}"
        for question, protocol in QUESTIONS:
            said = answer(target, question)
            unknown = "" if question else "another protocol"  # a web server never speaks first
            if said and (name := name_of(said, (*PROTOCOLS, *protocol)) or unknown):
                return f"{target.where} speaks {name}, not HTTP/1.1: it says {quoted(said)}. {INSTEAD}"
    return ""


def speaks_tls(target: Target) -> bool:
    """Whether a handshake is answered, if only by an alert. Raises OSError."""
    import ssl

    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with connected(target) as connection:
        try:
            context.wrap_socket(connection, server_hostname=target.host).close()
        except ssl.SSLError as error:
            return "ALERT" in (error.reason or "") or error.reason == "UNSUPPORTED_PROTOCOL"
        except OSError:
            return False
    return True


def answer(target: Target, question: bytes) -> bytes:
    """How it begins to answer, or to speak when it is asked nothing; empty if it does not. Raises OSError."""
    with connected(target) as connection:
        connection.settimeout(GREETING_S)
        try:
            connection.sendall(question)
            return connection.recv(FIRST_BYTES)
        except (TimeoutError, ConnectionError):
            return b""


def connected(target: Target) -> socket.socket:
    """A connection of our own to it. Raises OSError."""
    return socket.create_connection((target.host, target.port), CONNECT_S)


def name_of(said: bytes, protocols: tuple[tuple[str, bytes], ...] = PROTOCOLS) -> str:
    """The protocol of whoever begins so; empty for none of these."""
    return next((name for name, pattern in protocols if re.match(pattern, said, re.DOTALL)), "")
