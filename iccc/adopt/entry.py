"""Edits of the entry that declares a device; a camera of a group gets an entry of its own where it needs one."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from iccc.yamledit import Edit, flow, like, put


def put_own(slot: int, key: str, value: str | int) -> Edit:
    """Sets a value of one camera. Of several alike, it is taken out first: the others stay in one or two entries.

    Every slot keeps what it had: its port kept or not, its hardware address, its values.
    """

    def edit(site: Any) -> None:
        index = index_of(site["cameras"], slot)
        entry = site["cameras"][index]
        # A port is of one camera, and what is kept beside it for others is not nailed with it.
        if entry.get("count", 1) != 1 or (key == "port" and entry.get("ports", 0) > 1):
            index = _split(site["cameras"], index, slot)
        put(("cameras", index, key), value)(site)

    return edit


def put_mac(slot: int, mac: str) -> Edit:
    """Writes the hardware address of a camera: its own, or under its slot where several are alike."""

    def edit(site: Any) -> None:
        index = index_of(site["cameras"], slot)
        entry = site["cameras"][index]
        if entry.get("count", 1) == 1 and slot not in entry.get("macs", {}):
            put(("cameras", index, "mac"), mac)(site)
        elif "macs" in entry:
            put(("cameras", index, "macs", slot), mac)(site)
        else:
            entry["macs"] = flow({})
            entry["macs"][slot] = like(None, mac)

    return edit


def index_of(cameras: CommentedSeq, slot: int) -> int:
    """Which entry has the slot."""
    return next(
        index for index, entry in enumerate(cameras) if entry["slot"] <= slot < entry["slot"] + entry.get("count", 1)
    )


def _split(cameras: CommentedSeq, index: int, slot: int) -> int:
    """Up to three entries of one: what is before the slot, the slot, what is behind it. The place of the slot's."""
    entry = cameras[index]
    first, kept, end = entry["slot"], entry.get("ports", 0), entry["slot"] + entry.get("count", 1)
    before = slot - first
    parts = [
        _part(entry, first, before, min(kept, before)),
        _part(entry, slot, 1, min(max(0, kept - before), 1)),
        _part(entry, slot + 1, end - slot - 1, max(0, kept - before - 1)),  # with what is kept for more to come
    ]
    mine = parts[1]
    assert mine is not None
    del mine["count"]
    if macs := mine.pop("macs", None):
        mine["mac"] = macs[slot]
    whole = [part for part in parts if part is not None]
    for part in whole[:-1]:
        part.ca.items.clear()  # what stands behind the entry stays behind its last part
    cameras[index] = whole[-1]
    for part in reversed(whole[:-1]):
        cameras.insert(index, part)
    return index + (parts[0] is not None)


def _part(entry: CommentedMap, slot: int, count: int, ports: int) -> CommentedMap | None:
    """An entry like this one for ``count`` cameras from ``slot`` on, or None when nothing is left for it."""
    if count == 0 and ports == 0:
        return None
    part = deepcopy(entry)
    part["slot"], part["count"] = slot, count
    if "ports" in part:
        part["ports"] = ports
    if "macs" in part:
        for other in [one for one in part["macs"] if not slot <= one < slot + max(count, ports)]:
            del part["macs"][other]
        if not part["macs"]:
            del part["macs"]
    return part
