"""A Redis of the user's: whether it will do is tried before it is used, with all that a run will ask of it."""

import os
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...base.addresses import DEFAULT_REDIS
from ...base.errors import StartError, UsageError
from ...base.text import without_password, without_passwords
from ..run_folder import NAME
from .server import LEAST_REDIS, find_server, numbers

if TYPE_CHECKING:
    from ...channel_http.layers import RedisLayer

OF_A_SCRIPT = r" script: [0-9a-f]{40}"
"""Where an error of Redis begins to tell in which line of which script it was."""
FIRST_ANSWER_S = 2.0
TRIAL_S = 10.0
"""For all that is tried, on a Redis that is far away."""
END_S = 1.5
"""What the end of a run waits for an answer."""
CONNECTIONS = 30
"""What the page and a few workers open, on a busy day."""

OR_LEAVE = "or leave --redis and REDIS_URL out"
ANOTHER = f"Give another Redis, {OR_LEAVE}: asyncdemo then starts one of its own"
START_IT = f"Start it, {OR_LEAVE}: asyncdemo then starts one of its own"
LIKE = f"Type it like {DEFAULT_REDIS}, {OR_LEAVE}"
LOG_IN = "Type it like redis://USER:PASSWORD@HOST:6379/0, and without USER where it has none"
OURS = f"Give a user who may use scripts, and all keys and channels that begin with {NAME}"
PRIMARY = "Give the URL of its primary"
CLUSTER = "is a cluster: what a worker takes from all channels at once has to be in one place"
IS_IT = "Is it one, and does it want TLS? Then its URL begins with rediss://"
SIGNED = "Name who has: rediss://HOST:6379/0?ssl_ca_certs=FILE"
SILENT = f"does not answer (nothing came within {FIRST_ANSWER_S:g} s)"
REASONS = (
    ("without any password configured", "has no password, and is given one", "Leave the password out of its URL"),
    ("Authentication", "wants a user and a password, or others", LOG_IN),
    ("username-password pair", "wants a user and a password, or others", LOG_IN),
    ("ReadOnly", "is a replica, which can only be read", PRIMARY),
    ("MasterDown", "is a replica whose primary is gone", PRIMARY),
    ("NoPermission", "does not let this user do what is needed", OURS),
    ("ACL failure", "does not let this user do what is needed", OURS),
    ("can't run this command", "does not let this user do what is needed", OURS),
    ("Client names", "cannot be asked like this", LIKE),
    ("OutOfMemory", "has no memory left for what is sent", "Raise its maxmemory, or give another Redis"),
    ("CROSSSLOT", CLUSTER, ANOTHER),
    ("MOVED", CLUSTER, ANOTHER),
    ("ClusterDown", CLUSTER, ANOTHER),
    ("BusyLoading", "is still loading what it has saved", "Wait for a moment, and try again"),
    ("MISCONF", "takes nothing new, since it cannot save", "Look into its log, or give another Redis"),
    ("max number of clients", "takes no more connections", "Raise its maxclients, or give another Redis"),
    ("protected mode", "listens to its own machine only", "Give it a password, or another Redis"),
    ("DB index is out of range", "has no database of that number", LIKE),
    ("unknown command", "does not know all that is needed", ANOTHER),
    ("TrialFailed", "does not do all that is needed", ANOTHER),
    ("WRONG_VERSION_NUMBER", "speaks no TLS", "Type its URL with redis:// in place of rediss://"),
    ("CERTIFICATE_VERIFY_FAILED", "has a certificate that is not to be trusted", SIGNED),
    ("CERTIFICATE_REQUIRED", "wants to see a certificate", "Name one: ?ssl_certfile=FILE&ssl_keyfile=FILE"),
    ("Invalid SSL", "cannot be asked like this", LIKE),
    ("FileNotFoundError", "cannot be asked: a file that its URL names is not there", LIKE),
    ("InvalidResponse", "does not answer as a Redis does", IS_IT),
    ("Connection closed by server", "closes the connection", IS_IT),
    ("Connection lost", "closes the connection", IS_IT),
    ("Connection reset by peer", "closes the connection", IS_IT),
    ("TimeoutError", SILENT, START_IT),
)
"""What is in an error of Redis's or of the way there -> what that means, and what to do."""


class Unfit(Exception):
    """It answers, and will not do: (what it is, what to do)."""


