"""What may be bought and run: certificates, supplier rules and firmware lists of the types that the project uses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from iccc.city.devices import City, Device, Kind
from iccc.city.model.catalogue import DeviceType
from iccc.city.model.common import TAKEN_OVER, Lifecycle
from iccc.rules.rule import Outcome, Row, Severity, Stage, rule
from iccc.yamlfile import Document

CRO_IN_FORCE = date(2025, 4, 9)
CRO_SALE_ENDS = date(2026, 4, 1)
MAKE_IN_INDIA = date(2024, 3, 6)
CRO = "Compulsory Registration Order, amendment of 9 Apr 2024"

BOUGHT = frozenset(Lifecycle) - {Lifecycle.PLANNED, Lifecycle.SANCTIONED, Lifecycle.DECOMMISSIONED}
TO_BUY = frozenset({Lifecycle.SANCTIONED, Lifecycle.PROCURED})
LAND_BORDER = frozenset({"AF", "BD", "BT", "CN", "MM", "NP", "PK"})
SCHEMES = ("STQC-ER", "BIS")

Finding = tuple[Outcome, str]


@dataclass(frozen=True)
class Lot:
    """The project's devices of one type that a rule is about."""

    name: str  # of the type
    type: DeviceType
    catalogue: Document
    devices: tuple[Device, ...]

    def row(self, key: str, outcome: Outcome, text: str) -> Row:
        """A row at ``key`` of the type in the catalogue, or at the type where it has no such key."""
        phases = ", ".join(sorted({device.phase for device in self.devices}))
        said = f"{self.name}, {len(self.devices):,} in {phases}: {text}"
        return Row(outcome, self.name, self.catalogue.where("device_types", self.name, key), said)

    def verdict(self, key: str, *found: Finding) -> Row:
        """One row of several findings: the worst outcome, and what is said of all that do not pass."""
        for outcome in (Outcome.FAIL, Outcome.UNKNOWN):
            if any(outcome is each for each, _ in found):
                return self.row(key, outcome, "; ".join(text for each, text in found if each is not Outcome.PASS))
        return self.row(key, Outcome.PASS, "")


def lots(city: City, wanted: Callable[[Device], bool]) -> Iterator[Lot]:
    """The project's devices that are ``wanted``, by type."""
    by_type: dict[str, list[Device]] = {}
    for device in city.inventory():
        if device.ours and wanted(device):
            by_type.setdefault(device.device_type, []).append(device)
    for name, devices in sorted(by_type.items()):
        yield Lot(name, city.catalogue[name], city.declared.catalogue.document, tuple(devices))


def nameless(generic: Sequence[Lot], because: str) -> Iterator[Row]:
    """One row for all lots of types without a make: none of them can be judged, and for the same reason."""
    if generic:
        each = ", ".join(f"{lot.name} ({len(lot.devices):,})" for lot in generic)
        phases = ", ".join(sorted({device.phase for lot in generic for device in lot.devices}))
        types = "the type names" if len(generic) == 1 else "these types name"
        where = generic[0].catalogue.where("device_types", generic[0].name, "generic")
        yield Row(Outcome.UNKNOWN, generic[0].name, where, f"{each} in {phases}: {types} no make, so {because}")


def ordered_before(city: City, device: Device, day: date) -> bool:
    """Whether the device is declared to have been bought before a rule of that day."""
    ordered = city.declared.city.file.phases[device.phase].ordered_before
    return ordered is not None and ordered <= day


@rule(
    "cameras-certified",
    Severity.HIGH,
    Stage.PROCUREMENT,
    do="name the make and model that was bought, with its STQC and BIS certificates, in the catalogue; "
    "`ordered_before` of the phase, where it was bought before 9 Apr 2025",
    source=f"{CRO}: IS 13252-1 (BIS) and the Essential Requirements (STQC)",
    in_force_from=CRO_IN_FORCE,
)
def cameras_certified(city: City, today: date) -> Iterator[Row]:
    """Cameras bought since 9 Apr 2025 are of a type with STQC and BIS certificates"""
    # Until uncertified ones cannot be sold at all, what is sanctioned is judged here; then by the next rule.
    due = BOUGHT if today >= CRO_SALE_ENDS else BOUGHT | {Lifecycle.SANCTIONED}
    generic: list[Lot] = []
    phases = city.declared.city.file.phases
    for lot in lots(
        city, lambda d: d.kind is Kind.CAMERA and d.status in due and not ordered_before(city, d, CRO_IN_FORCE)
    ):
        if lot.type.generic:
            generic.append(lot)
            continue
        bought_by = max(phases[device.phase].ordered_before or today for device in lot.devices)
        yield lot.verdict("certificates", *(_held_at_purchase(lot.type, scheme, bought_by) for scheme in SCHEMES))
    yield from nameless(
        generic, "no certificate can be looked up; that all were bought before 9 Apr 2025 is not declared either"
    )


