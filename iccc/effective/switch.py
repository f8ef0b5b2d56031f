"""What holds for a switch."""

from __future__ import annotations

from iccc.city.devices import City, Device, Switch, SwitchPort
from iccc.effective.lines import Lines
from iccc.effective.value import Effective, Source, Value, known, part
from iccc.switch.platforms.cisco_ios.names import order
from iccc.units import ranges
from iccc.yamlfile import Where


def switch(city: City, device: Switch) -> Effective:
    lines = Lines(city, device)
    entry = lines.entry
    own = Source("", entry.where("name"))
    numbers: tuple[Source, ...] = (Source("", entry.where("address")),)
    if lines.sheet is not None:
        own = Source(f"switch {device.name.rpartition('-sw')[2]}", entry.where("number"))
        numbers = (own, lines.site_number())
    identity = [
        lines.named(own, *numbers[1:]),
        lines.device_type(Source("", entry.where("device_type"))),
        Value("role", device.role, (Source("", entry.where("role")),)) if lines.sheet is None else None,
        Value("platform", device.platform, (Source("catalogue", lines.type("platform")),)),
        known("MAC", device.mac, entry.where("mac")),
        known("serial", device.serial, entry.where("serial")),
        *lines.life(),
    ]
    site = city.sites.get(device.site)
    return Effective(
        device.name,
        "switch",
        f"{device.role} switch at {site.name}" if site else f"{device.role} switch in the control centre",
        (
            part("Identity", identity),
            part("Network", [*lines.network(*numbers), *_way(city, device)]),
            part("Power", [_power(lines, device)] if lines.city.catalogue[device.device_type].poe_budget_w else []),
            part("VLANs", _vlans(lines, device)),
            part("Ports", [_port(city, device, device.ports[name]) for name in sorted(device.ports, key=order)]),
        ),
    )


def _way(city: City, device: Switch) -> list[Value]:
    """The chain that it is in, and the next switches towards the core."""
    values = [Value("to the core", ", ".join(device.upstream) or "is the core")]
    if device.chain is not None:
        chain = city.chains[device.chain]
        place = chain.nodes.index(device.name) + 1
        what, medium = "ring" if chain.ring else "spur", chain.medium.replace("_", " ")
        text = f"{what} {chain.name}, node {place} of {len(chain.nodes)}, {medium} {chain.speed_mbps} Mbit/s"
        values.append(Value("chain", text, (Source("", chain.where),)))
    return values


def _power(lines: Lines, device: Switch) -> Value:
    catalogue = lines.city.catalogue
    type_ = catalogue[device.device_type]
    fed = [port.device for port in device.ports.values() if port.poe and port.device]
    watts = sum(catalogue[lines.city.device(name).device_type].pse_w or 0.0 for name in fed)
    limit = type_.poe_budget_w * (1 - type_.poe_headroom)
    text = f"{watts:g} W of {limit:g} W ({type_.poe_budget_w:g} W, {type_.poe_headroom:.0%} kept free)"
    return Value("PoE", text, (Source("catalogue", lines.type("poe_budget_w")),))


def _vlans(lines: Lines, device: Switch) -> list[Value]:
    network = lines.city.declared.city.file.network
    fixed = {network.management.vlan: "management", network.recording.vlan: "recording"}
    if network.servers:
        fixed[network.servers.vlan] = "servers"
    of_site: dict[int | None, tuple[str, Where]] = {}
    for sheet in lines.city.declared.sites:
        number = sheet.document.where("number")
        of_site[network.video.first_vlan + sheet.file.number] = (f"site {sheet.file.number}", number)
        if network.field:
            of_site[network.field.first_vlan + sheet.file.number] = (f"site {sheet.file.number}", number)
    values = []
    for vlan, name in device.vlans.items():
        if vlan in fixed:
            source = Source(f"network.{fixed[vlan]}.vlan", lines.plan("network", fixed[vlan], "vlan"))
        else:
            source = Source(*of_site[vlan])
        values.append(Value(str(vlan), name, (source,)))
    return values


def _port(city: City, device: Switch, port: SwitchPort) -> Value:
    if port.peer_port is not None:
        text = f"trunk to {port.device} {port.peer_port}, VLANs {ranges(port.allowed_vlans or ())}"
        return Value(port.name, text, (Source("", _cable(city, device, port)),))
    hanging: Device = city.device(port.device or "")
    text = f"{hanging.name}, {hanging.kind} {hanging.device_type}, VLAN {port.access_vlan}"
    return Value(port.name, text, (Source("", hanging.where),))


def _cable(city: City, device: Switch, port: SwitchPort) -> Where:
    """The line of core.yaml that lays the cable: a link's, or the ring's or spur's."""
    end = f"{device.name} {port.name}"
    for index, link in enumerate(city.declared.core.file.links):
        if end in (link.a, link.b):
            return city.declared.core.document.where("links", index)
    chain = next(
        link.chain for link in city.links if (device.name, port.name) in ((link.a, link.a_port), (link.b, link.b_port))
    )
    return city.chains[chain or ""].where
