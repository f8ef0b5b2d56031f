"""What holds for a camera."""

from __future__ import annotations

from iccc.city.devices import Camera, City, StreamProfile
from iccc.city.layers import Layers, layers_of_camera
from iccc.city.model.site import CameraEntry, PresetPosition
from iccc.effective.lines import Lines
from iccc.effective.settings import dns, dot1x, held, imaging, metadata, osd, protocols, rules, sent, time, users
from iccc.effective.value import Effective, Source, Value, known, layered, part


def camera(city: City, device: Camera) -> Effective:
    lines = Lines(city, device)
    entry, sheet = lines.entry, lines.sheet
    assert isinstance(entry.model, CameraEntry) and sheet is not None
    layers = layers_of_camera(city.declared, sheet, int(entry.path[-1]))
    slot = Source(f"slot {device.slot}", entry.where("slot"))
    group = Source(f"groups.{device.group}", lines.plan("groups", device.group, "device_type"))
    site = city.sites[device.site]
    hindi = f" ({site.name_hi})" if site.name_hi else ""
    identity = [
        lines.named(slot, lines.site_number()),
        lines.device_type(group),
        Value("group", device.group, (Source("", entry.where("group")),)),
        known("MAC", device.mac, entry.mac(device.slot)),
        known("serial", device.serial, entry.where("serial")),
        *(layered(key, layers.said(key)) for key in ("owner", "status", "phase")),
        held(device.hold),
    ]
    place = [
        Value("site", f"{site.name}{hindi}, {site.type}", (Source("", sheet.document.where("name")),)),
        known("pole", entry.model.pole, entry.where("pole")) if entry.model.pole else None,
        known("azimuth", entry.model.azimuth_deg, entry.where("azimuth_deg"), "°") if entry.model.azimuth_deg else None,
        *(layered(key, layers.said(key)) for key in ("view", "audio")),
    ]
    return Effective(
        device.name,
        "camera",
        f"{device.group} camera at {site.name}{hindi}",
        (
            part("Identity", identity),
            part("Place", place),
            part("Network", [*lines.network(slot, lines.site_number()), *_port(lines, device, entry.model, layers)]),
            part("Video", [*(_stream(layers, *stream) for stream in device.streams.items()), *sent(city, device)]),
            part("Recording", _recording(lines, device, layers)),
            part("Users", users(city.camera_users)),
            part("Time", time(city)),
            part("DNS", dns(city)),
            part("Metadata of streams", metadata(city)),
            part("On-screen display", osd(city)),
            part("Privacy masks", [_mask(device, name) for name in device.masks]),
            part("Imaging", _imaging(city, device, layers)),
            part("Rules", _rules(city, device, layers)),
            part("PTZ presets", [_preset(device, name, at) for name, at in device.presets.items()]),
            part("Protocols", [*protocols(city), *dot1x(city)]),
        ),
    )


def _preset(device: Camera, name: str, at: PresetPosition | None) -> Value:
    text = f"pan {at.pan:g}, tilt {at.tilt:g}, zoom {at.zoom:g}" if at else "absent"
    return Value(name, text, tuple(Source("", where) for where in device.origins[f"presets.{name}"]))


def _mask(device: Camera, name: str) -> Value:
    corners = ", ".join(f"({x:g}, {y:g})" for x, y in device.masks[name])
    return Value(name, corners, tuple(Source("", where) for where in device.origins[f"masks.{name}"]))


def _port(lines: Lines, device: Camera, entry: CameraEntry, layers: Layers) -> list[Value]:
    """The switch port, and why it is that one."""
    if entry.port is not None:
        why = Source("nailed by its entry", lines.entry.where("port"))
    elif device.kept:
        last = entry.slot + entry.ports - 1
        why = Source(f"one of {entry.ports} kept for slots {entry.slot} to {last}", lines.entry.where("ports"))
    else:
        why = Source("left over by all that keep ports: what is added can move it", lines.entry.where())
    pse_w = lines.city.catalogue[device.device_type].pse_w or 0.0
    cable = layered("cable", layers.said("cable_m"))
    return [
        Value("port", f"{device.switch} {device.port}", (why,)),
        Value("PoE", f"{pse_w:g} W at the port", (Source("catalogue", lines.type("pse_w")),)),
        Value(cable.key, f"{device.cable_m:g} m" if device.cable_m else cable.text, cable.sources, cable.overrides),
    ]


def _stream(layers: Layers, role: str, stream: StreamProfile) -> Value:
    text = (
        f"{stream.name}: {stream.codec} {stream.width_px}×{stream.height_px}, {stream.fps} fps, "
        f"{stream.bitrate_kbps} kbit/s, GOP {stream.gop}"
    )
    return layered(role, layers.said(role), text, Source(f"streams.{stream.name}", stream.where))


def _imaging(city: City, device: Camera, layers: Layers) -> list[Value]:
    if device.imaging is None:
        return []
    return [layered("profile", layers.said("imaging")), *imaging(city, device.imaging)]


def _rules(city: City, device: Camera, layers: Layers) -> list[Value]:
    if device.rules is None:
        return []
    return [layered("profile", layers.said("rules")), *rules(city, device.rules)]


def _recording(lines: Lines, device: Camera, layers: Layers) -> list[Value]:
    recorder = lines.city.recorders.get(device.recorder)
    at = (Source(recorder.address, recorder.where),) if recorder else ()
    days = lines.plan("retention", device.retention, "days")
    edge = [layered("edge recording", layers.said("edge_recording"))] if device.edge_recording is not None else []
    return [
        layered("recorder", layers.said("recorder"), device.recorder or "unknown", *at),
        known("channel", device.channel, lines.entry.where("channel")),
        layered(
            "retention",
            layers.said("retention"),
            f"{device.retention}: {device.retention_days or 'unknown'} days",
            Source(f"retention.{device.retention}", days),
        ),
        *edge,
    ]
