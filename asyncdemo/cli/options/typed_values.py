"""What was typed, as the value of an option, without pydantic: importing that takes longer than a short command.

Since 0.29 Typer has pydantic convert every value, those too that are what they should be: it keeps what converts in
`_runtime_param` of a parameter, makes it with the first value, and calls its `coerce`. Ours stands there first, and
leaves to Typer's whatever it does not know, and all that is wrong. An older Typer has nothing of the kind. One that
keeps it elsewhere is slower, and else as before.
"""

from collections.abc import Iterable
from typing import Any, get_args, get_origin

LONGEST = 18
"""Digits of a number that is easily read."""


class Converter:
    """Converts the values of a parameter."""

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """The value, of the parameter's type. Raises what Typer raises for one that cannot be read."""
        if value is None:
            return () if param.multiple or param.nargs == -1 else None
        found = read(value, param.type_descriptor.annotation)
        return found if found is not None else typers_own(param).coerce(value, param=param, ctx=ctx)


def read(value: Any, kind: Any) -> Any:
    """A value that is easily read, as a `kind`; None for any other."""
    if get_origin(kind) is list and isinstance(value, list | tuple):
        found = [read(one, *get_args(kind)) for one in value]
        return found if None not in found else None
    if kind in (bool, int, float, str) and type(value) is kind:
        return value
    return kind(value) if kind in (int, float) and is_number(value, kind) else None


def is_number(value: Any, kind: type) -> bool:
    """Whether it is written in digits, with a point in it or none; an int may stand for a float."""
    text = str(value) if type(value) in (str, int) else ""
    return text.isascii() and text.replace(".", "", kind is float).isdecimal() and len(text) <= LONGEST


def typers_own(param: Any) -> Any:
    """Typer's converter of a parameter, and ours back in its place."""
    ours, param._runtime_param = param._runtime_param, None
    try:
        return param.get_runtime_param()
    finally:
        param._runtime_param = ours


def convert(parameters: Iterable[Any]) -> None:
    """Have the values of these parameters converted so."""
    for parameter in parameters:
        if getattr(parameter, "_runtime_param", parameter) is None:
            parameter._runtime_param = Converter()
