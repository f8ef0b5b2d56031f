"""A user of SNMP v3 gets new passwords on all switches of a town, or the old ones stay in force and both are stored."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flow.declaration import CITY, edit
from tests.flow.test_rotate import WHY, left_over, rotate
from tests.flow.town import Town, played

ASKED = ("--user", "poller")
BOTH = ["snmp/v3/poller/auth", "snmp/v3/poller/privacy"]


def speaks_v3(root: Path) -> None:
    edit(root / "cities" / CITY / "city.yaml", r"(?m)^users:$", "snmp: {switch: {version: 3, user: poller}}\n\nusers:")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with played(tmp_path_factory.mktemp("town"), speaks_v3) as town:
        town.iccc("enrol", "--sheet", str(town.state / "commissioning.json"), code=0)
        yield town


def stored(town: Town) -> list[str]:
    file = town.secret_file()
    found = [file.get(name) for name in BOTH]
    return [entry.value.reveal() for entry in found if entry is not None]


def read_by_snmp(town: Town) -> bool:
    """Whether no switch leaves anything unread that SNMP tells."""
    plan = town.iccc("plan", "--limit", "kind:switch", "--format", "json").json
    return "SNMP" not in str([one["unknown"] for one in plan["devices"].values()])


def test_all_switches_have_it_or_none_and_what_is_between_is_known(town: Town) -> None:
    before, switches = stored(town), list(town.city.switches)
    assert len(before) == 2 and len(switches) == 10
    refused = town.iccc("rotate", "--limit", switches[0], *ASKED, *WHY, "--yes", code=2)
    assert "it is on 9 devices beyond the limit" in refused.out

    town.hand.set(switches[4], "refuses", "snmp-server user")
    rows = rotate(town, *ASKED, code=2)
    assert [rows[name]["status"] for name in switches] == ["applied"] * 4 + ["failed"] + ["refused"] * 5, rows
    assert rows[switches[4]]["text"].startswith("SNMP user poller: old again everywhere, proved: ")
    assert rows["snmp/v3/poller"]["text"].startswith(
        "4 of 10 switches have the next passwords, or may; both are stored"
    )
    assert stored(town) == before and left_over(town) == [f"next/{name}" for name in BOTH]
    assert read_by_snmp(town), "each is asked with the passwords that it has"

    town.hand.set(switches[4], "refuses", "")
    rows = rotate(town, *ASKED)
    assert {row["status"] for row in rows.values()} == {"applied"} and len(rows) == 11
    after = stored(town)
    assert not set(after) & set(before) and not left_over(town) and read_by_snmp(town)
    assert not any(text in str(done) for done in town.said for text in (*before, *after))
