"""The items of a bill: each with its quantity, the derivation of that, and its specification."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from iccc.bom.counts import Counts, count, phases
from iccc.city.devices import City, Device
from iccc.city.model.boq import Item
from iccc.sizing.whole import pieces

Places = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class BomLine:
    """One position in one phase. ``sources`` are (place, how many of what is counted there).

    ``at_sites`` are (site, its part of the quantity before that is rounded up); the rest stands at no site.

    ``quantity`` is whole, rounded up, without ``spares``. ``percent_of``: it has neither quantity nor rate of its own,
    but is ``percent`` of the amounts of these heads.
    """

    item: str  # A.1.1; the device type where the catalogue gives it no item
    head: str
    device_type: str  # "" for what is no device
    description: str
    phase: str
    unit: str
    code: str  # HSN or SAC
    quantity: int
    spares: int
    derivation: str
    sources: Places
    specification: str
    gst_pct: float
    works: bool = False
    yearly: bool = False
    percent_of: tuple[str, ...] = ()
    percent: float = 0.0
    description_hi: str | None = None
    at_sites: Places = ()

    @property
    def order(self) -> tuple[str, tuple[int, ...], str]:
        """Items in the order of their numbers: A.2 before A.10."""
        numbers = tuple(int(part) for part in self.item.split(".")[1:] if part.isdigit())
        return self.head, numbers, self.item


@dataclass(frozen=True)
class Bill:
    """All lines, by item and phase, and what could not be counted."""

    lines: tuple[BomLine, ...]
    notes: tuple[str, ...]


def bill(
    city: City, devices: Sequence[Device], *, whole: bool = True, phase: str | None = None, expected: bool = False
) -> Bill:
    """The bill for ``devices``, of all phases or one.

    ``whole``: they are those of a whole city; of a part only what stands there is in it, no fibre, rooms or people.
    What sizing works out is at the design maximum, or in the ``expected`` case; devices are the declared ones in both.
    """
    lines: list[BomLine] = []
    notes: list[str] = []
    names = list(city.phases)
    for each, sized in phases(city, devices, whole=whole, expected=expected):
        if phase is None or each == phase:
            counts = count(city, devices, each, sized, whole=whole)
            priced = [*_of_devices(city, counts, each), *_of_items(city, counts, each)]
            lines += [*priced, *_shares(city, each, {line.head for line in priced})]
            notes += counts.notes
    lines.sort(key=lambda line: (line.order, names.index(line.phase)))
    document, file = city.declared.boq
    for name in file.devices:
        if name not in city.catalogue:
            where = document.where_key("devices", name)
            notes.append(f"{name} is no device type of the catalogue: nothing has its specification ({where})")
    return Bill(tuple(lines), tuple(dict.fromkeys(notes)))


def _of_devices(city: City, counts: Counts, phase: str) -> list[BomLine]:
    extra = city.declared.boq.file.devices
    lines = []
    for name, type_ in city.catalogue.items():
        shares = counts.of(name)
        if not shares:
            continue
        more = extra.get(name)
        quantity = pieces(sum(shares.values()))
        gst_pct = more.gst_pct if more and more.gst_pct is not None else city.declared.estimate.file.gst_pct
        lines.append(
            BomLine(
                item=type_.boq_item or name,
                head=type_.head,
                device_type=name,
                description=type_.description,
                phase=phase,
                unit=type_.unit,
                code=type_.hsn or "",
                quantity=quantity,
                spares=_spares(quantity, more.spares_pct if more else 0),
                derivation=f"{_figure(quantity)} {name}",
                sources=tuple(shares.items()),
                specification=more.specification if more else type_.description,
                gst_pct=_whole(gst_pct),
                description_hi=type_.description_hi,
                at_sites=tuple(counts.at(name).items()),
            )
        )
    return lines


def _of_items(city: City, counts: Counts, phase: str) -> list[BomLine]:
    lines = []
    for number, item in city.declared.boq.file.items.items():
        quantity, derivation, sources, at_sites = _derived(item, counts)
        if quantity:
            lines.append(_line(city, number, item, phase, quantity, derivation, sources, at_sites))
    return lines


def _shares(city: City, phase: str, heads: set[str]) -> list[BomLine]:
    """Items that are a share of the amounts of heads, where the phase has lines of one."""
    return [
        _line(city, number, item, phase, 1, f"{item.percent:g} % of heads {', '.join(item.percent_of)}", ())
        for number, item in city.declared.boq.file.items.items()
        if heads & set(item.percent_of)
    ]


def _line(
    city: City,
    number: str,
    item: Item,
    phase: str,
    quantity: int,
    derivation: str,
    sources: Places,
    at_sites: Places = (),
) -> BomLine:
    usual = city.declared.estimate.file.gst_pct
    return BomLine(
        item=number,
        head=number[0],
        device_type="",
        description=item.description,
        phase=phase,
        unit=item.unit,
        code=item.code or "",
        quantity=quantity,
        spares=_spares(quantity, item.spares_pct),
        derivation=derivation,
        sources=sources,
        specification=item.specification,
        gst_pct=_whole(item.gst_pct if item.gst_pct is not None else usual),
        works=item.works,
        yearly=item.yearly,
        percent_of=item.percent_of,
        percent=item.percent or 0.0,
        description_hi=item.description_hi,
        at_sites=at_sites,
    )


def _derived(item: Item, counts: Counts) -> tuple[int, str, Places, Places]:
    """Quantity, derivation in words, sources, parts of sites."""
    total, terms = 0.0, []
    sources: dict[str, float] = {}
    at_sites: dict[str, float] = {}
    for name, factor in item.quantity.items():
        shares: Mapping[str, float] = counts.of(name)
        number = sum(shares.values())
        if not number:
            continue
        total += number * factor
        terms.append(f"{_figure(number)} {name}" + (f" × {factor:g}" if factor != 1 else ""))
        for place, share in shares.items():
            sources[place] = sources.get(place, 0) + share
        for site, share in counts.at(name).items():
            at_sites[site] = at_sites.get(site, 0) + share * factor / item.pack
    words = " + ".join(terms)
    if item.pack != 1 and words:
        words = f"({words}) / {item.pack:g}" if len(terms) > 1 else f"{words} / {item.pack:g}"
    return pieces(total / item.pack), words, tuple(sources.items()), tuple(at_sites.items())


def _whole(percent: float) -> float:
    """18 for 18.0, so that it is written like that."""
    return int(percent) if percent == int(percent) else percent


def _spares(quantity: int, percent: float) -> int:
    return pieces(quantity * percent / 100)


def _figure(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
