"""Random city networks with faults, and what a perfect observer would read of them.

It shares nothing with the rules of root cause: who answers follows from power, cables and a walk from the core.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from hypothesis import strategies as st

from iccc.city.devices import Camera, Chain, City, Equipment, Kind, Link, Recorder, Switch, SwitchPort
from iccc.city.model.common import Lifecycle
from iccc.compare import Unknown, Unread
from iccc.drift.view import View
from iccc.errors import Reason
from iccc.finding import Class, Finding, Severity
from iccc.observed import Observed
from iccc.past import Past
from iccc.plan import DevicePlan, Plan
from iccc.switch.seen import Neighbour, PortFacts, SwitchFacts
from iccc.yamlfile import Where
from tests.support import NOW
from tests.unit.states import bilaspur

WHERE = Where("cities/made/city.yaml", 1, 1)
COMMON: dict[str, Any] = {"owner": "project", "status": Lifecycle.INSTALLED, "phase": "existing", "where": WHERE}


class Builder:
    """Puts a city together, port by port."""

    def __init__(self) -> None:
        self.switches: dict[str, Switch] = {}
        self.links: list[Link] = []
        self.chains: dict[str, Chain] = {}
        self.cameras: dict[str, Camera] = {}
        self.recorders: dict[str, Recorder] = {}
        self.equipment: dict[str, Equipment] = {}
        self.sites: dict[str, Any] = {}

    def switch(self, name: str, site: str, role: str = "access", chain: str | None = None) -> str:
        number = len(self.switches) + 1
        self.switches[name] = Switch(
            name=name, kind=Kind.SWITCH, address=f"10.81.0.{number}", site=site, device_type="sw", role=role,
            platform="cisco_ios", chain=chain, management_vlan=110, vlans={}, ports={}, upstream=(),
            cabinet=None if role == "core" else 1, **COMMON,
        )  # fmt: skip
        if site != "core" and site not in self.sites:
            self.sites[site] = replace(next(iter(bilaspur().sites.values())), code=site, name=site.title(), chain=chain)
        return name

    def port(self, switch: str, device: str, vlan: int | None = None) -> str:
        ports: Any = self.switches[switch].ports
        name = f"Gi1/{len(ports) + 1}"
        mode = "trunk" if vlan is None else "access"
        ports[name] = SwitchPort(name, mode, "", vlan, None, None if vlan is None else True, device, None, WHERE)
        return name

    def link(self, a: str, b: str, chain: str | None) -> None:
        self.links.append(Link(a, self.port(a, b), b, self.port(b, a), chain))
        if self.switches[b].role != "core" and not self.switches[b].upstream:
            self.switches[b] = replace(self.switches[b], upstream=(a,))

    def chain(self, name: str, ring: bool, ends: tuple[str, str], places: list[int], ups: bool) -> None:
        """A ring or spur of sites with as many switches as ``places`` says, two cameras on each switch."""
        nodes = []
        for number, size in enumerate(places):
            site = f"{name}-s{number}"
            inside = [self.switch(f"{site}-sw{one}", site, chain=name) for one in range(size)]
            for switch in inside:
                self.camera(switch)
                self.camera(switch)
            if ups:
                self.ups(inside[0], site)
            nodes += inside
        for near, far in zip([ends[0], *nodes], nodes, strict=False):
            self.link(near, far, name)
        if ring:
            self.link(nodes[-1], ends[1], name)
        self.chains[name] = Chain(name, ring, (), tuple(nodes), None, "own_fibre", 1000, None, (), WHERE)

    def camera(self, switch: str) -> None:
        number = len(self.cameras)
        name = f"c{number}"
        recorder = list(self.recorders)[number % len(self.recorders)]
        self.cameras[name] = Camera(
            name=name, kind=Kind.CAMERA, address=f"10.82.{number // 200}.{number % 200}", device_type="cam",
            slot=number, site=self.switches[switch].site,
            group="fixed", site_name="", switch=switch, vlan=201, mac=None,
            port=self.port(switch, name, 201), recorder=recorder, streams={}, **COMMON,
        )  # fmt: skip

    def recorder(self, switch: str) -> None:
        name = f"rec{len(self.recorders)}"
        self.recorders[name] = Recorder(
            name=name, kind=Kind.RECORDER, address="10.83.0.1", site="core", device_type="rec", standby=False,
            recorder_type="server", channels=64, switch=switch, port=self.port(switch, name, 300), **COMMON,
        )  # fmt: skip

    def ups(self, switch: str, site: str) -> None:
        name = f"{site}-ups1"
        self.equipment[name] = Equipment(
            name=name, kind=Kind.UPS, address="10.84.0.1", site=site, device_type="ups", number=1, switch=switch,
            port=self.port(switch, name, 401), vlan=401, cabinet=1, **COMMON,
        )  # fmt: skip

    def city(self) -> City:
        return replace(
            bilaspur(), switches=self.switches, links=tuple(self.links), chains=self.chains, cameras=self.cameras,
            recorders=self.recorders, equipment=self.equipment, sites=self.sites,
        )  # fmt: skip


@dataclass(frozen=True)
class Network:
    """A city with faults: what has no power, which cables are cut, whose management alone is silent."""

    city: City
    dark: frozenset[str] = frozenset()  # switches and hosts without power of their own
    cuts: frozenset[Link] = frozenset()
    mute: frozenset[str] = frozenset()
    mains: frozenset[str] = frozenset()  # sites whose UPS was on battery, and has run empty
    slow: frozenset[str] = frozenset()  # cameras whose port runs at half duplex: no consequence of anything
    asked: frozenset[str] | None = field(default=None)

    @cached_property
    def powered(self) -> frozenset[str]:
        names = (*self.city.switches, *self.city.cameras, *self.city.recorders, *self.city.equipment)
        return frozenset(n for n in names if n not in self.dark and self.city.device(n).site not in self.mains)

    def carries(self, link: Link) -> bool:
        return link not in self.cuts and {link.a, link.b} <= self.powered

    @cached_property
    def joined(self) -> frozenset[str]:
        """Switches with a way to the core at which the readings are made."""
        cores = [name for name, switch in self.city.switches.items() if switch.role == "core" and name in self.powered]
        found, queue = set(cores[:1]), cores[:1]
        while queue:
            at = queue.pop()
            for link in self.city.links:
                if at in (link.a, link.b) and self.carries(link):
                    far = link.b if at == link.a else link.a
                    if far not in found:
                        found.add(far)
                        queue.append(far)
        return frozenset(found)

    @cached_property
    def silent(self) -> frozenset[str]:
        hosts = {**self.city.cameras, **self.city.recorders, **self.city.equipment}
        quiet = {n for n, host in hosts.items() if n not in self.powered or host.switch not in self.joined}
        return frozenset(quiet | (set(self.city.switches) - self.joined) | self.mute)

    @cached_property
    def candidates(self) -> list[Finding]:
        return [*self._of_links(), *self._of_hosts()]

    def _of_links(self) -> Iterator[Finding]:
        open_: set[str] = set()
        for link in self.city.links:
            if self.carries(link):
                continue
            for switch, port in ((link.a, link.a_port), (link.b, link.b_port)):
                if switch in self.silent:
                    continue
                yield self._about(switch, f"ports[{port}].oper_up", Class.OPERATIONAL, "down")
                yield self._about(switch, f"ports[{port}].neighbour", Class.TOPOLOGY, None)
                if link.chain and link.chain not in open_ and self.city.chains[link.chain].ring:
                    open_.add(link.chain)
                    yield self._about(switch, f"chains[{link.chain}]", Class.TOPOLOGY, None)

    def _of_hosts(self) -> Iterator[Finding]:
        for camera in self.city.cameras.values():
            if camera.switch in self.silent:
                continue
            if camera.name not in self.powered:
                yield self._about(camera.switch, f"ports[{camera.port}].oper_up", Class.OPERATIONAL, "down")
            elif camera.name in self.slow:
                yield self._about(camera.switch, f"ports[{camera.port}].full_duplex", Class.OPERATIONAL, False)

    def _about(self, switch: str, path: str, class_: Class, seen: object) -> Finding:
        site = self.city.device(switch).site
        return Finding(switch, path, class_, Severity.MAJOR, f"{path} {seen}", str(WHERE), site, seen=seen)

    @cached_property
    def view(self) -> View:
        names = [n for n in (*(d.name for d in self.city.inventory()),) if self.asked is None or n in self.asked]
        plans = {name: self._plan(name) for name in names}
        observed = {name: self._read(name) for name in names}
        past = {
            n: Past(NOW, on_battery=True) for n, ups in self.city.equipment.items() if ups.site in self.mains
        }  # fmt: skip
        return View(self.city, Plan("made", "lab", NOW, "", plans), observed, NOW, past)

    def _plan(self, name: str) -> DevicePlan:
        nothing = Unknown("", Unread(Reason.NO_ANSWER, f"{name}: no answer within 3 s"))
        return DevicePlan(name, "", (), (nothing,) if name in self.silent else ())

    def _read(self, name: str) -> Observed[Any, Any]:
        nothing = Unread(Reason.NO_ANSWER, f"{name}: no answer within 3 s")
        if name in self.silent:
            facts = SwitchFacts(ports=nothing) if name in self.city.switches else None
            return Observed(name, nothing, facts, NOW)
        return Observed(name, None, self._facts(name) if name in self.city.switches else None, NOW)

    def _facts(self, name: str) -> SwitchFacts:
        ports: dict[str, PortFacts] = {}
        for port in self.city.switches[name].ports.values():
            if port.device in self.city.switches:
                links = [k for k in self.city.links if (name, port.name) in ((k.a, k.a_port), (k.b, k.b_port))]
                up = all(map(self.carries, links))
                heard = (Neighbour(sys_name=port.device),) if up else ()
                ports[port.name] = PortFacts(admin_up=True, oper_up=up, neighbours=heard)
            else:
                ports[port.name] = PortFacts(admin_up=True, oper_up=port.device in self.powered)
        return SwitchFacts(sys_name=name, ports=ports)


@st.composite
def cities(draw: st.DrawFn) -> City:
    """One or two core switches, an aggregation pair or not, up to three rings and spurs with sites of their own."""
    made = Builder()
    cores = [made.switch(f"core{n}", "core", "core") for n in range(draw(st.integers(1, 2)))]
    if len(cores) == 2:
        made.link(*cores, None)
    for core in cores:
        made.recorder(core)
    ends = (cores[0], cores[-1])
    if draw(st.booleans()):
        ends = (made.switch("agg0", "core", "aggregation"), made.switch("agg1", "core", "aggregation"))
        for core in cores:
            for end in ends:
                made.link(core, end, None)
    for number in range(draw(st.integers(1, 3))):
        sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))
        made.chain(f"r{number}", draw(st.booleans()), draw(st.sampled_from([ends, ends[::-1]])), sizes, ups=True)
    return made.city()


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """Up to a handful of faults of every sort at once."""
    city = draw(cities())
    few = {"max_size": 3, "unique": True}
    access = [name for name, switch in city.switches.items() if switch.role == "access"]
    sites = sorted({city.switches[name].site for name in access})
    switches = draw(st.lists(st.sampled_from(access), **few))  # type: ignore[arg-type]
    hosts = draw(st.lists(st.sampled_from([*city.cameras, *city.recorders]), **few))  # type: ignore[arg-type]
    cuts = draw(st.lists(st.sampled_from(city.links), **few))  # type: ignore[arg-type]
    mute = draw(st.lists(st.sampled_from(list(city.switches)), max_size=2, unique=True))
    mains = draw(st.lists(st.sampled_from(sites), max_size=1, unique=True))
    slow = draw(st.lists(st.sampled_from(list(city.cameras)), **few))  # type: ignore[arg-type]
    dark = frozenset([*switches, *hosts])
    return Network(city, dark, frozenset(cuts), frozenset(mute), frozenset(mains), frozenset(slow))
