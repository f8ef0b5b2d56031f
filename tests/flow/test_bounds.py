"""What iccc never does: trust another key, write to what is not the project's, or take a wrong word for a right one."""

from __future__ import annotations

import json

from iccc.lab.device import Counters
from iccc.state.store import open_store
from tests.flow.declaration import edit
from tests.flow.town import ICCC, Town

SWITCH = "bsp-j03-sw1"


def test_a_switch_that_shows_another_host_key_gets_no_login(deployed: Town) -> None:
    town = deployed
    other_key = town.sheet["host_keys"]["bsp-core1"]
    store = open_store(town.state)
    store.execute("UPDATE trust SET identity = json_set(identity, '$.host_key.value', ?) WHERE device = ?",
                  (other_key, SWITCH))  # fmt: skip
    store.close()
    town.hand.type(SWITCH, "logging host 10.80.0.99")
    town.hand.count_anew()

    plan = town.iccc("plan", "--format", "json", code=3).json["devices"]
    assert {(name, u["reason"]) for name, device in plan.items() for u in device["unknown"]} == {(SWITCH, "untrusted")}
    town.deploy(code=3)
    counted = Counters(**town.hand.lab.counters(SWITCH)[SWITCH])
    assert (counted.logins, counted.failures, counted.sets) == (0, 0, 0)
    assert "another SSH host key is enrolled" in town.iccc("enrol", "--limit", SWITCH, code=2).out

    town.iccc("enrol", "--limit", SWITCH, "--replace", code=0)
    town.deploy()
    assert set(town.hand.written()) == {SWITCH}


def test_what_is_somebody_elses_is_never_written(deployed: Town) -> None:
    town = deployed
    for path, entry in (
        (town.junction(2), r"(group: anpr, slot: 25)"),
        (town.cities / "recorders.yaml", r"(number: 2)"),
        (town.junction(1), r"(number: 2, device_type: sw-field-8poe-240w)"),
    ):
        edit(path, entry, r"\1, owner: traffic-police")
    parties = "schema: governance/v1\nparties: {traffic-police: {title: Traffic Police}}\n"
    (town.cities / "governance.yaml").write_text(parties, encoding="utf-8")
    theirs = {device.name for device in town.city.devices() if not device.ours}
    assert theirs == {"bsp-j02-c25", "bsp-j02-c26", "bsp-rec02", "bsp-j01-sw2"}
    for device in ("bsp-j02-c25", "bsp-rec02", "bsp-j02-c01"):
        town.hand.set(device, "hostname", "somebody")
    town.hand.type("bsp-j01-sw2", "hostname somebody")
    town.hand.count_anew()

    done = town.deploy("--format", "json", code=None).json
    assert {row["device"] for row in done["rows"]} == {"bsp-j02-c01"}
    town.pyinfra("deploys/site.py", "-y")
    by_hand = ("onvif", "bsp-j02-c25", "devicemgmt", "SetHostname", "Name=by-hand", "--reason", "a try", "--yes")
    assert "owner is traffic-police" in town.iccc(*by_hand, code=1).err
    assert set(town.hand.written()) == {"bsp-j02-c01"}
    assert not town.hand.failures()


def test_wrong_words_are_told_what_the_right_ones_are(deployed: Town) -> None:
    town = deployed
    assert "--limit 'bsp-j09' matches nothing" in town.iccc("plan", "--limit", "bsp-j09", code=1).err
    assert "matches nothing" in town.deploy("--limit", "bsp-j01&kind:recorder", code=1).err
    for command in ("check", "plan", "drift", "verify", "bom", "deploy"):
        told = town.run(*ICCC, command, "bilaspr", code=1)
        assert "no city 'bilaspr'; there are bilaspur" in told.err
    assert not town.hand.written()
    assert not any(town.hand.lab.counters()[name]["requests"] for name in town.hand.lab.counters())


def test_one_onvif_operation_is_called_and_written_into_the_log(deployed: Town) -> None:
    town, name = deployed, "bsp-j01-c01"
    listed = json.loads(town.iccc("onvif", name, "devicemgmt", "GetNTP", code=0).out)
    assert [host["IPv4Address"] for host in listed["NTPManual"]] == ["10.80.0.10", "10.80.0.11"]
    wrong = ("devicemgmt", "SetHostname", "Name=by-hand")
    assert "say --reason" in town.iccc("onvif", name, *wrong, code=1).err
    reset = ("devicemgmt", "SetSystemFactoryDefault", "FactoryDefault=Hard", "--reason", "a try", "--yes")
    told = town.iccc("onvif", name, *reset, code=1).err
    assert f"SetSystemFactoryDefault may take {name} away: iccc camera bilaspur factory-default {name}" in told
    assert "is no camera or recorder" in town.iccc("onvif", "bsp-j01-sw1", *wrong, code=1).err
    told = town.iccc("onvif", name, *wrong, "--reason", "a try", "--yes", code=0)
    assert f"iccc drift bilaspur --limit {name}" in told.err
    (found,) = town.drift("--limit", name)
    assert (found["path"], found["seen"]) == ("hostname", "by-hand")


def test_in_a_freeze_all_is_refused_before_anything_is_opened(deployed: Town) -> None:
    town, name = deployed, "bsp-j01-c01"
    town.hand.set(name, "hostname", "somebody")
    town.hand.set(name, "ntp_servers", ["10.9.9.9"])
    freeze = '\nmaintenance:\n  freeze:\n    - {from: 2020-01-01, to: 2090-11-10, reason: "Diwali"}\n'
    file = town.cities / "city.yaml"
    file.write_text(file.read_text(encoding="utf-8") + freeze, encoding="utf-8")
    town.hand.count_anew()
    by_hand = ("onvif", name, "devicemgmt", "SetHostname", "Name=by-hand", "--reason", "a try", "--yes")
    assert "frozen until Fri 10 Nov 2090" in town.iccc(*by_hand, code=1).err
    stored = str(town.root / "plan.json")
    town.iccc("plan", "--limit", name, "-o", stored, code=2)
    (town.root / "deploys" / "cameras.py").rename(town.root / "cameras.py")  # what the engine would be given
    for how in (("--limit", name), ("--plan", stored)):
        done = town.deploy("--format", "json", *how, code=2).json
        assert [(row["path"], row["status"]) for row in done["rows"]] == [("time", "refused"), ("hostname", "refused")]
        assert (
            all(row["text"].startswith("frozen until Fri 10 Nov 2090") for row in done["rows"]) and not done["stopped"]
        )
    (town.root / "cameras.py").rename(town.root / "deploys" / "cameras.py")
    assert not town.hand.written()
    town.iccc(*by_hand, "--anytime", code=0)
    assert set(town.hand.written()) == {name}
