"""Spanning tree of the whole switch: its mode, and the priority that counts in it.

Source: Cisco IOS LAN Switching Command Reference, ``spanning-tree vlan`` (PVST+ and rapid PVST+: a priority for each
VLAN) and ``spanning-tree mst priority`` (MST: one for each instance; the other mode's stay in the configuration).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from iccc.compare import Unread
from iccc.errors import Reason
from iccc.switch.platforms.cisco_ios.facts import DEFAULT_STP_PRIORITY
from iccc.switch.state import ALL_VLANS, SpanningTree


@dataclass
class TreeModel:
    mode: str = ""  # "" where none is shown: pvst, on newer releases rapid-pvst
    mst: int = DEFAULT_STP_PRIORITY  # of instance 0
    others: frozenset[str] = frozenset()  # MST instances with a priority of their own
    vlans: dict[int, frozenset[int]] = field(default_factory=dict)  # by priority, other than the default

    def put(self, vlans: frozenset[int], priority: int) -> None:
        """Give these VLANs that priority."""
        left = {value: there - vlans for value, there in self.vlans.items()}
        if priority != DEFAULT_STP_PRIORITY:
            left[priority] = left.get(priority, frozenset()) | vlans
        self.vlans = {value: there for value, there in left.items() if there}

    def of_vlans(self) -> int | None:
        """The priority of all VLANs; None when they differ."""
        if not self.vlans:
            return DEFAULT_STP_PRIORITY
        (value, there), *more = self.vlans.items()
        return value if there == ALL_VLANS and not more else None

    def in_mode(self, mode: str) -> int | None:
        """The priority that counts in that mode."""
        return self.mst if mode == "mst" else self.of_vlans()

    def state(self) -> SpanningTree | Unread:
        priority = self.in_mode(self.mode)
        if priority is None or (self.mode == "mst" and self.others):
            things = "MST instances" if self.mode == "mst" else "VLANs"
            return Unread(Reason.UNSUPPORTED, f"its {things} have spanning-tree priorities of their own")
        return SpanningTree(self.mode, priority)
