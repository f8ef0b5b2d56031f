"""One number in one file grows: everything that hangs on it moves, and nothing else."""

from __future__ import annotations

import json

from iccc import fleet
from iccc.city.devices import City
from tests.flow.declaration import edit
from tests.flow.town import Town

NEW = ("bsp-j02-c05", "bsp-j02-c06")
RECORDER = "bsp-rec02"


def test_a_count_that_grows_moves_the_new_cameras_and_their_ports_only(deployed: Town) -> None:
    town = deployed
    before, counted = town.city, _bill(town)
    edit(town.junction(2), r"group: fixed, slot: 1, count: 4", "group: fixed, slot: 1, count: 6")
    after = town.city

    assert set(after.cameras) - set(before.cameras) == set(NEW)
    assert [after.cameras[name].address for name in NEW] == [f"10.{town.block + 1}.2.{host}" for host in (15, 16)]
    places = [(camera.switch, camera.port) for camera in after.cameras.values()]
    assert len(set(places)) == len(places), "one camera a port"
    assert {name: after.cameras[name] for name in before.cameras} == dict(before.cameras)

    ports = {(after.cameras[name].switch, f"ports[{after.cameras[name].port}]") for name in NEW}
    assert _moved(before, after) == {*NEW, RECORDER, *(switch for switch, _port in ports)}

    grown = _bill(town)
    (camera_type,) = {after.cameras[name].device_type for name in NEW}
    assert {key: grown[key] - counted[key] for key in grown if grown[key] != counted[key]} == {
        camera_type: len(NEW),
        "cameras": len(NEW),
    }

    # Nobody has put the new cameras up yet: they are unknown. What is to be changed are their ports and channels.
    plan = json.loads(town.iccc("plan", "--format", "json", code=2).out)["devices"]
    assert {
        (name, change["path"].partition(".")[0]) for name, device in plan.items() for change in device["changes"]
    } == {*ports, *((RECORDER, f"channels[{name}]") for name in NEW)}
    assert {name for name, device in plan.items() if device["unknown"]} == set(NEW)
    assert not town.hand.written()


def _moved(before: City, after: City) -> set[str]:
    """The devices of which something else is wanted."""
    old = {name: wanted.state for name, wanted in fleet.wanted_all(before.devices(), before).items()}
    new = {name: wanted.state for name, wanted in fleet.wanted_all(after.devices(), after).items()}
    return {name for name in new if name not in old or new[name] != old[name]}


def _bill(town: Town) -> dict[str, int]:
    """Device type: quantity, of what has a name."""
    bill = town.iccc("bom", "--format", "json", code=0).json
    named = {device.device_type for device in town.city.inventory()}
    quantities = {line["device_type"]: line["quantity"] for line in bill["rows"] if line["device_type"] in named}
    return {**quantities, "cameras": bill["cameras"]}
