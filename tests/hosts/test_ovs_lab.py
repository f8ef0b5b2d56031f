"""The lab itself: what is typed is what frames do, and nothing of it stays behind."""

from __future__ import annotations

import sys
import time

import pytest

from tests.hosts.lab import OvsLab
from tests.hosts.site import device_of
from tests.hosts.surroundings import FRESH_S

pytestmark = pytest.mark.hosts

POE_ADMIN = "1.3.6.1.2.1.105.1.1.1.3.1"
GREETED = "import socket, sys; print(socket.create_connection((sys.argv[1], 80), 3).recv(99).decode())"


def port(name: str, *lines: str) -> list[str]:
    return ["config", f"interface {name}", *lines]


def test_comes_up_fast_and_as_a_technician_leaves_it(running: OvsLab) -> None:
    running.console.reset()
    assert running.bring_up_s < 20
    assert running.becomes(running.site.address, True)
    assert not running.answers(running.site.cameras[0].address)  # its VLAN is not there yet


def test_a_camera_answers_from_the_operators_side(lab: OvsLab) -> None:
    for camera in lab.site.cameras:
        assert lab.operator(sys.executable, "-c", GREETED, camera.address).stdout.strip() == "camera"


def test_an_access_vlan_cuts_its_camera_off_and_no_other(lab: OvsLab) -> None:
    moved, other = lab.site.cameras
    with lab.probing(other.address) as probe:
        assert lab.hand(["config", "vlan 999"], port(moved.port, "switchport access vlan 999")).done
        assert lab.becomes(moved.address, False)
        assert lab.answers(lab.site.address)
        assert lab.hand(port(moved.port, f"switchport access vlan {moved.vlan}")).done
        assert lab.becomes(moved.address, True)
    assert probe.loss.sent > 100
    assert probe.loss.lost == ()


def test_the_probe_sees_a_cut(lab: OvsLab) -> None:
    camera = lab.site.cameras[0]
    with lab.probing(camera.address, rate_hz=50) as probe:
        lab.unplug(camera)
        time.sleep(0.5)
        lab.plug(camera)
        assert lab.becomes(camera.address, True)
    assert len(probe.loss.lost) >= 20
    assert probe.loss.longest_gap_s >= 0.4


def test_a_vlan_that_is_deleted_is_not_forwarded(lab: OvsLab) -> None:
    camera = lab.site.cameras[0]
    assert lab.hand(["config", f"no vlan {camera.vlan}"]).done
    assert lab.becomes(camera.address, False)
    assert lab.answers(lab.site.address)
    assert lab.hand(["config", f"vlan {camera.vlan}"]).done
    assert lab.becomes(camera.address, True)


@pytest.mark.parametrize(("off", "on"), [("shutdown", "no shutdown"), ("power inline never", "power inline auto")])
def test_a_port_that_is_off_has_no_link(lab: OvsLab, off: str, on: str) -> None:
    camera, other = lab.site.cameras
    with lab.probing(other.address) as probe:
        assert lab.hand(port(camera.port, off)).done
        assert lab.becomes(camera.address, False)
        assert lab.hand(port(camera.port, on)).done
        assert lab.becomes(camera.address, True)
    assert probe.loss.lost == ()


def test_poe_by_snmp_takes_the_link_down(lab: OvsLab) -> None:
    camera = lab.site.cameras[1]
    index = next(known.index for known in lab.site.hardware if known.name == camera.port)
    lab.snmp_set(f"{POE_ADMIN}.{index}", 2)
    assert lab.becomes(camera.address, False)
    assert " power inline never" in lab.console.running()
    lab.snmp_set(f"{POE_ADMIN}.{index}", 1)
    assert lab.becomes(camera.address, True)


def test_an_uplink_without_the_management_vlan_locks_the_operator_out(lab: OvsLab) -> None:
    camera = lab.site.cameras[0]
    narrow = port(lab.site.uplink, f"switchport trunk allowed vlan {camera.vlan}")
    with lab.probing(camera.address) as probe:
        cut = lab.hand(narrow)
        assert cut.error == "ReadTimeout"
        assert not lab.answers(lab.site.address)
        again = lab.hand(["show", "show clock"])
        assert again.error == "NetmikoTimeoutException"
        lab.console.type(*[f"interface {lab.site.uplink}", "switchport trunk allowed vlan add 110"])
        assert lab.becomes(lab.site.address, True)
    assert lab.hand(["show", "show clock"]).done
    assert probe.loss.lost == ()  # the video VLAN was there all the time


