"""What of a switch's configuration decides where frames go, as a value that can be compared."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from iccc.lab.ios.config import Config, PortConfig


@dataclass(frozen=True)
class PortL2:
    """One port. ``allowed`` and ``native`` only matter while it works as a trunk."""

    up: bool  # not shut down
    mode: str
    access: int
    native: int
    allowed: frozenset[int]
    poe: bool

    @classmethod
    def of(cls, port: PortConfig) -> PortL2:
        return cls(not port.shutdown, port.mode, port.access_vlan, port.native_vlan, port.allowed, port.poe)

    @property
    def untagged(self) -> int:
        """The VLAN of a device that hangs on the port."""
        return self.native if self.mode == "trunk" else self.access


@dataclass(frozen=True)
class SwitchL2:
    """One switch. ``hostname`` and ``lldp`` are here because neighbours see them."""

    hostname: str
    lldp: bool
    vlans: frozenset[int]
    ports: dict[str, PortL2]
    svis: frozenset[tuple[int, str]]  # those that are up: VLAN, address

    @classmethod
    def of(cls, config: Config) -> SwitchL2:
        svis = ((number, svi.address) for number, svi in config.svis.items() if svi.address and not svi.shutdown)
        return cls(
            config.hostname,
            config.lldp,
            frozenset(config.vlans),
            {name: PortL2.of(port) for name, port in config.ports.items()},
            frozenset(svis),
        )


def trunked(near: PortL2, far: PortL2) -> bool:
    """Whether a cable between these ports works as a trunk: a dynamic port follows its neighbour."""
    modes = {near.mode, far.mode}
    return "trunk" in modes and "access" not in modes


def passes(near: PortL2, far: PortL2, vlan: int) -> bool:
    """Whether frames of ``vlan`` cross the cable between these two ports. The same from both sides.

    Ports with different native VLANs block those two. A trunk against an access port passes only untagged frames.
    """
    if not (near.up and far.up):
        return False
    if trunked(near, far):
        consistent = (near.native == vlan) == (far.native == vlan)
        return consistent and vlan in near.allowed and vlan in far.allowed
    return near.untagged == vlan == far.untagged


def touched(old: SwitchL2, new: SwitchL2, links: Iterable[str]) -> frozenset[int] | None:
    """The VLANs whose paths may differ after a change; None for all. ``links`` are the ports with a switch behind."""
    vlans = set(old.vlans ^ new.vlans)
    for name in links:
        before, after = old.ports[name], new.ports[name]
        if before == after:
            continue
        if (before.up, before.mode, before.access) != (after.up, after.mode, after.access):
            return None
        vlans |= before.allowed ^ after.allowed
        if before.native != after.native:
            vlans |= {before.native, after.native}
    return frozenset(vlans)


@dataclass(frozen=True)
class Hop:
    """The next switch towards the core: the port here, and the port there."""

    port: str
    upper: str
    upper_port: str


Tree = Mapping[str, Hop | None]  # the switches that a VLAN connects with the core; None for the first core switch


def tree(
    vlan: int,
    cores: Iterable[str],
    l2: Mapping[str, SwitchL2],
    neighbours: Callable[[str], Iterable[tuple[str, str, str]]],
) -> Tree:
    """Shortest ways to the first core switch in one VLAN; to another one from where no way leads to the first.

    ``l2`` has all switches with power. ``neighbours`` gives (port, far switch, far port) of every whole cable between
    switches with power. Spanning tree comes to this: the links that are in no way carry nothing.
    """
    found: dict[str, Hop | None] = {}
    queue: deque[str] = deque()
    starts = deque(name for name in cores if name in l2 and vlan in l2[name].vlans)
    while queue or starts:
        if not queue:
            start = starts.popleft()
            if start not in found:
                found[start] = None
                queue.append(start)
            continue
        upper = queue.popleft()
        ports = l2[upper].ports
        for upper_port, name, port in neighbours(upper):
            if name in found or vlan not in l2[name].vlans:
                continue
            if passes(ports[upper_port], l2[name].ports[port], vlan):
                found[name] = Hop(port, upper, upper_port)
                queue.append(name)
    return found


def depth(tree_of: Tree, name: str) -> int:
    """The number of links between a switch and its core switch."""
    hops = 0
    while (hop := tree_of[name]) is not None:
        name, hops = hop.upper, hops + 1
    return hops