def _held_at_purchase(type_: DeviceType, scheme: str, bought_by: date) -> Finding:
    """A certificate has to hold on the day of the purchase; what runs out later makes nothing wrong that was bought.

    That day is known only as not before the rule and not after ``bought_by``.
    """
    last = max((c for c in type_.certificates if c.scheme == scheme), key=lambda c: c.expires, default=None)
    if last is None:
        return Outcome.FAIL, f"no {scheme} certificate"
    if last.expires >= bought_by:
        return Outcome.PASS, ""
    ended = f"{scheme} certificate {last.number} ended on {last.expires}"
    if last.expires < CRO_IN_FORCE:
        return Outcome.FAIL, f"{ended}, before the purchase"
    return Outcome.UNKNOWN, f"{ended}; that all were bought by then is not declared (`ordered_before` of the phase)"


@rule(
    "uncertified-not-sold",
    Severity.CRITICAL,
    Stage.PROCUREMENT,
    do="choose a make and model with certificates that are valid on the day of the purchase",
    source=f"{CRO}: from 1 Apr 2026 uncertified cameras cannot be sold",
    in_force_from=CRO_SALE_ENDS,
)
def uncertified_not_sold(city: City, today: date) -> Iterator[Row]:
    """Cameras that are still to be bought are of a type that may be sold"""
    generic: list[Lot] = []
    for lot in lots(city, lambda d: d.kind is Kind.CAMERA and d.status is Lifecycle.SANCTIONED):
        if lot.type.generic:
            generic.append(lot)
        else:
            yield lot.verdict("certificates", *(_valid(lot.type, scheme, today) for scheme in SCHEMES))
    yield from nameless(generic, "no certificate can be looked up")


def _valid(type_: DeviceType, scheme: str, today: date) -> Finding:
    held = [certificate.expires for certificate in type_.certificates if certificate.scheme == scheme]
    if not held:
        return Outcome.FAIL, f"no {scheme} certificate"
    if max(held) < today:
        return Outcome.FAIL, f"the {scheme} certificate ended on {max(held)}"
    return Outcome.PASS, ""


@rule(
    "switches-mtcte",
    Severity.MEDIUM,
    Stage.PROCUREMENT,
    do="choose a model with an MTCTE certificate and write it into the catalogue",
    source="Telegraph (Amendment) Rules 2017: mandatory testing and certification of telecom equipment (MTCTE)",
)
def switches_mtcte(city: City, today: date) -> Iterator[Row]:
    """Switches that are bought now are of a type with an MTCTE certificate"""
    generic: list[Lot] = []
    for lot in lots(city, lambda d: d.kind is Kind.SWITCH and d.status in TO_BUY):
        if lot.type.generic:
            generic.append(lot)
        else:
            yield lot.verdict("certificates", _valid(lot.type, "MTCTE", today))
    yield from nameless(generic, "no certificate can be looked up")


@rule(
    "make-in-india",
    Severity.MEDIUM,
    Stage.PROCUREMENT,
    do="write the supplier's class into the catalogue (`supplier_class`); choose a local supplier",
    source="Public Procurement (Preference to Make in India), order of 6 Mar 2024 for CCTV",
    in_force_from=MAKE_IN_INDIA,
)
def make_in_india(city: City, _today: date) -> Iterator[Row]:
    """What is bought now comes from a class I or class II local supplier"""
    for lot in lots(city, lambda d: d.status in TO_BUY and not ordered_before(city, d, MAKE_IN_INDIA)):
        supplier = lot.type.supplier_class
        if supplier is None:
            yield lot.row("supplier_class", Outcome.UNKNOWN, "no `supplier_class` is declared for the type")
        else:
            outcome = Outcome.FAIL if supplier == "non-local" else Outcome.PASS
            yield lot.row("supplier_class", outcome, f"the supplier is {supplier}")


@rule(
    "land-border",
    Severity.HIGH,
    Stage.PROCUREMENT,
    do="ask the bidder for its registration and write `land_border_registered`, or choose another; "
    "where an exemption of the rule applies, write a waiver",
    source="General Financial Rules, rule 144(xi)",
)
def land_border(city: City, _today: date) -> Iterator[Row]:
    """What is bought now and comes from a country with a land border has a registered bidder"""
    for lot in lots(city, lambda d: d.status in TO_BUY):
        country, registered = lot.type.country, lot.type.land_border_registered
        if country is None:
            yield lot.row("country", Outcome.UNKNOWN, "no `country` is declared for the type")
        elif country in LAND_BORDER and not registered:
            outcome = Outcome.UNKNOWN if registered is None else Outcome.FAIL
            said = "is not declared" if registered is None else "is declared to be missing"
            yield lot.row("land_border_registered", outcome, f"from {country}: registration of the bidder {said}")
        else:
            yield lot.row("country", Outcome.PASS, "")


@rule(
    "firmware-list",
    Severity.MEDIUM,
    Stage.ACCEPTANCE,
    do="write the versions that may run into `firmware` of the type",
    source="hardening: firmware on the allow-list",
)
def firmware_list(city: City, _today: date) -> Iterator[Row]:
    """Types that are accepted or live have a list of firmware that may run"""
    generic: list[Lot] = []
    for lot in lots(city, lambda d: d.status in TAKEN_OVER):
        if lot.type.firmware:
            yield lot.row("firmware", Outcome.PASS, "")
        elif lot.type.generic:
            generic.append(lot)
        else:
            yield lot.row("firmware", Outcome.FAIL, "no firmware is on the list of what may run")
    yield from nameless(generic, "no firmware can be allowed")


RULES = (cameras_certified, uncertified_not_sold, switches_mtcte, make_in_india, land_border, firmware_list)
