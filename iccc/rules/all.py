"""Every rule, by family. A new family is a file beside this one, and a line here."""

from __future__ import annotations

from collections.abc import Mapping

from iccc.rules import (
    addresses,
    bill,
    governance,
    hardening,
    holds,
    lifecycle,
    network,
    optics,
    power,
    procurement,
    recording,
    retention,
    stages,
    third_party,
    time_and_logs,
    totals,
    ups,
    waivers,
)
from iccc.rules.rule import Rule

_OF_THE_CITY: Mapping[str, tuple[Rule, ...]] = {
    "Counts": (*totals.RULES, *stages.RULES),
    "Network": network.RULES,
    "Fibre": optics.RULES,
    "Copper and PoE": power.RULES,
    "UPS": ups.RULES,
    "Bill": bill.RULES,
    "Addresses": addresses.RULES,
    "Recorders": recording.RULES,
    "Retention": retention.RULES,
    "Time and logs": time_and_logs.RULES,
    "Life cycle": lifecycle.RULES,
    "Procurement": procurement.RULES,
    "Third parties": third_party.RULES,
    "Governance": governance.RULES,
    "Hardening": hardening.RULES,
    "Evidence": holds.RULES,
}
_RULES = tuple(rule for rules in _OF_THE_CITY.values() for rule in rules)
FAMILIES: Mapping[str, tuple[Rule, ...]] = {**_OF_THE_CITY, "Waivers": waivers.rules_about(_RULES)}
RULES: tuple[Rule, ...] = tuple(rule for rules in FAMILIES.values() for rule in rules)
