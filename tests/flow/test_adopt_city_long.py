"""Adopting Bilaspur whole, a city that is partly declared, and devices that refuse."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flow.adopted import counted, emptied, ranges, sheet
from tests.flow.declaration import CITY, HERE, edit
from tests.flow.town import Town, played

pytestmark = pytest.mark.long
C02 = "bsp-j01-c02"
BILASPUR = ("10.81.0.0/19", "10.82.0.0/19", "10.83.0.0/24")


def shipped(root: Path) -> None:
    """The declaration as it is shipped, in the place of the small one."""
    shutil.rmtree(root / "cities" / CITY)
    shutil.copytree(HERE / "cities" / CITY, root / "cities" / CITY)


@pytest.fixture(scope="module")
def bilaspur(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """All 629 devices of Bilaspur, as they are declared, at its own addresses."""
    with played(tmp_path_factory.mktemp("bilaspur"), shipped) as town:
        town.timeout_s = 900
        town.iccc("enrol", "--sheet", str(town.state / "commissioning.json"), code=0)
        town.deploy()
        yield town


def test_bilaspur_whole_is_counted_from_the_wire(bilaspur: Town) -> None:
    town, before = bilaspur, counted(bilaspur)
    emptied(town)
    town.hand.count_anew()
    done = town.iccc("adopt", *(word for network in BILASPUR for word in ("--range", network)), code=0)
    assert "523 cameras on 23 sites, 96 switches, 10 recorders; nothing to sort" in done.out
    assert (town.hand.written(), town.hand.failures()) == ({}, {})
    assert not any(counts["lockouts"] for counts in town.hand.lab.counters().values())
    city = town.city
    assert (len(city.cameras), len(city.junctions)) == (523, 23)
    assert town.iccc("check").code in (2, 3)
    assert town.drift(code=0) == []
    assert counted(town) == before
    assert "nothing is new" in town.iccc("adopt", *(w for n in BILASPUR for w in ("--range", n)), code=0).out


def test_a_device_that_refuses_is_tried_once_and_is_for_a_person_to_sort(deployed: Town) -> None:
    town = deployed
    address = town.city.cameras[C02].address
    town.hand.fault(C02, "wrong-password")
    emptied(town)
    town.hand.count_anew()

    done = town.iccc("adopt", *ranges(town), code=2)
    assert "23 cameras on 3 sites, 10 switches, 3 recorders; 1 to sort" in done.out
    assert town.hand.failures() == {C02: 1}
    (row,) = sheet(town)
    assert (row["address"], row["kind"], row["hostname"]) == (address, "camera", C02)
    assert "refused the login of iccc" in row["why"]
    assert row["mac"] and row["endpoint"] and row["at"].startswith("bsp-j01-sw2 ")

    town.hand.heal()
    ignored = town.iccc("discover", *ranges(town), "--ignore", address, "--why", "on loan", code=0)
    assert "; 1 ignored" in ignored.out
    assert [row["ignore"] for row in sheet(town)] == ["on loan"]
    assert "nothing is new; nothing to sort" in town.iccc("adopt", *ranges(town), code=0).out


def test_only_what_is_new_is_added_to_a_city_that_is_partly_declared(deployed: Town) -> None:
    town, core, j01 = deployed, deployed.cities / "core.yaml", deployed.junction(1)
    emptied(town)
    town.iccc("adopt", *ranges(town), code=0)
    before = counted(town)
    edit(j01, r"(?m)^  - \{group: anpr, slot: 26,.*\n", "")
    edit(j01, "(?m)^name: .*$", "name: Nehru Chowk  # as people call it")
    town.junction(3).unlink()
    edit(core, r"(?s)\n  - name: r2\n.*", "\n")
    edit(town.cities / "recorders.yaml", r"(?m)^  - \{number: 3,.*\n", "")
    city_yaml, kept = (town.cities / "city.yaml").read_bytes(), lines(j01) | lines(core)

    dry = town.iccc("adopt", *ranges(town), "--dry", code=0)
    assert "4 added; nothing to sort" in dry.out
    assert not town.junction(3).exists()
    town.iccc("adopt", *ranges(town), code=0)
    assert counted(town) == before
    assert (town.cities / "city.yaml").read_bytes() == city_yaml
    assert kept <= lines(j01) | lines(core)  # no line that stood there is another one
    assert town.drift(code=0) == []


def test_a_schedule_says_where_to_ask_and_what_no_device_tells(deployed: Town) -> None:
    town, plan = deployed, deployed.root / "plan.csv"
    before = counted(town)
    town.iccc("report", "ip-schedule", "-o", str(plan), code=0)
    emptied(town)
    done = town.iccc("adopt", "--csv", str(plan), code=0)
    assert "24 cameras on 3 sites, 10 switches, 3 recorders; nothing to sort; 37 addresses asked" in done.out
    assert "days of retention unread is declared as unknown" in town.iccc("size", code=1).err
    assert counted(town) == before
    assert town.city.sites["bsp-j01"].name_hi == "नेहरू चौक"


def lines(path: Path) -> set[str]:
    return set(path.read_text(encoding="utf-8").splitlines())
