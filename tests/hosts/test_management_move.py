"""The management of a switch moves to another VLAN and subnet, and is reachable all the while."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hosts.move import VLAN, move, moved_address
from tests.hosts.product import Product
from tests.hosts.pulse import pulsing

pytestmark = pytest.mark.hosts


def test_management_moves_and_somebody_answers_all_the_while(converged: Product, tmp_path: Path) -> None:
    lab, site = converged.lab, converged.lab.site
    old, new = site.address, moved_address(site.address)
    move(converged.declaration, site)
    with (
        lab.probing(site.cameras[0].address) as one,
        lab.probing(site.cameras[1].address) as two,
        pulsing(lab, tmp_path, old, new) as pulse,
    ):
        deployed = converged.iccc("deploy", "--yes", "--limit", site.switch)
        assert deployed.returncode == 0, deployed.stdout + deployed.stderr
    assert pulse.answered[old][0]
    assert not pulse.answered[new][0]
    assert pulse.answered[new][-1]
    assert not pulse.answered[old][-1]
    print(f"{pulse.ticks} ticks; {one.loss.sent} + {two.loss.sent} sent")
    assert pulse.ticks > 100
    assert pulse.dark == []
    assert one.loss.sent > 300
    assert (one.loss.lost, two.loss.lost) == ((), ())

    running = lab.console.running()
    assert f"interface Vlan{VLAN}" in running
    assert f"interface Vlan{site.management_vlan}" not in running
    assert lab.console.startup() == running
    assert converged.hand(["show", "show clock"], address=new).done
    assert converged.differences(site.switch) == []
