"""The cameras of a site: their addresses, streams and effective values, each on the port that it got."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from ipaddress import IPv4Network
from unicodedata import normalize

from iccc.city.addresses import DoesNotFit, gateway_of, host
from iccc.city.calling import turned_to
from iccc.city.declared import Declared, Mistakes, Sheet
from iccc.city.devices import Camera, Kind, Origins, Site, StreamProfile, SwitchPort
from iccc.city.layers import Given, layers_of_camera
from iccc.city.model.site import SiteFile
from iccc.city.placement import Outlet
from iccc.explain import one_of
from iccc.units import ranges
from iccc.yamlfile import Where

UNKNOWN = "unknown"  # declared not to be known
NEEDED = ("status", "phase", "retention", "main", "sub", "recorder")


def build_cameras(
    declared: Declared,
    sheet: Sheet[SiteFile],
    site: Site,
    slots: Mapping[int, int],
    outlets: Mapping[int, Outlet],
    prefix: IPv4Network,
    mistakes: Mistakes,
) -> list[Camera]:
    """The cameras that got a port. What cannot be built is left out. ``prefix`` is the site's video subnet."""
    document, file = sheet
    plan = declared.city.file.network.video
    entries = {index: _entry(declared, sheet, site, index, mistakes) for index in dict.fromkeys(slots.values())}
    cameras: list[Camera] = []
    homeless: list[int] = []
    for slot, index in slots.items():
        entry = entries[index]
        if slot >= file.cameras[index].slot + file.cameras[index].count or slot not in outlets:
            continue
        try:
            address = host(prefix, plan.first_host + slot - 1, plan.gateway_host)
        except DoesNotFit:
            homeless.append(slot)
            continue
        if entry is not None:
            cameras.append(entry.camera(slot, outlets[slot], address, prefix))
    if homeless:
        first = 2 if plan.gateway_host == 1 else 1
        last = prefix.num_addresses - 2
        text = f"no address for slots {ranges(homeless)}: {prefix} holds hosts {first} to {last}"
        if plan.gateway_host != 1:
            text += f", {plan.gateway_host} is the gateway"
        path = ("cameras", slots[homeless[0]], "slot")
        mistakes.add(document, path, f"{text}, and slot 1 is host {plan.first_host} (network of city.yaml)")
    return cameras


