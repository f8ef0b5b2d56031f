"""``boq-items.yaml`` and ``estimate.yaml`` of the catalogue: what a bill has beside devices, how it is reckoned."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from iccc.city.model.catalogue import Kind
from iccc.city.model.common import Slug, Title
from iccc.yamlfile import Strict

Head = Literal["A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K"]
ItemNumber = Annotated[str, Field(pattern=r"^[A-K](\.[0-9]{1,3}){1,3}$", description="an item like A.1.2")]
Code = Annotated[str, Field(pattern=r"^[0-9]{4,8}$", description="an HSN or SAC code of 4 to 8 digits, quoted")]
Prose = Annotated[str, Field(min_length=3, max_length=1500, pattern=r"^[^\x00-\x1f\x7f-\x9f]+$")]
Percent = Annotated[float, Field(ge=0, le=100)]

# What quantities are made of, beside device types and kinds by their names; iccc/bom/counts.py counts them.
COUNTED = {
    "devices": "everything that has a name",
    "edge_recording_cameras": "cameras that record on their own storage",
    "access_switches": "switches of sites",
    "sites": "sites",
    "poles": "poles of all types that are put up",
    "poles_straight": "straight poles",
    "poles_cantilever": "cantilever poles",
    "poles_gantry": "gantries",
    "poles_wall": "brackets at walls",
    "cabinets": "cabinets",
    "earthing_pits": "earthing pits",
    "surge_power": "cabinets with surge protection of the mains",
    "surge_ethernet": "cameras behind cabinets with surge protection of copper",
    "door_sensors": "cabinets with a door sensor",
    "connections": "electricity connections, one a cabinet",
    "battery_blocks": "battery blocks in one string a UPS",
    "copper_m": "copper of cameras",
    "fibre_m": "own fibre, with slack and loops",
    "route_m": "route of own fibre",
    "fibre_joints": "splices and ends of spans",
    "fibre_ends": "ports with a transceiver",
    "leased_links": "hired rings and spurs",
    "links_4g": "devices over 4G",
    "third_party_cameras": "third parties' cameras that are to be linked",
    "centres": "1 where the phase has devices in the control centre",
    "drives": "drives of recorders, standbys too",
    "racks": "racks",
    "displays": "displays of the wall",
    "seats": "seats of control rooms",
    "operators": "people on seats",
    "technicians": "people in the field",
    "kwh_month": "energy of a month, of sites and centre",
    "dismantled": "devices that are decommissioned",
}
KINDS = tuple(map(str, Kind))


class Item(Strict):
    """One item that is no device type. ``quantity``: so many for each one counted, added up and rounded up.

    ``percent_of``: instead of a quantity and a rate, that share of the amounts of heads. ``yearly``: of every year of
    operation, and no capital expenditure. ``works``: labour cess is due.
    """

    description: Annotated[str, Field(min_length=3, max_length=200)]
    description_hi: Annotated[str, Field(min_length=3, max_length=200)] | None = None
    unit: Annotated[str, Field(min_length=1, max_length=24)] = "no."
    code: Code | None = None
    specification: Prose
    quantity: dict[str, Annotated[float, Field(gt=0)]] = {}
    percent_of: tuple[Head, ...] = ()
    percent: Percent | None = None
    pack: Annotated[float, Field(gt=0)] = 1.0  # what is counted is bought in packs of so many
    spares_pct: Annotated[float, Field(ge=0, le=100)] = 0.0
    gst_pct: Percent | None = None
    works: bool = False
    yearly: bool = False
    source: Prose | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Item:
        if bool(self.quantity) == bool(self.percent_of):
            raise ValueError("has either 'quantity' or 'percent_of'")
        if bool(self.percent_of) != (self.percent is not None):
            raise ValueError("'percent_of' goes with 'percent'")
        if self.spares_pct and (self.yearly or self.percent_of):
            raise ValueError("'spares_pct' is of what is bought, not of yearly items and shares")
        return self


class OfDevice(Strict):
    """What the bill says of a device type beyond the catalogue."""

    specification: Prose
    spares_pct: Annotated[float, Field(ge=0, le=100)] = 0.0
    gst_pct: Percent | None = None


class HeadTitle(Strict):
    title: Title
    title_hi: Title


class BoqItemsFile(Strict):
    schema_: Literal["boq-items/v1"] = Field(alias="schema")
    heads: dict[Head, HeadTitle]
    devices: dict[Slug, OfDevice] = {}
    items: dict[ItemNumber, Item]

    @model_validator(mode="after")
    def _all_heads(self) -> BoqItemsFile:
        if missing := sorted(set("ABCDEFGHIJK") - set(self.heads)):
            raise ValueError(f"head {', '.join(missing)} has no title")
        return self


class Tier(Strict):
    """Up to ``up_to`` rupees, or beyond all others, ``pct`` of the amount and at least ``least`` rupees."""

    up_to: Annotated[int, Field(gt=0)] | None = None
    pct: Percent
    least: Annotated[int, Field(ge=0)] = 0


class Step(Strict):
    """One step of the computation, in its order. ``of``: earlier steps by name, ``works``, or heads.

    ``base``: quantity × rate of every line. ``spares``: the same of spares. ``percent``, ``tiers``: of the sum of what
    ``of`` names. ``gst``: of every line at its own rate, and of earlier steps with a ``gst_pct``. ``sum``: of all steps
    since the last sum, and that sum. ``operation``: the yearly lines over years, with their GST.
    """

    name: Annotated[str, Field(min_length=2, max_length=48)]
    name_hi: Annotated[str, Field(min_length=2, max_length=48)] | None = None
    does: Literal["base", "spares", "percent", "tiers", "gst", "sum", "operation"]
    of: tuple[str, ...] = ()
    pct: Percent | None = None
    tiers: tuple[Tier, ...] = ()
    gst_pct: Percent | None = None
    years: Annotated[int, Field(ge=1, le=15)] | None = None
    escalation_pct: Percent | None = None
    source: Prose | None = None

    @model_validator(mode="after")
    def _whole(self) -> Step:
        needs = {
            "percent": ("of", "pct"), "tiers": ("of", "tiers"), "operation": ("years", "escalation_pct"),
        }.get(self.does, ())  # fmt: skip
        has = [key for key in ("of", "pct", "tiers", "years", "escalation_pct") if getattr(self, key) not in (None, ())]
        if missing := [key for key in needs if key not in has]:
            raise ValueError(f"{self.does} needs {missing[0]!r}")
        if odd := [key for key in has if key not in needs]:
            raise ValueError(f"{odd[0]!r} is not of {self.does}")
        if self.tiers and self.tiers[-1].up_to is not None:
            raise ValueError("the last tier has no 'up_to': it is for all amounts beyond")
        limits = [tier.up_to for tier in self.tiers[:-1]]
        if None in limits or limits != sorted(limit for limit in limits if limit is not None):
            raise ValueError("tiers go up, each but the last with its 'up_to'")
        return self


class Milestone(Strict):
    """A payment: ``pct`` of the capital expenditure when ``when`` is reached."""

    when: Annotated[str, Field(min_length=3, max_length=200)]
    when_hi: Annotated[str, Field(min_length=3, max_length=200)] | None = None
    pct: Percent


class FinancialYears(Strict):
    """How money is asked for, by financial years from April to March: ``first`` is 2027 for 2027-28.

    ``capital_pct``: shares of the capital expenditure from then on. ``operation_from``: the first year of operation.
    """

    first: Annotated[int, Field(ge=2000, le=2100)]
    capital_pct: Annotated[tuple[Percent, ...], Field(min_length=1, max_length=10)]
    operation_from: Annotated[int, Field(ge=2000, le=2100)]

    @model_validator(mode="after")
    def _in_order(self) -> FinancialYears:
        if (whole := round(sum(self.capital_pct), 6)) != 100:
            raise ValueError(f"capital_pct come to {whole:g} %, not to 100")
        if self.operation_from < self.first:
            raise ValueError(f"operation_from {self.operation_from} is before the first year, {self.first}")
        return self


class EstimateFile(Strict):
    schema_: Literal["estimate/v1"] = Field(alias="schema")
    gst_pct: Percent  # of lines that say nothing else
    rate_days: Annotated[int, Field(ge=1, le=3650)]  # after which a rate is old
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
    milestones: tuple[Milestone, ...] = ()
    financial_years: FinancialYears | None = None

    @model_validator(mode="after")
    def _adds_up(self) -> EstimateFile:
        if self.milestones and (whole := round(sum(milestone.pct for milestone in self.milestones), 6)) != 100:
            raise ValueError(f"milestones come to {whole:g} %, not to 100")
        return self
