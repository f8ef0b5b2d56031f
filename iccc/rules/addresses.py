"""What is left of the address plan. That addresses fit at all is no rule: what does not fit is a mistake."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from iccc.city.devices import City
from iccc.city.model.city import CentralNetwork, Management, PerSiteNetwork
from iccc.rules.rule import Outcome, Row, Severity, Stage, passed, rule

FULL = 0.9


@rule(
    "prefix-reserve",
    Severity.LOW,
    Stage.DESIGN,
    do="plan a larger prefix before the city grows: to change it later changes every address",
    source="project practice: the prefix has to hold what is to come; 90 % is a choice of this tool",
)
def prefix_reserve(city: City, _today: date) -> Iterator[Row]:
    """A tenth of each prefix is left for sites, recorders and servers to come."""
    document, file = city.declared.city
    network = file.network
    sites = max((site.number for site in city.sites.values()), default=0)
    recorders = max((entry.number for entry in city.declared.recorders.file.recorders), default=0)
    declared_servers = city.declared.servers.file.servers if city.declared.servers else ()
    servers = max((entry.number for entry in declared_servers), default=0)
    for name, plan, used, what in (
        ("management", network.management, sites, "sites"),
        ("video", network.video, sites, "sites"),
        ("field", network.field, sites, "sites"),
        ("recording", network.recording, recorders, "recorders"),
        ("servers", network.servers, servers, "servers"),
    ):
        if plan is None or not used:
            continue
        numbers = _numbers(plan)
        where = document.where("network", name, "prefix")
        if used <= FULL * numbers:
            yield passed(name, where)
        else:
            yield Row(Outcome.WARN, name, where, f"number {used} of {numbers} {what} that {plan.prefix} holds is used")


def _numbers(plan: Management | PerSiteNetwork | CentralNetwork) -> int:
    """The highest number that has a place."""
    if isinstance(plan, CentralNetwork):
        return plan.prefix.num_addresses - 2 - plan.first_host + 1
    return (1 << (plan.per_site - plan.prefix.prefixlen)) - 1


RULES = (prefix_reserve,)
