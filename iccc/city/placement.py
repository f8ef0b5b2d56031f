"""Which camera hangs on which switch port: by ports and watts, never by the sum.

A cable does not move because somebody edits a number. So the placement is a function of the *reserved* ports of the
groups: as long as a group grows within its reserve, no other camera moves; what goes beyond is placed afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Outlet:
    """A PoE port: its switch, name and the PSE watts that it can give."""

    switch: str
    port: str
    max_w: float


@dataclass(frozen=True)
class Demand:
    """A slot that needs a port. ``reserved`` slots are placed first, whether a camera is there yet or not."""

    slot: int
    pse_w: float
    reserved: bool


@dataclass(frozen=True)
class Placement:
    """``outlets`` by slot; ``unplaced`` slots found no switch with both a port and the watts."""

    outlets: dict[int, Outlet]
    unplaced: tuple[int, ...]
    load_w: dict[str, float]
    free_ports: dict[str, int]


def place(outlets: Sequence[Outlet], budget_w: dict[str, float], demands: Iterable[Demand]) -> Placement:
    """Place demands on outlets: the hungriest first, each on the switch with the most watts left.

    ``budget_w`` is what each switch may give, headroom already taken off. Ties go to the first in order,
    so the result depends on nothing but the arguments.
    """
    free = {switch: [o for o in outlets if o.switch == switch] for switch in budget_w}
    load = dict.fromkeys(budget_w, 0.0)
    placed: dict[int, Outlet] = {}
    unplaced: list[int] = []
    for demand in sorted(demands, key=lambda d: (not d.reserved, -d.pse_w if d.reserved else 0.0, d.slot)):
        switch = _roomiest(free, load, budget_w, demand.pse_w)
        if switch is None:
            unplaced.append(demand.slot)
            continue
        outlet = next(o for o in free[switch] if o.max_w >= demand.pse_w)
        free[switch].remove(outlet)
        load[switch] += demand.pse_w
        placed[demand.slot] = outlet
    ports_left = {switch: len(ports) for switch, ports in free.items()}
    return Placement(placed, tuple(sorted(unplaced)), load, ports_left)


def _roomiest(
    free: dict[str, list[Outlet]], load: dict[str, float], budget_w: dict[str, float], pse_w: float
) -> str | None:
    fitting = [
        switch
        for switch, ports in free.items()
        if any(o.max_w >= pse_w for o in ports) and load[switch] + pse_w <= budget_w[switch] + 1e-9
    ]
    return max(fitting, key=lambda switch: budget_w[switch] - load[switch], default=None)
