"""What a city wants of a UPS card: nothing that could be written."""

from __future__ import annotations

from iccc.city.devices import Equipment
from iccc.ups.state import UpsState
from iccc.wanted import Wanted


def desired(ups: Equipment) -> Wanted[UpsState]:
    """An empty state, with the line that declares the card."""
    return Wanted(ups.name, UpsState(), {"": ups.where})
