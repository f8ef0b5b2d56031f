"""Users of SNMP v3: which devices they are on, and what a person has to do where not all can be set."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from iccc.city.devices import City, Equipment, Kind
from iccc.city.snmp import SnmpAccess
from iccc.observed import Done, Status
from iccc.rotate.snmp_users import Held, rotate_snmp_user, snmp_users
from iccc.state.log import Why
from tests.camera.caring import caring
from tests.camera.devices import camera, reach
from tests.unit.states import bilaspur

ACCESS = SnmpAccess("3", "poller", "setter", "sha256", "aes")


def with_users(city: City, platform: str = "cisco_ios") -> City:
    """Three switches of ours with two users, two of somebody else's."""
    listed = list(city.switches.items())
    ours = {name: replace(one, snmp=ACCESS, platform=platform) for name, one in listed[:3]}
    theirs = {name: replace(one, snmp=ACCESS, owner="police") for name, one in listed[3:5]}
    return replace(city, switches={**ours, **theirs}, equipment={})


def rotated(folder: Path, city: City, devices: list[Held], chosen: set[str]) -> Done:
    context = replace(caring(folder, {}, reach()), city=city)
    told = asyncio.run(rotate_snmp_user(context, "poller", devices, chosen, Why("a test"), True, lambda _name: None))
    (row,) = told.rows
    return row


def test_a_user_is_on_all_devices_of_ours_that_speak_as_it() -> None:
    assert snmp_users(bilaspur()) == {}
    city = with_users(bilaspur())
    ours = [one for one in city.switches.values() if one.ours]
    assert snmp_users(city) == {"poller": ours, "setter": ours}


def test_where_it_cannot_be_set_everywhere_it_is_set_nowhere(tmp_path: Path) -> None:
    city = with_users(bilaspur(), "aruba_aoscx")
    devices = snmp_users(city)["poller"]
    names = {one.name for one in devices}
    row = rotated(tmp_path, city, devices, names)
    assert (row.device, row.status) == ("snmp/v3/poller", Status.NEEDS_HUMAN)
    assert "set both passwords on 3 aruba_aoscx; then iccc secret bilaspur set snmp/v3/poller/auth" in row.text

    mixed = with_users(bilaspur())
    like = camera(1)
    one = Equipment(
        "ups1", Kind.UPS, "project", like.address, like.site, "ups", like.status, "1", like.where, 1, None, None, None,
        snmp=ACCESS,
    )  # fmt: skip
    row = rotated(tmp_path, mixed, [*snmp_users(mixed)["poller"], one], {*mixed.switches, one.name})
    assert row.status is Status.NEEDS_HUMAN
    assert "on 1 UPS, 3 cisco_ios (cisco_ios: snmp-server user poller GROUP v3" in row.text
    assert "auth sha-2 256 PASSWORD priv aes 128 PASSWORD)" in row.text


def test_a_limit_that_leaves_some_out_is_refused(tmp_path: Path) -> None:
    city = with_users(bilaspur())
    devices = snmp_users(city)["poller"]
    row = rotated(tmp_path, city, devices, {devices[0].name})
    assert row.status is Status.REFUSED and row.text.startswith(
        f"it is on 2 devices beyond the limit, {devices[1].name}"
    )
