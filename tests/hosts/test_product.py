"""iccc reaches the real switch at its declared address, and the others beside it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.hosts.lab import OvsLab
from tests.hosts.product import Product

pytestmark = pytest.mark.hosts


@pytest.fixture
def product(lab: OvsLab, tmp_path: Path) -> Product:
    return Product(lab, tmp_path)


def findings(product: Product, *limits: str) -> dict[str, list[str]]:
    """What drift says of each device."""
    chosen = [word for limit in limits for word in ("--limit", limit)]
    done = product.iccc("drift", "--format", "json", *chosen)
    assert done.returncode == 2, done.stderr
    found: dict[str, list[str]] = {}
    for finding in json.loads(done.stdout)["findings"]:
        found.setdefault(finding["device"], []).append(f"{finding['path']}")
    return found


def test_drift_sees_what_was_typed_on_the_real_switch(product: Product) -> None:
    name, camera = product.lab.site.switch, product.lab.site.cameras[0]
    path = f"ports[{camera.port}].access_vlan"
    assert path not in findings(product, name)[name]
    product.lab.console.type(f"interface {camera.port}", "switchport access vlan 1")
    assert path in findings(product, name)[name]


def test_a_switch_that_is_cut_off_is_unread_and_its_neighbours_are_not(product: Product) -> None:
    site = product.lab.site
    product.lab.console.type(f"interface {site.uplink}", "switchport trunk allowed vlan 201")
    done = product.iccc("drift", "--limit", site.switch, "--limit", site.core)
    assert f"switch {site.switch} ({site.address}) does not answer" in done.stdout
    assert "settings differ" in done.stdout  # of the neighbour: only its VLANs and ports are declared in the lab
    assert "core " in done.stdout.partition("By place:")[2]


def test_a_deploy_from_factory_state_reaches_what_is_declared(running: OvsLab, tmp_path: Path) -> None:
    running.console.reset()
    product = Product(running, tmp_path)
    deployed = product.iccc("deploy", "--yes", "--limit", running.site.switch)
    assert deployed.returncode == 0, deployed.stdout + deployed.stderr
    for camera in running.site.cameras:
        assert running.becomes(camera.address, True)
    assert product.differences(running.site.switch) == []
    assert running.console.startup() == running.console.running()


def test_a_deploy_interrupts_no_camera_whose_port_is_as_declared(product: Product) -> None:
    lab = product.lab
    one, other = lab.site.cameras
    with lab.probing(one.address) as first, lab.probing(other.address) as second:
        deployed = product.iccc("deploy", "--yes", "--limit", lab.site.switch)
        assert deployed.returncode == 0, deployed.stdout + deployed.stderr
    assert first.loss.sent > 100
    assert (first.loss.lost, second.loss.lost) == ((), ())
