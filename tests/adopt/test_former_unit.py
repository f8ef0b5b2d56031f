"""Which unit stood in a device's place, as far as anybody has noted it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from iccc.past import Past
from iccc.replacing import Unit, former
from tests.camera.devices import camera


def test_the_hardware_address_that_it_told_of_itself_says_whether_it_is_gone() -> None:
    """Of a unit that was never enrolled nothing else does."""
    past = Past(datetime(2026, 1, 26, tzinfo=UTC), serial="OLD-1", mac="02:77:00:00:00:09")
    trust = SimpleNamespace(serial=lambda _name: None, mac=lambda _name: None)
    context: Any = SimpleNamespace(past=lambda: {"c1": past}, trust=trust)
    device = replace(camera(1), name="c1")
    assert former(context, device, "NEW-1") == Unit("OLD-1", "02:77:00:00:00:09")
    assert former(context, device, "OLD-1") == Unit("", None), "what was read is the new one by now"
