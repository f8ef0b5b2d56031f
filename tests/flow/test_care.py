"""What is done to cameras and is no setting, from the command line: guards first, then one camera through all of it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from iccc.clock import SystemClock
from iccc.lab.camera_model import CPPLUS
from iccc.state.changes import Changes
from iccc.state.store import open_store
from tests.flow.done import Done
from tests.flow.town import Town

ONE = "bsp-j01-c01"
HELD = "bsp-j01-c02"
WHY = ("--reason", "a try")
HOLD = (
    "schema: evidence-holds/v1\nevidence_hold:\n"
    f"  - {{scope: {HELD}, until: 2099-12-31, ordered_on: 2026-02-01, ordered_by: District Court, reason: accident}}\n"
)


def care(town: Town, act: str, *arguments: str, code: int | None = 0) -> list[dict[str, Any]]:
    """The rows of ``iccc camera CITY ACT``."""
    rows: list[dict[str, Any]] = _run(town, act, *arguments, "--format", "json", code=code).json["rows"]
    return rows


def _run(town: Town, act: str, *arguments: str, code: int | None = None) -> Done:
    return town.iccc("camera", act, *arguments, code=code)


def status(rows: list[dict[str, Any]]) -> dict[str, str]:
    return {row["device"]: row["status"] for row in rows}


def restarts(town: Town) -> dict[str, int]:
    return {name: one["restarts"] for name, one in town.hand.lab.counters().items() if one["restarts"]}


@contextmanager
def allowed(town: Town, version: str) -> Iterator[None]:
    """Meanwhile the catalogue of the town has a firmware list for fixed cameras."""
    path = town.root / "catalogue" / "device-types.yaml"
    before = path.read_text(encoding="utf-8")
    text, count = re.subn(r"(?m)^  cam-fixed-4mp-ir:\n", rf'\g<0>    firmware: ["{version}"]\n', before)
    assert count == 1
    path.write_text(text, encoding="utf-8")
    yield
    path.write_text(before, encoding="utf-8")


def firmware(root: Path, version: str) -> tuple[str, ...]:
    """The options that name a firmware file of the lab's."""
    file = root / "firmware.bin"
    file.write_bytes(f"LAB-FIRMWARE {CPPLUS.hardware_id} {version}\n".encode() + bytes(400_000))
    return "--file", str(file), "--sha256", hashlib.sha256(file.read_bytes()).hexdigest(), "--to", version


def test_no_act_goes_around_what_guards_say(deployed: Town) -> None:
    town = deployed
    (town.cities / "evidence-holds.yaml").write_text(HOLD, encoding="utf-8")
    both = ("--limit", ONE, "--limit", HELD)
    (town.root / "any.age").write_bytes(b"no backup")
    new = firmware(town.root, "V9.9.1")

    assert "say --reason" in _run(town, "reboot", *both, "--yes", code=1).err
    assert "say which cameras: --limit" in _run(town, "reboot", *WHY, "--yes", code=1).err
    assert "say --allow-firmware" in _run(town, "upgrade", *new, *both, *WHY, "--yes", code=1).err
    other = (*new[:3], "00", *new[4:])
    assert "has sha256 " in _run(town, "upgrade", *other, *both, *WHY, "--yes", "--allow-firmware", code=1).err
    assert (
        "'bsp-j01-c03' is not"
        in _run(town, "factory-default", ONE, *WHY, "--yes-factory-default", "bsp-j01-c03", code=1).err
    )
    assert "is no backup" in _run(town, "restore", ONE, "any.age", *WHY, "--yes", code=1).err
    assert "is no camera of bilaspur" in _run(town, "restore", "bsp-rec01", "any.age", *WHY, code=1).err
    assert not restarts(town) and not town.hand.written()

    kept = town.state / "backups"
    assert status(care(town, "backup", *both, code=2)) == {ONE: "applied", HELD: "refused"}
    (file,) = kept.glob("*/*.age")
    assert status(care(town, "reboot", "--limit", HELD, *WHY, "--yes", code=2)) == {HELD: "refused"}
    assert status(care(town, "restore", HELD, str(file), *WHY, "--yes", code=2)) == {HELD: "refused"}
    confirmed = ("--yes-factory-default", HELD)
    (row,) = care(town, "factory-default", HELD, *WHY, *confirmed, code=2)
    assert row["status"] == "refused" and row["text"].startswith("under evidence hold until 2099-12-31")
    (row,) = care(town, "upgrade", *new, "--limit", HELD, *WHY, "--yes", "--allow-firmware", code=2)
    assert row["status"] == "refused" and row["text"].startswith("under evidence hold until 2099-12-31")
    assert not restarts(town) and not town.hand.written() and not town.hand.failures()


def test_one_camera_through_all_acts(deployed: Town) -> None:
    town = deployed
    begun = SystemClock().now()
    assert status(care(town, "reboot", "--limit", ONE, *WHY, "--yes")) == {ONE: "applied"}
    care(town, "backup", "--limit", ONE)
    (file,) = (town.state / "backups" / ONE).glob("*.backup.age")
    town.hand.set(ONE, "hostname", "somebody")
    (row,) = care(town, "restore", ONE, str(file), *WHY, "--yes")
    assert " settings are as on " in row["text"]
    town.iccc("plan", "--limit", ONE, code=0)

    with allowed(town, "V9.9.1"):
        listed = _run(town, "firmware", "--limit", ONE, "--format", "json", code=2).json["rows"]
        assert [(one["firmware"], one["cameras"], one["may_run"]) for one in listed] == [(CPPLUS.firmware, 1, "no")]
        assert "firmware" in {one["path"] for one in town.drift("--limit", ONE)}
        new = firmware(town.root, "V9.9.1")
        (row,) = care(town, "upgrade", *new, "--limit", ONE, *WHY, "--yes", "--allow-firmware")
        assert row["text"].startswith(f"runs V9.9.1, ran {CPPLUS.firmware}; back after ")
        _run(town, "firmware", "--limit", ONE, code=0)
        assert town.drift("--limit", ONE, code=0) == [], "nobody has to ask who changed the firmware"
    (row,) = care(town, "restore", ONE, str(file), *WHY, "--yes", code=2)
    assert row["text"] == f"the backup is of firmware {CPPLUS.firmware}; the camera has V9.9.1"

    (row,) = care(town, "factory-default", ONE, *WHY, "--yes-factory-default", ONE)
    assert f"iccc deploy bilaspur --limit {ONE}" in row["text"]
    town.deploy("--limit", ONE)
    assert restarts(town) == {ONE: 4}
    with closing(open_store(town.state)) as store:
        record = [one for one in Changes(store, SystemClock()).listed(begun, [ONE]) if one.why.reason]
    acts = ("camera reboot", "camera restore", "camera upgrade", "camera factory-default")
    assert [(one.command, one.why.reason, one.result.partition(":")[0]) for one in record] == [
        (act, "a try", "applied") for act in acts
    ]
