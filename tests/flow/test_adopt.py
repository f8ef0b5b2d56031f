"""What a device has is taken into the declaration; the next drift does not find it any more."""

from __future__ import annotations

from tests.flow.done import Done
from tests.flow.town import CITY, ICCC, Town

C02, BITRATE, SYSLOG = "bsp-j01-c02", "encoders[main].bitrate_kbps", "syslog_hosts"


def adopt(town: Town, *arguments: str, code: int) -> Done:
    return town.run(*ICCC, "drift", "adopt", CITY, *arguments, code=code)


def test_what_was_adopted_is_found_no_more(deployed: Town) -> None:
    town, site = deployed, deployed.junction(1)
    town.hand.set(C02, "encoders.main.bitrate_kbps", 2048)
    town.hand.type("bsp-agg2", "logging host 10.80.0.99")
    found = {finding["path"]: finding for finding in town.drift()}
    assert set(found) - {"history.changed_s"} == {BITRATE, SYSLOG}  # the switch says, too, that somebody typed
    bitrate, syslog = found[BITRATE]["id"], found[SYSLOG]["id"]
    before = {path: path.read_bytes() for path in town.cities.rglob("*.yaml")}

    refused = adopt(town, "--yes", bitrate, syslog, code=1)
    assert "this line decides for 10 devices, and 1 of them showed" in refused.err
    assert {path: path.read_bytes() for path in town.cities.rglob("*.yaml")} == before

    adopt(town, "--yes", "--reason", "the link is slow there", bitrate[:6], code=0)
    changed = {path for path, data in before.items() if path.read_bytes() != data}
    assert changed == {site, town.cities / "city.yaml"}
    assert [finding["path"] for finding in town.drift()] == [SYSLOG]
