"""Another unit in the place of a broken one: refused until it is the right one at the right port, then as declared."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from iccc.context import FORGOTTEN
from iccc.sessions.onvif import LEARNED
from iccc.state.learned import StoredLearned
from iccc.state.store import open_store
from tests.flow.declaration import edit
from tests.flow.test_staging import FIXED, TIMES, makers_claimed
from tests.flow.town import Town, played

CAMERA, OTHER, BOXED, RECORDER, SWITCH = "bsp-j01-c01", "bsp-j01-c02", "bsp-j01-c03", "bsp-rec01", "bsp-j02-sw2"
WHY = ("--reason", "lightning", "--ticket", "INC-9")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    def faster(root: Any) -> None:
        edit(root / "catalogue" / "device-types.yaml", r"(?m)^  cam-fixed-4mp-ir:\n", r"\g<0>" + FIXED)
        for key, value in TIMES.items():
            edit(root / "pyinfra.cfg", rf"(?m)^{key} = .*$", f"{key} = {value}")

    with makers_claimed(), played(tmp_path_factory.mktemp("replace"), faster) as town:
        town.to_factory()
        town.deploy("--limit", "kind:switch", "--limit", "bsp-j01", "--limit", RECORDER)
        town.hand.count_anew()
        yield town


def _replace(town: Town, name: str, serial: str, code: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = town.iccc(
        "replace", name, "--serial", serial, "--yes", *WHY, "--format", "json", code=code
    ).json
    return found


def _learned(town: Town, device: str) -> list[object]:
    """How it is spoken with, and logged in to."""
    with closing(open_store(town.state)) as store:
        learned = StoredLearned(store)
        return [learned.get(device, key) for key in (*FORGOTTEN, *LEARNED)]


def test_a_camera_is_refused_until_it_is_the_expected_one_where_it_is_declared(town: Town) -> None:
    assert town.drift("--limit", CAMERA, code=0) == []
    assert "say --reason" in town.iccc("replace", CAMERA, "--serial", "NEW-1", "--yes", code=1).err
    told = _replace(town, CAMERA, "NEW-1", code=2)
    assert "the old unit (" in told["text"] and "still hangs at bsp-j01-sw1" in told["text"]

    town.hand.lab.call("exchange", device=CAMERA, serial="NEW-1", mac="02:77:00:00:00:01")
    known = _learned(town, CAMERA)
    wrong = _replace(town, CAMERA, "NEW-2", code=2)
    assert "serial number NEW-1 answers at" in wrong["text"] and "NEW-2 is expected" in wrong["text"]
    assert not wrong["written"] and wrong["deploy"] is None
    assert _learned(town, CAMERA) == known, "the old unit may come back, and is logged in to as before"
    town.hand.lab.swap(CAMERA, OTHER)
    astray = _replace(town, CAMERA, "NEW-1", code=2)
    place = town.city.cameras[OTHER]
    assert f"it hangs at {place.switch} {place.port}" in astray["text"]
    town.hand.lab.swap(CAMERA, OTHER)

    # Killed as soon as the YAML has the new unit: the same command goes on, and the history has the old one once.
    run = town.start("replace", CAMERA, "--serial", "NEW-1", "--yes", *WHY)
    run.until(lambda: "serial: NEW-1" in town.junction(1).read_text(encoding="utf-8"))
    run.kill("iccc")
    run.ended()
    assert "former: [{serial: 1.0002" in town.junction(1).read_text(encoding="utf-8")

    told = _replace(town, CAMERA, "NEW-1")
    assert told["status"] == "applied"
    assert {row["status"] for row in told["deploy"]["rows"]} == {"applied"}
    text = town.junction(1).read_text(encoding="utf-8")
    assert text.count("serial: NEW-1") == 1 and text.count("former: ") == 1
    assert town.city.cameras[CAMERA].serial == "NEW-1"
    assert town.drift("--limit", CAMERA, code=0) == []
    assert not any(counted["lockouts"] for counted in town.hand.lab.counters().values())
    again = _replace(town, CAMERA, "NEW-1")
    assert again["text"].endswith("is the enrolled one: nothing was replaced now") and not again["written"]
    record = town.iccc("report", "changes", "--limit", CAMERA, "--format", "json").json["rows"]
    mine = [(row["ticket"], row["result"].partition(":")[0]) for row in record if row["what"].startswith("by serial")]
    assert mine[:4] == [*[("INC-9", "refused")] * 3, ("INC-9", "interrupted")]


@pytest.mark.long
def test_a_camera_that_comes_out_of_its_box_is_staged_in_its_place(town: Town) -> None:
    town.hand.lab.call("exchange", device=BOXED, serial="BOX-1", mac="02:77:00:00:00:02")
    town.hand.lab.set(BOXED, "box", True)
    assert "BOX-2 is expected" in _replace(town, BOXED, "BOX-2", code=2)["text"]
    told = _replace(town, BOXED, "BOX-1")
    assert told["text"].startswith("serial number BOX-1 at ")
    assert town.city.cameras[BOXED].serial == "BOX-1"
    assert town.drift("--limit", BOXED, code=0) == []


@pytest.mark.long
def test_a_recorder_and_a_switch(town: Town) -> None:
    town.hand.lab.call("exchange", device=RECORDER, serial="REC-1", mac="02:77:00:00:00:03")
    told = _replace(town, RECORDER, "REC-1")
    assert told["status"] == "applied" and town.city.recorders[RECORDER].serial == "REC-1"

    assert "the old unit still answers" in _replace(town, SWITCH, "SW-1", code=2)["text"]
    town.hand.lab.call("exchange", device=SWITCH, serial="SW-1", mac="02:77:00:00:00:04")
    assert "SW-2 is expected" in _replace(town, SWITCH, "SW-2", code=2)["text"]
    told = _replace(town, SWITCH, "SW-1")
    assert told["status"] == "applied" and town.city.switches[SWITCH].serial == "SW-1"
    assert town.drift("--limit", SWITCH, code=0) == []


def test_what_is_held_or_not_there_is_not_replaced(town: Town) -> None:
    hold = (
        "schema: evidence-holds/v1\nevidence_hold:\n"
        f"  - {{scope: {OTHER}, until: 2099-12-31, ordered_on: 2026-02-01, ordered_by: District Court, reason: x}}\n"
    )
    (town.cities / "evidence-holds.yaml").write_text(hold, encoding="utf-8")
    assert _replace(town, OTHER, "NEW-3", code=2)["text"].startswith("under evidence hold until 2099-12-31")
    assert "is no camera, recorder or switch" in town.iccc("replace", "bsp-j01-c99", *WHY, code=1).err
