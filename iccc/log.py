"""Logging of the commands: to stderr, at the asked level, with secrets redacted by their type.

- A :class:`iccc.secrets.Secret` prints as ``***`` wherever it stands.
- The words of a driver's exception may quote what was sent, or what a device echoed: only its type is printed.
- Drivers speak from WARNING up; with ``-vvv`` wholly, but for those that log what they send.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Iterator
from typing import TextIO

OURS = "iccc"

# Their debug output holds passwords and communities: SOAP bodies, command lines, SNMP messages.
SPEAKERS_OF_SECRETS = ("zeep", "netmiko", "pysnmp", "onvif")

# It logs the traceback of every connection that fails; what failed is a row of ours already.
TOLD_BY_US = "paramiko.transport"

# Packages whose exceptions may carry what went over the wire.
DRIVERS = frozenset(
    {"asyncssh", "gufo", "lxml", "netmiko", "onvif", "paramiko", "pysnmp", "pyasn1", "requests", "urllib3", "zeep"}
)

_LEVELS = (logging.WARNING, logging.INFO, logging.DEBUG, logging.DEBUG)


def set_up(verbosity: int, stream: TextIO | None = None) -> logging.Handler:
    """Log to ``stream`` (stderr) from now on: warnings, ``-v`` progress, ``-vv`` debug, ``-vvv`` drivers too.

    Replaces the handlers of the root logger, so that a driver's own set-up at import finds it done. Gives the handler.
    """
    verbosity = max(0, min(verbosity, len(_LEVELS) - 1))
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(RedactingFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s", "%H:%M:%S"))
    handler.addFilter(_Audible(drivers=verbosity == len(_LEVELS) - 1))
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.DEBUG if verbosity == len(_LEVELS) - 1 else logging.WARNING)
    logging.getLogger(OURS).setLevel(_LEVELS[verbosity])
    for name in SPEAKERS_OF_SECRETS:
        logging.getLogger(name).setLevel(logging.WARNING)
    return handler


class _Audible(logging.Filter):
    """Drivers set levels of their own at import, so what they may say is decided here."""

    def __init__(self, drivers: bool) -> None:
        super().__init__()
        self._drivers = drivers

    def filter(self, record: logging.LogRecord) -> bool:
        package = record.name.partition(".")[0]
        if package == OURS or (record.levelno >= logging.WARNING and record.name != TOLD_BY_US):
            return True
        return self._drivers and package not in SPEAKERS_OF_SECRETS


class RedactingFormatter(logging.Formatter):
    """Prints the exceptions of drivers by type: as an argument of a message, and in a traceback."""

    def format(self, record: logging.LogRecord) -> str:
        # A copy, for other handlers see the same record, and a traceback that one of them kept in it is not redacted.
        record = logging.makeLogRecord(record.__dict__)
        record.exc_text = None
        if isinstance(record.args, tuple):
            record.args = tuple(words(arg) if isinstance(arg, BaseException) else arg for arg in record.args)
        return super().format(record)

    def formatException(self, ei: object) -> str:  # noqa: N802  the name is logging's
        error = ei[1] if isinstance(ei, tuple) else None
        return "\n".join(_lines(error)) if isinstance(error, BaseException) else ""


def words(error: BaseException) -> str:
    """What may be printed of an exception: its type, and its text unless it comes from a driver.

    An exception of Python itself that a driver's stands behind was often made from its text, and counts as the same.
    """
    name = type(error).__name__
    if any(_is_drivers(one) for one in _chain(error)):
        return name
    return f"{name}: {error}" if str(error) else name


def _is_drivers(error: BaseException) -> bool:
    return any(kind.__module__.partition(".")[0] in DRIVERS for kind in type(error).__mro__)


def _chain(error: BaseException) -> list[BaseException]:
    """The exception and all that stand behind it, the newest first; our own errors are told in our own words."""
    chain: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and one not in chain:
        chain.append(one)
        if type(one).__module__.partition(".")[0] == OURS:
            break
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return chain


def _lines(error: BaseException) -> Iterator[str]:
    """A traceback, causes first; source lines hold no values."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield from _lines(cause)
        yield ""
    yield "Traceback (most recent call last):"
    for frame in traceback.extract_tb(error.__traceback__):
        yield f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}'
        if frame.line:
            yield f"    {frame.line}"
    yield words(error)
