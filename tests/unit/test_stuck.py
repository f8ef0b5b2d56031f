"""What a device did not take stays visible and is not sent again unasked."""

from __future__ import annotations

import pytest

from iccc.compare import Change
from iccc.engine.stuck import known, remember
from iccc.observed import Outcome, Status
from tests.support import MemoryLearned

CHANGE = Change("encoders[main].fps", 25, 30)


@pytest.mark.parametrize(
    "status", [Status.CLAMPED, Status.PENDING_REBOOT, Status.ACCEPTED_NOT_APPLIED, Status.UNSUPPORTED]
)
def test_a_refused_value_is_known_by_its_status(status: Status) -> None:
    learned = MemoryLearned()
    remember(learned, "cam", [Outcome(CHANGE, status, 25)])
    again = known(learned, "cam", [CHANGE])
    assert again is not None
    assert [(o.status, o.change) for o in again] == [(status, CHANGE)]
    assert known(learned, "other", [CHANGE]) is None


def test_another_wanted_value_is_tried() -> None:
    learned = MemoryLearned()
    remember(learned, "cam", [Outcome(CHANGE, Status.CLAMPED, 25)])
    assert known(learned, "cam", [Change(CHANGE.path, 25, 20)]) is None


def test_one_new_change_makes_the_section_worth_a_try() -> None:
    learned = MemoryLearned()
    remember(learned, "cam", [Outcome(CHANGE, Status.CLAMPED, 25)])
    assert known(learned, "cam", [CHANGE, Change("encoders[main].gop", 1, 50)]) is None


@pytest.mark.parametrize("status", [Status.FAILED, Status.REFUSED, Status.APPLIED])
def test_failures_are_tried_again_and_success_forgets(status: Status) -> None:
    learned = MemoryLearned()
    remember(learned, "cam", [Outcome(CHANGE, Status.CLAMPED, 25)])
    remember(learned, "cam", [Outcome(CHANGE, status, 30)])
    assert known(learned, "cam", [CHANGE]) is None


def test_nothing_to_change_is_nothing_known() -> None:
    assert known(MemoryLearned(), "cam", []) is None
