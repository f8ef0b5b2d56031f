"""Which switch port each device of a site gets: what the file keeps, nails and leaves open, given to the placement."""

from __future__ import annotations

import re

from iccc.city.declared import Declared, Mistakes, Sheet
from iccc.city.draft import SwitchDraft
from iccc.city.equipment import SHORT, listed
from iccc.city.model.site import CameraEntry, FieldDevice, SiteFile
from iccc.city.placement import Demand, Outlet, Placement, fewest, place
from iccc.explain import Key, one_of
from iccc.units import ranges

KEPT, REST = 0, 1000  # turns: kept ports first, cameras that keep none last, other devices between them


def slots(declared: Declared, sheet: Sheet[SiteFile], mistakes: Mistakes) -> dict[int, int]:
    """Every slot that a camera entry has or keeps: the index of its entry."""
    document, file = sheet
    groups = declared.city.file.groups
    found: dict[int, int] = {}
    for index, entry in enumerate(file.cameras):
        path = ("cameras", index)
        if entry.group not in groups:
            mistakes.add(document, (*path, "group"), f"group {one_of(entry.group, groups)}")
            continue
        last = entry.slot + max(entry.count, entry.ports) - 1
        for key in ("macs", "reached_at"):
            for slot in getattr(entry, key):
                if not entry.slot <= slot <= last:
                    text = f"slot {slot} is not of this group: it has {entry.slot} to {last}"
                    mistakes.add(document, (*path, key, slot), text)
        for slot in range(entry.slot, last + 1):
            if slot in found:
                other = file.cameras[found[slot]]
                text = f"slot {slot} belongs to {other.group!r} from {other.slot}; "
                mistakes.add(document, (*path, "slot"), f"{text}{entry.group!r} needs {entry.slot} to {last}")
                break
            found[slot] = index
    return found


def wire(
    declared: Declared,
    sheet: Sheet[SiteFile],
    slots: dict[int, int],
    switches: list[SwitchDraft],
    mistakes: Mistakes,
) -> dict[int, Outlet]:
    """The port of every slot and of every other device (by its key); what finds none is a mistake."""
    document, file = sheet
    types = declared.catalogue.file.device_types
    demands: list[Demand] = []
    paths: dict[int, tuple[Key, ...]] = {}
    for slot, index in slots.items():
        entry = file.cameras[index]
        type_ = types.get(declared.city.file.groups[entry.group].device_type)
        turn = KEPT if slot < entry.slot + entry.ports else REST
        demands.append(Demand(slot, type_.pse_w or 0.0 if type_ else 0.0, turn, _pin(entry, switches)))
        asks = "port" if entry.port else "count" if slot < entry.slot + entry.count else "ports"
        paths[slot] = ("cameras", index, asks)
    for item in listed(file):
        if item.entry.via == "switch":
            type_ = types.get(item.entry.device_type)
            watts = type_.pse_w or 0.0 if type_ else 0.0
            demands.append(Demand(item.key, watts, item.turn, pin=_pin(item.entry, switches)))
            paths[item.key] = (*item.path, "port") if item.entry.port else item.path
    outlets = [Outlet(draft.name, port, watts) for draft in switches for port, watts in draft.poe_outlets()]
    budget = {d.name: d.type_.poe_budget_w * (1 - d.type_.poe_headroom) for d in switches}
    placement = place(outlets, budget, demands)
    names = {item.key: f"{SHORT[item.kind]}{item.entry.number}" for item in listed(file)}
    for key, refused in placement.refused.items():
        reason = re.sub(r"slot (-\d+)", lambda found: names[int(found[1])], refused)
        mistakes.add(document, paths[key], reason)
    without = [key for key in placement.unplaced if key not in placement.refused]
    if without and len(switches) == len(file.switches):
        first = next((key for key in without if key > 0), without[0])
        named = ranges(key for key in without if key > 0) if first > 0 else "this device"
        what = f"slots {named}" if first > 0 else named
        text = f"no switch has both a port and the watts for {what} (left: {_left(placement, budget)})"
        text = f"{text}: {_remedy(switches, demands)}" if switches else f"no port for {what}: this site has no switches"
        mistakes.add(document, paths[first], text)
    return placement.outlets


def _pin(entry: CameraEntry | FieldDevice, switches: list[SwitchDraft]) -> tuple[str, str] | None:
    if entry.port is None:
        return None
    short, _, port = entry.port.partition(" ")
    name = next((draft.name for draft in switches if draft.name.endswith(f"-{short}")), short)
    return name, port


def _left(placement: Placement, budget: dict[str, float]) -> str:
    return ", ".join(
        f"{name.rpartition('-')[2]} {placement.free_ports[name]} ports {max(0.0, budget[name] - load):.1f} W"
        for name, load in placement.load_w.items()
    )


def _remedy(switches: list[SwitchDraft], demands: list[Demand]) -> str:
    """How many switches there must be, where all are of one type and nothing is nailed to a port."""
    types = {draft.device_type for draft in switches}
    if len(types) == 1 and not any(demand.pin for demand in demands):
        type_ = switches[0].type_
        ports = [watts for _, watts in switches[0].poe_outlets()]
        needed = fewest(ports, type_.poe_budget_w * (1 - type_.poe_headroom), [d.pse_w for d in demands])
        if needed is not None and needed > len(switches):
            return f"{needed} {switches[0].device_type} are needed, {len(switches)} are declared"
    return "add a switch"
