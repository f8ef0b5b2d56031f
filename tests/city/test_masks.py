"""Privacy masks in a camera's entry: polygons of one device, in ONVIF's normalised coordinates."""

from __future__ import annotations

from pathlib import Path

import pytest

from iccc.camera.desired import desired
from iccc.camera.state import Mask
from iccc.effective.camera import camera as effective
from iccc.errors import DeclarationError
from tests.city.test_snmp import city

ENTRY = "{group: ptz, slot: 21, count: 1, ports: 1, recorder: 1}"
WINDOW = ((-0.2, 0.1), (0.3, 0.1), (0.3, 0.6))


def with_masks(masks: str) -> str:
    return f"cities/bilaspur/junctions/j01.yaml\n- {ENTRY}\n+ {ENTRY[:-1]}, masks: {masks}}}\n"


def test_a_mask_is_wanted_by_its_name_and_line(tmp_path: Path) -> None:
    declared = city(tmp_path, with_masks("{window: [[-0.2, 0.1], [0.3, 0.1], [0.3, 0.6]]}"))
    (one,) = [camera for camera in declared.cameras.values() if camera.masks]
    wanted = desired(one, declared)
    assert wanted.state.masks == {"window": Mask(WINDOW, enabled=True)}
    where = wanted.where("masks[window].enabled")
    assert (where.file, where.line) == ("cities/bilaspur/junctions/j01.yaml", one.where.line)
    assert "(-0.2, 0.1), (0.3, 0.1), (0.3, 0.6)" in str(effective(declared, one))


@pytest.mark.parametrize(
    ("masks", "words"),
    [
        ("{window: [[-0.2, 0.1], [0.3, 0.1]]}", "has 2 corners; a polygon has 3 to 32"),
        ("{window: [[-1.2, 0.1], [0.3, 0.1], [0.3, 0.6]]}", "-1"),
        ("{window: [[0.2], [0.3, 0.1], [0.3, 0.6]]}", "is missing"),
        ("{Window: [[-0.2, 0.1], [0.3, 0.1], [0.3, 0.6]]}", "small letters"),
    ],
)
def test_what_is_no_mask(tmp_path: Path, masks: str, words: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        city(tmp_path, with_masks(masks))
    assert words in str(caught.value)


def test_masks_are_of_one_device(tmp_path: Path) -> None:
    many = "{group: fixed, slot: 1, count: 10, ports: 12, recorder: 1"
    edits = f"cities/bilaspur/junctions/j01.yaml\n- {many}}}\n+ {many}, masks: {{door: [[0, 0], [0, 1], [1, 1]]}}}}\n"
    with pytest.raises(DeclarationError, match="masks is of one device, but count is 10"):
        city(tmp_path, edits)
