"""Which camera hangs on which switch port: by ports and watts, never by the sum.

A cable does not move because somebody edits a number. So the placement is a function of the pinned slots and of the
*reserved* ports of the groups: as long as a group grows within its reserve, no other camera moves; what goes beyond is
placed afterwards.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby, islice
from math import ceil
from operator import add, le, mul, sub

TRIES = 50_000  # how many fillings of a switch one search may look at; 32 ports and five classes take a few thousand
TOLERANCE_W = 1e-9  # sums of watts are floats

Counts = tuple[int, ...]  # how many of each class of watts, in the order of the classes


@dataclass(frozen=True)
class Outlet:
    """A PoE port: its switch, name and the PSE watts that it can give."""

    switch: str
    port: str
    max_w: float


@dataclass(frozen=True)
class Demand:
    """A slot that needs a port. Those of an earlier ``turn`` are placed first, and a later one never moves them.

    Turn 0 has the reserved slots, whether a camera is there yet or not. ``pin`` is the switch and the port that the
    slot must have, None for any. Pinned slots go before all others.
    """

    slot: int
    pse_w: float
    turn: int
    pin: tuple[str, str] | None = None


@dataclass(frozen=True)
class Placement:
    """``outlets`` by slot; ``unplaced`` slots found no switch with both a port and the watts.

    ``refused`` says for each unplaced slot with a pin why it cannot have that port.
    """

    outlets: dict[int, Outlet]
    unplaced: tuple[int, ...]
    load_w: dict[str, float]
    free_ports: dict[str, int]
    refused: dict[int, str]


def place(outlets: Sequence[Outlet], budget_w: dict[str, float], demands: Iterable[Demand]) -> Placement:
    """Place the pinned demands on their ports, then turn after turn. None moves for a later one.

    In turn 0 the hungriest go first, in the others it goes by slot, each on the switch with the most watts left. Where
    that leaves some of them out, an exact search looks for ports for all of them. If there are none, or none are
    found within ``TRIES``, the first way stands, and those that it left out are ``unplaced``.

    ``budget_w`` is what each switch may give, headroom already taken off. Ties go to the first in order, so the result
    depends on nothing but the arguments, and not on the order of the demands.
    """
    cabinet = _Cabinet(
        budget_w=budget_w,
        free={switch: [o for o in outlets if o.switch == switch] for switch in budget_w},
        load_w=dict.fromkeys(budget_w, 0.0),
        placed={},
    )
    ordered = sorted(demands, key=lambda d: (d.turn, d.slot))
    refused: dict[int, str] = {}
    unplaced: list[int] = []
    for demand in ordered:
        if demand.pin and (reason := cabinet.place_pinned(demand, *demand.pin)):
            refused[demand.slot] = reason
    for turn, batch in groupby((d for d in ordered if not d.pin), key=lambda d: d.turn):
        demands = list(batch)
        if turn == 0:
            demands.sort(key=lambda d: -d.pse_w)
        greedy = cabinet.copy()
        left_out = greedy.place_greedily(demands)
        if not left_out or not cabinet.place_by_search(demands):
            cabinet = greedy
            unplaced += left_out
    return Placement(
        outlets=cabinet.placed,
        unplaced=tuple(sorted([*unplaced, *refused])),
        load_w=cabinet.load_w,
        free_ports={switch: len(ports) for switch, ports in cabinet.free.items()},
        refused=refused,
    )


def fewest(type_ports: Sequence[float], budget_w: float, demands_w: Sequence[float], at_most: int = 32) -> int | None:
    """How many switches of one type it takes to feed these demands, all in PSE watts; None for more than ``at_most``.

    ``type_ports`` is what each port of the type can give, ``budget_w`` what a switch may give after headroom. It is the
    least number with which :func:`place` places all, so sizing and placement cannot disagree. Where its search ends at
    ``TRIES`` the answer may be too high, never too low.
    """
    if not demands_w:
        return 0
    if not type_ports or max(demands_w) > min(max(type_ports), budget_w + TOLERANCE_W):
        return None
    demands = [Demand(slot, watts, turn=0) for slot, watts in enumerate(demands_w, 1)]
    by_ports = ceil(len(demands_w) / len(type_ports))
    by_watts = ceil((sum(demands_w) - TOLERANCE_W) / budget_w) if budget_w else 0
    for count in range(max(by_ports, by_watts), at_most + 1):
        switches = [str(number) for number in range(count)]
        outlets = [Outlet(switch, str(port), max_w) for switch in switches for port, max_w in enumerate(type_ports)]
        if not place(outlets, dict.fromkeys(switches, budget_w), demands).unplaced:
            return count
    return None


@dataclass
class _Cabinet:
    """The switches of a junction while they are being filled."""

    budget_w: dict[str, float]
    free: dict[str, list[Outlet]]
    load_w: dict[str, float]
    placed: dict[int, Outlet]

    def copy(self) -> _Cabinet:
        free = {switch: list(ports) for switch, ports in self.free.items()}
        return _Cabinet(self.budget_w, free, dict(self.load_w), dict(self.placed))

    def left_w(self, switch: str) -> float:
        return self.budget_w[switch] - self.load_w[switch]

    def place_pinned(self, demand: Demand, switch: str, port: str) -> str | None:
        """Place a demand on this port; if that cannot be, the reason."""
        if switch not in self.free:
            return f"there is no switch {switch}"
        for slot, outlet in self.placed.items():
            if (outlet.switch, outlet.port) == (switch, port):
                return f"port {port} of {switch} is taken by slot {slot}"
        outlets = [outlet for outlet in self.free[switch] if outlet.port == port]
        if not outlets:
            return f"{switch} has no PoE port {port}"
        if outlets[0].max_w < demand.pse_w:
            return f"port {port} of {switch} gives {outlets[0].max_w:g} W, not {demand.pse_w:g} W"
        if not self._can_give(switch, demand.pse_w):
            return f"{switch} has {max(0.0, self.left_w(switch)):g} W left, not {demand.pse_w:g} W"
        self._take(demand.slot, demand.pse_w, outlets[0])
        return None

    def place_greedily(self, demands: Sequence[Demand]) -> list[int]:
        """Each demand in turn on the switch with the most watts left; gives the slots that found no place."""
        left_out: list[int] = []
        for demand in demands:
            fitting = [switch for switch in self.free if self._can_take(switch, demand.pse_w)]
            if fitting:
                self._take_tightest(max(fitting, key=self.left_w), demand.slot, demand.pse_w)
            else:
                left_out.append(demand.slot)
        return left_out

    def place_by_search(self, demands: Sequence[Demand]) -> bool:
        """Place all these demands, or none and give False."""
        number = Counter(demand.pse_w for demand in demands)
        watts = sorted(number, reverse=True)
        rooms = [
            _Room(tuple(sorted(outlet.max_w for outlet in ports)), self.left_w(switch))
            for switch, ports in self.free.items()
        ]
        found = _Search(rooms, watts).run(tuple(number[w] for w in watts))
        if found is None:
            return False
        slots = {w: iter(sorted(d.slot for d in demands if d.pse_w == w)) for w in watts}
        for switch, counts in zip(self.free, found, strict=True):
            # The hungriest first: what any of them leaves is enough for those that follow.
            for w, count in zip(watts, counts, strict=True):
                for slot in islice(slots[w], count):
                    self._take_tightest(switch, slot, w)
        return True

    def _can_give(self, switch: str, pse_w: float) -> bool:
        return self.load_w[switch] + pse_w <= self.budget_w[switch] + TOLERANCE_W

    def _can_take(self, switch: str, pse_w: float) -> bool:
        return self._can_give(switch, pse_w) and any(o.max_w >= pse_w for o in self.free[switch])

    def _take_tightest(self, switch: str, slot: int, pse_w: float) -> None:
        fitting = (outlet for outlet in self.free[switch] if outlet.max_w >= pse_w)
        self._take(slot, pse_w, min(fitting, key=lambda outlet: outlet.max_w))  # leaves the strong ports to others

    def _take(self, slot: int, pse_w: float, outlet: Outlet) -> None:
        self.free[outlet.switch].remove(outlet)
        self.load_w[outlet.switch] += pse_w
        self.placed[slot] = outlet


@dataclass(frozen=True, order=True)
class _Room:
    """What a switch has left: the watts of its free ports, and of its budget."""

    ports: tuple[float, ...]
    left_w: float

    def fillings(self, watts: Sequence[float], counts: Counts) -> Iterator[Counts]:
        """Ways to fill the switch from ``counts``; every other way is one of them with something left out.

        ``watts`` are the classes, the hungriest first. There are ports enough if for each class there are as many ports
        that can give it as demands of this and the hungrier classes together.
        """
        ports = [sum(port >= w for port in self.ports) for w in watts]

        def fill(chosen: Counts, used: int, left_w: float) -> Iterator[Counts]:
            j = len(chosen)
            if j == len(watts):
                yield chosen
                return
            most = min(counts[j], ports[j] - used)
            if watts[j]:
                most = min(most, int((left_w + TOLERANCE_W) / watts[j]))
            for n in range(most, -1 if j + 1 < len(watts) else most - 1, -1):
                yield from fill((*chosen, n), used + n, left_w - n * watts[j])

        return fill((), 0, self.left_w)


class _Search:
    """Exact search for how many of each class of watts every switch feeds: demands are many, classes are few.

    The switches are filled one by one, each filling is tried, the one with the most watts first. A way ends where the
    remaining switches cannot take what is left: not so many watts, or not so many of the hungriest classes.
    """

    def __init__(self, rooms: Sequence[_Room], watts: Sequence[float]) -> None:
        self._watts = watts
        self._order = sorted(range(len(rooms)), key=rooms.__getitem__)  # equal ones together: they fail together
        self._rooms = [rooms[i] for i in self._order]
        self._fillings: dict[_Room, list[Counts]] = {}
        self._most: list[tuple[float, ...]] = []  # by position: what it and all that follow take at most
        self._failed: set[tuple[int, Counts]] = set()
        self._tries = TRIES

    def run(self, counts: Counts) -> list[Counts] | None:
        """What each switch takes of ``counts``, in the order of the switches; None if there is no way, or not found."""
        for room in dict.fromkeys(self._rooms):
            fillings = list(islice(room.fillings(self._watts, counts), self._tries))
            self._tries -= len(fillings)
            if not self._tries:
                return None
            self._fillings[room] = sorted(fillings, key=self._load_w, reverse=True)
        most = (TOLERANCE_W, *(0 for _ in counts))
        self._most = [most]
        for room in reversed(self._rooms):
            best = (max(column) for column in zip(*map(self._measures, self._fillings[room]), strict=True))
            most = tuple(map(add, most, best))
            self._most.insert(0, most)
        found = self._fill(0, counts)
        return found and [filling for _, filling in sorted(zip(self._order, found, strict=True))]

    def _fill(self, position: int, left: Counts) -> list[Counts] | None:
        if position == len(self._rooms):
            return None if any(left) else []
        if (position, left) in self._failed or not all(map(le, self._measures(left), self._most[position])):
            return None
        rest = self._rooms[position:]
        hungriest = next((j for j, number in enumerate(left) if number), 0)
        # Of equal switches this one may as well be the one with the most of the hungriest.
        share = ceil(left[hungriest] / len(rest)) if rest[0] == rest[-1] else 0
        for filling in self._fillings[rest[0]]:
            if not self._tries:
                return None
            self._tries -= 1
            taken = tuple(map(min, filling, left))
            if taken[hungriest] < share:
                continue
            found = self._fill(position + 1, tuple(map(sub, left, taken)))
            if found is not None:
                return [taken, *found]
        self._failed.add((position, left))
        return None

    def _load_w(self, counts: Counts) -> float:
        load_w: float = sum(map(mul, self._watts, counts))
        return load_w

    def _measures(self, counts: Counts) -> tuple[float, ...]:
        return (self._load_w(counts), *accumulate(counts))
