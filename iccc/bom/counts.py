"""What a bill counts in one phase: devices, places, lengths, people; each number with where it comes from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from iccc.city.devices import Camera, Chain, City, Device, Equipment, Kind, Site, Switch
from iccc.city.figures import sizing_of
from iccc.city.model.assumptions import Sizing
from iccc.city.model.boq import COUNTED
from iccc.city.model.common import Lifecycle
from iccc.city.model.core import Carrier
from iccc.sizing.city import Line, size
from iccc.sizing.fibre import joints
from iccc.sizing.result import Value
from iccc.units import are, plural

CENTRE = "core"  # the site of what stands in the centre
# What sizing works out for the whole city: its names there. A phase has what it adds to the phases before it.
SIZED: Mapping[str, tuple[str, ...]] = {
    "drives": ("drives_in_recorders", "drives_in_standbys"),
    "racks": ("racks",),
    "displays": ("displays",),
    "seats": ("seats",),
    "operators": ("operators",),
    "technicians": ("technicians",),
    "kwh_month": ("field_kwh_month", "centre_kwh_month"),
}
VMS = "vms_servers"  # a result of sizing too
OWN, LEASED, RADIO_4G = "own_fibre", "leased", "4g"


@dataclass
class Counts:
    """Numbers by name. ``of`` a name: each place with its share; the shares add up to the number.

    ``at``: what of that stands at which site. The rest stands at none: fibre of rings, people, energy.
    """

    notes: list[str] = field(default_factory=list)
    _of: dict[str, dict[str, float]] = field(default_factory=lambda: defaultdict(dict))
    _at: dict[str, dict[str, float]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, name: str, place: object, number: float = 1, *, site: str = "") -> None:
        if number:
            shares = self._of[name]
            shares[str(place)] = shares.get(str(place), 0) + number
            if site:
                here = self._at[name]
                here[site] = here.get(site, 0) + number

    def of(self, name: str) -> Mapping[str, float]:
        return self._of.get(name, {})

    def at(self, name: str) -> Mapping[str, float]:
        return self._at.get(name, {})


class Sized:
    """What sizing works out for the phases up to one, and what that adds to those before it.

    ``expected``: in the expected case, and not at the design maximum. ``figures`` are those of the case.
    """

    def __init__(
        self, figures: Sizing, lines: Iterable[Line] = (), before: Sized | None = None, *, expected: bool = False
    ) -> None:
        self._lines = {(line.name, line.scope): line for line in lines}
        self._expected = expected
        self.figures = figures
        self.before = before  # of the phases before; None for the first

    def line(self, name: str, scope: str = "") -> Line | None:
        return self._lines.get((name, scope))

    def value(self, name: str, scope: str = "") -> Value | None:
        """In the case that is counted; None when it is not known."""
        line = self.line(name, scope)
        if line is None:
            return None
        return line.expected.value if self._expected else line.design.value

    def added(self, name: str) -> float:
        """What of a number the phase adds; a number that is not known counts as none."""
        before = self.before.value(name) if self.before else None
        values = [value if isinstance(value, int | float) else 0 for value in (self.value(name), before)]
        return max(0, values[0] - values[1])


def count(city: City, devices: Sequence[Device], phase: str, sized: Sized, *, whole: bool) -> Counts:
    """What belongs to ``phase`` of these devices and their sites.

    ``sized`` is of all devices up to this phase. ``whole``: the devices are a whole city's, and what belongs to none of
    its sites is counted too: fibre of rings, rooms, people, third parties' cameras.
    """
    counts = Counts()
    here = [device for device in devices if device.phase == phase]
    standing = [device for device in here if device.status is not Lifecycle.DECOMMISSIONED]
    for device in here:
        if device.status is Lifecycle.DECOMMISSIONED:
            counts.add("dismantled", device.where, site=device.site)
    _devices(standing, counts)
    codes = {device.site for device in standing}
    sites = [site for site in city.sites.values() if site.code in codes and site.phase == phase]
    for site in sites:
        _site(city, site, [device for device in standing if device.site == site.code], sized, counts)
    _without_poles(sites, standing, counts)
    _optics(city, {device.name for device in standing if isinstance(device, Switch)}, counts)
    cores = [switch for switch in city.switches.values() if switch.role == "core"]
    if cores and cores[0] in standing:
        counts.add("centres", cores[0].where)
    if not whole:
        _add_sized(counts, "kwh_month", "field_kwh_month", sized)
    else:
        _chains(city, {site.code for site in sites}, sized, counts)
        _sized(city, sized, counts)
        _third_parties(city, phase, counts)
        _buses(city, phase, counts)
    return counts


def _devices(standing: Sequence[Device], counts: Counts) -> None:
    for device in standing:
        counts.add("devices", device.where, site=device.site)
        counts.add(str(device.kind), device.where, site=device.site)
        counts.add(device.device_type, device.where, site=device.site)
        if isinstance(device, Switch) and device.role == "access":
            counts.add("access_switches", device.where, site=device.site)
        if isinstance(device, Equipment) and device.site != CENTRE and device.switch is None:
            counts.add("links_4g", device.where, site=device.site)
    cameras = [device for device in standing if isinstance(device, Camera)]
    for camera in cameras:
        if camera.edge_recording:
            counts.add("edge_recording_cameras", camera.where, site=camera.site)
        place = camera.origins["cable_m"][0] if camera.cable_m else ""
        counts.add("copper_m", place, camera.cable_m or 0, site=camera.site)
    if unknown := sum(camera.cable_m is None for camera in cameras):
        counts.notes.append(f"{plural(unknown, 'camera')} {are(unknown)} without cable_m: their copper is not counted")


def _site(city: City, site: Site, devices: Sequence[Device], sized: Sized, counts: Counts) -> None:
    """Civil works and power of a site; where it declares no cabinets or UPS, one of each for its switches."""
    counts.add("sites", site.where, site=site.code)
    document, file = next(sheet for sheet in city.declared.sites if sheet.file.number == site.number)
    for index, pole in enumerate(site.poles):
        where = document.where("poles", index)
        if f"poles_{pole.type}" in COUNTED:
            counts.add(f"poles_{pole.type}", where, site=site.code)
            counts.add("poles", where, site=site.code)
    cameras = sum(isinstance(device, Camera) for device in devices)
    for index, cabinet in enumerate(site.cabinets):
        where = document.where("cabinets", index)
        counts.add("cabinets", where, site=site.code)
        counts.add("connections", where, site=site.code)
        counts.add("earthing_pits", where, cabinet.earthing_pits, site=site.code)
        counts.add("surge_power", where, "power" in cabinet.surge_protection, site=site.code)
        counts.add("door_sensors", where, cabinet.door_sensor, site=site.code)
    if any("ethernet" in cabinet.surge_protection for cabinet in site.cabinets):
        counts.add("surge_ethernet", site.where, cameras, site=site.code)
    if not any(isinstance(device, Switch) for device in devices):
        return
    if not site.cabinets:
        place = f"{site.where}, which declares none: one for its switches"
        for name, number in (("cabinets", 1), ("connections", 1), ("earthing_pits", 2), ("surge_power", 1)):
            counts.add(name, place, number, site=site.code)
        counts.add("surge_ethernet", place, cameras, site=site.code)
    if not any(cabinet.ups for cabinet in file.cabinets):
        _ups_of_sizing(city, site, sized, counts)
    for device in devices:
        if device.kind is Kind.UPS:
            _blocks(city, device.device_type, str(device.where), site.code, sized, counts)


def _without_poles(sites: Sequence[Site], standing: Sequence[Device], counts: Counts) -> None:
    with_cameras = {device.site for device in standing if isinstance(device, Camera)}
    bare = [site for site in sites if not site.poles and site.code in with_cameras]
    if bare:
        declare = "declares" if len(bare) == 1 else "declare"
        codes = ", ".join(site.code for site in bare)
        counts.notes.append(
            f"{plural(len(bare), 'site')} {declare} cameras and no poles, and none are counted: {codes}"
        )


def _ups_of_sizing(city: City, site: Site, sized: Sized, counts: Counts) -> None:
    name = sized.value("ups_type", site.code)
    if not isinstance(name, str):
        counts.notes.append(f"{site.code} declares no UPS, and no type of the catalogue is large enough ({site.where})")
        return
    place = f"{site.where}, which declares none: ups_type {site.code} of the sizing"
    counts.add(name, place, site=site.code)
    counts.add(str(Kind.UPS), place, site=site.code)
    _blocks(city, name, place, site.code, sized, counts)


def _blocks(city: City, device_type: str, place: str, site: str, sized: Sized, counts: Counts) -> None:
    bus = city.catalogue[device_type].dc_bus_v
    if bus is None:
        counts.notes.append(f"{device_type} has no dc_bus_v in the catalogue: its battery blocks are not counted")
    else:
        counts.add("battery_blocks", place, bus / sized.figures.block_v, site=site)


def _optics(city: City, switches: set[str], counts: Counts) -> None:
    """A transceiver at each end of a link that is on one of the switches."""
    core = city.declared.core.file
    carriers: Mapping[str, Carrier] = {chain.name: chain for chain in (*core.rings, *core.spurs)}
    for link in city.links:
        if link.chain is not None and (transceiver := carriers[link.chain].transceiver):
            ends = [end for end in (link.a, link.b) if end in switches]
            _optic(city, transceiver, ends, str(city.chains[link.chain].where), counts)
    for index, entry in enumerate(core.links):
        if entry.transceiver:
            ends = [name for end in (entry.a, entry.b) if (name := end.partition(" ")[0]) in switches]
            _optic(city, entry.transceiver, ends, str(city.declared.core.document.where("links", index)), counts)


def _optic(city: City, transceiver: str, ends: Sequence[str], where: str, counts: Counts) -> None:
    for end in ends:
        for name in (transceiver, str(city.catalogue[transceiver].kind), "fibre_ends"):
            counts.add(name, where, site=city.switches[end].site)


def _chains(city: City, sites: set[str], sized: Sized, counts: Counts) -> None:
    """Fibre and hired lines; a ring or spur belongs to the phase of its first site."""
    for chain in city.chains.values():
        if not chain.sites or chain.sites[0] not in sites:
            continue
        if chain.medium == OWN:
            _fibre(chain, sized, counts)
        elif chain.medium == LEASED:
            counts.add("leased_links", chain.where)
        elif chain.medium == RADIO_4G:
            counts.add("links_4g", chain.where)


def _fibre(chain: Chain, sized: Sized, counts: Counts) -> None:
    length = sized.value("fibre_m", chain.name)
    if not isinstance(length, int | float):
        counts.notes.append(f"{chain.name} declares no spans_m: its fibre and route are not counted ({chain.where})")
        return
    counts.add("fibre_m", f"{chain.where}, fibre_m {chain.name} of the sizing", length)
    counts.add("route_m", chain.where, sum(chain.spans_m))
    counts.add("fibre_joints", chain.where, joints(chain.spans_m, sized.figures.splice_every_m))


def _sized(city: City, sized: Sized, counts: Counts) -> None:
    """People, rooms, drives and energy, as the case has them; servers, where none is declared for the pictures."""
    if sized.value("storage_net_tb") is None:
        counts.notes.append("days of retention are declared as unknown: drives are not counted")
    elif sized.value("drives_in_recorders") is None:
        counts.notes.append("the recorder of some cameras is declared as unknown: drives are not counted")
    for name, parts in SIZED.items():
        for part in parts:
            _add_sized(counts, name, part, sized)
    if (server := sized_server(city)) is not None:
        place = f"no server with the role vms is declared: {VMS} of the sizing"
        for name in (server, str(Kind.SERVER)):
            counts.add(name, place, sized.added(VMS))


def sized_server(city: City) -> str | None:
    """The device type of servers for the pictures where sizing says how many; None where servers are declared."""
    servers = [name for name, type_ in city.catalogue.items() if type_.kind is Kind.SERVER]
    declared = any("vms" in device.roles for device in city.equipment.values())
    return servers[0] if len(servers) == 1 and not declared else None


def _add_sized(counts: Counts, name: str, part: str, sized: Sized) -> None:
    counts.add(name, f"{part} of the sizing", sized.added(part))


def _third_parties(city: City, phase: str, counts: Counts) -> None:
    """Cameras of others that the phase is to link. A number within another head's counts there."""
    for document, file in city.declared.third_party:
        for index, entry in enumerate(file.counts):
            if entry.phase != phase or entry.within is not None:
                continue
            where = document.where("counts", index)
            if isinstance(entry.cameras, int):
                counts.add("third_party_cameras", where, entry.cameras)
            else:
                counts.notes.append(f"the cameras of {file.head} are not known, and not counted ({where})")


