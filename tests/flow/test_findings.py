"""What `iccc drift` tells of a town: nothing of an untouched one, and of others just what is the matter, once."""

from __future__ import annotations

from random import Random

from tests.flow.campaign import Score, catalogue, mend, restore, seed, told
from tests.flow.drifts import CLASSES, independent
from tests.flow.town import Town

SEED = 7
SETTLES = {"ntp_synchronised", "poe_w"}  # found only on switches that have run for long, or were read often


def test_an_untouched_town_has_no_findings_however_its_neighbours_are_named(deployed: Town) -> None:
    town = deployed
    assert told(town) == frozenset()
    lab, odd = town.hand.lab, dict(zip(town.city.switches, ("macAddress", "interfaceAlias", "local"), strict=False))
    try:
        for switch, form in odd.items():
            lab.set(switch, "lldp_form", form)
            lab.set(switch, "domain", "bsp.example.in")
        assert told(town) == frozenset()
    finally:
        for switch in odd:
            lab.set(switch, "lldp_form", "interfaceName")
            lab.set(switch, "domain", "")


def test_a_cut_uplink_is_one_finding_and_what_follows_is_under_it(deployed: Town) -> None:
    town = deployed
    lab, end = town.hand.lab, ("bsp-agg1", "GigabitEthernet1/0/1")
    lab.cable(*end, whole=False)
    try:
        (root,) = town.drift(code=None)
    finally:
        lab.cable(*end, whole=True)
    assert (root["device"], root["class"], root["path"]) == ("bsp-agg1", "topology", "ports[GigabitEthernet1/0/1].link")
    followed = {(under["device"], under["path"]) for under in root["under"]}
    assert {("bsp-agg1", "ports[GigabitEthernet1/0/1].oper_up"), ("bsp-agg1", "chains[r1]")} <= followed
    assert told(town) == frozenset()


def test_drifts_of_each_class_at_once_are_found_exactly_and_are_gone_when_mended(deployed: Town) -> None:
    town = deployed
    possible = [drift for drift in catalogue(town.city) if not any(_settles(path) for *_, path in drift.found)]
    drifts = independent(possible, 2 * len(CLASSES), Random(SEED))
    assert {drift.class_ for drift in drifts} == set(CLASSES)
    score = Score()
    assert told(town) == frozenset()
    town.is_deployed = False  # what fails from here on leaves it as nobody knows
    seed(town, drifts)
    score.note(drifts, town.drift(code=None))
    mend(town, drifts)
    left = told(town)
    restore(town, drifts)
    assert score.exact and not left, f"\n{score}\nextra {score.extra}\nmissed {score.missed}\nleft {left}"
    town.is_deployed = True


def _settles(path: str) -> bool:
    return path.rpartition(".")[2] in SETTLES
