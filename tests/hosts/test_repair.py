"""A camera that somebody's hand has cut off is found by drift and brought back by a deploy; no other one notices."""

from __future__ import annotations

import pytest

from tests.hosts.product import Product

pytestmark = pytest.mark.hosts

ELSEWHERE = 202  # a VLAN that the switch has, for cameras of another junction


def test_a_camera_in_a_wrong_vlan_is_found_and_repaired(converged: Product) -> None:
    lab, switch = converged.lab, converged.lab.site.switch
    camera, other = lab.site.cameras
    with lab.probing(other.address) as others, lab.probing(camera.address) as own:
        by_hand = ["config", f"interface {camera.port}", f"switchport access vlan {ELSEWHERE}"]
        assert converged.hand(by_hand, ["show", "write memory"]).done
        assert lab.becomes(camera.address, False)

        found = converged.iccc("drift", "--limit", switch)
        assert found.returncode == 2
        assert f"{switch}  ports[{camera.port}].access_vlan: wanted {camera.vlan}, seen {ELSEWHERE}" in found.stdout

        deployed = converged.iccc("deploy", "--yes", "--limit", switch)
        assert deployed.returncode == 0, deployed.stdout + deployed.stderr
        assert lab.becomes(camera.address, True)
        assert converged.differences(switch) == []
    print(f"{others.loss.sent} sent")
    assert others.loss.sent > 300
    assert others.loss.lost == ()
    assert own.loss.longest_gap_s > 1  # it really was off
    assert lab.console.startup() == lab.console.running()