def test_an_armed_revert_brings_a_lost_switch_back(lab: OvsLab) -> None:
    lab.console.type("archive", "path flash:backup")
    before = lab.console.running()
    cut = lab.hand(
        ["arm", "configure terminal revert timer 2"],
        port(lab.site.uplink, f"switchport trunk allowed vlan {lab.site.cameras[0].vlan}"),
    )
    assert not cut.done
    assert lab.becomes(lab.site.address, True, within_s=2 * lab.minute_s + 5)
    assert lab.console.running() == before
    assert lab.hand(["show", "show clock"]).done


def test_the_native_vlan_reaches_the_core_untagged(lab: OvsLab) -> None:
    """The core's native VLAN is 1: on this side the management VLAN goes out untagged and is lost there."""
    cut = lab.hand(port(lab.site.uplink, f"switchport trunk native vlan {lab.site.management_vlan}"))
    assert not cut.done
    assert lab.becomes(lab.site.cameras[0].address, True)
    assert not lab.answers(lab.site.address)


def test_an_svi_that_goes_takes_the_session_along(lab: OvsLab) -> None:
    management = f"interface Vlan{lab.site.management_vlan}"
    assert not lab.hand(["config", management, "no ip address"]).done
    assert not lab.answers(lab.site.address)
    lab.console.type(management, f"ip address {lab.site.address} 255.255.255.0")
    assert lab.becomes(lab.site.address, True)
    assert lab.hand(["show", "show clock"]).done


def test_lldp_is_seen_over_snmp(lab: OvsLab) -> None:
    deadline = time.monotonic() + 10
    while not (names := lab.snmp_walk("1.0.8802.1.1.2.1.4.1.1.9")) and time.monotonic() < deadline:
        time.sleep(0.5)
    assert [name for _, name in names] == [lab.site.core]
    local = names[0][0].split(".")[-2]
    ports = {oid.rpartition(".")[2]: name for oid, name in lab.snmp_walk("1.0.8802.1.1.2.1.3.7.1.3")}
    assert device_of(lab.site.uplink) == device_of(ports[local])
    assert lab.snmp_walk("1.0.8802.1.1.2.1.4.1.1.7")[0][1] == "Gi1/0/1"


def test_a_camera_is_learned_on_its_port_in_its_vlan(lab: OvsLab) -> None:
    learned = "1.3.6.1.2.1.17.4.3.1.2"
    time.sleep(FRESH_S * 2)  # the agent may still show what it saw before
    found = dict(lab.snmp_walk(learned, f"{lab.logins.read_community}@201"))
    for camera in lab.site.cameras:
        mac = ".".join(str(int(octet, 16)) for octet in camera.mac.split(":"))
        assert found[f"{learned}.{mac}"] == camera.port.rpartition("/")[2]


def test_a_community_is_in_force_as_soon_as_it_is_typed(lab: OvsLab) -> None:
    assert lab.hand(["config", "snmp-server community another RO"]).done
    assert lab.snmp_walk("1.3.6.1.2.1.1.5", "another") == [("1.3.6.1.2.1.1.5.0", "Switch")]
    assert lab.hand(["config", "no snmp-server community another"]).done
    with pytest.raises(AssertionError, match="No SNMP response"):
        lab.snmp_walk("1.3.6.1.2.1.1.5", "another")


def test_a_gateway_that_goes_takes_the_session_along(lab: OvsLab) -> None:
    assert not lab.hand(["config", "no ip default-gateway"]).done
    assert not lab.answers(lab.site.address)
    lab.console.type(f"ip default-gateway {lab.site.gateway}")
    assert lab.becomes(lab.site.address, True)


def test_an_access_list_lets_the_operator_in_or_not(lab: OvsLab) -> None:
    lab.console.type(
        "ip access-list standard VTY", "permit 10.80.0.0 0.0.0.255", "line vty 0 15", "access-class VTY in"
    )
    assert lab.hand(["show", "show clock"]).done
    lab.console.type("ip access-list standard VTY", "no permit 10.80.0.0 0.0.0.255", "permit 10.90.0.0 0.0.0.255")
    assert not lab.hand(["show", "show clock"]).done
    assert lab.answers(lab.site.address)
