"""What other settings would change, as text and JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from iccc.bom.diff import Diff
from iccc.bom.money import grouped
from iccc.bom.whatif import Limit, Missing, Pair, Quantity, Turn, WhatIf
from iccc.city.devices import City
from iccc.report.bom_diff import changes_table, counted, diff_data, fake, signed, steps_table
from iccc.report.marks import FAKE
from iccc.report.sizing import number
from iccc.report.table import VERSION, Cell, Table, as_data, as_text, one_line
from iccc.rules.rule import Row
from iccc.units import plural

TURNS: Mapping[Turn, str] = {
    "breaks": "Limits that break",
    "heals": "Limits that hold again",
    "moves": "Limits that did not hold before either, now by another measure",
}
DRIVES = "F.2.2"  # the item of drives in the catalogue
LISTED = 12  # limits of a sort in text; JSON has all


def whatif_text(city: City, what: WhatIf) -> bytes:
    """Settings, quantities of both cases, what moves at sites and rings, limits, items, and money."""
    settings = [
        f"  {each.address}: {_said(each.before)} → {_said(each.after)}  ({each.where})" for each in what.settings
    ]
    parts = [("\n".join([_title(city, what), "", *map(one_line, settings)]) + "\n").encode()]
    of_city = [quantity for quantity in what.quantities if not quantity.scope]
    moved = [quantity for quantity in of_city if quantity.moved]
    if moved:
        parts.append(as_text(_table(moved)))
    still = ", ".join(f"{q.name} {number(q.design.after)}" for q in of_city if not q.moved)
    if still:
        parts.append(f"As before: {still}\n".encode())
    if below := list(_below(what.quantities)):
        parts.append(("\n".join(["At sites, rings, links and recorders, design maximum", "", *below]) + "\n").encode())
    for turn, title in TURNS.items():
        if said := what.turned(turn):
            parts.append(("\n".join([f"{title}: {_count(said)}", "", *_limits(said)]) + "\n").encode())
    if not (what.limits or what.bill.changes or any(quantity.moved for quantity in what.quantities)):
        parts.append(b"Nothing moves: what is nearer to a device may say otherwise (`iccc explain CITY DEVICE`).\n")
    if not what.turned("breaks"):
        parts.append(b"No limit breaks.\n")
    parts += _money(what)
    parts += _missing(what)
    return b"\n".join(parts)


def _title(city: City, what: WhatIf) -> str:
    mark = f"{FAKE}, NOT A PRICE: " if fake(what.bill) else ""
    plan = f" with its plan {what.plan}" if what.plan else ""
    return f"{mark}What if: {city.name}{plan}; nothing is written"


def _said(value: object) -> str:
    if value is None:
        return "not said there"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _table(moved: Sequence[Quantity]) -> Table:
    rows: list[list[Cell]] = [
        [
            quantity.name, number(quantity.design.before), number(quantity.design.after), difference(quantity.design),
            number(quantity.expected.before), number(quantity.expected.after), difference(quantity.expected),
            quantity.unit,
        ]
        for quantity in moved
    ]  # fmt: skip
    columns = ("City", "Design max", "Then", "Difference", "Expected", "Then", "Difference", "Unit")
    return Table("", "Quantities", columns, rows)


def difference(pair: Pair) -> str:
    """``+1,111.3``; empty where nothing moves, or a side is no number."""
    moved = pair.difference
    return f"{'+' if moved > 0 else ''}{number(moved)}" if moved else ""


def _below(quantities: Sequence[Quantity]) -> Iterator[str]:
    """A line for each name with a scope: how many moved, and the one that moved most; types as counts."""
    names = dict.fromkeys(quantity.name for quantity in quantities if quantity.scope)
    for name in names:
        every = [quantity for quantity in quantities if quantity.name == name and quantity.scope]
        moved = [quantity for quantity in every if quantity.design.before != quantity.design.after]
        if not moved:
            continue
        measured = [quantity for quantity in moved if quantity.design.difference is not None]
        if measured:
            most = max(measured, key=lambda quantity: abs(quantity.design.difference or 0))
            yield (
                f"{name}: {len(moved)} of {len(every)}; most at {most.scope}, {number(most.design.before)} → "
                f"{number(most.design.after)} {most.unit}".rstrip()
            )
        else:
            old, new = (Counter(number(value) for value in side) for side in _sides(every))
            counts = (
                f"{value} {old[value]} → {new[value]}" for value in sorted({*old, *new}) if old[value] != new[value]
            )
            yield f"{name}: {', '.join(counts) or f'{len(moved)} of {len(every)}'}"


def _sides(quantities: Sequence[Quantity]) -> tuple[list[Any], list[Any]]:
    return [q.design.before for q in quantities], [q.design.after for q in quantities]


def _count(limits: Sequence[Limit]) -> int:
    return sum(limit.more + 1 for limit in limits)


def _limits(limits: Sequence[Limit]) -> Iterator[str]:
    for at, limit in enumerate(limits[:LISTED], 1):
        row, more = limit.row, f" and {limit.more} more" if limit.more else ""
        outcome = row.outcome.replace("_", " ")
        yield one_line(f"{limit.rule.severity}, {outcome}, {limit.rule.id}: {limit.subject}{more} ({row.where})")
        for said, side in (("before", limit.before), ("then", limit.after)):
            if side is not None and (limit.turn != "breaks" or side is limit.after):
                yield one_line(f"  {said}: {side.text}")
        last = at in (len(limits), LISTED) or limits[at].rule is not limit.rule
        if limit.turn == "breaks" and last:
            yield f"  do: {limit.rule.do}"
    if len(limits) > LISTED:
        yield f"… and {_count(limits[LISTED:])} more; --format json has all"


def _money(what: WhatIf) -> list[bytes]:
    bill = what.bill
    parts = [as_text(changes_table("Items of the bill", bill))] if bill.changes else []
    if bill.steps:
        parts.append(as_text(steps_table(bill)))
    last = [f"{counted(bill)}."]
    for each in what.quantities:
        if each.moved and each.short and not each.scope:
            said = f"{number(each.declared)} {each.name} are declared, and {number(each.design.after)} are needed"
            last.append(f"note: the bill has what is declared: {said}")
    if fake(bill):
        last.append(f"note: {FAKE}: rates are made up, and so is every amount here")
    if missing := len({p.item for p in bill.after.positions if bill.steps and p.rate is None}):
        last.append(f"note: amounts are without {plural(missing, 'item')} that have no rate")
    return [*parts, ("\n".join(last) + "\n").encode()]


def _missing(what: WhatIf) -> Iterator[bytes]:
    """The recorders that the settings take beyond the declared ones, and the rupees of what goes with them."""
    missing = what.missing
    recorders = next((each for each in what.quantities if each.name == "recorders" and not each.scope), None)
    if missing is None:
        if recorders is not None and recorders.moved:
            yield b"What is missing: not known; days, recorders or figures of their types are not declared.\n"
        return
    if not missing.any:
        if any(each.moved and each.name == "recorder_usable_tb" for each in what.quantities):
            yield b"What is missing: nothing; the declared recorders hold it.\n"
        return
    yield ("\n".join(one_line(line) for line in _lacking(what, missing, recorders)) + "\n").encode()
    yield as_text(changes_table("Items of the bill with enough recorders", missing.bill))
    if missing.bill.steps:
        yield as_text(_three(what.bill, missing.bill))
    if missing.breaks:
        said = "\n".join(_limits(missing.breaks))
        yield f"Limits that break with enough recorders too: {_count(missing.breaks)}\n\n{said}\n".encode()
    elif what.turned("breaks"):
        yield b"With enough recorders no limit breaks.\n"
    yield b"note: addresses, ports of core switches and links of the recorders that are missing are yours to declare\n"


def _lacking(what: WhatIf, missing: Missing, needed: Quantity | None) -> Iterator[str]:
    enough = missing.enough
    types = Counter((each.device_type, each.standby) for each in missing.added)
    said = [f"{count} {name}{' to stand by' if standby else ''}" for (name, standby), count in types.items()]
    drives, kept = (_of_item(bill, DRIVES) for bill in (missing.bill, what.bill))
    said = said or ["no recorder"]
    said.append(f"{plural(int(drives), 'drive')} more than declared now" if drives > 0 else "no more drives")
    yield f"What is missing: {', '.join(said)}{_rupees(missing.bill)}"
    if others := len(enough.added) - len(missing.added):
        yield f"  {plural(others, 'recorder')} more in other phases, which are not in this bill."
    if drives < kept:
        yield (
            f"  The bill above keeps the declared recorders, and has {kept - drives:g} drives more, for which they "
            "have no room: more recorders share the cameras, and begin fewer RAID groups."
        )
    if enough.moved:
        yield f"  {plural(len(enough.moved), 'camera')} would be recorded by another recorder than now."
    if enough.without_room:
        yield f"  {plural(len(enough.without_room), 'camera')} would not even fit an empty recorder of the type."
    if needed is not None and isinstance(needed.declared, int) and isinstance(needed.design.after, int):
        by_sum = max(0, needed.design.after - needed.declared)
        if by_sum < len(enough.added) and missing.phase is None:
            yield f"  By the sum of all cameras it is {by_sum}: no camera is recorded by two recorders."


def _of_item(bill: Diff, item: str) -> float:
    """By how many an item grew, with its spares left out."""
    return sum(change.quantity for change in bill.changes if change.either.item == item)


def _rupees(bill: Diff) -> str:
    """``: capital expenditure Rs +12,34,567.00, total Rs …``; nothing without rates."""
    steps = [step for step in bill.steps if step.name in ("capital expenditure", "total")] or list(bill.steps[-1:])
    return ": " + ", ".join(f"{step.name} Rs {signed(step.difference)}" for step in steps) if steps else ""


def _three(settings: Diff, missing: Diff) -> Table:
    """The steps as declared now, with the settings and the declared recorders, and with enough recorders."""
    mark = [FAKE] if fake(missing) else []
    kept = {step.name: step.after for step in settings.steps}
    rows: list[list[Cell]] = [
        [
            step.name, _grouped(step.before), _grouped(kept.get(step.name)), _grouped(step.after),
            signed(step.difference), *mark,
        ]
        for step in missing.steps
    ]  # fmt: skip
    columns = ("Step", "Before, Rs", "Recorders kept, Rs", "Enough recorders, Rs", "More than before")
    return Table("", "Estimate with enough recorders", (*columns, *(["Rates"] if mark else [])), rows)


def _grouped(amount: Decimal | None) -> str:
    return "" if amount is None else grouped(amount)


def whatif_json(city: City, what: WhatIf) -> bytes:
    """``{"version": 1, "kind": "whatif", "settings": […], "quantities": […], "limits": […], "bill": {…}}``."""
    data: dict[str, Any] = {
        "version": VERSION,
        "kind": "whatif",
        "city": city.key,
        "declaration": city.digest,
        "plan": what.plan,
        "settings": [
            {"key": each.address, "at": str(each.where), "before": each.before, "after": each.after}
            for each in what.settings
        ],
        "quantities": [
            {
                "name": each.name, "scope": each.scope, "unit": each.unit, "about": each.about, "moved": each.moved,
                "declared": each.declared,
                "design_maximum": _pair(each.design), "expected": _pair(each.expected),
            }
            for each in what.quantities
        ],
        "limits": [
            {
                "turn": limit.turn, "rule": limit.rule.id, "severity": str(limit.rule.severity),
                "subject": limit.subject, "more": limit.more, "before": _row(limit.before), "after": _row(limit.after),
            }
            for limit in what.limits
        ],
        "bill": diff_data(what.bill),
        "missing": _missing_data(what.missing) if what.missing else None,
    }  # fmt: skip
    return as_data(data)


def _missing_data(missing: Missing) -> dict[str, Any]:
    enough = missing.enough
    return {
        "recorders": [
            {"device_type": each.device_type, "phase": each.phase, "standby": each.standby} for each in missing.added
        ],
        "recorders_of_other_phases": len(enough.added) - len(missing.added),
        "cameras_moved": list(enough.moved),
        "cameras_without_room": list(enough.without_room),
        "bill": diff_data(missing.bill),
        "limits": [{"rule": limit.rule.id, "subject": limit.subject, "more": limit.more} for limit in missing.breaks],
    }


def _pair(pair: Pair) -> dict[str, Any]:
    return {"before": pair.before, "after": pair.after, "difference": pair.difference}


def _row(row: Row | None) -> dict[str, str] | None:
    return {"outcome": str(row.outcome), "text": row.text, "at": str(row.where)} if row else None


WRITERS: Mapping[str, Callable[[City, WhatIf], bytes]] = {"text": whatif_text, "json": whatif_json}
