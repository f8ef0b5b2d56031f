"""Copper and PoE ports of the sites. That the watts suffice is no rule: a device without a port is a mistake."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from iccc.city.devices import Camera, City
from iccc.city.equipment import listed
from iccc.city.model.common import Lifecycle
from iccc.city.model.site import SiteFile
from iccc.rules.rule import Outcome, Row, Severity, Stage, held, passed, rule
from iccc.sizing.traffic import standing
from iccc.units import ranges
from iccc.yamlfile import Where


@rule(
    "copper-reach",
    Severity.HIGH,
    Stage.DESIGN,
    do="measure the way of the cable; where it is too long, put a switch nearer or lay fibre with a media converter",
    source="IEEE 802.3: 100 m of copper, patch cords included",
)
def copper_reach(city: City, _today: date) -> Iterator[Row]:
    """The copper from a camera to its switch port is within reach."""
    return (_cable(camera, city.sizing.copper_reach_m) for camera in standing(city))


def _cable(camera: Camera, reach_m: float) -> Row:
    if camera.cable_m is None:
        text = "cable_m is not declared here, nor by defaults of its site, site type, group or city"
        return Row(Outcome.UNKNOWN, camera.name, camera.where, text)
    text = f"{camera.cable_m:g} m of copper, {reach_m:g} allowed"
    return held(camera.cable_m <= reach_m, camera.name, camera.origins["cable_m"][0], text)


@rule(
    "poe-reserve",
    Severity.LOW,
    Stage.DESIGN,
    do="add a switch, or declare now what is to hang on the site's ports",
    source="project practice: leave spare ports for call box, UPS card, PA",
)
def poe_reserve(city: City, _today: date) -> Iterator[Row]:
    """A site has a port left for what comes later: call box, UPS card, loudspeaker."""
    sites = {site.number: site for site in city.sites.values()}
    for document, file in city.declared.sites:
        site = sites[file.number]
        ports = sum(
            poe.count for entry in file.switches for poe in city.catalogue[entry.device_type].ports if poe.poe_w
        )
        if not ports or site.status is Lifecycle.DECOMMISSIONED:
            continue
        used = _taken_or_kept(file)
        where = document.where("switches")
        if used < ports:
            yield passed(site.code, where)
        else:
            yield Row(Outcome.WARN, site.code, where, f"no PoE port is left: {used} of {ports} are taken or kept")


def _taken_or_kept(file: SiteFile) -> int:
    cameras = sum(max(entry.count, entry.ports, entry.port is not None) for entry in file.cameras)
    return cameras + sum(item.entry.via == "switch" for item in listed(file))


@rule(
    "poe-port-kept",
    Severity.LOW,
    Stage.ACCEPTANCE,
    do="give each an entry of its own with `port:`; at a site that is not built yet, keep ports for the group",
    source="a cable does not move because a line was added; what has no port of its own is placed after all others",
)
def poe_port_kept(city: City, _today: date) -> Iterator[Row]:
    """A camera's port is kept for its entry, or the camera is nailed to it."""
    entries: dict[Where, list[Camera]] = defaultdict(list)
    for camera in standing(city):
        entries[camera.where].append(camera)
    for where, cameras in entries.items():
        loose = [camera for camera in cameras if not camera.kept]
        if not loose:
            yield passed(cameras[0].name, where)
        elif loose[0].counted:
            ports = ", ".join(f"slot {c.slot} port: {c.switch.rpartition('-')[2]} {c.port}" for c in loose)
            text = f"a later insertion may move slots {ranges(c.slot for c in loose)}, which now have {ports}"
            yield Row(Outcome.WARN, loose[0].name, where, text)
        else:
            switch = loose[0].switch.rpartition("-")[2]
            text = f"a later insertion may move it: write port: {switch} {loose[0].port}"
            yield Row(Outcome.WARN, loose[0].name, where, text)


RULES = (copper_reach, poe_reserve, poe_port_kept)
