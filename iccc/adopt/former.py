"""Declaring that another unit stands in a device's place: its serial number, and the former one with its last day."""

from __future__ import annotations

from datetime import date
from typing import Any

from ruamel.yaml.comments import CommentedSeq

from iccc.adopt.case import Adoption, Step
from iccc.adopt.entry import index_of, put_mac, put_own
from iccc.city.devices import Camera, City, Device
from iccc.entries import entries
from iccc.explain import Key
from iccc.yamledit import Edit, at, flow, put


def replaced(city: City, device: Device, serial: str, mac: str | None, old: str | None, until: date) -> Adoption:
    """The device has this serial number now; where its hardware address is declared, this one, too.

    ``old`` is the serial number of the unit that stood there. A camera of several gets an entry of its own.
    """
    entry = entries(city.declared)[device.where]
    file, known = entry.document.file, getattr(device, "mac", None)
    edits: list[Edit] = []
    if isinstance(device, Camera):
        edits.append(put_own(device.slot, "serial", serial))
        edits += [put_mac(device.slot, mac)] if mac and known else []
    else:
        edits.append(put((*entry.path, "serial"), serial))
        edits += [put((*entry.path, "mac"), mac)] if mac and known else []
    if old:
        former: dict[str, Any] = {"serial": old, **({"mac": known} if known else {}), "until": until}
        edits.append(_former(entry.path, device, former))

    def holds(after: City) -> bool:
        return getattr(after.device(device.name), "serial", None) == serial

    return Adoption(tuple(Step(file, edit) for edit in edits), frozenset({device.name}), holds)


def _former(path: tuple[Key, ...], device: Device, unit: dict[str, Any]) -> Edit:
    """Adds a unit at the end of the entry's list, once."""

    def edit(value: Any) -> None:
        here = ("cameras", index_of(value["cameras"], device.slot)) if isinstance(device, Camera) else path
        listed = at(value, here).get("former")
        if listed is None:
            item = CommentedSeq([flow(unit)])
            item.fa.set_flow_style()
            put((*here, "former"), item)(value)
        elif all(one["serial"] != unit["serial"] for one in listed):
            listed.append(flow(unit))

    return edit
