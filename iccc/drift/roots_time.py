"""Time servers: when most clocks stand alone, the servers are one finding, and not each switch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from iccc.drift.roots import Case, Root, some
from iccc.finding import Class, Finding, Severity
from iccc.switch.seen import SwitchFacts

PATH = "time_servers"
FEWEST = 4  # switches: fewer may well have each a reason of its own
SHARE = 0.75  # of those that told how their clock stands


def time_servers(case: Case) -> Iterator[Root]:
    """One finding when at least :data:`SHARE` of the switches that tell it follow no time server.

    Reasoning: they have little in common but the servers. A switch whose own list of servers differs is not among them,
    since that difference explains its clock.
    Limits: no server is asked, so the text names none as dead; it may be their route, or their own upstream.
    """
    alone = [one for one in case.candidates if one.class_ is Class.OPERATIONAL and one.path == "ntp_synchronised"]
    told = sum(_tells(case, name) for name in case.city.switches)
    if len(alone) < FEWEST or len(alone) < SHARE * told:
        return
    servers = [str(server) for server in case.city.ntp_servers]
    names = [one.device for one in alone]
    head = next(iter(case.city.switches.values()))
    finding = Finding(
        device=head.name,
        path=PATH,
        class_=Class.OPERATIONAL,
        severity=Severity.MAJOR,
        text=f"{len(names)} of {told} switches follow no time server: {some(names)}",
        where=str(case.city.wheres.get("time.ntp", head.where)),
        site=head.site,
        evidence=tuple(
            replace(said, source=f"{one.device} {said.source}") for one in alone[:6] for said in one.evidence
        ),
        next_step=f"Look whether the time servers answer and are synchronised themselves: {', '.join(servers)}.",
    )
    yield Root(finding, (), tuple(one.id for one in alone))


def _tells(case: Case, name: str) -> bool:
    seen = case.view.observed.get(name)
    return seen is not None and isinstance(seen.facts, SwitchFacts) and isinstance(seen.facts.ntp_synchronised, bool)
