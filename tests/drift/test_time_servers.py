"""Clocks without a time server: one finding when most stand alone, one each when few do."""

from __future__ import annotations

import pytest

from iccc.drift.looked import looker
from iccc.drift.roots_time import FEWEST
from iccc.finding import Class, Finding
from iccc.state.findings import Episode
from iccc.switch.seen import SwitchFacts
from tests.drift.readings import Reading, city
from tests.support import NOW

SITE = next(s.site for s in city().switches.values() if s.chain is not None)


def alone(share: float) -> tuple[Reading, list[str], list[Finding]]:
    """A reading in which the first switches follow no time server."""
    reading = Reading(SITE)
    switches = [name for name, seen in reading.seen.items() if isinstance(seen.facts, SwitchFacts)]
    names = switches[: round(share * len(switches))]
    for name in names:
        reading.tell(name, ntp_synchronised=False)
    return reading, names, reading.findings()


def test_dead_time_servers_are_one_finding() -> None:
    reading, names, (finding,) = alone(1.0)
    assert len(names) >= FEWEST
    assert f"{len(names)} of {len(names)} switches follow no time server" in finding.text
    assert {one.device for one in finding.under} == set(names)
    assert all(str(server) in finding.next_step for server in city().ntp_servers)
    assert finding.where == str(city().wheres["time.ntp"])


def test_a_few_clocks_that_stand_alone_are_a_finding_each() -> None:
    _, names, findings = alone(0.5)
    assert sorted(one.device for one in findings) == sorted(names)
    assert {one.path for one in findings} == {"ntp_synchronised"}


@pytest.mark.parametrize("left_out", [True, False])
def test_it_is_resolved_by_a_reading_of_those_that_told_it(left_out: bool) -> None:
    _, _, (finding,) = alone(1.0)
    episode = Episode(
        finding.id, finding.device, finding.path, Class.OPERATIONAL, finding.severity, "", NOW, NOW, None, finding
    )
    seen = dict(Reading(SITE).seen)
    teller = finding.evidence[1].source.split()[0]
    assert teller != finding.device
    if left_out:
        del seen[teller]
    assert looker(city(), seen, [])(episode) is not left_out
