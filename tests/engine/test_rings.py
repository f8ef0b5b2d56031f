"""A factory Bilaspur, all switches at once: no ring is ever broken twice, and nothing is taken away too early."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from iccc.city.devices import City, Device, Switch
from iccc.compare import Change
from iccc.context import open_context
from iccc.engine.worker import Worker
from iccc.observed import Outcome, Status
from iccc.settings import load_settings
from iccc.switch.state import ALL_VLANS, Port, SwitchState, Vlan
from tests.unit.states import ROOT

CITY = "bilaspur"


class Played(Worker):
    """A worker whose writes take a moment and do what they should; it notes who is written beside whom."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.order: list[tuple[str, str]] = []
        self.together: Counter[str] = Counter()  # ring: most switches of it that were written at once
        self._now: Counter[str] = Counter()

    async def _write(self, device: Device, section: str) -> list[Outcome]:
        assert isinstance(device, Switch)
        rings = rings_of(self.city, device)
        self._now.update(rings)
        self.together |= self._now
        self.order.append((device.name, section))
        await asyncio.sleep(0.003)
        self._now.subtract(rings)
        wanted = self.wanted[device.name].state
        self.seen[device.name] = widened(device, wanted) if section == "widen" else wanted
        return [Outcome(Change("", None, None), Status.APPLIED, None)]


def rings_of(city: City, switch: Switch) -> list[str]:
    """The ring that a switch is in, or those that it closes."""
    return sorted({link.chain for link in city.links if link.chain and switch.name in (link.a, link.b)})


def widened(switch: Switch, wanted: SwitchState) -> SwitchState:
    """All VLANs and access ports as wanted, the trunks still open."""
    assert isinstance(wanted.ports, dict)
    trunks = {n for n, p in switch.ports.items() if p.peer_port}
    opened = {n: replace(p, allowed_vlans=ALL_VLANS) if n in trunks else p for n, p in wanted.ports.items()}
    return replace(wanted, ports=opened)


def factory(switch: Switch, wanted: SwitchState) -> SwitchState:
    """Management works, trunks are open, everything hangs in VLAN 1."""
    opened = widened(switch, wanted)
    assert isinstance(opened.ports, dict)
    ports = {n: p if switch.ports[n].peer_port else Port("", p.mode, 1, ALL_VLANS) for n, p in opened.ports.items()
             if n in switch.ports}  # fmt: skip
    vlans = {1: Vlan("default"), switch.management_vlan: Vlan("management")}
    return replace(opened, hostname="Switch", vlans=vlans, ports=ports)


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Played]:
    shutil.copytree(ROOT / "cities" / CITY, tmp_path / "cities" / CITY)
    shutil.copytree(ROOT / "catalogue", tmp_path / "catalogue")
    shutil.copy(ROOT / "pyinfra.cfg", tmp_path)
    with open_context(CITY, "test", load_settings(tmp_path)) as context:
        worker = Played(context)
        for name, switch in worker.city.switches.items():
            worker.seen[name] = factory(switch, worker.wanted[name].state)
            worker._turns.take(name)
        worker.in_run = list(worker.city.switches.values())
        yield worker


def test_no_two_switches_of_a_ring_are_changed_at_once_and_none_is_narrowed_too_early(worker: Played) -> None:
    async def run() -> list[list[Outcome]]:
        switches = list(worker.city.switches.values())
        widening = await asyncio.gather(*(worker.apply(switch, "widen") for switch in switches))
        return widening + await asyncio.gather(*(worker.apply(switch, "narrow") for switch in switches))

    outcomes = [outcome for one in asyncio.run(run()) for outcome in one]
    assert {outcome.status for outcome in outcomes} == {Status.APPLIED}, {outcome.text for outcome in outcomes}
    assert len(worker.order) == 2 * len(worker.city.switches) == 192
    assert worker.together == dict.fromkeys(worker.city.chains, 1)
    parts = [part for _, part in worker.order]
    assert parts == sorted(parts, reverse=True)  # all are widened first
    for part, nearer_first in (("widen", True), ("narrow", False)):
        at = {name: n for n, (name, one) in enumerate(worker.order) if one == part}
        for switch in worker.city.switches.values():
            for upstream in switch.upstream:
                assert (at[upstream] < at[switch.name]) is nearer_first, (part, switch.name, upstream)
