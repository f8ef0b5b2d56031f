"""UPS of sites: the load that they feed, and how long they feed it, as sizing works both out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from iccc.city.devices import City, Equipment
from iccc.city.model.catalogue import Kind
from iccc.city.model.common import Lifecycle
from iccc.rules.rule import Outcome, Row, Severity, Stage, held, rule
from iccc.sizing.city import design_case
from iccc.sizing.field import lasting_h, results
from iccc.sizing.result import Case, Result


@rule(
    "ups-hours",
    Severity.MEDIUM,
    Stage.DESIGN,
    do="take a larger battery or UPS (ups_type of `iccc size`), lower the load, or say other `ups_hours` in `sizing`",
    source="ups_hours of sizing, from a published tender; the runtime table of the catalogue, else the formula",
)
def ups_hours(city: City, _today: date) -> Iterator[Row]:
    """The UPS of a site lasts as long as it is to"""
    for case, ups, of_site in _sites(city):
        load_w = float(of_site["ups_load_w"].value or 0)
        asked = case.sizing.ups_hours
        if len(ups) > 1:
            text = f"{len(ups)} UPS feed {load_w:,.0f} W together, and which one feeds what is not declared"
            yield Row(Outcome.UNKNOWN, ups[0].site, ups[0].where, text)
            continue
        name, type_ = ups[0].device_type, case.type(ups[0].device_type)
        hours = lasting_h(case, type_, load_w)
        if hours is None and not type_.runtime:
            text = f"{name} has neither a runtime table nor battery_ah and dc_bus_v in the catalogue"
            yield Row(Outcome.UNKNOWN, ups[0].site, case.type_where(name), text)
            continue
        by = "its runtime table" if type_.runtime else "the formula"
        lasts = f"{hours:.1f} h by {by}" if hours is not None else "a load that its runtime table does not have"
        better, lasting = of_site["ups_type"].value, of_site["battery_h"].value
        enough = isinstance(lasting, int | float) and lasting >= asked
        hint = f"; {better} lasts {lasting:.1f} h" if enough and better != name else ""
        text = f"{name} at {load_w:,.0f} W: {lasts}, {asked:g} h asked for{hint}"
        yield held(hours is not None and hours >= asked, ups[0].site, ups[0].where, text)


@rule(
    "ups-size",
    Severity.HIGH,
    Stage.DESIGN,
    do="take a larger UPS (ups_type of `iccc size`), or lower the load",
    source="sizing: load / ups_pf / ups_load_max",
)
def ups_size(city: City, _today: date) -> Iterator[Row]:
    """The UPS of a site has the VA for what it feeds"""
    for case, ups, of_site in _sites(city):
        needed = float(of_site["ups_va"].value or 0)
        has = [case.type(one.device_type).va for one in ups]
        if None in has:
            bare = next(one.device_type for one in ups if case.type(one.device_type).va is None)
            yield Row(Outcome.UNKNOWN, ups[0].site, case.type_where(bare), f"{bare} has no va in the catalogue")
        else:
            there = sum(va or 0 for va in has)
            text = f"{needed:,.0f} VA are needed, {there:,.0f} there"
            yield held(needed <= there, ups[0].site, ups[0].where, text)


def _sites(city: City) -> Iterator[tuple[Case, list[Equipment], dict[str, Result]]]:
    """Sites that declare a UPS: the case, their UPS, and what sizing says of the site by name."""
    ups: dict[str, list[Equipment]] = defaultdict(list)
    for device in city.equipment.values():
        if device.kind is Kind.UPS and device.status is not Lifecycle.DECOMMISSIONED and device.site in city.sites:
            ups[device.site].append(device)
    if not ups:
        return
    case = design_case(city, city.inventory())
    found: dict[str, dict[str, Result]] = defaultdict(dict)
    for result in results(case):
        found[result.scope][result.name] = result
    for code, devices in ups.items():
        if "ups_load_w" in found[code]:
            yield case, devices, found[code]


RULES = (ups_hours, ups_size)
