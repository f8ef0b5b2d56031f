"""Two bills compared: what came, what went, what changed, and why as far as the bills themselves tell.

A bill may be of another revision of a city's files, or read back from the JSON of ``iccc bom``. Why a quantity moved is
read off its derivation (terms with another number) and off the places that it comes from (files with another share).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Literal

from iccc.bom.estimate import Estimate
from iccc.bom.lines import Bill
from iccc.bom.money import ZERO, grouped
from iccc.errors import DeclarationError, Mistake, UsageError
from iccc.explain import shown
from iccc.units import plural

Kind = Literal["added", "removed", "changed"]
NAMED = 3  # places of a sort that a cause names; of more it says the number
MAX_BYTES = 50_000_000
LARGEST = 10**18  # of a quantity and of an amount in a file: far above all bills, and still exact to the paisa
_OF_HEADS = "% of heads"  # in the derivation of an item that is a share of others
_PLACE = re.compile(r"(?P<file>[^\s:]+\.ya?ml)(?::\d+:\d+)?(?P<rest>.*)", re.DOTALL)
_TERM = re.compile(r"(?P<number>\d+(?:\.\d+)?) (?P<name>\w[\w.-]*)")


@dataclass(frozen=True)
class Position:
    """One item in one phase. ``sources``: places with what is counted there.

    ``rate`` and amounts are None where nothing was priced, and where the card had no rate for it. ``amount`` is
    without GST and with spares, ``total`` with both.
    """

    item: str
    phase: str
    description: str
    unit: str
    quantity: float
    spares: float
    derivation: str
    sources: tuple[tuple[str, float], ...]
    rate: Decimal | None = None
    amount: Decimal | None = None
    total: Decimal | None = None


Key = tuple[str, str, int]  # item, phase, and which of several device types with that item


@dataclass(frozen=True)
class BillSide:
    """A bill as far as a comparison needs it. ``steps``: what each step of an estimate came to, in their order."""

    name: str  # as people say which one it is: a revision, a file, "working tree"
    positions: tuple[Position, ...]
    steps: tuple[tuple[str, Decimal], ...] = ()
    years: tuple[Decimal, ...] = ()  # operation with GST, from the first year on
    fake: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """An item of a phase that is in one bill alone, or is otherwise in the other. ``causes`` in words."""

    kind: Kind
    before: Position | None
    after: Position | None
    causes: tuple[str, ...]

    @property
    def either(self) -> Position:
        """As it is now; as it was, where it is no more."""
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def quantity(self) -> float:
        """Difference of the quantities."""
        return (self.after.quantity if self.after else 0) - (self.before.quantity if self.before else 0)

    @property
    def spares(self) -> float:
        return (self.after.spares if self.after else 0) - (self.before.spares if self.before else 0)

    @property
    def total(self) -> Decimal | None:
        """Difference of the amounts with GST; None where a side that there is has none."""
        sides = [side for side in (self.before, self.after) if side is not None]
        if any(side.total is None for side in sides):
            return None
        return _or_zero(self.after) - _or_zero(self.before)


@dataclass(frozen=True)
class Step:
    """A step of the estimates by its name; None where one of them has no such step."""

    name: str
    before: Decimal | None
    after: Decimal | None

    @property
    def difference(self) -> Decimal:
        return (self.after or ZERO) - (self.before or ZERO)


@dataclass(frozen=True)
class Diff:
    """What differs between two bills, items in the order of the bill; ``same`` positions do not."""

    before: BillSide
    after: BillSide
    changes: tuple[Change, ...]
    steps: tuple[Step, ...]
    years: tuple[Step, ...]
    same: int

    def of(self, kind: Kind) -> list[Change]:
        return [change for change in self.changes if change.kind == kind]


def side_of(name: str, bill: Bill, estimate: Estimate | None = None) -> BillSide:
    """A bill, and where there is one the estimate of it, to be compared."""
    amounts = {id(each.line): each for each in estimate.lines} if estimate else {}
    positions = []
    for line in bill.lines:
        of = amounts.get(id(line))
        rated = of if of is not None and of.rate is not None else None
        positions.append(
            Position(
                line.item, line.phase, line.description, line.unit, line.quantity, line.spares, line.derivation,
                line.sources, rated.rate if rated else None, rated.without_gst if rated else None,
                rated.total if rated else None,
            )
        )  # fmt: skip
    steps = tuple((done.step.name, done.amount) for done in estimate.steps) if estimate else ()
    years = tuple(year.total for year in estimate.years) if estimate else ()
    return BillSide(name, tuple(positions), steps, years, bool(estimate and estimate.card.fake), bill.notes)


def compare_bills(before: BillSide, after: BillSide) -> Diff:
    """Items by number and phase; what differs in quantity, spares, rate, amount, unit or description has changed.

    Where only one of them is priced, amounts are left out of both.
    """
    if bool(before.steps) != bool(after.steps):
        before, after = _unpriced(before), _unpriced(after)
    old, new = _by_key(before.positions), _by_key(after.positions)
    files = _files(before), _files(after)
    changes, same = [], 0
    for key in _order(old, new):
        was, now = old.get(key), new.get(key)
        if was is None:
            changes.append(Change("added", None, now, tuple(_causes(None, now, files))))
        elif now is None:
            changes.append(Change("removed", was, None, tuple(_causes(was, None, files))))
        elif _differ(was, now):
            changes.append(Change("changed", was, now, tuple(_causes(was, now, files))))
        else:
            same += 1
    years = [dict(enumerate(side.years, 1)) for side in (before, after)]
    of_years = [
        Step(f"year {n}", years[0].get(n), years[1].get(n)) for n in sorted({*years[0], *years[1]}) if before.steps
    ]
    return Diff(before, after, tuple(changes), tuple(_steps(before, after)), tuple(of_years), same)


def _unpriced(side: BillSide) -> BillSide:
    bare = (replace(position, rate=None, amount=None, total=None) for position in side.positions)
    return replace(side, positions=tuple(bare), steps=(), years=(), fake=False)


def _by_key(positions: Iterable[Position]) -> dict[Key, Position]:
    found: dict[Key, Position] = {}
    seen: Counter[tuple[str, str]] = Counter()
    for position in positions:
        same = position.item, position.phase
        found[*same, seen[same]] = position
        seen[same] += 1
    return found


def _order(before: Iterable[Key], after: Iterable[Key]) -> list[Key]:
    """All keys: those of the second bill in its order, each that is only in the first behind its neighbour there."""
    order = list(after)
    known, at = set(order), 0
    for key in before:
        if key in known:
            at = order.index(key) + 1
        else:
            order.insert(at, key)
            at += 1
    return order


def _differ(was: Position, now: Position) -> bool:
    return any(
        getattr(was, name) != getattr(now, name)
        for name in ("quantity", "spares", "unit", "description", "rate", "amount", "total")
    )


def _or_zero(position: Position | None) -> Decimal:
    return position.total if position is not None and position.total is not None else ZERO


def _steps(before: BillSide, after: BillSide) -> Iterator[Step]:
    old, new = dict(before.steps), dict(after.steps)
    if old and new:
        for name in dict.fromkeys((*(name for name, _ in after.steps), *(name for name, _ in before.steps))):
            yield Step(name, old.get(name), new.get(name))


Files = tuple[frozenset[str], frozenset[str]]  # that a bill comes from, before and after


def _causes(was: Position | None, now: Position | None, files: Files) -> Iterator[str]:
    """Derivation, places, and what else is not as it was."""
    if was is None or now is None or was.quantity != now.quantity:
        if was is not None and now is not None:
            yield from _terms(was.derivation, now.derivation)
        yield from _places(was, now, files)
    if was is None or now is None:
        return
    if was.spares != now.spares and was.quantity == now.quantity:
        yield f"spares {was.spares:g} → {now.spares:g} of the same quantity"
    for name in ("unit", "description"):
        old, new = getattr(was, name), getattr(now, name)
        if old != new:
            yield f"{name} {shown(old)} → {shown(new)}"
    if was.rate is not None and now.rate is not None and was.rate != now.rate:
        what = now.derivation if _OF_HEADS in now.derivation else "rate"
        yield f"{what}: {grouped(was.rate)} → {grouped(now.rate)}"
    for side, text in ((was, "had no rate before"), (now, "has no rate now")):
        other = now if side is was else was
        if side.rate is None and other.rate is not None:
            yield text


def _terms(was: str, now: str) -> Iterator[str]:
    """What is counted of each name; where that is as it was, the derivations, whose factors differ then."""
    old, new = ({found["name"]: float(found["number"]) for found in _TERM.finditer(text)} for text in (was, now))
    moved = [
        f"{name} {old.get(name, 0):,.12g} → {new.get(name, 0):,.12g}"
        for name in dict.fromkeys((*new, *old))
        if old.get(name, 0) != new.get(name, 0)
    ]
    if moved:
        yield "; ".join(moved)
    elif was != now:
        yield f"{was} → {now}"


def _places(was: Position | None, now: Position | None, files: Files) -> Iterator[str]:
    """Files that came, files that went, and files with another share, a few of each by name."""
    old, new = _by_file(was), _by_file(now)
    moved = [place for place in dict.fromkeys((*new, *old)) if abs(old.get(place, 0) - new.get(place, 0)) > 1e-9]
    sorts: dict[str, list[str]] = {"new": [], "gone": [], "": []}
    for place in moved:
        file = _file(place)
        sort = "new" if file and file not in files[0] else "gone" if file and file not in files[1] else ""
        sorts[sort].append(place)
    for sort, places in sorts.items():
        if not places:
            continue
        listed = ", ".join(_moved(place, old.get(place, 0), new.get(place, 0)) for place in places[:NAMED])
        more = f" and {plural(len(places) - NAMED, 'more place')}" if len(places) > NAMED else ""
        yield f"{sort}: {listed}{more}" if sort else f"{listed}{more}"


def _moved(place: str, was: float, now: float) -> str:
    return f"{place} {was:,.12g} → {now:,.12g}" if was and now else f"{place} {now - was:+,.12g}"


def _by_file(position: Position | None) -> dict[str, float]:
    """Shares by file, whatever the line: lines move when others are put in between."""
    shares: dict[str, float] = {}
    for place, count in position.sources if position else ():
        found = _PLACE.match(place)
        name = f"{found['file']}{found['rest']}" if found else place
        shares[name] = shares.get(name, 0) + count
    return shares


def _file(place: str) -> str:
    found = _PLACE.match(place)
    return found["file"] if found else ""


def _files(side: BillSide) -> frozenset[str]:
    return frozenset(_file(place) for position in side.positions for place, _ in position.sources) - {""}


def read_bill(path: Path) -> BillSide:
    """A bill from the JSON of ``iccc bom``, with its amounts where it is an estimate's."""
    name = path.as_posix()
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
        if len(raw) > MAX_BYTES:
            raise UsageError(f"{name} has more than {MAX_BYTES} bytes")
        data = json.loads(raw)
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror}") from None
    except json.JSONDecodeError as error:
        raise DeclarationError([Mistake(f"{name}:{error.lineno}:{error.colno}", f"no JSON: {error.msg}")]) from None
    except (ValueError, RecursionError):  # not UTF-8, a number of thousands of digits, brackets in brackets
        raise UsageError(f"{name} is no JSON of `iccc bom`") from None
    kind = data.get("kind") if isinstance(data, dict) else None
    if kind not in ("bom", "estimate") or not isinstance(data.get("rows"), list):
        raise UsageError(f"{name} is of kind {shown(kind)}; what is read is JSON of `iccc bom`: bom or estimate")
    if data.get("version") != 1:
        raise UsageError(f"{name} has version {shown(data.get('version'))}; what is read is version 1")
    mistakes: list[Mistake] = []
    positions: list[Position] = []
    for number, row in enumerate(data["rows"], 1):
        try:
            positions.append(_of_row(row))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            mistakes.append(Mistake(f"{name}:1:1", f"row {number} of rows is not one of `iccc bom`: {_said(error)}"))
    if mistakes:
        raise DeclarationError(mistakes)
    try:
        steps = tuple((str(each["name"]), _amount(each["amount"])) for each in data.get("steps", ()))
        years = tuple(_amount(each["amount"]) + _amount(each["gst"]) for each in data.get("years", ()))
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(f"{name}: steps are not those of `iccc bom`: {_said(error)}") from None
    return BillSide(name, tuple(positions), steps, years, bool(data.get("fake_rates")))