class _Entry:
    """What all cameras of one entry share."""

    def __init__(self, declared: Declared, sheet: Sheet[SiteFile], site: Site, index: int, given: dict[str, Given]):
        city = declared.city
        self._code = city.file.city.code
        self._gateway_host = city.file.network.video.gateway_host
        self._site = site
        self._file = sheet.file
        self._declared = sheet.file.cameras[index]
        self._where = sheet.document.where("cameras", index)
        self._given = given
        self._device_type = city.file.groups[self._declared.group].device_type
        known = declared.catalogue.file.device_types.get(self._device_type)
        self._stream_path = known.stream_path if known else None
        days = city.file.retention[given["retention"].value].days
        self._days = days if isinstance(days, int) else 0
        self._streams = {
            role: StreamProfile(
                name=given[role].value,
                **city.file.streams[given[role].value].model_dump(),
                where=city.document.where("streams", given[role].value),
            )
            for role in ("main", "sub")
        }
        slot = (sheet.document.where("cameras", index, "slot"), sheet.document.where("number"))
        port = ("port",) if self._declared.port else ()
        entry = self._declared
        absent = {normalize("NFC", name): number for number, name in enumerate(entry.absent_presets)}
        self._presets = {normalize("NFC", name): at for name, at in entry.presets.items()} | dict.fromkeys(absent)
        presets: dict[str, tuple[str | int, ...]] = {
            normalize("NFC", name): ("presets", name) for name in entry.presets
        }
        presets |= {name: ("absent_presets", number) for name, number in absent.items()}
        self._origins: Origins = {
            **{key: (value.where,) for key, value in given.items() if value.where},
            **{f"{role}.{key}": (self._streams[role].where,) for role in self._streams for key in ("codec", "bitrate")},
            **{f"presets.{name}": (sheet.document.where("cameras", index, *at),) for name, at in presets.items()},
            "name": slot,
            "address": (*slot, city.document.where("network", "video")),
            "vlan": (sheet.document.where("number"), city.document.where("network", "video", "first_vlan")),
            "port": (sheet.document.where("cameras", index, *port),),
            "device_type": (city.document.where("groups", self._declared.group, "device_type"),),
            **{f"masks.{key}": (sheet.document.where("cameras", index, "masks", key),) for key in self._declared.masks},
            "retention_days": (city.document.where("retention", given["retention"].value, "days"),),
        }

    def camera(self, slot: int, outlet: Outlet, address: str, prefix: IPv4Network) -> Camera:
        entry, given, site = self._declared, self._given, self._site
        cable = given.get("cable_m")
        return Camera(
            name=f"{site.code}-c{slot:02d}",
            kind=Kind.CAMERA,
            owner=given["owner"].value,
            address=address,
            site=site.code,
            device_type=self._device_type,
            status=given["status"].value,
            phase=given["phase"].value,
            where=self._where,
            slot=slot,
            group=entry.group,
            site_name=site.name,
            switch=outlet.switch,
            port=outlet.port,
            vlan=site.video_vlan,
            mac=entry.mac or entry.macs.get(slot),
            recorder="" if given["recorder"].value == UNKNOWN else f"{self._code}-rec{given['recorder'].value:02d}",
            streams=self._streams,
            retention=given["retention"].value,
            retention_days=self._days,
            imaging=imaging.value if (imaging := given.get("imaging")) else None,
            rules=rules.value if (rules := given.get("rules")) else None,
            edge_recording=edge.value if (edge := given.get("edge_recording")) else None,
            view=given["view"].value,
            audio=given["audio"].value,
            cable_m=cable.value if cable else None,
            masks=entry.masks,
            serial=entry.serial,
            channel=entry.channel,
            stream_path=self._stream_path,
            kept=entry.port is not None or slot < entry.slot + entry.ports,
            counted="count" in entry.model_fields_set,
            presets=self._presets,
            turned_to=turned_to(self._file, slot),
            prefix_length=prefix.prefixlen,
            gateway=gateway_of(prefix, self._gateway_host),
            reached_at=str(entry.reached_at[slot]) if slot in entry.reached_at else None,
            origins=self._origins,
        )


def _entry(declared: Declared, sheet: Sheet[SiteFile], site: Site, index: int, mistakes: Mistakes) -> _Entry | None:
    """The entry, if its effective values are whole and known."""
    city = declared.city.file
    given = layers_of_camera(declared, sheet, index).all()
    missing = [key for key in NEEDED if key not in given and key not in ("status", "phase")]
    for key in missing:
        text = f"{key!r} is missing here, and no defaults of its site, site type, group or city give one"
        mistakes.add(sheet.document, ("cameras", index), text)
    whole = not missing and "status" in given and "phase" in given
    known: dict[str, Iterable[str]] = {
        "retention": city.retention,
        "imaging": city.imaging,
        "rules": city.rules,
        "main": city.streams,
        "sub": city.streams,
        "phase": city.phases,
    }
    for key, names in known.items():
        value = given.get(key)
        if value is not None and value.value not in names:
            what = "stream" if key in ("main", "sub") else key
            mistakes.add_at(_line(value.where), f"{what} {one_of(value.value, names)}")
            whole = False
    return _Entry(declared, sheet, site, index, given) if whole else None


def _line(where: Where | None) -> Where:
    assert where is not None  # only a file can name something unknown
    return where


def port_of(camera: Camera) -> SwitchPort:
    """The switch port of a camera."""
    return SwitchPort(
        name=camera.port,
        mode="access",
        description=f"{camera.name} {camera.group}",
        access_vlan=camera.vlan,
        allowed_vlans=None,
        poe=True,
        device=camera.name,
        peer_port=None,
        where=camera.where,
    )
