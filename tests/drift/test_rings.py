"""Rings: open where a link is down, looping where spanning tree holds nothing back and would say so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from iccc.city.devices import City, Link
from iccc.drift.rings import open_rings
from iccc.drift.view import View
from tests.drift.readings import Reading, city

SITE = "bsp-j05"
RING = city().sites[SITE].chain
LINKS = [link for link in city().links if link.chain == RING]


def ring_of(protocol: str) -> City:
    declared = city().declared
    rings = tuple(ring.model_copy(update={"protocol": protocol}) for ring in declared.core.file.rings)
    file = declared.core.file.model_copy(update={"rings": rings})
    return replace(city(), declared=replace(declared, core=declared.core._replace(file=file)))


def found(reading: Reading, protocol: str = "rstp") -> list[tuple[str, str]]:
    view = reading.view
    return [(f.device, f.path) for f in open_rings(View(ring_of(protocol), view.plan, view.observed, view.now))]


def held(reading: Reading, blocking: bool | None, link: Link) -> None:
    for end in ((link.a, link.a_port), (link.b, link.b_port)):
        reading.tell_port(*end, blocking=blocking)


def forwarding() -> Reading:
    reading = Reading(SITE)
    for link in (*LINKS, *(link for link in city().links if link.chain is None)):
        held(reading, False, link)
    return reading


def test_a_ring_that_forwards_everywhere_is_told() -> None:
    assert found(forwarding()) == [(LINKS[0].a, f"chains[{RING}].blocking")]


@pytest.mark.parametrize("protocol", ["rep", "erps", "mrp", "proprietary"])
def test_other_protocols_block_without_saying_so_to_spanning_tree(protocol: str) -> None:
    assert found(forwarding(), protocol) == []


@pytest.mark.parametrize("where", range(len(LINKS)))
def test_a_port_that_is_held_back_or_says_nothing_is_enough(where: int) -> None:
    for said in (True, None):
        reading = forwarding()
        reading.tell_port(LINKS[where].b, LINKS[where].b_port, blocking=said)
        assert found(reading) == []


def test_a_port_beyond_the_ring_may_be_what_opens_it() -> None:
    reading = forwarding()
    held(reading, True, next(link for link in city().links if link.chain is None))
    assert found(reading) == []


@pytest.mark.parametrize("where", range(len(LINKS)))
def test_an_open_ring_is_one_finding_wherever_it_is_cut_and_whoever_says_so(where: int) -> None:
    """Two cuts, and one after the first was repaired: the ring was open all the time."""
    link = LINKS[where]
    for switch, port in ((link.a, link.a_port), (link.b, link.b_port)):
        reading = forwarding()
        reading.tell_port(switch, port, oper_up=False)
        assert found(reading) == [(LINKS[0].a, f"chains[{RING}]")]
        (finding,) = open_rings(reading.view)
        assert [one.source for one in finding.evidence] == [f"{switch} {port} IF-MIB ifOperStatus"]
