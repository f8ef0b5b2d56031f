"""Values of one device: its serial number, its hardware address, its port, its stream."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from iccc.adopt.case import Adoption, Case, Refused, Step
from iccc.adopt.entry import put_mac, put_own
from iccc.adopt.shared import everywhere
from iccc.adopt.value import leaf, words
from iccc.city.devices import Camera, City, Recorder, StreamProfile
from iccc.entries import entries
from iccc.yamledit import Edit, flow, put, put_after

STREAM = ("codec", "width_px", "height_px", "fps", "bitrate_kbps", "gop")
_SHORT = {"codec": "{}", "width_px": "w{}", "height_px": "h{}", "fps": "{}fps", "bitrate_kbps": "{}k", "gop": "gop{}"}


def serial(case: Case, _found: Sequence[str]) -> Adoption:
    """The serial number that the device tells."""
    return _of_entry(case, "serial", str(case.finding.seen))


def mac(case: Case, _found: Sequence[str]) -> Adoption:
    """The hardware address of the device."""
    return _of_entry(case, "mac", str(case.finding.seen).lower())


def _of_entry(case: Case, key: str, value: str) -> Adoption:
    device, entry = case.device, case.entry
    if isinstance(device, Camera):
        edit = put_mac(device.slot, value) if key == "mac" else put_own(device.slot, key, value)
    else:
        edit = put((*entry.path, key), value)
    steps = (Step(entry.document.file, edit),)
    return Adoption(steps, frozenset({device.name}), lambda city: getattr(city.device(device.name), key) == value)


def port(case: Case, _found: Sequence[str]) -> Adoption:
    """The port where a device hangs. A camera is nailed to it; it stays at its site, whose number names it."""
    device = case.device
    switch_name, _, port_name = str(case.finding.seen).partition(" ")
    switch = case.city.switches.get(switch_name)
    if switch is None or port_name not in switch.all_ports:
        raise Refused(device.where, f"{words(case.finding.seen)} is no port of a declared switch")
    steps: Step
    if isinstance(device, Camera):
        if switch.site != device.site:
            raise Refused(
                device.where,
                f"{switch_name} stands at {switch.site}: a camera that was moved to another site is declared there, "
                f"with a slot of that site, and removed here; its name and address change with that",
            )
        number = int(switch_name.rpartition("-sw")[2])
        steps = Step(case.entry.document.file, put_own(device.slot, "port", f"sw{number} {port_name}"))
    elif isinstance(device, Recorder):
        steps = Step(case.entry.document.file, put((*case.entry.path, "at"), f"{switch_name} {port_name}"))
    else:
        raise Refused(device.where, "write the port here by hand, and check that nothing else is declared on it")
    there = switch.ports.get(port_name)
    other = there.device if there is not None else None
    if other is not None and not any(one.device == other and one.path == "port" for one in case.together):
        raise Refused(
            case.city.device(other).where,
            f"{other} is declared on {switch_name} {port_name}: adopt where it hangs together with this, "
            f"or plug {device.name} where it is declared",
        )
    old = device.switch

    def holds(city: City) -> bool:
        now = city.device(device.name)
        return isinstance(now, Camera | Recorder) and (now.switch, now.port) == (switch_name, port_name)

    return Adoption((steps,), frozenset({device.name, switch_name, old}), holds)


def kept_in_place(before: City, after: City, adopted: frozenset[str]) -> Iterator[Adoption]:
    """Nails the cameras that would get another port because one of their site was nailed: no cable has moved."""
    lines = entries(before.declared)
    for name, camera in before.cameras.items():
        now = after.cameras.get(name)
        if now is None or name in adopted or (now.switch, now.port) == (camera.switch, camera.port):
            continue
        at = f"sw{int(camera.switch.rpartition('-sw')[2])} {camera.port}"
        step = Step(lines[camera.where].document.file, put_own(camera.slot, "port", at))
        yield Adoption((step,), frozenset({name}), lambda _city: True)


def stream(case: Case, found: Sequence[str]) -> Adoption:
    """One setting of an encoder: its stream is changed when all its users show the same, else it gets another stream.

    What is adopted together of one encoder makes one stream.
    """
    role, key = found
    camera = case.device
    assert isinstance(camera, Camera)
    document, old = case.city.declared.city.document, camera.streams[role]
    alike = {
        other.name: case.finding.path
        for other in case.city.cameras.values()
        if other.on_the_wire and other.streams[role].name == old.name
    }
    both = any(c.streams[r].name == old.name for c in case.city.cameras.values() for r in c.streams if r != role)
    if not both and all(_shows(case, name, path) for name, path in alike.items()):
        return everywhere(case, document, ("streams", old.name, key), case.finding.seen, alike)
    prefix = f"encoders[{role}]."
    mine = [one for one in case.together if one.device == camera.name and one.path.startswith(prefix)]
    asked = {one.path.removeprefix(prefix): one.seen for one in mine}
    if mine[0] is not case.finding:  # said with the first of them
        return Adoption((), frozenset({camera.name}), lambda _city: True)
    return _other_stream(case, camera, role, old, asked)


def _shows(case: Case, device: str, path: str) -> bool:
    one = case.standing.get((device, path))
    return one is not None and one.seen == case.finding.seen


def _other_stream(case: Case, camera: Camera, role: str, old: StreamProfile, asked: dict[str, Any]) -> Adoption:
    """``main: x`` at the camera, where x is a stream of the city as it was seen, made if there is none."""
    city = case.city.declared.city
    wanted = {key: asked.get(key, getattr(old, key)) for key in STREAM}
    name = next((name for name, one in city.file.streams.items() if one.model_dump() == wanted), None)
    steps: list[Step] = []
    if name is None:
        name = "-".join([old.name, *(_SHORT[key].format(value) for key, value in asked.items())]).lower()
        if name in city.file.streams or len(name) > 32:
            raise Refused(old.where, f"write a stream with {words([f'{k}: {v}' for k, v in asked.items()])} here")
        steps.append(Step(city.document.file, _new_stream(old.name, name, wanted)))
    steps.append(Step(case.entry.document.file, put_own(camera.slot, role, name)))

    def holds(after: City) -> bool:
        now = leaf(after, camera.name, f"encoders[{role}]")
        return all(now[key] == value for key, value in asked.items())

    return Adoption(tuple(steps), frozenset({camera.name}), holds)


def _new_stream(neighbour: str, name: str, wanted: dict[str, Any]) -> Edit:
    return put_after(("streams", neighbour), name, flow(wanted))
