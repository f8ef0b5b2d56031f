"""Class topology: a neighbour, a cable or a hardware address is not where it is declared; a ring is open.

A cable that is plugged elsewhere is seen from both of its ends, and told once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from iccc.city.devices import Device, Link, Switch
from iccc.drift.places import Place, Places, place_of
from iccc.drift.rings import open_rings
from iccc.drift.telling import on_device, on_port
from iccc.finding import Class, Finding, Severity
from iccc.switch.identity import is_device, is_port, same_name
from iccc.switch.seen import Neighbour
from iccc.switch.state import SwitchState

LLDP_SETTLES_S = 120.0  # msgTxInterval is 30 s, a neighbour is kept for four of them (IEEE 802.1AB)
LISTED = 4  # hardware addresses in a sentence


def findings(places: Places) -> Iterator[Finding]:
    """Neighbours of declared links, declared devices on other ports, hardware addresses, rings."""
    elsewhere = {finding.device: finding for finding in moved(places)}
    cables = _Cables(places, frozenset(elsewhere))
    yield from cables.findings()
    yield from elsewhere.values()
    yield from _unknown(places, cables.elsewhere)
    yield from open_rings(places.view)


class _Cables:
    """What LLDP says of the cables. ``elsewhere`` are the ports on which a device was heard that belongs elsewhere."""

    def __init__(self, places: Places, moved: frozenset[str]) -> None:
        self.places = places
        self.moved = moved  # devices of which it is told already that they are elsewhere
        self.view = places.view
        self.city = places.view.city
        self.elsewhere: set[Place] = set()
        self._told: set[frozenset[Place]] = set()  # cables by their ends, as far as they are known
        self._filed: set[Place] = set()  # ports of which it is told what they lead to

    @cached_property
    def running(self) -> frozenset[str]:
        """Switches that speak and hear LLDP: not switched off, read whole, up for long enough."""
        hearing = {name for (name, _), port in self.places.facts.items() if port.neighbours}
        return frozenset(n for n in {name for name, _ in self.places.facts} if self._runs(n, n in hearing))

    def _runs(self, name: str, hears: bool) -> bool:
        facts = self.view.switch_facts(name)
        if facts is None or "lldp" in facts.unread:
            return False
        if isinstance(facts.uptime_s, float | int) and facts.uptime_s < LLDP_SETTLES_S:
            return False
        state = self.view.observed[name].state
        said = state.lldp if isinstance(state, SwitchState) else None
        return said if isinstance(said, bool) else hears

    def findings(self) -> list[Finding]:
        """Links first: a cable that is plugged elsewhere is told on the port that is declared for it."""
        links = [link for link in self.city.links if self._there(link)]
        found = [finding for link in links for finding in self._disputed(link)]
        found += [finding for place in self.places.facts for finding in self._undeclared(*place)]
        found += [finding for link in links for finding in self._missing(link)]
        return found

    def _there(self, link: Link) -> bool:
        return self.city.switches[link.a].on_the_wire and self.city.switches[link.b].on_the_wire

    def _is(self, heard: Neighbour, far: Switch) -> bool | None:
        """Whether the neighbour is the switch, perhaps under the name that somebody else gave it."""
        verdict = is_device(heard, far.name, far.mac, far.address)
        facts = self.view.switch_facts(far.name)
        if verdict is False and facts is not None and same_name(heard.sys_name, str(facts.sys_name or "")):
            return True
        return verdict

    def _disputed(self, link: Link) -> Iterator[Finding]:
        """Another device or another port than declared, as the first end says that is sure of it."""
        for near, port, far, far_port in _ends(link):
            facts = self.places.facts.get((near, port))
            if facts is None or facts.oper_up is False or not facts.neighbours:
                continue
            device = self.city.switches[far]
            verdicts = [(heard, self._is(heard, device)) for heard in facts.neighbours]
            theirs = [heard for heard, verdict in verdicts if verdict]
            where = [is_port(heard, far_port, self.view.port(far, far_port)) for heard in theirs]
            wrong = all(said is False for said in where) if theirs else all(v is False for _, v in verdicts)
            if not wrong:
                continue
            heard = theirs[0] if theirs else facts.neighbours[0]
            self._note(near, port, heard, far if theirs else None)
            yield self._neighbour(near, port, heard, f"{far} {far_port}", far if theirs else None)
            return

    def _undeclared(self, switch: str, port: str) -> Iterator[Finding]:
        """A declared device on a port that is not declared for it: a free one, or that of another device."""
        declared = self.places.declared(switch, port)
        if declared is not None and declared.peer_port is not None:
            return
        for heard in self.places.facts[switch, port].neighbours:
            name = self.places.named(heard)
            if name is None or name == switch or (declared is not None and declared.device == name):
                continue
            device = self.city.device(name)
            if not isinstance(device, Switch) and place_of(device) == (switch, port):
                continue
            self.elsewhere.add((switch, port))
            if name not in self.moved and self._note(switch, port, heard, name):
                yield self._beside(switch, port, heard, name)
            return

    def _beside(self, switch: str, port: str, heard: Neighbour, name: str) -> Finding:
        """A cable beside the declaration, filed on one and the same end of it, whichever of them was read.

        That is the end on which a link is declared, else the one that is declared first.
        """
        far = next(self._far_end(heard, name), None)
        if far is None or far in self._filed or not self._comes_before(far, switch):
            return self._neighbour(switch, port, heard, self._wanted(switch, port), name)
        return self._leads_to(far, f"{switch} {port}", self._wanted(*far), heard, (switch, port))

    def _comes_before(self, far: Place, switch: str) -> bool:
        declared, order = self.places.declared(*far), list(self.city.switches)
        is_link = declared is not None and declared.peer_port is not None
        return is_link or order.index(far[0]) < order.index(switch)

    def _wanted(self, switch: str, port: str) -> str:
        declared = self.places.declared(switch, port)
        if declared is None or not declared.device:
            return "nothing"
        return f"{declared.device} {declared.peer_port or ''}".strip()

    def _missing(self, link: Link) -> Iterator[Finding]:
        """No neighbour although both ends are up and LLDP runs on both."""
        if not {link.a, link.b} <= self.running:
            return
        ends = [self.places.facts.get(end) for end in ((link.a, link.a_port), (link.b, link.b_port))]
        if not all(facts is not None and facts.oper_up for facts in ends):
            return
        for near, port, far, far_port in _ends(link):
            if self.places.facts[near, port].neighbours or (near, port) in self._filed:
                continue
            yield on_port(
                self.view, near, port, "neighbour", Class.TOPOLOGY, Severity.MAJOR,
                f"{near} {port} is up and hears nobody by LLDP; {far} {far_port} is declared there",
                seen=None, wanted=f"{far} {far_port}", said={"LLDP-MIB lldpRemTable": "no row"},
                step=f"Follow the cable from {near} {port}: it ends elsewhere, or something between holds LLDP back.",
            )  # fmt: skip

    def _note(self, switch: str, port: str, heard: Neighbour, far: str | None) -> bool:
        """Remember a cable that is told; False when it was told from its other end."""
        cable = frozenset({(switch, port), *self._far_end(heard, far or self.places.named(heard))})
        new = cable not in self._told
        self._told.add(cable)
        return new

    def _far_end(self, heard: Neighbour, far: str | None) -> Iterator[Place]:
        known = self.city.switches.get(far or "")
        if known is not None:
            for port in known.all_ports or tuple(known.ports):
                if is_port(heard, port, self.view.port(known.name, port)):
                    yield known.name, port
                    return

    def _neighbour(self, switch: str, port: str, heard: Neighbour, wanted: str, far: str | None) -> Finding:
        ends = list(self._far_end(heard, far or self.places.named(heard)))
        seen = (
            " ".join(ends[0]) if ends else f"{far or heard.sys_name or heard.chassis_id} {heard.port_id or ''}".strip()
        )
        return self._leads_to((switch, port), seen, wanted, heard, None)

    def _leads_to(self, at: Place, seen: str, wanted: str, heard: Neighbour, by: Place | None) -> Finding:
        """``by`` is the far end, where that heard it."""
        self._filed.add(at)
        switch, port = at
        return on_port(
            self.view, switch, port, "neighbour", Class.TOPOLOGY, Severity.MAJOR,
            f"{switch} {port} leads to {seen}; declared is {wanted}",
            seen=seen, wanted=wanted, by=by,
            said={"LLDP-MIB lldpRemSysName": heard.sys_name, "LLDP-MIB lldpRemPortId": heard.port_id,
                  "LLDP-MIB lldpRemChassisId": heard.chassis_id},
            step=f"Plug the cable at {switch} {port} as declared, or declare it as it is plugged.",
        )  # fmt: skip


def _ends(link: Link) -> tuple[tuple[str, str, str, str], ...]:
    return (link.a, link.a_port, link.b, link.b_port), (link.b, link.b_port, link.a, link.a_port)


def moved(places: Places) -> Iterator[Finding]:
    """Cameras, recorders and others whose hardware address is on another edge port than the declared one.

    An entry ages for some minutes, so one on the declared port beside another elsewhere is no move, or one of just now.
    Of two that are each on the other's port both are told to be swapped.
    """
    elsewhere: dict[str, tuple[Place, Place, str]] = {}
    for device in places.view.city.inventory():
        declared = place_of(device)
        if declared is None or not device.on_the_wire or isinstance(device, Switch):
            continue
        macs = {mac for mac in places.known(device.name) if places.owners.get(mac) == device.name}
        at = [place for mac in sorted(macs) for place in places.seen_at.get(mac, ())]
        if at and declared not in at and _may_judge(places, declared):
            mac = min(m for m in macs if at[0] in places.seen_at.get(m, ()))
            elsewhere[device.name] = declared, at[0], mac
    for name, (declared, at_, mac) in elsewhere.items():
        other = next((o for o, (own, now, _) in elsewhere.items() if (own, now) == (at_, declared)), None)
        yield _moved(places, places.view.city.device(name), declared, at_, mac, other)


def _may_judge(places: Places, declared: Place) -> bool:
    """Not where the table of the declared port was not read: the address may be there as well."""
    return declared[0] in places.tables_read


def _moved(places: Places, device: Device, declared: Place, at: Place, mac: str, other: str | None) -> Finding:
    """``other`` is on the port on which the device is declared, and declared where the device is."""
    index = places.facts[at].index
    swapped = f"; it is swapped with {other}" if other else ""
    step = f"Plug {device.name} into {' '.join(declared)}, or declare it where it is."
    if other:
        step = f"Exchange the cables of {device.name} and {other}, or declare both where they are, together."
    return on_device(
        places.view, device.name, "port", Class.TOPOLOGY, Severity.MAJOR,
        f"{device.name} ({mac}) is on {' '.join(at)}; declared is {' '.join(declared)}{swapped}",
        seen=" ".join(at), wanted=" ".join(declared), by=at[0],
        said={f"{at[1]} (ifIndex {index}) learned": mac},
        step=step,
    )  # fmt: skip


def _unknown(places: Places, heard: set[Place]) -> Iterator[Finding]:
    """Hardware addresses on a port that are not its device's, or on a port on which nothing is declared."""
    for (switch, port), macs in places.unknown.items():
        if (switch, port) in heard:
            continue
        hanging = places.hanging(switch, port)
        own = f"{hanging} is declared there" if hanging else "nothing is declared there"
        if hanging and (known := places.known(hanging)):
            own += f", with {_some(sorted(known))}"
        addresses = sorted(a for a, entries in places.answers.items() if any(mac in macs for _, mac in entries))
        with_ = f" (answers for {_some(addresses)})" if addresses else ""
        yield on_port(
            places.view, switch, port, "macs", Class.TOPOLOGY, Severity.MAJOR,
            f"{switch} {port}: unknown hardware address {_some(macs)}{with_}; {own}",
            seen=list(macs), wanted=sorted(places.known(hanging)) if hanging else [],
            said={"BRIDGE-MIB dot1dTpFdbTable": _some(macs)},
            step=f"Look what is plugged into {switch} {port}; shut the port if nobody knows.",
        )  # fmt: skip


def _some(words: Sequence[str]) -> str:
    more = f" and {len(words) - LISTED} more" if len(words) > LISTED else ""
    return ", ".join(words[:LISTED]) + more
