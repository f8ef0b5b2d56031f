"""Cameras out of their boxes, all at one address, taken over one switch port after the other, over two kills."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from iccc.camera.staging import KEY
from iccc.state.learned import StoredLearned
from iccc.state.store import open_store
from tests.flow.declaration import CITY, edit
from tests.flow.town import CLAIM_PORT, Town, played

TWENTY = [f"bsp-j01-c{number:02d}" for number in range(1, 21)]
SWITCH = """\
  sw-field-12poe:
    kind: switch
    generic: true
    description: "Field switch with twelve ports for cameras"
    head: C
    platform: cisco_ios
    poe_budget_w: 400
    ports:
      - {name: "GigabitEthernet1/{n}", count: 12, poe_w: 60}
      - {name: "GigabitEthernet1/{n}", first: 13, count: 2, uplink: true}
"""
FIXED = "    factory: {address: 192.168.1.108, activation: onvif}\n"
ANPR = "    factory: {address: 192.168.1.64, activation: hikvision}\n"
RLVD = "    factory: {address: 192.168.1.108, activation: login}\n"
PTZ = FIXED + "    manufacturer: Other\n    part_number: OTHER-1\n"  # another camera than the lab plays
TIMES = {"connect_s": "1", "away_s": "3", "restart_s": "20", "link_s": "2", "boot_s": "6"}


def _declared(root: Path) -> None:
    """Twenty fixed cameras on the two switches of the first junction; the catalogue says how they come."""
    catalogue = root / "catalogue" / "device-types.yaml"
    edit(catalogue, r"(?m)^  sw-field-8poe-240w:\n", SWITCH + r"\g<0>")
    edit(catalogue, r"(?m)^  cam-fixed-4mp-ir:\n", r"\g<0>" + FIXED)
    edit(catalogue, r"(?m)^  cam-anpr-4mp:\n", r"\g<0>" + ANPR)
    edit(catalogue, r"(?m)^  cam-rlvd-8mp:\n", r"\g<0>" + RLVD)
    edit(
        catalogue,
        r"(?m)^  cam-ptz-4mp:\n    kind: camera\n    generic: true\n",
        f"  cam-ptz-4mp:\n    kind: camera\n{PTZ}",
    )
    junction = root / "cities" / CITY / "junctions" / "j01.yaml"
    text = junction.read_text(encoding="utf-8").replace("sw-field-8poe-240w", "sw-field-12poe")
    cameras = "cameras:\n  - {group: fixed, slot: 1, count: 20, ports: 20, recorder: 1}\n"
    junction.write_text(text[: text.index("cameras:\n")] + cameras, encoding="utf-8")
    junction = root / "cities" / CITY / "junctions" / "j02.yaml"
    singles = (
        f"  - {{group: anpr, slot: {slot}, count: 1, ports: 1, recorder: 2, serial: {serial}}}\n"
        for slot, serial in ((25, "ANOTHER-ONE"), (26, "SN-26"))
    )
    edit(junction, r"(?m)^  - \{group: anpr, slot: 25.*\n", "".join(singles))
    for key, value in TIMES.items():
        edit(root / "pyinfra.cfg", rf"(?m)^{key} = .*$", f"{key} = {value}")


@contextmanager
def makers_claimed(patience_s: float = 600.0) -> Iterator[None]:
    """No other lab of these tests has cameras at their makers' addresses meanwhile: all labs share those."""
    deadline = time.monotonic() + patience_s
    with socket.socket() as claim:
        while not _bound(claim):
            assert time.monotonic() < deadline, "another lab keeps the makers' addresses"
            time.sleep(0.5)
        yield


