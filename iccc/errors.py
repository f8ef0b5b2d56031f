"""What can go wrong, as types.

IcccError                 anything the command line prints as one line or more, exit code 1
├── DeclarationError      mistakes in YAML, all of them at once, each with file:line:col
├── UsageError            a limit that matches nothing, an unknown city, a plan that has gone stale
├── StateError            the state folder: locked by another run, unreadable, of a newer version
└── DeviceError           one device, one reason; becomes a row, never the end of a run
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

_logger = logging.getLogger(__name__)


class IcccError(Exception):
    """Base of all errors that are told to a person without a traceback."""


class UsageError(IcccError):
    """The command cannot be carried out as given."""


class StateError(IcccError):
    """The state folder cannot be used."""


@dataclass(frozen=True)
class Mistake:
    """One mistake of a person: where it stands, what was found, what is allowed."""

    where: str  # file:line:col
    text: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text}"


class DeclarationError(IcccError):
    """All mistakes found in the declaration of a city. ``unread``: files without which the rest cannot be judged."""

    def __init__(self, mistakes: list[Mistake], unread: Sequence[str] = ()) -> None:
        self.mistakes = mistakes
        self.unread = unread
        super().__init__("\n".join(map(str, mistakes)))


class Reason(StrEnum):
    """Why a device or a part of it could not be read or written. Always what was observed, never a guessed cause."""

    NO_ANSWER = "no-answer"  # nothing came back in time
    REFUSED = "refused"  # the port is closed
    UNAUTHORISED = "unauthorised"  # credentials were refused
    UNTRUSTED = "untrusted"  # host key or certificate is not the enrolled one
    BAD_ANSWER = "bad-answer"  # an answer that cannot be understood
    UNSUPPORTED = "unsupported"  # the device says that it does not have this
    BACK_OFF = "back-off"  # not tried: an earlier refusal could lead to a lock-out
    NOT_OWNED = "not-owned"  # not written: the device is not ours
    GUARDED = "guarded"  # not written: a guard stood in the way
    NOT_TRIED = "not-tried"  # not tried: the run had ended for this device


class DeviceError(IcccError):
    """``where`` (device, address and port, operation), what was observed, and its :class:`Reason`."""

    def __init__(self, reason: Reason, where: str, observed: str) -> None:
        self.reason = reason
        self.where = where
        self.observed = observed
        super().__init__(f"{where}: {observed}")

    def __reduce__(self) -> tuple[type[DeviceError], tuple[Reason, str, str]]:
        return type(self), (self.reason, self.where, self.observed)


def stumbled(where: str, error: Exception) -> DeviceError:
    """Code of ours has met in an answer what its author did not think of: a row of one device, and the run goes on.

    The traceback goes to the debug log.
    """
    _logger.debug("%s", where, exc_info=error)
    return DeviceError(Reason.BAD_ANSWER, where, f"not understood ({type(error).__name__})")