def description(url: str | None) -> str:
    """Which Redis a run uses, in words: the one at `url`, or one of its own. Raises StartError when there is none."""
    if url:
        return without_password(url)
    server = find_server()
    own = f"{server.kind}, this run's own, which goes with it"
    return f"{own}; {server.passed_over}" if server.passed_over else own


def check(url: str, trial_s: float | None = None) -> str:
    """Its version, if it says so and will do. Tries all that a run will ask of it, and leaves nothing there.

    What is tried may take `trial_s` seconds, or `TRIAL_S`. Raises UsageError for what is no URL of a Redis, StartError
    with the reason where there is none that will do.
    """
    import asyncio

    from ...channel_http.layers import LayerUnavailable, TrialFailed, connection_options

    shown = without_password(url)
    try:
        connection_options(url)
    except ValueError as error:
        raise UsageError(f"--redis {shown!r}: {error}. {LIKE}.") from None
    try:
        return asyncio.run(tried(url, TRIAL_S if trial_s is None else trial_s))
    except Unfit as error:
        problem, fix = error.args
    except LayerUnavailable as error:
        problem, fix = reason(error.__cause__ or error)
    except TrialFailed as error:
        problem, fix = reason(error)
    except TimeoutError as error:
        problem, fix = reason(error)
        fix = "If it speaks no TLS, type its URL with redis://" if url.startswith("rediss") else fix
    raise StartError(f"The Redis at {shown} {problem}. {fix}.") from None


async def tried(url: str, trial_s: float) -> str:
    """Its version. Raises Unfit, LayerUnavailable, TrialFailed; TimeoutError where nothing is answered at all."""
    import asyncio

    from ...channel_http.layers import RedisLayer

    layer = RedisLayer(hosts=[url], prefix=f"{NAME}trial-{os.urandom(4).hex()}:")
    try:
        async with asyncio.timeout(FIRST_ANSWER_S):
            facts = await layer.server_facts()
        if unfit := unfitness(facts):
            raise Unfit(*unfit)
        await try_all(layer, trial_s)
    finally:
        await layer.close_pools()
    return version(facts)


async def try_all(layer: "RedisLayer", limit_s: float) -> None:
    """All that a run will ask of it. Raises Unfit, LayerUnavailable, TrialFailed."""
    import asyncio

    from ...channel_http.layers import try_out

    try:
        async with asyncio.timeout(limit_s):
            await try_out(layer)
    except TimeoutError:
        raise Unfit(f"answers, but not to all that is asked within {limit_s:g} s", ANOTHER) from None


def version(facts: Mapping[str, Any]) -> str:
    """Of what it says of itself; empty if it does not say."""
    return str(facts.get("valkey_version", facts.get("redis_version", "")))


def unfitness(facts: Mapping[str, Any]) -> tuple[str, str] | None:
    """Why a Redis that says this of itself will not do, and what to do; None if it may."""
    said, mode = version(facts), facts.get("redis_mode")
    if said and numbers(said) < numbers(LEAST_REDIS):
        return f"is version {said}: the lowest that will do is {LEAST_REDIS}", ANOTHER
    if mode == "cluster" or facts.get("cluster_enabled") == 1:
        return CLUSTER, ANOTHER
    if mode == "sentinel":
        return "is a Sentinel, which keeps nothing", "Give the URL of the Redis that it watches"
    free = int(facts.get("maxclients", CONNECTIONS)) - int(facts.get("connected_clients", 0))
    if "maxclients" in facts and free < CONNECTIONS:
        return f"has room for {free} more connections, a run wants {CONNECTIONS}", "Raise its maxclients"
    return None


def reason(error: BaseException) -> tuple[str, str]:
    """(what is wrong, what to do) of an error, both without a password."""
    told = without_passwords(f"{type(error).__name__}: {error}")
    known = ((problem, fix) for sign, problem, fix in REASONS if sign in told)
    said = re.split(OF_A_SCRIPT, without_passwords(str(error)))[0].rstrip(".,: ")
    unknown = ("refuses what it is asked", ANOTHER) if "ResponseError" in told else ("does not answer", START_IT)
    problem, fix = next(known, unknown)
    return (f"{problem} ({said.replace('. ', ': ')})" if said else problem), fix


def remove_keys(url: str, prefix: str) -> None:
    """Remove this run's keys from a Redis that is not ours. One that is gone has none."""
    import redis

    try:
        with redis.Redis.from_url(url, socket_timeout=END_S, socket_connect_timeout=END_S) as client:
            for key in client.scan_iter(match=f"{prefix}*", count=1000):
                client.delete(key)
    except (redis.RedisError, OSError):
        pass
