"""What a maker's own activation is: requests over HTTP without a login, in the order that a camera wants them.

A file in ``iccc/camera/vendors`` for each. Without I/O: a talk yields requests, and is sent the bodies of the answers.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from iccc.secrets import Secret

T = TypeVar("T")


@dataclass(frozen=True)
class Ask:
    """One request; ``write`` for what changes the camera."""

    method: str
    path: str
    body: bytes = field(default=b"", repr=False)  # may hold a password
    write: bool = False


Talk: TypeAlias = Generator[Ask, bytes, T]


@dataclass(frozen=True)
class Activation:
    """How cameras of a make get their first user, who is ``user``. Both raise BadAnswer for what is not understood."""

    user: str
    is_active: Callable[[], Talk[bool]]
    activate: Callable[[Secret], Talk[None]]
    source: str