def _said(error: Exception) -> str:
    return f"{error} is missing" if isinstance(error, KeyError) else str(error) or type(error).__name__


def _of_row(row: Mapping[str, Any]) -> Position:
    quantity, spares = row["quantity"], row["spares"]
    if not all(type(number) in (int, float) and abs(number) < LARGEST for number in (quantity, spares)):
        raise ValueError(f"quantity {shown(quantity)} or spares {shown(spares)} is no number")
    rate, total = _money(row.get("rate")), _money(row.get("total"))
    amount = None
    if rate is not None:
        amount = (_money(row["amount"]) or ZERO) + (_money(row["spares_amount"]) or ZERO)
    return Position(
        str(row["item"]), str(row["phase"]), str(row["description"]), str(row["unit"]), quantity, spares,
        str(row["derivation"]), tuple(_sources(row["comes_from"])), rate, amount, total if rate is not None else None,
    )  # fmt: skip


def _money(value: object) -> Decimal | None:
    return None if value is None else _amount(value)


def _amount(value: object) -> Decimal:
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        raise ValueError(f"{shown(value)} is no amount") from None
    if not amount.is_finite() or abs(amount) > LARGEST:
        raise ValueError(f"{shown(value)} is no amount")
    return amount


def _sources(said: object) -> Iterator[tuple[str, float]]:
    """``[{"at": place, "counted": 3}]`` of an estimate, or the text ``place (3), place (4)`` of a bill."""
    if isinstance(said, str):
        for found in re.finditer(r"(.+?) \((-?[\d.e+]+)\)(?:, |$)", said):
            yield found[1], float(found[2])
    elif isinstance(said, Iterable):
        for each in said:
            yield str(each["at"]), float(each["counted"])
