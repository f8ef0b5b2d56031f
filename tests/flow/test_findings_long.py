"""The campaign: a town read twenty times, and 200 drifts of all classes found exactly."""

from __future__ import annotations

import time
from collections.abc import Iterator
from random import Random

import pytest

from tests.flow.campaign import Score, catalogue, mend, read_for_days, seed, told, up_for_long
from tests.flow.drifts import independent
from tests.flow.town import Town, played

pytestmark = pytest.mark.long

READS, BATCHES, BATCH, SEED = 20, 10, 20, 5


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town of its own, whose switches have run for weeks."""
    with played(tmp_path_factory.mktemp("campaign")) as town:
        town.to_deployed()
        up_for_long(town)
        yield town


def test_twenty_reads_with_moving_counters_tell_nothing(quiet: Town) -> None:
    assert [told(quiet) for _ in range(READS)] == [frozenset()] * READS


def test_two_hundred_drifts_are_found_exactly(quiet: Town) -> None:
    """After twenty reads."""
    town, dice, score = quiet, Random(SEED), Score()
    read_for_days(town)
    possible = catalogue(town.city)
    began, remarks = time.monotonic(), []
    for number in range(BATCHES):
        drifts = independent(possible, BATCH, dice)
        seed(town, drifts)
        findings = town.drift(code=None)
        before = len(score.extra), len(score.missed)
        score.note(drifts, findings)
        if (len(score.extra), len(score.missed)) != before:
            remarks.append(f"batch {number}: {', '.join(drift.what for drift in drifts)}")
        mend(town, drifts)
        left = told(town)
        remarks += [f"batch {number}, mended: {key}" for key in sorted(left)]
    print(f"\n{score}\n{time.monotonic() - began:.0f} s")
    assert sum(score.seeded.values()) == BATCHES * BATCH
    assert score.exact and not remarks, "\n".join(
        [str(score), *map(str, score.extra), *map(str, score.missed), *remarks]
    )
