"""An appliance that does not answer: its cameras on the standby's channels, and back. Nobody touches its footage."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flow.declaration import CITY, edit
from tests.flow.test_recorders import bound, until
from tests.flow.town import Town, played

pytestmark = pytest.mark.long

ONE, SPARE = "bsp-rec01", "bsp-rec03"
OF_ONE = {f"bsp-j01-c{slot:02d}" for slot in (1, 2, 3, 4, 21, 25, 26, 41)}
WHY = ("--reason", "power supply: burnt")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    def with_a_standby(root: Path) -> None:
        city = root / "cities" / CITY
        edit(city / "recorders.yaml", r"(number: 3, .*device_type: nvr-64ch), ", r"\1, standby: true, ")
        third = city / "junctions" / "j03.yaml"
        third.write_text(third.read_text(encoding="utf-8").replace("recorder: 3}", "recorder: 2}"), encoding="utf-8")

    with played(tmp_path_factory.mktemp("failover"), with_a_standby) as town:
        town.timeout_s = 400
        town.to_deployed()
        yield town


def recording(town: Town, recorder: str) -> set[str]:
    """The cameras whose channel is active, by the name that is written there."""
    return {str(one["name"]) for one in bound(town, recorder).values() if one["state"] == "Active"}


def test_over_and_back(town: Town) -> None:
    until(lambda: recording(town, ONE) == OF_ONE)
    said = town.iccc("deploy", "--fail-over", ONE, *WHY, code=130)
    assert "is not failed: it answers" in said.err
    town.hand.fault(ONE, "dead")
    done = town.deploy("--fail-over", ONE, *WHY)
    assert f"{SPARE} records 8 of 8 cameras of {ONE}" in done.out and f"{ONE} is not written" in done.out
    assert recording(town, SPARE) == OF_ONE
    town.iccc("plan", "--limit", SPARE, code=0)
    findings = town.drift("--limit", "kind:recorder", code=3)
    assert [one["device"] for one in findings] == [ONE] and f"are on {SPARE} since" in findings[0]["text"]
    assert "Nothing to do" in town.deploy("--fail-over", ONE, *WHY).out

    town.hand.fault(ONE, "none")
    until(lambda: recording(town, ONE) == OF_ONE)
    findings = town.drift("--limit", "kind:recorder")
    assert [(one["device"], one["path"]) for one in findings] == [(ONE, "others.recorded")], findings
    town.deploy("--limit", ONE)
    assert recording(town, ONE) == set() and len(bound(town, ONE)) == 8

    done = town.deploy("--fail-back", ONE, *WHY)
    assert f"{ONE} records 8 of 8 cameras" in done.out
    assert recording(town, ONE) == OF_ONE and recording(town, SPARE) == set()
    assert len(bound(town, SPARE)) == 8, "what it has recorded stays"
    assert town.drift("--limit", "kind:recorder", code=0) == []
