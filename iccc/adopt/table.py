"""Which findings can be adopted, and how each is written. What is in no row, or in a row that refuses, is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from iccc.adopt import own, shared
from iccc.adopt.case import Adoption, Case, Refused
from iccc.adopt.links import neighbour
from iccc.city.devices import Camera, Switch
from iccc.finding import Class

Rule = Callable[[Case, Sequence[str]], Adoption]


def refuse(text: str) -> Rule:
    """A rule that says what a person does instead, at the line of the finding."""

    def rule(case: Case, found: Sequence[str]) -> Adoption:
        raise Refused(case.finding.where, text.format(*found, step=case.finding.next_step or "look at the device"))

    return rule


DERIVED = "this is not declared by itself, it follows from number, slot or port here: a deploy puts the device right"
PASSWORDS = "this is a secret: it is set in the store and by a deploy, not in the YAML"
NOT_DECLARED = "no declaration can say this: {step}"
PORTS = "switching.camera_ports decides this for all camera ports: change it there, or a deploy puts this one right"

DECLARED = frozenset({Class.CONFIG, Class.INVENTORY, Class.TOPOLOGY})  # what a declaration can be wrong about


class Row(NamedTuple):
    """Findings of a class whose path is like ``pattern``; its groups are what a rule is given as ``found``."""

    class_: Class
    pattern: str
    rule: Rule


TABLE = (
    Row(Class.CONFIG, r"encoders\[(main|sub)\]\.(\w+)", own.stream),
    Row(Class.CONFIG, r"(?:time\.)?ntp_servers", shared.of_city(shared.PATHS_OF_NTP, "time", "ntp")),
    Row(Class.CONFIG, r"syslog_hosts", shared.of_city({Switch: "syslog_hosts"}, "syslog")),
    Row(Class.CONFIG, r"access_from", shared.of_city({Switch: "access_from"}, "network", "management", "sources")),
    Row(Class.CONFIG, r"(lldp|logins)", shared.of_city({Switch: "{0}"}, "switching", "{0}")),
    Row(
        Class.CONFIG,
        r"spanning_tree\.mode",
        shared.of_city({Switch: "spanning_tree.mode"}, "switching", "spanning_tree", "mode"),
    ),
    Row(Class.CONFIG, r"spanning_tree\.priority", shared.tree_priority),
    Row(
        Class.CONFIG,
        r"protocols\[(\w+)\]\.(\w+)",
        shared.of_city({Camera: "protocols[{0}].{1}"}, "protocols", "{0}", "{1}"),
    ),
    Row(Class.CONFIG, r"users\[([^\]]+)\]\.level", shared.user_level),
    Row(Class.CONFIG, r"vlans\[(\d+)\]\.name", shared.vlan_name),
    Row(Class.CONFIG, r"location\[junction\]", shared.site_name),
    Row(Class.CONFIG, r"(?:users|snmp_users|communities)\b.*", refuse(PASSWORDS)),
    Row(Class.CONFIG, r"saved|history\..*", refuse(NOT_DECLARED)),
    Row(Class.CONFIG, r"ports\[.*\]\.(?:edge|bpdu_guard|max_macs|storm_pct)", refuse(PORTS)),
    Row(Class.CONFIG, r"(?:hostname|interfaces|gateway|ports|location)\b.*", refuse(DERIVED)),
    Row(Class.INVENTORY, r"serial", own.serial),
    Row(Class.INVENTORY, r"mac", own.mac),
    Row(Class.TOPOLOGY, r"port", own.port),
    Row(Class.TOPOLOGY, r"ports\[(.*)\]\.neighbour", neighbour),
    *(Row(class_, r"(?s:.*)", refuse(NOT_DECLARED)) for class_ in Class if class_ is not Class.CONFIG),
    Row(Class.CONFIG, r"(?s:.*)", refuse("this is no single value: a deploy puts the device right")),
)


def adoption(case: Case) -> Adoption:
    """How the finding is written; :class:`Refused` if it cannot be."""
    finding = case.finding
    if finding.class_ in DECLARED and finding.seen in (None, "absent", "***"):
        step = finding.next_step or "a deploy puts the device right"
        raise Refused(finding.where, f"nothing was seen that could be declared: {step}")
    for row in TABLE:
        if finding.class_ is row.class_ and (found := re.fullmatch(row.pattern, finding.path)):
            return row.rule(case, found.groups())
    raise AssertionError(finding.class_)
