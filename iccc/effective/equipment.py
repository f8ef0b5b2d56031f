"""What holds for a UPS card, call box, loudspeaker, sign board, sensor or server."""

from __future__ import annotations

from iccc.city.devices import City, Equipment, Kind
from iccc.city.model.recorders import ServerEntry
from iccc.city.model.site import CallBox, FieldDevice
from iccc.effective.lines import Lines
from iccc.effective.value import Effective, Source, Value, known, part
from iccc.yamlfile import Where


def equipment(city: City, device: Equipment) -> Effective:
    lines = Lines(city, device)
    entry = lines.entry
    number = Source(f"number {device.number}", entry.where("number"))
    of_site = (lines.site_number(),) if lines.sheet else ()
    identity = [
        lines.named(number, *of_site),
        lines.device_type(Source("", entry.where("device_type"))),
        known("MAC", device.mac, entry.where("mac")),
        known("serial", device.serial, entry.where("serial")),
        *lines.life(),
    ]
    what = str(device.kind).replace("_", " ")
    site = city.sites.get(device.site)
    return Effective(
        device.name,
        str(device.kind),
        f"{what} at {site.name}" if site else f"{what} in the control centre",
        (
            part("Identity", identity),
            part("Network", [*lines.network(number, *_offset(lines, device)), _port(lines, device)]),
            part("Use", _use(lines)),
        ),
    )


def _offset(lines: Lines, device: Equipment) -> tuple[Source, ...]:
    if device.kind is Kind.SERVER:
        return ()
    at = lines.plan("network", "field", "offsets", str(device.kind))
    return (Source(f"offset of {device.kind}", at), lines.site_number())


def _port(lines: Lines, device: Equipment) -> Value:
    entry = lines.entry
    if device.switch is None:
        return Value("port", "none: over 4G", (Source("", entry.where("via")),))
    text = f"{device.switch} {device.port}"
    if isinstance(entry.model, ServerEntry):
        return Value("port", text, (Source("", entry.where("at")),))
    if entry.model.model_fields_set & {"port"}:
        return Value("port", text, (Source("nailed by its entry", entry.where("port")),))
    return Value(
        "port",
        text,
        (
            Source(
                "given out after the kept ports, by number; a later number does not move it",
                entry.where(),
            ),
        ),
    )


def _use(lines: Lines) -> list[Value]:
    """Where it stands and what it is for."""
    model, where = lines.entry.model, lines.entry.where
    values: list[Value] = []
    if isinstance(model, ServerEntry):
        values.append(Value("roles", ", ".join(model.roles), (Source("", where("roles")),)))
    if isinstance(model, FieldDevice):
        values += [known(key, value, where(key)) for key in ("cabinet", "pole") if (value := getattr(model, key))]
    if isinstance(model, CallBox):
        values.append(known("buttons", model.buttons, where("buttons")))
        values.append(
            Value("answered at", ", ".join(model.answered_at) or "nowhere", (Source("", where("answered_at")),))
        )
        cameras = [f"{lines.device.site}-c{slot:02d}" for slot in model.cameras]
        if lines.device.name in lines.city.call_boxes:
            values += _calls(lines.city.call_boxes[lines.device.name], where("answered_at"))
        values.append(Value("cameras", ", ".join(cameras) or "none", (Source("", where("cameras")),)))
        if model.preset is not None:
            values.append(Value("turn to", model.preset, (Source("", where("preset")),)))
    return values


def _calls(box: Equipment, where: Where) -> list[Value]:
    """The telephone of each of its control rooms."""
    found = box.calling.answer_points if box.calling is not None else ()
    return [
        Value(
            "telephone", f"{point.room}: {point.user} at {point.address}:{point.port}, within {point.limit_s} s",
            (Source("answer point", point.where), Source("", where)),
        )
        for point in found
    ]  # fmt: skip
