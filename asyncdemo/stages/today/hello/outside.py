"""A pretend outside service, as slow as real ones can be: an SMS gateway, a mail server."""

import itertools
import logging
import os
import sys
import time

SPEED = float(os.environ.get("ASYNCDEMO_SPEED", "1"))
DELAYS = os.environ.get("ASYNCDEMO_DELAYS", "5,5,5,30").split(",")  # seconds

delays = itertools.cycle([float(delay) / SPEED for delay in DELAYS])
logger = logging.getLogger("outside")


def send_notification(message):
    send(message, next(delays))


def send_mail(message):
    send(message, 0.5 / SPEED)


def send(message, seconds):
    call = {"notification": message, "seconds": seconds}
    logger.info("started", extra=call)
    time.sleep(seconds)
    print_line(message)
    logger.info("delivered", extra=call)


def print_line(message):
    # A visitor chose the name: no control character of theirs reaches the terminal.
    text = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in message[:200])
    # One write, so that the lines of two threads do not mix.
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
