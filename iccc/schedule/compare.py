"""What a file says against what the declaration says, row by row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Network

from iccc.explain import did_you_mean
from iccc.schedule.heads import TITLES
from iccc.schedule.listed import Line, Listing, Said
from iccc.schedule.rows import KNOWN_LATER, Row
from iccc.yamlfile import Where

COMPARED = ("address", "prefix", "mask", "gateway", "vlan", "switch", "port", "recorder", *KNOWN_LATER)


class What(StrEnum):
    """Sorts of differences."""

    UNKNOWN = "unknown"  # a row of the file about no device of the city
    MISSING = "missing"  # a device of the city without a row
    OTHER = "other"  # both say something, and not the same
    OPEN = "open"  # the file knows what the declaration leaves open


@dataclass(frozen=True)
class Difference:
    """One difference. ``place`` is in the file; ``where`` in the declaration; ``hint`` says whose the value is."""

    what: What
    place: str
    device: str
    field: str
    found: str
    declared: str = ""
    where: Where | None = None
    hint: str = ""
    row: Row | None = None


def compare(rows: Sequence[Row], expected: Iterable[Row], listing: Listing) -> list[Difference]:
    """The differences in the order of the file, then ``expected`` rows that are missing in it.

    ``rows`` are all that a line may be about.
    """
    city = _Index(rows)
    differences: list[Difference] = []
    met: dict[str, str] = {}
    for line in listing.lines:
        row = city.row(line)
        if row is None:
            differences.append(city.unknown(line))
            continue
        if row.device in met:
            hint = f"{met[row.device]} is about it already"
            differences.append(Difference(What.UNKNOWN, line.at("address"), row.device, "device", "twice", hint=hint))
            continue
        met[row.device] = line.place
        differences += city.line(row, line)
    missing = [row for row in expected if row.device not in met]
    differences += [
        Difference(What.MISSING, "", row.device, "device", "", row.device, row.entry.where(), row=row)
        for row in missing
    ]
    return differences


class _Index:
    def __init__(self, rows: Sequence[Row]) -> None:
        self._names = {row.device: row for row in rows}
        self._addresses: dict[str, list[Row]] = {}
        for row in rows:
            self._addresses.setdefault(row.address, []).append(row)
        self._ports = {(row.switch, row.port): row for row in rows if row.port}
        self._known = {(key, value): row for row in rows for key in ("mac", "serial") if (value := getattr(row, key))}

    def row(self, line: Line) -> Row | None:
        """The row that a line is about: by its name, else by its address, where only one device has that."""
        name = _text(line, "device")
        if name.casefold() in self._names:
            return self._names[name.casefold()]
        owner = _text(line, "owner")
        by_address = [row for row in self._addresses.get(_text(line, "address"), []) if owner in ("", row.owner)]
        return by_address[0] if len(by_address) == 1 else None

    def unknown(self, line: Line) -> Difference:
        key = "device" if "device" in line.said else "address"
        word = _text(line, key)
        names = self._names if key == "device" else self._addresses
        same = ", ".join(row.device for row in self._addresses.get(_text(line, "address"), []))
        hint = f"{_text(line, 'address')} is {same}" if same else did_you_mean(word, names).removeprefix("; ")
        return Difference(What.UNKNOWN, line.at(key), "", key, word, hint=hint)

    def line(self, row: Row, line: Line) -> Iterable[Difference]:
        name = line.said.get("device")
        if name is not None and name.text.casefold() != row.device:
            yield Difference(
                What.OTHER, line.at("device"), row.device, "device", name.text, row.device, row.where("device")
            )
        for key in COMPARED:
            said = line.said.get(key)
            if said is None:
                continue
            declared = getattr(row, "prefix" if key == "mask" else key)
            if declared is None and key in KNOWN_LATER:
                if row.entry.may_have(key):
                    text, hint = str(said.value), self._whose(row, key, said)
                    yield Difference(What.OPEN, line.at(key), row.device, key, text, "", row.entry.where(), hint, row)
            elif declared is not None and not _same(row, key, said, declared):
                hint = self._whose(row, key, said)
                found, text = _shown(key, said), _shown_declared(row, key, said, declared)
                yield Difference(What.OTHER, line.at(key), row.device, key, found, text, row.where(key), hint, row)

    def _whose(self, row: Row, key: str, said: Said) -> str:
        """Another device that has the value that the file gives to this one."""
        others: list[Row] = []
        if key == "address":
            others = [other for other in self._addresses.get(str(said.value), []) if other.private == row.private]
        if key == "port":
            switch, name = _switch_and_port(row, str(said.value))
            others = [self._ports[switch, name]] if (switch, name) in self._ports else []
        if (other := self._known.get((key, str(said.value)))) is not None:
            others = [other]
        return f"that is {others[0].device}'s" if others and others[0] is not row else ""


def _same(row: Row, key: str, said: Said, declared: object) -> bool:
    value = said.value
    if isinstance(declared, IPv4Network):
        if isinstance(value, IPv4Network):
            return value == declared
        return value == declared.prefixlen
    if key in ("switch", "recorder"):
        return _full(row, key, str(value)) == declared
    if key == "port":
        return _switch_and_port(row, str(value)) == (row.switch, declared)
    return str(value) == str(declared)


def _full(row: Row, key: str, word: str) -> str:
    """A name, where it may be short: ``sw1`` on the device's own site, ``rec03`` in its city."""
    word = word.casefold()
    own = row.switch if key == "switch" else row.recorder
    if own and own.endswith(f"-{word}"):
        return own
    return f"{row.site}-{word}" if key == "switch" and re.fullmatch(r"sw[0-9]+", word) else word


def _switch_and_port(row: Row, text: str) -> tuple[str | None, str]:
    switch, _, port = text.rpartition(" ")
    return (_full(row, "switch", switch) if switch else row.switch), port


def _shown(key: str, said: Said) -> str:
    return f"/{said.value}" if key in ("prefix", "mask") and isinstance(said.value, int) else str(said.value)


def _shown_declared(row: Row, key: str, said: Said, declared: object) -> str:
    if key == "port" and " " in str(said.value):
        return f"{row.switch} {declared}"
    if key == "mask" and isinstance(declared, IPv4Network):
        return f"/{declared.prefixlen}"
    return str(declared)


def _text(line: Line, key: str) -> str:
    said = line.said.get(key)
    return str(said.value) if said else ""


def title(difference: Difference) -> str:
    """The head of the column that a difference is about."""
    return TITLES[difference.field]
