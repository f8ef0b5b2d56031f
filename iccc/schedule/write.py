"""The YAML that takes over what a file knows and the declaration leaves open, at the entry where it belongs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import yaml

from iccc.city.model.site import CameraEntry
from iccc.entries import Entry
from iccc.schedule.compare import Difference, What
from iccc.yamlfile import Where


@dataclass(frozen=True)
class Write:
    """``lines`` go into the entry at ``where``, or take its place when ``whole``."""

    where: Where
    lines: tuple[str, ...]
    whole: bool


def writes(differences: Iterable[Difference]) -> dict[Where, Write]:
    """One for each entry that can say more. A serial number is of one device: its entry is split around it."""
    entries: dict[Where, Entry] = {}
    known: dict[Where, dict[int, dict[str, int | str]]] = {}
    for difference in differences:
        if difference.what is What.OPEN and difference.row is not None:
            row = difference.row
            where = row.entry.where()
            entries[where] = row.entry
            value = int(difference.found) if difference.field == "channel" else _Quoted(difference.found)
            known.setdefault(where, {}).setdefault(row.slot or 0, {})[difference.field] = value
    return {where: _write(entry, known[where]) for where, entry in entries.items()}


def _write(entry: Entry, known: Mapping[int, Mapping[str, Any]]) -> Write:
    model = entry.model
    if not isinstance(model, CameraEntry) or model.count == 1:
        [values] = known.values()
        return Write(entry.where(), tuple(_flow(values, brackets=False).split("\n")), whole=False)
    if all(values.keys() == {"mac"} for values in known.values()):
        macs = {slot: _Quoted(mac) for slot, mac in model.macs.items()}
        macs |= {slot: values["mac"] for slot, values in known.items()}
        return Write(entry.where(), (_flow({"macs": dict(sorted(macs.items()))}, brackets=False),), whole=False)
    return Write(entry.where(), tuple(f"- {_flow(part)}" for part in _split(entry, model, known)), whole=True)


def _split(entry: Entry, model: CameraEntry, known: Mapping[int, Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Entries that together declare what ``model`` does: single devices where a slot is known by more than its MAC."""
    last = model.slot + max(model.count, model.ports) - 1
    macs = {slot: _Quoted(mac) for slot, mac in model.macs.items()}
    macs |= {slot: values["mac"] for slot, values in known.items() if "mac" in values}
    raw = _raw(entry)
    shared = {key: raw[key] for key in raw if key not in ("group", "slot", "count", "ports", "macs")}

    def single(slot: int) -> int:
        return slot if known.get(slot, {}).keys() - {"mac"} else 0

    for alone, slots in groupby(range(model.slot, last + 1), key=single):
        run = list(slots)
        part: dict[str, Any] = {"group": raw["group"], "slot": run[0]}
        if not alone:
            part["count"] = sum(slot < model.slot + model.count for slot in run)
        if ports := sum(slot < model.slot + model.ports for slot in run):
            part["ports"] = ports
        part |= shared
        own = {slot: macs[slot] for slot in run if slot in macs}
        if alone:
            part |= {"mac": own[alone]} if own else {}
            part |= {key: value for key, value in known[alone].items() if key != "mac"}
        elif own:
            part["macs"] = own
        yield part


def _raw(entry: Entry) -> dict[str, Any]:
    """The entry as its file has it."""
    value: Any = entry.document.value
    for key in entry.path:
        value = value[key]
    return dict(value)


class _Quoted(str):
    """Text that stands in quotes: 10:20:30:40:50:59 would be a number."""


class _Dumper(yaml.SafeDumper):
    pass


_Dumper.add_representer(_Quoted, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"'))


def _flow(value: Mapping[str, Any], *, brackets: bool = True) -> str:
    """``{a: 1, b: "x"}`` on one line; without brackets as what is added to an entry: ``a: 1, b: "x"``."""
    text = yaml.dump(
        dict(value), Dumper=_Dumper, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10**6
    ).strip()
    return text if brackets else text[1:-1]
