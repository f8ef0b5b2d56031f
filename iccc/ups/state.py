"""The state of a UPS card that iccc manages: none yet. What it does now is in :mod:`iccc.ups.seen`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class UpsState:
    """Empty: every UPS that was read is as wanted."""
