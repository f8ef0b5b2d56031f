"""Which values may stand in a configuration line, on any command line."""

from __future__ import annotations

from iccc.secrets import Secret
from iccc.switch.steps import Unsayable


def literal(value: object, longest: int) -> object:
    """``value`` itself if a command line takes it as it stands; :class:`Unsayable` if not.

    A newline would start a second command, ``?`` asks for help even within quotes, control characters edit the line,
    blanks at the ends are dropped, and what is not ASCII is mangled. The value of a secret is in no message.
    """
    if isinstance(value, Secret):
        if _fault(value.reveal(), longest) is not None:
            raise Unsayable("a secret has characters that the command line does not take, or too many of them")
        return value.reveal()
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if not isinstance(value, str):
        raise Unsayable(f"{value!r} is neither text nor a number")
    if (fault := _fault(value, longest)) is not None:
        raise Unsayable(f"{value[:40]!r} {fault}")
    return value


def _fault(text: str, longest: int) -> str | None:
    if not text or len(text) > longest:
        return f"has {len(text)} characters, allowed are 1 to {longest}"
    if not (text.isascii() and text.isprintable()):
        return "has characters other than printable ASCII"
    if "?" in text:
        return "has a '?', which asks the switch for help"
    if text != text.strip():
        return "begins or ends with a blank"
    return None
