"""Call boxes of the small town, from the declaration to a call that is answered, and what is told when it is not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from iccc.callbox.trial import Trial, keep
from iccc.engine.connector import CityConnector
from iccc.state.learned import StoredLearned
from iccc.state.store import open_store
from tests.flow.town import Town, played
from tests.support import rows_of

BOX, OTHER, CAMERA, SWITCH = "bsp-j01-ecb1", "bsp-j02-ecb1", "bsp-j01-c21", "bsp-j02-sw1"
PORT = "bsp-j01-sw1 ports[GigabitEthernet1/6]"
BOXES = """
call_boxes:
  - {{number: 1, device_type: ecb-poe, answered_at: [{room}]{more}}}
"""
CITY = """
call_boxes:
  tested_every_days: 30
  answer_points:
    iccc: {{address: 10.{third}.200.31, user: "112", limit_s: 2}}
    police: {{address: 10.{third}.200.32, user: police, transport: tcp, limit_s: 2}}
"""


def declare_boxes(root: Path) -> None:
    """A box each at the first two junctions; the first turns the PTZ camera of its place."""
    cities = root / "cities" / "bilaspur"
    city = cities / "city.yaml"
    text = city.read_text(encoding="utf-8")
    block = int(text.split("prefix: 10.")[1].split(".")[0])
    network = f"network:\n  field: {{first_vlan: 600, prefix: 10.{block + 2}.128.0/17, per_site: 24}}\n"
    text = text.replace("network:\n", network, 1) + CITY.format(third=block + 2)
    city.write_text(text, encoding="utf-8")
    for number, room, more in ((1, "iccc", ", cameras: [21], preset: caller"), (2, "police", "")):
        path = cities / "junctions" / f"j{number:02d}.yaml"
        with path.open("a", encoding="utf-8") as file:
            file.write(BOXES.format(room=room, more=more))


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with played(tmp_path_factory.mktemp("boxes"), declare_boxes) as town:
        town.iccc("enrol", "--sheet", str(town.state / "commissioning.json"), code=0)
        yield town


def of_boxes(town: Town, code: int) -> dict[str, dict[str, Any]]:
    """The findings of a look at the call boxes, by device and path."""
    return {f"{one['device']} {one['path']}".strip(): one for one in town.drift("--limit", "kind:call_box", code=code)}


def test_from_the_declaration_to_a_call_that_is_answered(town: Town) -> None:
    found = of_boxes(town, 2)
    assert {name: one["class"] for name, one in found.items()} == {
        f"{BOX} test_calls[iccc]": "observability",
        f"{OTHER} test_calls[police]": "observability",
        f"{BOX} preset[{CAMERA}]": "operational",
    }
    assert found[f"{BOX} preset[{CAMERA}]"]["text"] == (
        f"{CAMERA} has no preset 'caller': it does not turn to who calls at {BOX}"
    )
    assert f"`iccc callbox bilaspur test --limit {BOX}`" in found[f"{BOX} test_calls[iccc]"]["next_step"]

    told = town.iccc("callbox", "test", "--yes", "--reason", "monthly", code=0).out
    assert re.search(rf"{BOX}  iccc    answered  answered after [01]\.\d s of 2, no sound came, hung up", told), told
    assert f"{OTHER}  police  answered" in told
    assert "2 calls: 2 answered." in told
    checks = " ".join(rows_of(town.iccc("verify", "--limit", "kind:call_box", code=2).out))
    assert "4 passed, 1 failed, 0 unknown." in checks
    assert f"turns {BOX}-{CAMERA}: {CAMERA} has no preset 'caller', but Home" in checks
    for room in ("iccc", "police"):
        counted = town.hand.lab.counters(room)[room]
        assert (counted["calls"], counted["hangups"]) == (1, 1)
    assert of_boxes(town, 2).keys() == {f"{BOX} preset[{CAMERA}]"}


def test_a_call_that_fails_a_date_that_is_old_and_a_box_behind_a_dead_switch(town: Town) -> None:
    with closing(open_store(town.state)) as store:
        keep(StoredLearned(store), BOX, "iccc", Trial(datetime.now(UTC) - timedelta(days=31), "answered", 1.0))
    town.hand.lab.fault("police", "sip-busy")
    rows = town.iccc("callbox", "test", "--at", "police", "--yes", "--format", "json", code=2).json["rows"]
    assert [(row["box"], row["result"], row["text"]) for row in rows] == [(OTHER, "failed", "busy (486 Busy Here)")]

    town.hand.lab.fault(BOX, "silent")
    town.hand.lab.power(SWITCH, False)
    found = of_boxes(town, 2)
    assert OTHER in found[SWITCH]["behind"]
    assert found[f"{PORT}.mode"]["behind"] == [BOX]  # nothing is deployed yet: that is what cuts it off
    silent = " ".join(rows_of(town.iccc("verify", "--limit", BOX, code=2).out))
    assert "0 passed, 1 failed, 2 unknown." in silent
    assert "no answer within 4 s, sent 4 times" in silent

    town.hand.lab.power(SWITCH, True)
    town.hand.lab.fault(BOX, "none")
    texts = {name: one["text"] for name, one in of_boxes(town, 2).items()}
    assert "failed: busy (486 Busy Here)" in texts[f"{OTHER} test_calls[police]"]
    assert texts[f"{BOX} test_calls[iccc]"].endswith("; it is due every 30 days")


def test_nothing_is_deployed_to_a_call_box(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(town.root)
    names = {name for name, _, _ in CityConnector.make_names_data("bilaspur")}
    assert CAMERA in names
    assert not {BOX, OTHER} & names


def test_what_cannot_be_called_is_said(town: Town) -> None:
    assert "--at 'nobody' is not one of iccc, police" in town.iccc("callbox", "test", "--at", "nobody", code=1).err
    assert "no call box of the project" in town.iccc("callbox", "test", "--limit", CAMERA, code=1).err