def _buses(city: City, phase: str, counts: Counts) -> None:
    if city.declared.buses is None:
        return
    document, file = city.declared.buses
    for name, fleet in file.fleets.items():
        if fleet.phase != phase:
            continue
        where = document.where("fleets", name)
        if isinstance(fleet.buses, int):
            counts.add(fleet.device_type, where, fleet.buses)
            counts.add(str(city.catalogue[fleet.device_type].kind), where, fleet.buses)
        else:
            counts.notes.append(f"the buses of {name} are not known, and not counted ({where})")


def phases(
    city: City, devices: Sequence[Device], *, whole: bool, expected: bool = False
) -> Iterator[tuple[str, Sized]]:
    """The phases that have something to count, in the order of city.yaml, each with what sizing says up to it."""
    figures = sizing_of(city.expected_figures) if expected else city.sizing
    used = {device.phase for device in devices}
    if whole:
        used |= {entry.phase for sheet in city.declared.third_party for entry in sheet.file.counts}
        if city.declared.buses is not None:
            used |= {fleet.phase for fleet in city.declared.buses.file.fleets.values()}
    done: set[str] = set()
    sized: Sized | None = None
    for phase in city.phases:
        if phase in used:
            done.add(phase)
            so_far = [device for device in devices if device.phase in done]
            sized = Sized(figures, size(city, so_far) if so_far else (), sized, expected=expected)
            yield phase, sized
