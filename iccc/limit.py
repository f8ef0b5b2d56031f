"""``--limit``: which devices a command is about. The same names are pyinfra's groups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from iccc.city.devices import Camera, City, Device, Kind, Recorder, Switch
from iccc.errors import UsageError
from iccc.explain import did_you_mean

PLURAL = {Kind.SWITCH: "switches", Kind.CALL_BOX: "call_boxes", Kind.UPS: "ups", Kind.PA: "pa"}


def groups(device: Device) -> list[str]:
    """The groups of a device: ``cameras``, ``kind:camera``, junction, ``phase:…``, ring, camera group, ``switch:…``."""
    names = [PLURAL.get(device.kind, f"{device.kind}s"), f"kind:{device.kind}", device.site]
    names += [f"phase:{device.phase}", f"owner:{device.owner}"]
    if isinstance(device, Camera):
        names += [device.group, f"switch:{device.switch}", f"recorder:{device.recorder}"]
    if isinstance(device, Recorder):
        names.append(f"type:{device.recorder_type}")
    if isinstance(device, Switch):
        names.append(device.role)
        if device.chain:
            names.append(device.chain)
    return names


def select(city: City, limits: Sequence[str], among: Iterable[Device] | None = None) -> list[Device]:
    """The devices that any of ``limits`` names, in deploy order; all of them without limits.

    ``among`` is what they are taken from: all devices with a driver when it is None. A limit is a name, a glob or a
    group; ``a&b`` wants both. One that matches nothing is a UsageError.
    """
    devices = list(city.devices() if among is None else among)
    if not limits:
        return devices
    names = {device.name: words_of(device) for device in devices}
    chosen: set[str] = set()
    for limit in limits:
        matched = {name for name, words in names.items() if fits(limit, words)}
        if not matched:
            known = sorted({word for words in names.values() for word in words})
            raise UsageError(f"--limit {limit!r} matches nothing in {city.key}{did_you_mean(limit, known)}")
        chosen |= matched
    return [device for device in devices if device.name in chosen]


def words_of(device: Device) -> frozenset[str]:
    """What a limit may call a device: its name, and the names of its groups."""
    return frozenset({device.name, *groups(device)})


def fits(limit: str, words: Iterable[str]) -> bool:
    """Whether ``limit`` names the device with these :func:`words_of`."""
    return all(_matches(part.strip(), words) for part in limit.split("&"))


def _matches(pattern: str, words: Iterable[str]) -> bool:
    return any(word == pattern or fnmatchcase(word, pattern) for word in words)
