"""A camera under evidence hold is read and compared, and nothing is ever written to it, whichever way it is tried."""

from __future__ import annotations

from tests.flow.town import Town

HELD = "bsp-j01-c01"
HOLDS = """\
schema: evidence-holds/v1
evidence_hold:
  - {scope: bsp-j01-c01, until: 2099-12-31, ordered_on: 2026-02-01, ordered_by: District Court, reason: accident}
  - {scope: bsp-j02, until: 2099-12-31, ordered_on: 2026-02-01, ordered_by: District Court, reason: theft}
  - {scope: bsp-rec02, until: 2099-12-31, ordered_on: 2026-02-01, ordered_by: District Court, reason: theft}
"""
SAID = "under evidence hold until 2099-12-31, by District Court: accident (cities/bilaspur/evidence-holds.yaml:3:5)"


def test_what_is_under_evidence_hold_is_never_written(deployed: Town) -> None:
    town = deployed
    (town.cities / "evidence-holds.yaml").write_text(HOLDS, encoding="utf-8")
    held = {device.name for device in town.city.devices() if getattr(device, "hold", None)}
    assert held == {HELD, "bsp-rec02", *(name for name in town.city.cameras if name.startswith("bsp-j02-"))}
    free = "bsp-j01-c02"
    for device in (HELD, "bsp-j02-c01", "bsp-rec02"):
        town.hand.set(device, "ntp_servers", ["10.9.9.9"])
    town.hand.set(free, "hostname", "somebody")
    town.hand.count_anew()

    told = town.iccc("plan", code=2).out
    assert f"{HELD}  {SAID}\n  time.ntp_servers: " in told
    assert "1 change on 1 device; 3 devices held" in told.lower()
    assert f"Leave time.ntp_servers of {HELD} as it is: {SAID}." in str(town.drift("--limit", HELD))

    stored = str(town.root / "plan.json")
    town.iccc("plan", "--limit", HELD, "-o", stored, code=0)
    of_plan = town.deploy("--plan", stored, "--format", "json", code=2).json["rows"]
    assert [(row["device"], row["status"], row["text"]) for row in of_plan] == [(HELD, "refused", SAID)]

    rows = town.deploy("--format", "json", code=2).json["rows"]
    assert {(row["device"], row["status"]) for row in rows} == {
        (free, "applied"), (HELD, "refused"), ("bsp-j02-c01", "refused"), ("bsp-rec02", "refused"),
    }  # fmt: skip
    assert {row["text"] for row in rows if row["device"] == HELD} == {SAID}

    town.pyinfra("deploys/site.py", "-y", code=0)
    by_hand = ("onvif", HELD, "devicemgmt", "SetHostname", "Name=by-hand", "--reason", "a try", "--yes")
    assert SAID in town.iccc(*by_hand, code=1).err
    assert set(town.hand.written()) == {free}
    assert not town.hand.failures()


def test_held_devices_at_factory_state_stay_as_they_are(town: Town) -> None:
    """Before anything was ever deployed: neither passwords nor users of theirs come to be."""
    town.to_factory()
    (town.cities / "evidence-holds.yaml").write_text(HOLDS, encoding="utf-8")
    town.deploy("--limit", HELD, "--limit", "bsp-j01-c02", code=2)
    (town.cities / "evidence-holds.yaml").unlink()
    assert set(town.hand.written()) == {"bsp-j01-c02"}
    assert {device for device, _ in town.managed()} == {"bsp-j01-c02"}
