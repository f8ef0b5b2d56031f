"""Two bills compared, as text, CSV for a revised estimate, and JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from iccc.bom.diff import Change, Diff, Kind, Position, Step
from iccc.bom.money import grouped, in_crore
from iccc.report.marks import FAKE
from iccc.report.table import VERSION, Cell, Table, as_csv, as_data, as_text, one_line

COLUMNS = (
    "Change", "Item", "Phase", "Description", "Unit", "Quantity before", "Quantity after", "Quantity difference",
    "Spares before", "Spares after", "Rate before", "Rate after", "Total before", "Total after", "Total difference",
    "Why", "Rates",
)  # fmt: skip
SIDES = "Before", "After"
SHOWN = 40  # characters of a description in text


def fake(diff: Diff) -> bool:
    return diff.before.fake or diff.after.fake


def title(city: str, diff: Diff) -> str:
    mark = f"{FAKE}, NOT A PRICE: " if fake(diff) else ""
    return f"{mark}Bill of materials: {city}, from {diff.before.name} to {diff.after.name}"


def diff_table(city: str, diff: Diff) -> Table:
    """A row a change, with everything."""
    mark = FAKE if fake(diff) else ""
    rows = [[*_row(change), mark] for change in diff.changes]
    return Table("bom-diff", title(city, diff), COLUMNS, rows)


def _row(change: Change) -> list[Cell]:
    was, now, either = change.before, change.after, change.either
    return [
        change.kind, either.item, either.phase, either.description, either.unit,
        was.quantity if was else 0, now.quantity if now else 0, change.quantity,
        was.spares if was else 0, now.spares if now else 0,
        _money(was.rate if was else None), _money(now.rate if now else None),
        _money(was.total if was else None), _money(now.total if now else None), _money(change.total),
        "; ".join(change.causes),
    ]  # fmt: skip


def _money(amount: Decimal | None) -> str:
    return "" if amount is None else str(amount)


def diff_csv(city: str, diff: Diff) -> bytes:
    """A row a change, then a row a step of the estimate: those have no item."""
    table = diff_table(city, diff)
    rows = list(table.rows)
    for step in (*diff.steps, *diff.years):
        row: list[Cell] = [""] * len(COLUMNS)
        cells = {
            "Change": "step", "Description": step.name, "Total before": _money(step.before),
            "Total after": _money(step.after), "Total difference": str(step.difference),
            "Rates": FAKE if fake(diff) else "",
        }  # fmt: skip
        for column, cell in cells.items():
            row[COLUMNS.index(column)] = cell
        rows.append(row)
    return as_csv(Table(table.key, table.title, COLUMNS, rows))


def diff_text(city: str, diff: Diff) -> bytes:
    """What changed, why, what the steps came to, and how many did not change."""
    parts = []
    if diff.changes:
        parts.append(as_text(changes_table(title(city, diff), diff)))
        why = [
            one_line(f"{change.either.item} {change.either.phase}: {cause}")
            for change in diff.changes
            for cause in change.causes
        ]
        if why:
            parts.append(("Why\n\n" + "\n".join(why) + "\n").encode())
    else:
        parts.append(f"{one_line(title(city, diff))}\n".encode())
    if diff.steps:
        parts.append(as_text(steps_table(diff)))
    parts.append(("\n".join(_last(diff)) + "\n").encode())
    return b"\n".join(parts)


def changes_table(said: str, diff: Diff, sides: tuple[str, str] = SIDES) -> Table:
    """Quantities of both sides, and amounts where there are any, in columns that fit a terminal."""
    amounts = bool(diff.steps)
    columns = ["", "Item", "Description", "Phase", "Unit", *sides, "Difference"]
    totals = [f"Total {side.lower()}" for side in sides]
    columns += ["Spares", *([*totals, "Difference"] if amounts else [])]
    columns += [FAKE] if fake(diff) else []
    rows: list[list[Cell]] = []
    for change in diff.changes:
        was, now, either = change.before, change.after, change.either
        text = either.description if len(either.description) <= SHOWN else f"{either.description[: SHOWN - 1]}…"
        moved = [f"{number:+,.12g}" if number else "" for number in (change.quantity, change.spares)]
        sign = {"added": "+", "removed": "-", "changed": "~"}[change.kind]
        row: list[Cell] = [
            sign, either.item, text, either.phase, either.unit, _figure(was), _figure(now), *moved,
        ]  # fmt: skip
        if amounts:
            row += [_rupees(was), _rupees(now), signed(change.total)]
        rows.append([*row, *(["fake"] if fake(diff) else [])])
    return Table("", said, columns, rows)


def steps_table(diff: Diff, said: str = "Estimate, in this order", sides: tuple[str, str] = SIDES) -> Table:
    """What each step of the estimates came to, on both sides."""
    mark = [FAKE] if fake(diff) else []
    rows: list[list[Cell]] = [
        [
            step.name, "" if step.before is None else grouped(step.before),
            "" if step.after is None else grouped(step.after), signed(step.difference), *mark,
        ]
        for step in (*diff.steps, *diff.years)
    ]  # fmt: skip
    columns = ("Step", *(f"{side}, Rs" for side in sides), "Difference", *(["Rates"] if mark else []))
    return Table("", said, columns, rows)


def signed(amount: Decimal | None) -> str:
    """``+1,23,456.00``; empty for what is not known."""
    return "" if amount is None else f"{'+' if amount > 0 else ''}{grouped(amount)}"


def _figure(position: Position | None) -> str:
    return "" if position is None else f"{position.quantity:,.12g}"


def _rupees(position: Position | None) -> str:
    if position is None:
        return ""
    return "no rate" if position.total is None else grouped(position.total)


def counted(diff: Diff) -> str:
    """``2 added, none removed, 3 changed, 61 as before``; an item of two phases counts twice."""
    kinds: tuple[Kind, ...] = ("added", "removed", "changed")
    said = [f"{len(diff.of(kind)) or 'none'} {kind}" for kind in kinds]
    return f"Items: {', '.join(said)}, {diff.same} as before"


def _last(diff: Diff) -> Sequence[str]:
    lines = [f"{counted(diff)}."]
    if diff.steps:
        last = diff.steps[-1]
        lines.append(f"{last.name}: {signed(last.difference)} ({in_crore(last.difference)})")
    if fake(diff):
        lines.append(f"note: {FAKE}: rates are made up, and so is every amount here")
    return [*lines, *(f"note: {one_line(note)}" for note in notes(diff))]


def notes(diff: Diff) -> list[str]:
    """What either bill does not count, with the bill that says so where the other does not."""
    before, after = diff.before.notes, diff.after.notes
    said = [note if note in before or not before else f"{diff.after.name}: {note}" for note in after]
    return [*said, *(f"{diff.before.name}: {note}" for note in before if note not in after)]


def diff_data(diff: Diff) -> dict[str, Any]:
    """The comparison as JSON has it; amounts are text, exact to the paisa."""
    return {
        "before": diff.before.name,
        "after": diff.after.name,
        "fake_rates": fake(diff),
        "same": diff.same,
        "changes": [
            {
                "change": change.kind, "item": change.either.item, "phase": change.either.phase,
                "description": change.either.description, "unit": change.either.unit,
                "before": _position(change.before), "after": _position(change.after),
                "difference": {
                    "quantity": change.quantity, "spares": change.spares,
                    "total": None if change.total is None else str(change.total),
                },
                "why": list(change.causes),
            }
            for change in diff.changes
        ],
        "steps": [_step(step) for step in diff.steps],
        "years": [_step(year) for year in diff.years],
        "notes": notes(diff),
    }  # fmt: skip


def _step(step: Step) -> dict[str, str | None]:
    before, after = (None if amount is None else str(amount) for amount in (step.before, step.after))
    return {"name": step.name, "before": before, "after": after, "difference": str(step.difference)}


def _position(position: Position | None) -> dict[str, Any] | None:
    if position is None:
        return None
    money = {name: getattr(position, name) for name in ("rate", "amount", "total")}
    return {
        "quantity": position.quantity, "spares": position.spares, "derivation": position.derivation,
        **{name: None if amount is None else str(amount) for name, amount in money.items()},
    }  # fmt: skip


def diff_json(city: str, diff: Diff) -> bytes:
    return as_data({"version": VERSION, "kind": "bom-diff", "city": city, **diff_data(diff)})


WRITERS: Mapping[str, Callable[[str, Diff], bytes]] = {"text": diff_text, "csv": diff_csv, "json": diff_json}
