"""A part of a server: files that are checked and put in place together, and the services that read them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from iccc.server.state import STORED, File, Part, Service


@dataclass(frozen=True)
class Content:
    """A file with what is in it. Of a ``sealed`` one nothing of the content is in any state, plan or report."""

    text: str = field(repr=False)
    mode: str = "0644"
    owner: str = "root:root"
    sealed: bool = False

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True)
class Group:
    """Files of one part of the state, how they are checked before they take their place, and who is told.

    ``checks``: commands; ``{stage}`` in them is the folder below which the files lie meanwhile, at their own paths.
    ``services``: unit to ``restart`` or ``reload``, or ``""`` where it reads its files by itself. ``armed``: it may
    shut us out, so the host takes it back unless a new login confirms it.
    """

    files: Mapping[str, Content]
    checks: tuple[tuple[str, ...], ...] = ()
    services: Mapping[str, str] = field(default_factory=dict)
    armed: bool = False

    def part(self) -> Part:
        """What is wanted of the server."""
        wanted = {
            path: File(STORED if one.sealed else one.digest[:12], one.mode, one.owner)
            for path, one in self.files.items()
        }
        return Part(wanted, {unit: Service(enabled=True, running=True) for unit in self.services})


class Invalid(ValueError):
    """A template that cannot be rendered; the text has its name and line."""


class Rendered(Protocol):
    """The content of a template of the city, below ``templates``."""

    def __call__(self, name: str, mode: str = "0644", owner: str = "root:root", **values: Any) -> Content: ...
