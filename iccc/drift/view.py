"""What the finders look at: the declaration, what was read now, and what earlier runs knew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from iccc.callbox.seen import CallBoxFacts
from iccc.city.devices import City
from iccc.compare import Unread
from iccc.observed import Observed
from iccc.past import Past
from iccc.plan import Plan
from iccc.switch.seen import PortFacts, SwitchFacts
from iccc.ups.seen import UpsFacts


@dataclass(frozen=True)
class View:
    """One reading of a city, or of a part of it. A device that was not asked is in none of the mappings."""

    city: City
    plan: Plan
    observed: Mapping[str, Observed[Any, Any]]
    now: datetime
    past: Mapping[str, Past] = field(default_factory=dict)
    silent_since: Mapping[str, datetime] = field(default_factory=dict)  # found silent after ``past``, since when

    def switch_facts(self, switch: str) -> SwitchFacts | None:
        """What SNMP told of a switch; None when it was not asked or told nothing at all."""
        seen = self.observed.get(switch)
        return seen.facts if seen is not None and isinstance(seen.facts, SwitchFacts) else None

    def told_at(self, switch: str) -> datetime:
        """When a switch that was read said for how long it is up: reading all of it may take much longer."""
        facts = self.switch_facts(switch)
        return facts.told_at if facts is not None and facts.told_at is not None else self.observed[switch].read_at

    def ups_facts(self, card: str) -> UpsFacts | None:
        """What a UPS card told; None when it was not asked or told nothing at all."""
        seen = self.observed.get(card)
        return seen.facts if seen is not None and isinstance(seen.facts, UpsFacts) else None

    def call_box_facts(self, box: str) -> CallBoxFacts | None:
        """What a call box told; None when it was not asked or did not answer."""
        seen = self.observed.get(box)
        return seen.facts if seen is not None and isinstance(seen.facts, CallBoxFacts) else None

    def port(self, switch: str, port: str) -> PortFacts | None:
        """What SNMP told of a port; None when that was not read, or the switch has no such port."""
        facts = self.switch_facts(switch)
        return None if facts is None or isinstance(facts.ports, Unread) else facts.ports.get(port)