def _bound(claim: socket.socket) -> bool:
    try:
        claim.bind(("127.168.1.1", CLAIM_PORT))
    except OSError:
        return False
    return True


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Its switches are deployed, its cameras as technicians left them."""
    with makers_claimed(), played(tmp_path_factory.mktemp("staging"), _declared) as town:
        town.to_factory()
        town.deploy("--limit", "kind:switch")
        yield town


def _unpack(town: Town, *cameras: str) -> None:
    for camera in cameras:
        town.hand.lab.set(camera, "box", True)
    town.hand.count_anew()


def _stage(town: Town, *cameras: str, code: int = 0) -> dict[str, tuple[str, str]]:
    limits = [word for one in cameras for word in ((one,) if one.startswith("--") else ("--limit", one))]
    rows = town.iccc("stage", "--yes", "--reason", "delivery 3", *limits, "--format", "json", code=code).json["rows"]
    return {row["device"]: (row["status"], row["text"]) for row in rows}


def _activations(town: Town) -> int:
    return sum(counted["activations"] for counted in town.hand.lab.counters().values())


@pytest.mark.parametrize("many", [6, pytest.param(20, marks=pytest.mark.long)])
def test_cameras_with_one_address_on_two_switches_are_staged_over_two_kills(town: Town, many: int) -> None:
    if many == len(TWENTY):
        town.to_factory()
        town.deploy("--limit", "kind:switch")
    declared = town.city.cameras
    per_switch = {
        name: [one for one in TWENTY if declared[one].switch == name] for name in ("bsp-j01-sw1", "bsp-j01-sw2")
    }
    cameras = sorted(name for here in per_switch.values() for name in here[: many // 2])
    assert len(cameras) == many
    _unpack(town, *cameras)
    limits = [word for name in cameras for word in ("--limit", name)]
    for share in (0.3, 0.6):
        run = town.start("stage", "--yes", *limits)
        run.until(lambda share=share: _activations(town) >= share * many)  # type: ignore[misc]
        run.kill("iccc")
        run.ended()
    rows = _stage(town, *cameras)
    assert {name: status for name, (status, _) in rows.items()} == dict.fromkeys(cameras, "applied")
    counters = town.hand.lab.counters()
    assert all(counters[name]["activations"] == 1 for name in cameras), "none is activated twice"
    assert not any(counted["collisions"] for counted in counters.values()), "never did two hold the address"
    assert not town.hand.failures(), "not one login was refused"
    record = town.iccc("report", "changes", "--format", "json").json["rows"]
    runs = [row for row in record if row["command"] == "stage" and not row["device"]]
    assert [row["result"].partition(":")[0] for row in runs[:2]] == ["interrupted", "interrupted"]
    town.deploy("--limit", "bsp-j01-c01")
    assert not town.hand.failures()


def test_what_cannot_be_taken_over_is_a_row_and_the_rest_goes_on(town: Town) -> None:
    numbers = ("01", "02", "03", "04", "21", "25", "26", "41")
    good, copy, gone, used, wrong, hik, other, known = (f"bsp-j02-c{number}" for number in numbers)
    serial = town.city.cameras[good].mac or "SN-1"
    for name in (good, copy):
        town.hand.lab.set(name, "serial", serial)
    everyone = (good, copy, gone, used, wrong, hik, other, known)
    _unpack(town, *everyone)
    camera = town.city.cameras[gone]
    town.hand.cut_cable(camera.switch, camera.port)
    town.hand.lab.set(used, "users.somebody", "Administrator")
    town.hand.lab.set(other, "serial", "SN-26")

    rows = _stage(town, *everyone, code=2)
    assert {name: status for name, (status, _) in rows.items()} == {
        good: "applied", copy: "refused", gone: "failed", used: "refused", wrong: "refused", hik: "refused",
        other: "applied", known: "applied",
    }  # fmt: skip
    assert f"which is {good}'s" in rows[copy][1]
    assert f"no link at {camera.switch} {camera.port}" in rows[gone][1]
    assert "it has a user already, and not from here" in rows[used][1]
    assert "ANOTHER-ONE is declared" in rows[hik][1]
    assert "and OTHER-1 is declared (cam-ptz-4mp)" in rows[wrong][1]
    for bad in (copy, gone, used, wrong, hik):
        assert rows[bad][1].endswith("its port is without power again")
    counters = town.hand.lab.counters()
    assert not counters[copy]["activations"] and not counters[wrong]["activations"], "they say who they are before that"
    assert not any(counted["collisions"] or counted["lockouts"] for counted in counters.values())
    assert not town.hand.failures()


def _without_power(town: Town, camera: str) -> None:
    declared = town.city.cameras[camera]
    town.hand.type(declared.switch, f"interface {declared.port}", "power inline never")


def test_one_that_has_its_address_and_lost_its_power_is_found_there(town: Town) -> None:
    """So it is left by a run that was killed, or that did not find it in time, after its address was sent."""
    one = "bsp-j03-c03"
    _unpack(town, one)
    serial = _stage(town, one)[one][1].split()[2]
    with closing(open_store(town.state)) as store:
        StoredLearned(store).put(one, KEY, {"step": "addressing", "serial": serial})
    _without_power(town, one)
    status, text = _stage(town, one)[one]
    assert status == "applied" and text.startswith(f"serial number {serial} at "), text
    assert not _activations(town) > 1 and not town.hand.failures()


def test_one_that_was_read_before_keeps_its_power_while_it_is_silent(town: Town) -> None:
    """It may be silent for this machine alone, and record."""
    one = "bsp-j03-c04"
    town.drift("--limit", one)
    town.hand.fault(one, "silent")
    status, text = _stage(town, one, code=2)[one]
    assert status == "refused" and "it is no new one: serial number " in text, text
    camera = town.city.cameras[one]
    assert not town.hand.written().get(camera.switch), "its port was not touched"
    town.hand.heal()
    _unpack(town, one)
    assert _stage(town, one, "--again")[one][0] == "applied"
    assert "name them with --limit" in town.iccc("stage", "--again", "--yes", code=1).err


def test_another_device_of_the_city_keeps_its_power(town: Town) -> None:
    """It was plugged in where the new one is declared, and records."""
    new, other = "bsp-j03-c25", "bsp-j03-c26"
    town.drift("--limit", other)
    town.hand.lab.swap(new, other)
    _unpack(town, new)
    status, text = _stage(town, new, code=2)[new]
    camera = town.city.cameras[new]
    assert (status, text) == ("refused", f"{other} hangs at {camera.switch} {camera.port}: its power is not taken")
    assert not town.hand.written().get(camera.switch)
    town.hand.lab.swap(new, other)


def test_nothing_is_raised_while_somebody_holds_the_address(town: Town) -> None:
    """Two that were plugged in elsewhere disturb each other, and are heard all the same."""
    town.hand.heal()
    _unpack(town, "bsp-j03-c01", "bsp-j03-c02")
    rows = _stage(town, "bsp-j02-c03", code=2)
    assert rows["bsp-j02-c03"][0] == "refused"
    assert "something answers at 192.168.1.108" in rows["bsp-j02-c03"][1]
    assert rows["bsp-j02-c03"][1].endswith("its port is without power")
    assert not _activations(town)
    assert town.hand.lab.counters()["bsp-j03-c01"]["collisions"], "the lab does play them"
