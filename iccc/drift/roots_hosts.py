"""Silent cameras, recorders and other equipment: behind their switch, or one finding each with the port's facts."""

from __future__ import annotations

from collections.abc import Iterator

from iccc.city.devices import Device, Recorder
from iccc.drift.places import place_of
from iccc.drift.roots import Case, Root, evidence, silence, some
from iccc.finding import Class, Finding, Severity


def moved_hosts(case: Case, left: frozenset[str]) -> Iterator[Root]:
    """A silent device that was found at another place: its hardware address stands on another port.

    Reasoning: the finder of topology has seen its address elsewhere, where its VLAN or its power need not be. One fact.
    """
    for finding in case.candidates:
        if finding.class_ is not Class.TOPOLOGY or not finding.seen:
            continue
        if finding.device in left and finding.device not in case.city.switches:
            yield Root(finding, (finding.device,), _at_its_port(case, finding.device))


def unplugged_hosts(case: Case, left: frozenset[str]) -> Iterator[Root]:
    """The finding that a port is down, for a device on it that was not tried.

    Reasoning: with its port down it would not have answered, so both are one fact.
    """
    for name in sorted(left & case.untried):
        at = case.symptoms.get(place_of(case.city.find(name)) or ("", ""), ())
        first = next((f for f in case.candidates if f.id in at and f.class_ is Class.OPERATIONAL), None)
        if first is not None:
            yield Root(first, (name,), at)


def silent_hosts(case: Case, left: frozenset[str]) -> Iterator[Root]:
    """One finding for each silent device that nothing else explains, with what its port shows.

    Reasoning: port down, PoE denied or not delivered, a missing address on the port of a silent camera are how the
    switch sees the same fault, so they are under it. A silent recorder is one finding too, and the cameras that it
    records are affected, not unknown: they answer or not by themselves.
    Limits: the port tells cable or camera apart only as far as power and link do; the text says both and no cause.
    """
    for name in sorted(left & case.silent):
        device = case.city.device(name)
        yield Root(_finding(case, device), (), _at_its_port(case, name))


def not_recorded(case: Case, recorders: set[str]) -> tuple[str, ...]:
    """The cameras that these recorders should record, and that are not silent themselves."""
    cameras = case.city.cameras.values()
    return tuple(c.name for c in cameras if c.recorder in recorders and c.on_the_wire and c.name not in case.silent)


def _finding(case: Case, device: Device) -> Finding:
    seen = silence(case, device.name)
    text = seen[0].value if seen else f"{device.name} does not answer"
    place = place_of(device)
    step = f"Look at {device.name}: its power and its cable."
    if place is not None:
        text += _port_text(case, *place)
        step = f"Look at {device.name}, its power and its cable to {place[0]} {place[1]}."
    if isinstance(device, Recorder):
        text += _recording(case, device)
    past = case.view.past.get(device.name)
    if past is not None and past.on_battery:
        text += f"; it was on battery when it was last read ({past.read_at.isoformat(sep=' ', timespec='minutes')})"
    return Finding(
        device=device.name,
        path="",
        class_=Class.REACH,
        severity=Severity.CRITICAL if isinstance(device, Recorder) else Severity.MAJOR,
        text=text,
        where=str(device.where),
        site=device.site,
        evidence=(*seen, *(evidence(case, *place) if place else ())),
        next_step=step,
    )


def _port_text(case: Case, switch: str, port: str) -> str:
    """What the port shows: ``; bsp-j01-sw1 GigabitEthernet1/1: the port delivers power, its link is up``."""
    if not case.looked_at(switch):
        return f"; {switch} was not looked at"
    if switch in case.silent:
        return f"; the management of {switch} is silent, so its port was not seen"
    facts = case.facts(switch, port)
    if facts is None:
        return ""
    seen = []
    if facts.poe_delivering is not None:
        seen.append("the port delivers power" if facts.poe_delivering else "the port delivers no power")
    if facts.poe_denied:
        seen.append("power is asked for and denied")
    if facts.admin_up is False:
        seen.append("it is shut")
    elif facts.oper_up is not None:
        seen.append("its link is up" if facts.oper_up else "its link is down")
    return f"; {switch} {port}: {', '.join(seen)}" if seen else ""


def _recording(case: Case, recorder: Recorder) -> str:
    cameras = [camera.name for camera in case.city.recorded_by(recorder.name)]
    if (away := case.city.failed_over(recorder.name)) is not None:
        count = sum(1 for camera in case.city.recorded_by(away.to) if camera.home == recorder.name)
        return f"; its {count} cameras are on {away.to} since {away.since} ({away.where})"
    if not cameras:
        return "; no camera is recorded there" if not recorder.standby else "; it is a standby"
    return f"; {len(cameras)} cameras are not recorded: {some(cameras)}"


def _at_its_port(case: Case, name: str) -> tuple[str, ...]:
    place = place_of(case.city.find(name))
    own = tuple(f.id for f in case.candidates if _on_itself(f, name))
    return own if place is None else (*case.symptoms.get(place, ()), *own)


def _on_itself(finding: Finding, name: str) -> bool:
    """What a finder says missing of the device itself, when the device is silent."""
    return finding.device == name and finding.class_ is Class.TOPOLOGY and not finding.seen
