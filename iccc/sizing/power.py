"""Power in the field: the load of a UPS, its size, its battery, and the energy of a month."""

from __future__ import annotations

from collections.abc import Sequence

from iccc.city.model.catalogue import Runtime

KW_PER_TR = 3.51685  # 12,000 BTU (IT) an hour


def ups_load_w(poe_w: float, psu_efficiency: float, switches_w: float, others_w: float) -> float:
    """What a UPS feeds, in W: ``poe_w / psu_efficiency + switches_w + others_w``.

    ``switches_w`` is what switches draw without what they feed; ``others_w`` is everything else behind the UPS:
    illuminators, local processing units, fan.
    """
    return poe_w / psu_efficiency + switches_w + others_w


def ups_va(load_w: float, power_factor: float, load_max: float) -> float:
    """Apparent power that a UPS must have, in VA: ``load_w / power_factor / load_max``; take the next size as sold."""
    return load_w / power_factor / load_max


def end_v(dc_bus_v: float, cell_v: float, cell_end_v: float) -> float:
    """Voltage at which a battery is empty: ``dc_bus_v / cell_v * cell_end_v``, 31.5 V for 18 lead-acid cells."""
    return dc_bus_v / cell_v * cell_end_v


def battery_ah(load_w: float, hours: float, end_v: float, efficiency: float, ageing: float, design: float) -> float:
    """Capacity of a battery, in Ah: ``load_w / (efficiency * end_v) * hours * ageing * design``.

    Without the discharge rate: at high load a battery gives less, and a manufacturer's runtime table knows it.
    """
    return load_w / (efficiency * end_v) * hours * ageing * design


def battery_h(energy_wh: float, load_w: float, efficiency: float, ageing: float, design: float) -> float:
    """How long a battery lasts, in hours: ``energy_wh * efficiency / (load_w * ageing * design)``.

    The same formula as :func:`battery_ah`, the other way round. ``energy_wh`` is what the battery gives down to its end
    voltage, Ah times :func:`end_v`.
    """
    return energy_wh * efficiency / (load_w * ageing * design)


def runtime_h(table: Sequence[Runtime], load_w: float) -> float | None:
    """How long batteries last by a manufacturer's table, in hours; None above its highest load.

    Between two lines it goes by the inverse of the load, as energy does; below the first line it is that line's time:
    what is not in the table is not promised.
    """
    lines = sorted(table, key=lambda line: line.load_w)
    if not lines or load_w > lines[-1].load_w:
        return None
    if load_w <= lines[0].load_w:
        return lines[0].minutes / 60
    above = next(index for index, line in enumerate(lines) if line.load_w >= load_w)
    a, b = lines[above - 1], lines[above]
    share = (1 / load_w - 1 / b.load_w) / (1 / a.load_w - 1 / b.load_w)
    return (b.minutes + (a.minutes - b.minutes) * share) / 60


def declared_minutes(table: Sequence[Runtime], load_w: float) -> float | None:
    """The minutes of the next higher load in a runtime table, which no lower load falls short of; None above it.

    What a battery in use is held against: unlike :func:`runtime_h` it takes nothing for granted between two lines.
    """
    above = [line for line in table if line.load_w >= load_w]
    return min(above, key=lambda line: line.load_w).minutes if above else None


def energy_kwh(mains_w: float, hours: float) -> float:
    """Energy in kWh: ``mains_w * hours / 1000``."""
    return mains_w * hours / 1000


def battery_wh(load_w: float, hours: float, efficiency: float, ageing: float, design: float) -> float:
    """Energy that a battery must give, in Wh, at any voltage: ``load_w * hours / efficiency * ageing * design``."""
    return load_w * hours / efficiency * ageing * design


def cooling_tr(load_w: float) -> float:
    """Cooling for a load, in tons of refrigeration: all that devices draw becomes heat; a ton is 3.517 kW."""
    return load_w / 1000 / KW_PER_TR


def generator_kva(
    load_w: float, cooling_w: float, ups_efficiency: float, power_factor: float, load_max: float
) -> float:
    """Rating of a generator, in kVA: ``(load_w / ups_efficiency + cooling_w) / power_factor / load_max / 1000``."""
    return (load_w / ups_efficiency + cooling_w) / power_factor / load_max / 1000
