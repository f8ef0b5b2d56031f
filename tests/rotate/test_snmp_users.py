"""Users of SNMP v3 are named with the steps for a person."""

from __future__ import annotations

from dataclasses import replace

from iccc.city.snmp import SnmpAccess
from iccc.observed import Status
from iccc.rotate.snmp_users import by_hand, snmp_users
from tests.unit.states import bilaspur


def test_a_user_is_one_row_for_all_its_devices() -> None:
    city = bilaspur()
    assert snmp_users(city) == {}
    access = SnmpAccess("3", "poller", "setter", "sha256", "aes")
    switches = {name: replace(one, snmp=access) for name, one in list(city.switches.items())[:3]}
    foreign = {name: replace(one, snmp=access, owner="police") for name, one in list(city.switches.items())[3:5]}
    city = replace(city, switches={**switches, **foreign}, equipment={})
    found = snmp_users(city)
    assert {user: [one.name for one in devices] for user, devices in found.items()} == {
        "poller": list(switches),
        "setter": list(switches),
    }
    first, _ = by_hand(city, found)
    assert (first.device, first.status) == ("snmp/v3/poller", Status.NEEDS_HUMAN)
    assert "on 3 cisco_ios" in first.text
    assert "snmp-server user poller GROUP v3 auth sha-2 256 PASSWORD priv aes 128 PASSWORD" in first.text
    assert "iccc secret bilaspur set snmp/v3/poller/auth" in first.text
