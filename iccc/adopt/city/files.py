"""The files of a city that was found, in the layout of the project: core, recorders, one for each site."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from iccc.adopt.city.city_file import PHASE, name_of
from iccc.adopt.city.drawn import Drawn, DrawnCamera, DrawnCore, DrawnRecorder, DrawnSite, DrawnSwitch, DrawnUps
from iccc.adopt.city.profiles import Profiles
from iccc.adopt.city.text import flow, listed, noted, scalar, todo
from iccc.city.model.common import Category


def core_text(drawn: Drawn, at: datetime) -> str:
    """``core.yaml``: switches, links, rings and spurs, as SNMP and LLDP tell them."""
    return "\n".join(_core(drawn, at)) + "\n"


def _core(drawn: Drawn, at: datetime) -> Iterator[str]:
    yield f"# Read from the network on {at:%Y-%m-%d} by `iccc adopt`: switches over SNMP, cables by LLDP."
    yield "# No switch tells lengths of fibre (spans_m), types of transceivers, and how one gets in out of band."
    yield from (f"# {note}" for note in drawn.notes)
    yield "# yaml-language-server: $schema=../../docs/schema/core-v1.json"
    yield "schema: core/v1"
    yield "switches:" if drawn.core else "switches: []"
    yield from (f"  - {flow(core_values(one, PHASE))}" for one in drawn.core)
    yield ""
    yield "links:" if drawn.links else "links: []"
    for link in drawn.links:
        yield f"  - {flow({'a': link.a, 'b': link.b, 'speed_mbps': link.speed_mbps})}"
    for key, ring in (("rings", True), ("spurs", False)):
        chains = [one for one in drawn.chains if (one.chain.b is not None) is ring]
        if not chains:
            continue
        yield ""
        yield f"{key}:"
        for chain in chains:
            yield f"  - name: {chain.name}"
            yield f"    a: {' '.join(chain.chain.a)}"
            if chain.chain.b is not None:
                yield f"    b: {' '.join(chain.chain.b)}"
                yield f"    protocol: unknown{todo('which one keeps the ring')}"
            if chain.speed_mbps:
                yield f"    speed_mbps: {chain.speed_mbps}"
            yield f"    sites: {listed(chain.sites)}"


def recorders_text(drawn: Drawn, at: datetime) -> str:
    """``recorders.yaml``. Which one stands by no recorder tells."""
    lines = [
        f"# Read from the network on {at:%Y-%m-%d} by `iccc adopt`. None tells whether it stands by (`standby: true`).",
        "# yaml-language-server: $schema=../../docs/schema/recorders-v1.json",
        "schema: recorders/v1",
        "recorders:" if drawn.recorders else "recorders: []",
    ]
    lines += [f"  - {flow(recorder_values(one, PHASE))}" for one in drawn.recorders]
    return "\n".join(lines) + "\n"


def core_values(one: DrawnCore, phase: str) -> dict[str, object]:
    """The entry of a switch of the core as data."""
    return {
        "name": one.name, "role": one.role, "device_type": one.device_type, "address": one.found.address,
        "serial": one.found.chassis_serial, "status": "installed", "phase": phase,
    }  # fmt: skip


def recorder_values(one: DrawnRecorder, phase: str) -> dict[str, object]:
    """The entry of a recorder as data."""
    return {
        "number": one.number, "at": one.at, "type": "appliance", "device_type": one.device_type, "mac": one.mac,
        "serial": one.serial, "status": "installed", "phase": phase,
    }  # fmt: skip


def site_file(site: DrawnSite) -> str:
    """Its name below the city's folder."""
    junction = site.type == Category.JUNCTION
    return f"junctions/j{site.number:02d}.yaml" if junction else f"sites/s{site.number:02d}.yaml"


def site_text(drawn: Drawn, site: DrawnSite, profiles: Profiles, at: datetime, phase: str = PHASE) -> str:
    """One site: its switches in the order of the ring, every camera nailed to the port on which it hangs."""
    return "\n".join(_site(drawn, site, profiles, at, phase)) + "\n"


def _site(drawn: Drawn, site: DrawnSite, profiles: Profiles, at: datetime, phase: str) -> Iterator[str]:
    yield f"# Read from the network on {at:%Y-%m-%d} by `iccc adopt`; cameras hang where switches learned them."
    yield "# yaml-language-server: $schema=../../../docs/schema/site-v1.json"
    yield "schema: site/v1"
    yield f"number: {site.number}"
    called = todo("neither cameras nor switches tell its name") if not site.name else ""
    yield f"name: {scalar(site.name or name_of(drawn, site, '').rstrip('-'))}{called}"
    if site.name_hi:
        yield f"name_hi: {scalar(site.name_hi)}"
    yield f"type: {site.type}"
    yield "status: installed"
    yield f"phase: {phase}"
    if site.ups:
        yield ""
        yield "# That each UPS stands in a cabinet of its own is how they are counted here: no card tells its cabinet."
        yield "cabinets:"
        yield from (f"  - {flow(cabinet_values(one))}" for one in site.ups)
    yield ""
    yield "switches:"
    yield from (f"  - {flow(switch_values(one))}" for one in site.switches)
    if site.cameras:
        yield ""
        yield "cameras:"
        yield from (f"  - {camera_line(one, profiles)}" for one in site.cameras)


def switch_values(one: DrawnSwitch) -> dict[str, object]:
    """The entry of a switch of a site as data."""
    return {"number": one.number, "device_type": one.device_type, "serial": one.found.chassis_serial}


def cabinet_values(one: DrawnUps) -> dict[str, object]:
    """The entry of a cabinet with its UPS as data."""
    card = {
        "number": one.number, "device_type": one.device_type, "port": f"sw{one.switch} {one.port}", "mac": one.mac,
    }  # fmt: skip
    return {"number": one.number, "ups": card}


def camera_line(one: DrawnCamera, profiles: Profiles) -> str:
    """The entry of one camera; what differs from its group stands here."""
    return flow(camera_values(one, profiles.group_of(one), profiles.own(one))) + noted(one.notes)


def camera_values(one: DrawnCamera, group: str, own: dict[str, str]) -> dict[str, object]:
    """The entry of one camera as data."""
    return {
        "group": group, "slot": one.slot, "port": f"sw{one.switch} {one.port}", "mac": one.mac, "serial": one.serial,
        **own, "recorder": one.recorder, "channel": one.channel,
    }  # fmt: skip
