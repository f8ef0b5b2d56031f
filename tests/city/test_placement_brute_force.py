"""Placement against brute force on random junctions: what can be placed is placed, and no switch counted too many."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from random import Random

from iccc.city.placement import Demand, Outlet, Placement, fewest, place

CLASSES_DW = (154, 300, 600, 900)  # tenths of a watt: the brute force counts in whole numbers

Switch = tuple[int, tuple[int, ...]]  # what it may still give, and what each free port can give, in tenths of a watt


def possible(cameras: list[int], switches: list[Switch]) -> bool:
    """Whether all cameras find a port: each in turn is tried on every port. The same rest is not tried twice."""
    hopeless: set[tuple[int, tuple[Switch, ...]]] = set()

    def place_rest(number: int, left: tuple[Switch, ...]) -> bool:
        if number == len(cameras):
            return True
        if (number, left) in hopeless:
            return False
        camera = cameras[number]
        for i, (budget, ports) in enumerate(left):
            for j, port in enumerate(ports):
                if camera <= budget and camera <= port:
                    fed = (budget - camera, ports[:j] + ports[j + 1 :])
                    if place_rest(number + 1, tuple(sorted([*left[:i], fed, *left[i + 1 :]]))):
                        return True
        hopeless.add((number, left))
        return False

    return place_rest(0, tuple(sorted((budget, tuple(sorted(ports))) for budget, ports in switches)))


@dataclass(frozen=True)
class Junction:
    switches: list[Switch]
    cameras: list[int]

    @property
    def outlets(self) -> list[Outlet]:
        return [
            Outlet(f"sw{i}", f"Gi1/{j}", port / 10)
            for i, (_, ports) in enumerate(self.switches)
            for j, port in enumerate(ports)
        ]

    @property
    def budget_w(self) -> dict[str, float]:
        return {f"sw{i}": budget / 10 for i, (budget, _) in enumerate(self.switches)}

    def left(self, placed: Placement, slots: set[int]) -> list[Switch]:
        """The switches without the ports and watts of these slots."""
        used = {(o.switch, o.port): self.cameras[slot] for slot, o in placed.outlets.items() if slot in slots}
        left: list[Switch] = []
        for i, (budget, ports) in enumerate(self.switches):
            load = sum(watts for (switch, _), watts in used.items() if switch == f"sw{i}")
            left.append((budget - load, tuple(w for j, w in enumerate(ports) if (f"sw{i}", f"Gi1/{j}") not in used)))
        return left


def random_junction(random: Random) -> Junction:
    """1 to 4 switches and up to 12 cameras that fit, or nearly so: the budgets are about what the cameras take."""
    switches: list[Switch] = []
    cameras: list[int] = []
    for _ in range(random.randint(1, 4)):
        ports = tuple(random.choice(CLASSES_DW) for _ in range(random.randint(1, 6)))
        fed = [random.choice([w for w in CLASSES_DW if w <= port]) for port in ports if random.random() < 0.9]
        switches.append((sum(fed) + random.choice([0, 0, 0, 100, 400]), ports))
        cameras += fed
    random.shuffle(cameras)
    cameras = cameras[:11]
    if random.random() < 0.6:
        cameras.append(random.choice(CLASSES_DW))
    return Junction(switches, cameras)


def test_all_are_placed_if_and_only_if_it_is_possible() -> None:
    random = Random(3)
    seen: Counter[bool] = Counter()
    for number in range(1000):
        junction = random_junction(random)
        demands = [Demand(slot, watts / 10, turn=0) for slot, watts in enumerate(junction.cameras)]
        placed = place(junction.outlets, junction.budget_w, demands)
        expected = possible(junction.cameras, junction.switches)
        assert (placed.unplaced == ()) == expected, (number, junction)
        seen[expected] += 1
    assert min(seen[True], seen[False]) >= 200, seen


def test_pinned_then_reserved_then_others_each_if_and_only_if_it_is_possible() -> None:
    """Each kind gets all its ports if that is possible with what those before it have left; the others move nobody."""
    random = Random(4)
    seen: Counter[tuple[str, bool]] = Counter()
    for number in range(1000):
        junction = random_junction(random)
        demands: list[Demand] = []
        for slot, watts in enumerate(junction.cameras):
            outlet = random.choice(junction.outlets)
            pin = (outlet.switch, outlet.port) if random.random() < 0.15 else None
            demands.append(Demand(slot, watts / 10, random.random() < 0.6, pin))
        placed = place(junction.outlets, junction.budget_w, demands)
        firm = [d for d in demands if d.pin or d.turn == 0]
        without_others = place(junction.outlets, junction.budget_w, firm).outlets
        assert {d.slot: placed.outlets.get(d.slot) for d in firm} == {d.slot: without_others.get(d.slot) for d in firm}
        before = {d.slot for d in demands if d.pin}
        assert placed.refused.keys() == before - placed.outlets.keys()
        for kind, reserved in (("reserved", True), ("other", False)):
            slots = {d.slot for d in demands if not d.pin and (d.turn == 0) == reserved}
            cameras = [junction.cameras[slot] for slot in sorted(slots)]
            expected = possible(cameras, junction.left(placed, before))
            assert (slots <= placed.outlets.keys()) == expected, (number, kind, junction)
            seen[kind, expected] += 1
            before |= slots
    assert len(seen) == 4 and min(seen.values()) >= 50, seen


def test_fewest_is_the_least_number_that_is_possible() -> None:
    random = Random(5)
    seen: Counter[int | None] = Counter()
    for number in range(400):
        ports = tuple(random.choice(CLASSES_DW) for _ in range(random.randint(1, 6)))
        budget = random.choice([600, 900, 1248, 1540, 1920])
        cameras = random.choices(CLASSES_DW[: random.randint(2, 4)], k=random.randint(0, 12))
        counts = [n for n in range(5) if possible(cameras, [(budget, ports)] * n)]
        expected = counts[0] if counts else None
        found = fewest([w / 10 for w in ports], budget / 10, [w / 10 for w in cameras], at_most=4)
        assert found == expected, (number, ports, budget, cameras)
        seen[expected] += 1
    assert all(seen[count] >= 10 for count in (None, 0, 1, 2, 3, 4)), seen
