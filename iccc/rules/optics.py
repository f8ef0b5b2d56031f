"""Fibre: the optical budget of each span, the reach and the speed of the transceivers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from iccc.city.devices import City
from iccc.city.model.catalogue import DeviceType
from iccc.city.model.core import Carrier, CoreLink
from iccc.explain import Key
from iccc.rules.rule import Outcome, Row, Severity, Stage, held, rule
from iccc.sizing.fibre import optical_loss_db, splices
from iccc.sizing.traffic import TOLERANCE

CONNECTORS = 2  # a span ends in a connector at both sites
FIBRE = ("own_fibre", "leased")


@rule(
    "optical-budget",
    Severity.HIGH,
    Stage.DESIGN,
    do="take a transceiver with a larger budget, or a shorter way; declare `transceiver` and `spans_m` where they are "
    "not known here; where the fibre lies already, measure it",
    source="project practice: declare the optical budget; budget of the transceiver's data sheet, losses of sizing. "
    "Links of the core are often copper: without a transceiver only those with `medium` or `spans_m` are asked for one",
)
def optical_budget(city: City, _today: date) -> Iterator[Row]:
    """The loss of each span of fibre leaves the transceiver its margin."""
    sizing = city.sizing
    for subject, path, carrier in _carriers(city):
        if carrier.transceiver is None and _own_fibre(carrier):
            text = "no transceiver is declared: whether the loss of the fibre leaves a margin is not known"
            yield Row(Outcome.UNKNOWN, subject, city.declared.core.document.where(*path), text)
    for optic in _optics(city):
        if not optic.carrier.spans_m and optic.carrier.medium == "own_fibre":
            text = f"no spans_m are declared: the loss of the fibre between its {optic.name} is not known"
            yield Row(Outcome.UNKNOWN, optic.subject, city.declared.core.document.where(*optic.path), text)
        budget = optic.type.optical_budget_db or 0.0
        allowed = budget - sizing.optical_margin_db
        for subject, path, span_m in optic.spans():
            count = splices(span_m, sizing.splice_every_m)
            loss = optical_loss_db(
                span_m, sizing.attenuation_db_per_km, CONNECTORS, sizing.connector_db, count, sizing.splice_db
            )
            text = (
                f"{loss:.2f} dB over {span_m:g} m ({sizing.attenuation_db_per_km:g} dB/km, connectors {CONNECTORS}, "
                f"splices {count}), {allowed:.2f} allowed "
                f"({budget:g} of {optic.name} less {sizing.optical_margin_db:g} margin)"
            )
            yield held(loss <= allowed + TOLERANCE, subject, city.declared.core.document.where(*path), text)


@rule(
    "optical-reach",
    Severity.MEDIUM,
    Stage.DESIGN,
    do="take a transceiver that reaches so far",
    source="data sheet of the transceiver: dispersion ends its reach even where the budget would do",
)
def optical_reach(city: City, _today: date) -> Iterator[Row]:
    """No span is longer than its transceiver reaches."""
    return (_reach(city, optic, *span) for optic in _optics(city) for span in optic.spans())


def _reach(city: City, optic: _Optic, subject: str, path: tuple[Key, ...], span_m: float) -> Row:
    if (reach_m := optic.type.reach_m) is None:
        return _lacks(city, optic, "reach_m")
    text = f"{span_m:g} m, {optic.name} reaches {reach_m:g} m"
    return held(span_m <= reach_m, subject, city.declared.core.document.where(*path), text)


@rule(
    "transceiver-speed",
    Severity.MEDIUM,
    Stage.DESIGN,
    do="take a transceiver of the link's speed, or declare the speed that the link really has",
    source="data sheet of the transceiver; bandwidth is judged by the declared speed",
)
def transceiver_speed(city: City, _today: date) -> Iterator[Row]:
    """A link is no faster than its transceivers."""
    return (_speed(city, optic) for optic in _optics(city))


def _speed(city: City, optic: _Optic) -> Row:
    if (speed := optic.type.throughput_mbps) is None:
        return _lacks(city, optic, "throughput_mbps")
    text = f"speed_mbps is {optic.carrier.speed_mbps}, {optic.name} gives {speed:g}"
    where = city.declared.core.document.where(*optic.path, "transceiver")
    return held(optic.carrier.speed_mbps <= speed, optic.subject, where, text)


class _Optic(NamedTuple):
    """A ring, a spur or a link of the core with a transceiver at its ends."""

    subject: str
    path: tuple[Key, ...]  # in core.yaml
    carrier: Carrier
    name: str  # of the transceiver
    type: DeviceType

    def spans(self) -> Iterator[tuple[str, tuple[Key, ...], float]]:
        for index, span_m in enumerate(self.carrier.spans_m):
            subject = self.subject if len(self.carrier.spans_m) == 1 else f"{self.subject} span {index + 1}"
            yield subject, (*self.path, "spans_m", index), span_m


def _lacks(city: City, optic: _Optic, key: str) -> Row:
    where = city.declared.catalogue.document.where("device_types", optic.name)
    return Row(Outcome.UNKNOWN, optic.name, where, f"{optic.name} has no {key} in the catalogue")


def _carriers(city: City) -> Iterator[tuple[str, tuple[Key, ...], Carrier]]:
    """Subject, path in core.yaml and carrier of every link, ring and spur."""
    core = city.declared.core.file
    yield from ((link.a, ("links", index), link) for index, link in enumerate(core.links))
    yield from ((ring.name, ("rings", index), ring) for index, ring in enumerate(core.rings))
    yield from ((spur.name, ("spurs", index), spur) for index, spur in enumerate(core.spurs))


def _own_fibre(carrier: Carrier) -> bool:
    """Whether a carrier is declared to run over the city's own fibre.

    A link between core switches is often copper or a direct-attach cable in one rack, and ``own_fibre`` is only the
    default of its medium: it is fibre where its medium or its spans are written down.
    """
    said = not isinstance(carrier, CoreLink) or bool(carrier.model_fields_set & {"medium", "spans_m"})
    return said and carrier.medium == "own_fibre"


def _optics(city: City) -> Iterator[_Optic]:
    for subject, path, carrier in _carriers(city):
        if carrier.transceiver is not None and carrier.medium in FIBRE:
            yield _Optic(subject, path, carrier, carrier.transceiver, city.catalogue[carrier.transceiver])


RULES = (optical_budget, optical_reach, transceiver_speed)
