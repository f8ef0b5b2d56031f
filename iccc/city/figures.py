"""The figures that hold for a city: those of the catalogue, and what ``city.yaml`` says instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from iccc.city.declared import Declared, Mistakes
from iccc.city.model.assumptions import Assumption, Sizing
from iccc.yamlfile import Where


@dataclass(frozen=True)
class Figure:
    """A figure of one case and the line that gives it. ``source`` is that of the catalogue, or the city itself."""

    name: str
    value: float
    unit: str
    about: str
    kind: str  # standard, tender, press, expert; city
    source: str
    where: Where


Figures = Mapping[str, Figure]


def figures(declared: Declared, mistakes: Mistakes) -> tuple[Figures, Figures]:
    """Those of the design maximum and of the expected case, by name.

    ``sizing`` of city.yaml holds for both cases, ``sizing_expected`` for the expected case alone.
    """
    city = declared.city.file
    for key, said in (("sizing", city.sizing), ("sizing_expected", city.sizing_expected)):
        for name, value in said.items():
            if wrong := declared.assumptions.file.assumptions[name].objection(value):
                mistakes.add(declared.city.document, (key, name), f"{name} {wrong}")
    design: dict[str, Figure] = {}
    expected: dict[str, Figure] = {}
    for name, entry in declared.assumptions.file.assumptions.items():
        assumed = declared.assumptions.document.where("assumptions", name)
        design[name] = _figure(name, entry, entry.value, assumed)
        expected[name] = design[name]
        if entry.expected is not None:
            expected[name] = _figure(name, entry, entry.expected, assumed)
        if name in city.sizing:
            where = declared.city.document.where("sizing", name)
            design[name] = expected[name] = _said(name, entry, city.sizing[name], where)
        if name in city.sizing_expected:
            where = declared.city.document.where("sizing_expected", name)
            expected[name] = _said(name, entry, city.sizing_expected[name], where)
    return design, expected


def sizing_of(case: Figures) -> Sizing:
    """The bare numbers of a case."""
    return Sizing(**{name: figure.value for name, figure in case.items()})


def _figure(name: str, entry: Assumption, value: float, where: Where) -> Figure:
    return Figure(name, value, entry.unit, entry.about, entry.kind, entry.source, where)


def _said(name: str, entry: Assumption, value: float, where: Where) -> Figure:
    return Figure(name, value, entry.unit, entry.about, "city", "declared by the city", where)
