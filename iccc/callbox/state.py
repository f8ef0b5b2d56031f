"""The state of a call box that iccc manages: none yet. What it tells is in :mod:`iccc.callbox.seen`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CallBoxState:
    """Empty: every call box that answers is as wanted."""
