"""What holds for a site."""

from __future__ import annotations

from collections import Counter

from iccc.city.devices import City, Site
from iccc.city.layers import layers_of_site
from iccc.effective.lines import sheet_of
from iccc.effective.value import Effective, Source, Value, known, layered, part
from iccc.schedule.rows import subnets


def site(city: City, place: Site) -> Effective:
    document, file = sheet_of(city, place)
    where = document.where
    layers = layers_of_site(city.declared, sheet_of(city, place))
    optional = {"name_hi": "Hindi name", "ward": "ward", "police_station": "police station", "main_road": "main road"}
    identity = [
        Value(
            "code", place.code, (Source(f"number {place.number}", where("number")), Source(file.type, where("type")))
        ),
        known("name", file.name, where("name")),
        *(
            known(label, value, where(key))
            for key, label in optional.items()
            if (value := getattr(file, key)) is not None
        ),
        *(layered(key, layers.said(key)) for key in ("status", "phase")),
    ]
    if place.position is not None:
        text = f"{place.position.lat:g}, {place.position.lon:g} ({place.position.precision})"
        identity.append(Value("position", text, (Source("", where("position")),)))
    if place.chain is not None:
        chain = city.chains[place.chain]
        what = "ring" if chain.ring else "spur"
        identity.append(
            Value(
                "chain",
                f"{what} {chain.name}, place {chain.sites.index(place.code) + 1} of {len(chain.sites)}",
                (Source("", chain.where),),
            )
        )
    plan = city.declared.city.document
    nets = [
        Value(
            subnet.name or subnet.net.plan,
            f"VLAN {subnet.vlan or 'none'}, {subnet.net.prefix}, {subnet.used} used, {subnet.free} free",
            (Source(f"network.{subnet.net.plan}", plan.where("network", subnet.net.plan)),),
        )
        for subnet in subnets(city)
        if subnet.site == place.code
    ]
    cameras = Counter((camera.group, camera.where) for camera in city.cameras.values() if camera.site == place.code)
    return Effective(
        place.code,
        "site",
        place.name + (f" ({place.name_hi})" if place.name_hi else "") + f", {place.type}",
        (
            part("Identity", identity),
            part("Networks", nets),
            part("Cameras", [Value(group, str(n), (Source("", at),)) for (group, at), n in cameras.items()]),
            part(
                "Other devices",
                [
                    Value(device.name, f"{device.device_type}, {device.address}", (Source("", device.where),))
                    for device in city.inventory()
                    if device.site == place.code and device.name not in city.cameras
                ],
            ),
        ),
    )
