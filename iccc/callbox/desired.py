"""What a city wants of a call box: nothing that could be written."""

from __future__ import annotations

from iccc.callbox.state import CallBoxState
from iccc.city.devices import Equipment
from iccc.wanted import Wanted


def desired(box: Equipment) -> Wanted[CallBoxState]:
    """An empty state, with the line that declares the box."""
    return Wanted(box.name, CallBoxState(), {"": box.where})
