"""Faults of the field on 5 % of the cameras: each of these has the row of its fault, nobody else has one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scale.campaign import FAULTS, run
from tests.scale.generate import CAMERAS

FEW = 540  # 5 % are one camera for each fault


@pytest.mark.timeout(1800)  # a busy machine
@pytest.mark.parametrize(
    ("cameras", "seed"), [(FEW, 1), pytest.param(CAMERAS, 2, marks=pytest.mark.long)], ids=["few", "all"]
)
def test_every_sick_camera_has_its_row_and_no_other(cameras: int, seed: int, tmp_path: Path) -> None:
    result = run(tmp_path, cameras, seed)
    print(result.figures())
    assert result.sound == {}, "as deployed, nobody has a row"
    assert set(result.sick.values()) == set(FAULTS) and len(result.sick) == cameras // 20
    assert set(result.told) == set(result.sick), "none of them is in sync, and none of the others has a row"
    assert result.wrong() == []
    assert (result.lockouts, result.sets_on_others) == (0, 0)
    assert result.most_failures <= 1
    assert result.requests["known"] < result.requests["first"], "what was learned is not asked for again"
