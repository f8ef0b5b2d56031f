"""What descriptions promise: that a UPS lasts so many hours, that so many switches are on a ring."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from iccc.bom.lint.finding import Finding
from iccc.bom.lint.rows import Bill, Line
from iccc.city.model.assumptions import Sizing
from iccc.rules.rule import Outcome
from iccc.sizing.power import battery_h, end_v

_NUMBER = r"([0-9][0-9,]*(?:\.[0-9]+)?)"
_KVA = re.compile(rf"{_NUMBER}\s*k\.?\s*va\b", re.IGNORECASE)
_VAH = re.compile(rf"{_NUMBER}\s*(k?)\s*v\.?\s*ah\b", re.IGNORECASE)
_WH = re.compile(rf"{_NUMBER}\s*(k?)\s*wh\b", re.IGNORECASE)
_V_AH = re.compile(
    rf"(?:{_NUMBER}\s*(?:nos?\.?|pcs|x|×|\*|batteries of|blocks of)\s*)?"
    rf"{_NUMBER}\s*v(?:olts?|dc)?\s*[,/x×-]?\s*{_NUMBER}\s*ah\b"
    rf"(?:\s*[x×*,(-]?\s*{_NUMBER}\s*(?:nos?|pcs|batteries|blocks)\b)?",
    re.IGNORECASE,
)
_BLOCK_V = 12.0  # a voltage up to which a battery is one block of a bank
_HOURS = re.compile(rf"{_NUMBER}\s*-?\s*(hours?|hrs?|h|minutes?|mins?|घंटे|घंटा|घण्टे|मिनट)(?![\w])", re.IGNORECASE)
_LOAD = re.compile(rf"{_NUMBER}\s*(k?)w(?:atts?)?\s*(?:of\s+)?load|load\s*(?:of\s*)?{_NUMBER}\s*(k?)w", re.IGNORECASE)
_UPS = re.compile(r"\bups\b|यूपीएस|uninterrupt", re.IGNORECASE)
_ON_RING = re.compile(
    rf"{_NUMBER}\s*(?:nodes?|switch(?:es)?)\s*(?:per|in|on|in each|in one|a|on each)\s*(?:a\s+|each\s+)?ring"
    rf"|ring\s*(?:of|with)\s*{_NUMBER}\s*(?:nodes?|switch(?:es)?)",
    re.IGNORECASE,
)


def claims(bill: Bill, sizing: Sizing) -> Iterator[Finding]:
    """Findings of single descriptions, with the figures of the assumptions."""
    for line in bill.positions:
        if _UPS.search(line.description):
            yield from _ups(line, sizing)
        yield from _ring(line, sizing)


def _ups(line: Line, sizing: Sizing) -> Iterator[Finding]:
    """Hours that are said, against those that the battery gives at the load; at full load where none is said."""
    text = line.description
    hours = _hours(text)
    if hours is None:
        return
    rated, energy = _KVA.search(text), _energy_wh(text, sizing)
    load_w = _load_w(text)
    if energy is None or (rated is None and load_w is None):
        missing = "capacity of the whole battery" if energy is None else "kVA"
        said = (
            f"{hours:g} h are asked for, and no {missing} is said: whether they are reached is not known ({line.name})"
        )
        yield line.finding("ups-hours", Outcome.UNKNOWN, "description", said)
        return
    at = f"at {load_w:,g} W" if load_w is not None else "at full load"
    if load_w is None:
        assert rated is not None
        load_w = _value(rated[1]) * 1000 * sizing.ups_pf
    lasts = battery_h(energy, load_w, sizing.battery_efficiency, sizing.battery_ageing, sizing.battery_design)
    if lasts < hours:
        factors = (
            f"{energy:,g} Wh × {sizing.battery_efficiency:g} / ({load_w:,g} W × {sizing.battery_ageing:g} × "
            f"{sizing.battery_design:g})"
        )
        said = f"{hours:g} h are asked for, the battery lasts {lasts:.2f} h {at}: {factors} ({line.name})"
        yield line.finding("ups-hours", Outcome.FAIL, "description", said)


def _hours(text: str) -> float | None:
    """The longest time that is said, but for recharging and repair."""
    text = re.sub(r"(?:re-?charg|response|resol|repair|replace)\S*\s+[^,;.]*", " ", text, flags=re.IGNORECASE)
    found = (
        _value(number) / (60 if unit.casefold().startswith(("min", "मिनट")) else 1)
        for number, unit in _HOURS.findall(text)
    )
    return max(found, default=None)


def _energy_wh(text: str, sizing: Sizing) -> float | None:
    """What the battery gives: VAh and Wh as said; of volts and Ah down to the end voltage, blocks by their number."""
    for pattern in (_VAH, _WH):
        if found := pattern.search(text):
            return _value(found[1]) * (1000 if found[2] else 1)
    if found := _V_AH.search(text):
        count = found[1] or found[4]
        if count is None and _value(found[2]) <= _BLOCK_V:
            return None
        blocks = _value(count) if count else 1.0
        return blocks * end_v(_value(found[2]), sizing.cell_v, sizing.cell_end_v) * _value(found[3])
    return None


def _load_w(text: str) -> float | None:
    found = _LOAD.search(text)
    if found is None:
        return None
    number, kilo = (found[1], found[2]) if found[1] else (found[3], found[4])
    return _value(number) * (1000 if kilo else 1)


def _ring(line: Line, sizing: Sizing) -> Iterator[Finding]:
    found = _ON_RING.search(line.description)
    if found is None:
        return
    nodes = _value(found[1] or found[2])
    if nodes > sizing.ring_node_limit:
        text = f"{nodes:g} switches on a ring, {sizing.ring_node_limit:g} allowed: nodes count, not sites ({line.name})"
        yield line.finding("ring-nodes", Outcome.FAIL, "description", text)


def _value(text: str) -> float:
    return float(Decimal(text.replace(",", "")))
