"""What a reading leaves for the next one: counters, baselines, and which hardware was seen."""

from __future__ import annotations

from datetime import datetime

from iccc import fleet
from iccc.compare import Unread
from iccc.drift.places import Places, told_identity
from iccc.drift.view import View
from iccc.past import Past, PortPast, went_back
from iccc.switch.seen import PortFacts, SwitchFacts
from iccc.ups.seen import UpsFacts


def learned(view: View) -> dict[str, Past]:
    """The past of every device of which something was read, for the next run. Pure.

    What was not read stays as it was known; a device that told nothing is not among them, and so keeps its past.
    """
    places = Places(view)
    found = {}
    for name, seen in view.observed.items():
        facts, before = seen.facts, view.past.get(name)
        told_nothing = isinstance(seen.state, Unread)
        if isinstance(facts, SwitchFacts):
            if isinstance(facts.ports, Unread) and told_nothing:
                continue
            found[name] = _switch(places, name, facts, before)
        elif isinstance(facts, UpsFacts):
            # What it does not tell now is not known now: an old word would be given the new time.
            found[name] = Past(seen.read_at, facts.uptime_s, on_battery=facts.on_battery)
        elif not told_nothing:
            found[name] = _host(view, name, before)
    return found


def _switch(places: Places, name: str, facts: SwitchFacts, before: Past | None) -> Past:
    seen = places.view.observed[name]
    at = places.view.told_at(name)
    old = before or Past(at)
    chassis = facts.chassis
    serial = None if chassis is None or isinstance(chassis, Unread) else chassis.serial
    return Past(
        read_at=at,
        uptime_s=_uptime(facts, at, old),
        serial=serial or old.serial,
        firmware=fleet.firmware(places.view.city.device(name), seen) or old.firmware,
        ports=_ports(places, name, facts, old, at),
    )


def _uptime(facts: SwitchFacts, at: datetime, old: Past) -> float | None:
    """None also of an agent whose time went back: what it counts may not be subtracted from what it says next."""
    told = facts.uptime_s
    return told if isinstance(told, float | int) and not went_back(old, told, at) else None


def _ports(places: Places, name: str, facts: SwitchFacts, old: Past, at: datetime) -> dict[str, PortPast]:
    """Counters of another reading than the uptime beside them would hide a restart: they are not kept."""
    ports = {} if isinstance(facts.ports, Unread) else facts.ports
    kept = {port: PortPast(None, None, p.power, p.macs) for port, p in old.ports.items()}
    for port, now in ports.items():
        kept[port] = old.ports.get(port, PortPast()).after(now, _to_learn(places, name, port, now), at)
    return kept


def _to_learn(places: Places, switch: str, port: str, facts: PortFacts) -> frozenset[str]:
    """The addresses on the port of a device of which none is known; never those of another device."""
    device = places.hanging(switch, port)
    if device is None or places.own(device):
        return frozenset()
    return frozenset(mac for _, mac in facts.macs if mac not in places.owners)


def _host(view: View, name: str, before: Past | None) -> Past:
    seen = view.observed[name]
    old = before or Past(seen.read_at)
    told = told_identity(view, name)
    return Past(
        read_at=seen.read_at,
        serial=(told.serial if told else None) or old.serial,
        firmware=(told.firmware if told else None) or old.firmware,
        mac=(told.mac if told else None) or old.mac,
    )
