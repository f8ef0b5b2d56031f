"""Wrong stored passwords: what a junction's cameras see of them, however they are asked."""

from __future__ import annotations

import time

from tests.flow.town import Town

SITE = "bsp-j01"


def test_wrong_passwords_cost_each_camera_one_login_whatever_is_run(deployed: Town) -> None:
    town = deployed
    cameras = [name for name, camera in town.city.cameras.items() if camera.site == SITE]
    for name in cameras[:4]:  # ours is another one
        town.hand.set(name, "users.iccc.password", "somebody-else-1")
    for name in cameras[4:]:  # who pulls the streams has another one
        town.hand.set(name, "users.recorder.password", "somebody-else-1")
    deadline = time.monotonic() + 60
    while set(town.hand.failures()) < set(cameras[4:]):  # the recorders try once themselves, and then wait
        assert time.monotonic() < deadline
        time.sleep(0.1)
    for recorder in town.city.recorders:
        town.hand.cut_power(recorder)  # after a minute they would try a second time
    town.hand.count_anew()

    town.iccc("plan", "--limit", SITE, code=2)
    assert town.hand.failures() == dict.fromkeys(cameras, 1)
    for name in (cameras[0], cameras[1]):
        town.iccc("onvif", name, "devicemgmt", "GetNTP")
    town.iccc("verify", "--limit", SITE)
    town.drift("--limit", SITE)
    assert town.hand.failures() == dict.fromkeys(cameras, 1), "they rest, and what was refused is known"

    rows = town.deploy("--limit", SITE, "--format", "json", code=3).json["rows"]
    assert {(row["device"], row["path"], row["status"]) for row in rows} == {
        (name, "users[recorder].password", "applied") for name in cameras[4:]
    }
    assert town.hand.failures() == dict.fromkeys(cameras, 1)
    assert set(town.hand.written()) == set(cameras[4:])
    assert not any(counted["lockouts"] for counted in town.hand.lab.counters().values())


def test_what_is_put_at_a_cameras_address_gets_nothing_until_it_is_accepted(deployed: Town) -> None:
    town, name = deployed, f"{SITE}-c01"
    town.hand.set(name, "hostname", "somebody")
    town.hand.set(name, "serial", "SN-OTHER")
    town.hand.count_anew()
    (found,) = town.drift("--limit", name, code=None)
    assert "serial number 'SN-OTHER' answers" in found["text"] and "enrol" in found["next_step"]
    town.deploy("--limit", name, code=3)
    town.pyinfra("deploys/cameras.py", "-y", "--limit", name)
    assert "is given no password" in town.iccc("onvif", name, "devicemgmt", "GetNTP", code=1).err
    assert not town.hand.written()

    town.iccc("enrol", "--limit", name, "--replace", code=0)
    town.deploy("--limit", name)
    assert set(town.hand.written()) == {name}
