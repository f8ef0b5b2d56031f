"""Where a switch with two addresses is asked first."""

from __future__ import annotations

from iccc.city.policies import ReachedAt
from iccc.switch.reached import ANSWERED, answered, likely
from tests.support import MemoryLearned, reach
from tests.switch.rig import WHERE, declared

OLD = "10.9.9.3"
MOVING = declared(3, reached_at=ReachedAt(OLD, 30, WHERE))


def test_the_declared_address_comes_first_until_another_has_answered() -> None:
    learned = MemoryLearned()
    way = reach(learned=learned)
    assert likely(MOVING, way) == [MOVING.address, OLD]
    answered(MOVING, way, OLD)
    assert likely(MOVING, way) == [OLD, MOVING.address]
    answered(MOVING, way, MOVING.address)
    assert likely(MOVING, way) == [MOVING.address, OLD]


def test_of_a_switch_with_one_address_nothing_is_remembered() -> None:
    learned = MemoryLearned()
    way = reach(learned=learned)
    answered(declared(3), way, "10.77.4.3")
    assert learned.get("sw1", ANSWERED) is None
    learned.put("sw1", ANSWERED, OLD)
    assert likely(declared(3), way) == ["10.77.4.3"]
