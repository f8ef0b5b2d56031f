"""What a device can answer instead of what was asked.

OnvifError        thrown into a procedure at the call that it yielded
├── OnvifFault    a SOAP fault, or an HTTP status that says the same
├── NoTls         HTTPS was to be tried, and it did not come to an answer
└── BadAnswer     something that cannot be understood: HTML, garbage, a missing element
"""

from __future__ import annotations

from iccc.compare import Unread
from iccc.errors import Reason

_UNAUTHORISED = frozenset(
    {"NotAuthorized", "FailedAuthentication", "InvalidSecurity", "InvalidSecurityToken", "SecurityTokenUnavailable"}
)
_UNSUPPORTED = frozenset(
    {"ActionNotSupported", "OptionalActionNotImplemented", "UnknownAction", "NotSupported", "NoSuchService"}
)


class OnvifError(Exception):
    """``reason`` as in :class:`~iccc.errors.DeviceError`, which the session makes of an error that nobody caught."""

    reason = Reason.BAD_ANSWER

    def unread(self) -> Unread:
        return Unread(self.reason, str(self))


class OnvifFault(OnvifError):
    """A SOAP fault. ``subcode`` is like ``InvalidArgVal/InvalidTimeZone``: all subcodes, without prefixes."""

    def __init__(self, subcode: str, text: str) -> None:
        self.subcode = subcode
        self.text = text
        parts = set(subcode.split("/"))
        if parts & _UNAUTHORISED:
            self.reason = Reason.UNAUTHORISED
        elif parts & _UNSUPPORTED:
            self.reason = Reason.UNSUPPORTED
        super().__init__(f"fault {subcode}" + (f": {text}" if text else ""))


class NoTls(OnvifError):
    """A call that should go over HTTPS did not get there; the session goes on as before."""


class BadAnswer(OnvifError):
    """An answer that cannot be understood."""
