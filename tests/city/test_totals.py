"""What is counted for a published figure: whose cameras, of which phase, head and type, and nothing decommissioned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from iccc.city.declared import Declared, Sheet
from iccc.city.devices import Camera, City, Kind
from iccc.city.load import load_city
from iccc.city.model.common import Lifecycle
from iccc.city.model.published import Counted
from iccc.city.model.third_party import HeadCount
from iccc.city.totals import count

ROOT = Path(__file__).parents[2]
OUT = Lifecycle.DECOMMISSIONED

pytestmark = pytest.mark.timeout(60)


@pytest.fixture(scope="module")
def kanpur() -> City:
    return load_city(ROOT, "kanpur")


@pytest.fixture(scope="module")
def sagar() -> City:
    return load_city(ROOT, "sagar")


def counts(city: City, **wanted: str) -> int:
    counted = Counted.model_validate(wanted)
    return count(counted, city.declared, city.cameras.values(), city.sites.values(), city.equipment.values())


def with_cameras(city: City, some: Callable[[Camera], bool], **values: object) -> City:
    """The city with those values in some of its cameras."""
    changed = {name: replace(c, **values) if some(c) else c for name, c in city.cameras.items()}  # type: ignore[arg-type]
    return replace(city, cameras=changed)


def with_head(city: City, head: str, **values: object) -> City:
    """The city with those values in every count of a head."""

    def sheets(declared: Declared) -> list[Sheet]:  # type: ignore[type-arg]
        found = []
        for document, file in declared.third_party:
            if file.head == head:
                new = tuple(HeadCount.model_validate(each.model_dump() | values) for each in file.counts)
                file = file.model_copy(update={"counts": new})
            found.append(Sheet(document, file))
        return found

    return replace(city, declared=replace(city.declared, third_party=tuple(sheets(city.declared))))


def test_owners(kanpur: City) -> None:
    whole = counts(kanpur, phase="linked")
    ours = counts(kanpur, phase="linked", owner="project")
    theirs = counts(kanpur, phase="linked", owner="third_party")
    assert (whole, ours, theirs) == (1719, whole - theirs, 1719 - ours)  # as the printed heads add up
    assert ours == sum(camera.phase == "linked" for camera in kanpur.cameras.values()) > 0


def test_a_camera_on_our_switch_that_is_not_ours_is_a_third_partys(kanpur: City) -> None:
    first = next(c.name for c in kanpur.cameras.values() if c.phase == "linked")
    lent = with_cameras(kanpur, lambda c: c.name == first, owner="nhai")
    type_ = kanpur.sites[lent.cameras[first].site].type
    for owner, more in (("project", -1), ("third_party", 1)):
        assert counts(lent, phase="linked", owner=owner) == counts(kanpur, phase="linked", owner=owner) + more
    assert counts(lent, phase="linked") == counts(kanpur, phase="linked")
    assert counts(lent, owner="third_party", site_type=type_) == 1
    assert counts(kanpur, owner="third_party", site_type=type_) == 0
    assert counts(lent, phase="linked", head="nhai") == counts(kanpur, phase="linked", head="nhai") == 8


def test_what_is_within_another_heads_number_counts_once(kanpur: City) -> None:
    assert counts(kanpur, phase="within-a-month") == 5000
    known = with_head(kanpur, "hotels", cameras=235)
    assert counts(known, phase="within-a-month") == 5000
    assert counts(known, phase="within-a-month", head="hotels") == 0
    apart = with_head(known, "hotels", within=None)
    assert counts(apart, phase="within-a-month") == 5235
    assert (
        counts(apart, what="heads", phase="within-a-month") == counts(known, what="heads", phase="within-a-month") + 1
    )


def test_what_is_decommissioned_counts_nowhere(kanpur: City, sagar: City) -> None:
    less = with_head(kanpur, "nhai", status=OUT)
    assert counts(less, phase="linked") == 1711
    assert counts(less, what="heads", phase="linked") == counts(kanpur, what="heads", phase="linked") - 1
    code = next(iter(sagar.sites))
    there = sum(camera.site == code for camera in sagar.cameras.values())
    type_ = sagar.sites[code].type
    gone = replace(sagar, sites={**sagar.sites, code: replace(sagar.sites[code], status=OUT)})
    bare = with_cameras(sagar, lambda c: c.site == code, status=OUT)
    for city in (gone, bare):
        assert counts(city) == counts(sagar) - there
        assert counts(city, what="sites", site_type=type_) == counts(sagar, what="sites", site_type=type_) - 1
    one = with_cameras(sagar, lambda c: c.site == code and c.slot == 1, status=OUT)
    assert counts(one) == counts(sagar) - 1
    assert counts(one, what="sites") == counts(sagar, what="sites")


def test_call_boxes_by_phase_and_type(sagar: City) -> None:
    boxes = [device for device in sagar.equipment.values() if device.kind is Kind.CALL_BOX]
    assert counts(sagar, what="call_boxes") == len(boxes) == 6
    assert counts(sagar, what="call_boxes", phase="squares", site_type="junction") == 6
    assert counts(sagar, what="call_boxes", phase="traffic") == 0
    assert counts(sagar, what="call_boxes", site_type="bus_stand") == 0
    gone = {**sagar.equipment, boxes[0].name: replace(boxes[0], status=OUT)}
    assert counts(replace(sagar, equipment=gone), what="call_boxes") == 5
