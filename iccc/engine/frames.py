"""Messages between the engine (gevent) and its worker (asyncio): length-prefixed pickles over a socket pair.

Both ends are this program, started by this program, on a socket that nobody else has; nothing from a device or
a file is ever unpickled.
"""

from __future__ import annotations

import pickle
import struct
from dataclasses import dataclass, field
from typing import Any

HEADER = struct.Struct(">I")


@dataclass(frozen=True)
class Request:
    """A request of the engine. ``verb`` is ``sweep``, ``read`` or ``apply``."""

    number: int
    verb: str
    arguments: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Reply:
    """The answer to the request of that number: a value, or the error to raise."""

    number: int
    value: Any = None
    error: Exception | None = None


def pack(message: Request | Reply) -> bytes:
    body = pickle.dumps(message)
    return HEADER.pack(len(body)) + body


def unpack(body: bytes) -> Any:
    return pickle.loads(body)  # noqa: S301  see the module's docstring
