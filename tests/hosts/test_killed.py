"""iccc is killed between push and confirm: the switch takes the change back by itself, and the next run goes on."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Callable

import pytest

from tests.hosts.lab import OvsLab, Probe
from tests.hosts.move import VLAN, move, moved_address
from tests.hosts.product import Product

pytestmark = pytest.mark.hosts

ARMED_MIN = 5  # what iccc arms on this platform
SLACK_S = 3.0  # to notice, on a busy machine
PARKING = 998


def deploying(product: Product) -> subprocess.Popen[bytes]:
    return product.start("deploy", "--yes", "--limit", product.lab.site.switch)


def kill(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL to the command alone: engine and worker have to notice it by themselves."""
    assert process.poll() is None
    process.kill()
    process.wait(5)


def report(lab: OvsLab, taken_s: float, *probes: Probe) -> None:
    sent = " + ".join(str(probe.loss.sent) for probe in probes)
    print(f"the revert came {taken_s / lab.minute_s:.2f} armed minutes after the kill; {sent} datagrams sent")


def eventually(what: object, seen: Callable[[], object], within_s: float) -> float:
    """Seconds until ``seen()`` is ``what``; fails when it takes too long."""
    began = time.monotonic()
    while (found := seen()) != what:
        assert time.monotonic() - began < within_s, f"still {found!r}"
        time.sleep(0.02)
    return time.monotonic() - began


def test_a_first_round_is_taken_back_and_done_by_the_next_run(converged: Product) -> None:
    lab, console, site = converged.lab, converged.lab.console, converged.lab.site
    running, startup = console.running(), console.startup()
    city = converged.declaration / "city.yaml"
    text, count = re.subn(r"vlan: 999, name: parking", f"vlan: {PARKING}, name: parked", city.read_text("utf-8"))
    assert count == 1
    city.write_text(text, encoding="utf-8")
    with lab.probing(site.cameras[0].address) as one, lab.probing(site.cameras[1].address) as two:
        console.hold(f"vlan {PARKING}")
        process = deploying(converged)
        eventually(True, lambda: console.held() > 0, 60)  # all is pushed: it tries to log in anew
        assert console.armed() == ARMED_MIN
        assert console.running() != running
        kill(process)
        console.hold("")
        taken_s = eventually(0, console.armed, ARMED_MIN * lab.minute_s + SLACK_S)
        assert console.running() == running
        assert console.startup() == startup
        assert lab.answers(site.address)
    report(lab, taken_s, one, two)
    assert one.loss.sent > 300
    assert (one.loss.lost, two.loss.lost) == ((), ())

    again = converged.iccc("deploy", "--yes", "--limit", site.switch)
    assert again.returncode == 0, again.stdout + again.stderr
    assert "was interrupted" in again.stderr
    assert f"vlan {PARKING}" in console.running()
    assert converged.differences(site.switch) == []


def test_management_that_is_cut_off_comes_back_and_moves_with_the_next_run(converged: Product) -> None:
    """The core has lost the new VLAN, so the new gateway cuts the operator off; then the command dies, too."""
    lab, console, site = converged.lab, converged.lab.console, converged.lab.site
    old, new = site.address, moved_address(site.address)
    last = f"ip default-gateway {moved_address(site.gateway)}"
    move(converged.declaration, site)
    lab.carry(VLAN, False)
    with lab.probing(site.cameras[0].address) as one, lab.probing(site.cameras[1].address) as two:
        process = deploying(converged)
        eventually(True, lambda: last in console.running(), 90)
        kill(process)
        assert console.armed() == ARMED_MIN
        killed = time.monotonic()
        saved = console.startup()  # with what the widening before it added
        assert lab.becomes(old, False)
        assert not lab.answers(new)
        eventually(0, console.armed, ARMED_MIN * lab.minute_s + SLACK_S)
        taken_s = time.monotonic() - killed
        assert taken_s < ARMED_MIN * lab.minute_s + 1  # which ran already
        assert lab.becomes(old, True, SLACK_S)
        assert console.running() == saved
        assert console.startup() == saved
        assert converged.hand(["show", "show clock"]).done
    report(lab, taken_s, one, two)
    assert one.loss.sent > 300
    assert (one.loss.lost, two.loss.lost) == ((), ())

    lab.carry(VLAN, True)
    again = converged.iccc("deploy", "--yes", "--limit", site.switch)
    assert again.returncode == 0, again.stdout + again.stderr
    assert "was interrupted" in again.stderr
    assert lab.answers(new)
    assert not lab.answers(old)
    assert converged.differences(site.switch) == []
