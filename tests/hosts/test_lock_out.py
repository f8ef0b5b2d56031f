"""Changes that lock the operator out: the switch lets them in again by itself, and iccc says so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.hosts.move import VLAN, move
from tests.hosts.product import Product
from tests.hosts.pulse import pulsing

pytestmark = pytest.mark.hosts

SLACK_S = 3.0  # to notice, on a busy machine
TAKEN_BACK = re.compile(r"all \d+ steps were taken back by the switch")


def test_the_wrong_order_locks_out_and_the_timer_lets_in_again(converged: Product, tmp_path: Path) -> None:
    """By hand: the uplink loses the management VLAN. iccc's guard sends no such line."""
    lab, console, site = converged.lab, converged.lab.console, converged.lab.site
    running = console.running()
    with (
        lab.probing(site.cameras[0].address) as one,
        lab.probing(site.cameras[1].address) as two,
        pulsing(lab, tmp_path, site.address) as pulse,
    ):
        cut = converged.hand(
            ["arm", "configure terminal revert timer 2"],
            ["config", f"interface {site.uplink}", f"switchport trunk allowed vlan {site.cameras[0].vlan}"],
        )
        assert cut.error == "ReadTimeout"
        assert not lab.answers(site.address, 0.3)
        assert lab.becomes(site.address, True, 2 * lab.minute_s + SLACK_S)
        assert converged.hand(["show", "show clock"]).done
    print(f"out for {pulse.outage_s / lab.minute_s:.2f} armed minutes; {one.loss.sent} + {two.loss.sent} sent")
    assert lab.minute_s < pulse.outage_s < 2 * lab.minute_s + 1
    assert pulse.answered[site.address][-1]
    assert one.loss.sent > 300
    assert (one.loss.lost, two.loss.lost) == ((), ())
    assert console.running() == running
    assert console.startup() == running
    assert converged.differences(site.switch) == []


def test_an_access_list_without_the_operator_is_taken_back_at_once(converged: Product) -> None:
    lab, console, site = converged.lab, converged.lab.console, converged.lab.site
    running = console.running()
    _redeclare_sources(converged, "10.90.0.0/24")
    with lab.probing(site.cameras[0].address) as probe:
        deployed = converged.iccc("deploy", "--yes", "--limit", site.switch)
        assert deployed.returncode == 2, deployed.stdout + deployed.stderr
    assert "access_from: failed" in deployed.stdout
    assert TAKEN_BACK.search(deployed.stdout)
    assert probe.loss.lost == ()
    assert console.running() == console.startup() == running
    assert converged.hand(["show", "show clock"]).done
    drift = converged.iccc("drift", "--limit", site.switch)
    assert drift.returncode == 2
    assert f"{site.switch}  access_from: wanted" in drift.stdout


def test_a_move_into_a_vlan_that_leads_nowhere_is_taken_back_by_the_timer(converged: Product) -> None:
    """The gateway cuts the session of the operator, who is behind the router: nobody can tell the switch anything."""
    lab, console, site = converged.lab, converged.lab.console, converged.lab.site
    move(converged.declaration, site)
    lab.carry(VLAN, False)
    with lab.probing(site.cameras[0].address, max_s=120) as one, lab.probing(site.cameras[1].address, max_s=120) as two:
        deployed = converged.iccc("deploy", "--yes", "--limit", site.switch)
        assert deployed.returncode == 2, deployed.stdout + deployed.stderr
    print(f"{one.loss.sent} + {two.loss.sent} sent\n{deployed.stdout}")
    assert "5 changes: failed" in deployed.stdout
    assert TAKEN_BACK.search(deployed.stdout)
    assert (one.loss.lost, two.loss.lost) == ((), ())
    assert any("ROLLBACK_END" in line for line in console.log())
    assert f"ip default-gateway {site.gateway}" in console.running()
    assert console.running() == console.startup()  # of the move only what cuts nobody off
    assert converged.hand(["show", "show clock"]).done
    assert "gateway" in converged.differences(site.switch)


def _redeclare_sources(product: Product, prefix: str) -> None:
    city = product.declaration / "city.yaml"
    text, count = re.subn(r"sources: \[[^]]*\]", f"sources: [{prefix}]", city.read_text(encoding="utf-8"))
    assert count == 1
    city.write_text(text, encoding="utf-8")
