"""The bill by phase and category: amounts of heads, numbers of device types, cameras by sort of site."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from iccc.bom.estimate import Priced
from iccc.bom.money import ZERO
from iccc.city.devices import Camera, City, Device
from iccc.city.model.common import Lifecycle
from iccc.report.book.page import Book, cell
from iccc.report.table import Cell, Table
from iccc.units import plural

SHEET = "Matrix"


def write(book: Book, city: City, lines: Sequence[Priced], devices: Sequence[Device]) -> None:
    """Amounts follow the rates; numbers are those of the declaration."""
    phases = [phase for phase in city.phases if any(priced.line.phase == phase for priced in lines)]
    counts = _tables(city, lines, devices, phases)
    columns = max([3 + len(phases), *(len(table.columns) for table in counts)])
    page = book.page(
        SHEET, f"Categories and phases: {city.name}", f"श्रेणी व चरण: {city.name_hi}", (26, 44, *([18] * columns))
    )
    page.caption("Amounts of heads by phase, without GST; yearly lines: one year")
    page.heads(("Head", "", *phases, "All", "Rates"))
    first, titles = page.row, city.declared.boq.file.heads
    for head in sorted({priced.line.head for priced in lines}):
        title = titles[head]  # type: ignore[index]  # heads of lines are those of the model
        page.text(0, head)
        page.text(1, f"{title.title}  {title.title_hi}", "hindi")
        for number, phase in enumerate(phases):
            chosen = [p for p in lines if p.line.head == head and p.line.phase == phase]
            where = f'boq_head,"{head}",boq_phase,"{phase}"'
            formula = f"SUMIFS(boq_amount,{where})+SUMIFS(boq_spares,{where})"
            page.formula(2 + number, formula, sum((p.without_gst for p in chosen), ZERO), "money")
        every = f"SUM({cell(page.row, 2)}:{cell(page.row, 1 + len(phases))})"
        value = sum((p.without_gst for p in lines if p.line.head == head), ZERO)
        page.formula(2 + len(phases), every, value, "money", bold=True)
        page.text(3 + len(phases), book.row_mark)
        page.row += 1
    page.text(0, "All", "group")
    page.text(1, "", "group")
    for number in range(len(phases) + 1):
        here = phases[number : number + 1] or phases
        value = sum((p.without_gst for p in lines if p.line.phase in here), ZERO)
        every = f"SUM({cell(first, 2 + number)}:{cell(page.row - 1, 2 + number)})"
        page.formula(2 + number, every, value, "money", bold=True)
    page.text(3 + len(phases), book.row_mark, bold=True)
    page.row += 1
    page.rupees(first, page.row - 1, *range(2, 3 + len(phases)))
    for table in counts:
        page.table(table)


def _tables(city: City, lines: Sequence[Priced], devices: Sequence[Device], phases: Sequence[str]) -> list[Table]:
    numbers: Counter[tuple[str, str]] = Counter()
    types: dict[str, str] = {}
    for line in (priced.line for priced in lines if priced.line.device_type):
        numbers[line.device_type, line.phase] += line.quantity
        types[line.device_type] = line.description
    rows: list[list[Cell]] = [
        [name, text, *(numbers[name, phase] for phase in phases), sum(numbers[name, phase] for phase in phases)]
        for name, text in types.items()
    ]
    standing = [device for device in devices if device.status is not Lifecycle.DECOMMISSIONED]
    cameras = [device for device in standing if isinstance(device, Camera)]
    return [
        Table("types", "Device types by phase, without spares", ("Type", "", *phases, "All"), rows),
        *([_categories(city, cameras)] if cameras else []),
    ]


def _categories(city: City, cameras: Sequence[Camera]) -> Table:
    """A row a sort of site: its sites, its cameras by group."""
    sorts = {code: str(site.type) for code, site in city.sites.items()}
    groups = list(dict.fromkeys(camera.group for camera in cameras))
    seen = Counter((sorts.get(camera.site, "-"), camera.group) for camera in cameras)
    sites = Counter(sorts.get(code, "-") for code in {camera.site for camera in cameras})
    rows: list[list[Cell]] = [
        [
            sort,
            plural(sites[sort], "site"),
            *(seen[sort, group] for group in groups),
            sum(seen[sort, g] for g in groups),
        ]
        for sort in sites
    ]
    return Table(
        "categories", "Cameras by sort of site and group", ("Sort of site", "", *groups, "All"), sorted(rows, key=str)
    )
