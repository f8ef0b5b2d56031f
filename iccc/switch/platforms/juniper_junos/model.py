"""Reads ``set``, ``delete`` and ``deactivate`` lines one by one, as the switch does. Parser and guard rest on it."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import replace
from typing import Any

from iccc.compare import Unread
from iccc.errors import Reason
from iccc.secrets import Secret
from iccc.switch.platform import Model
from iccc.switch.platforms.juniper_junos import access, ports
from iccc.switch.platforms.juniper_junos.facts import DEFAULT_STP_PRIORITY, LEVELS, METHODS
from iccc.switch.platforms.juniper_junos.tree import (
    EMPTY,
    Path,
    Tree,
    at,
    known,
    put,
    spread,
    statements,
    take,
    there,
    tokens,
    value,
)
from iccc.switch.state import Port, SnmpUser, SpanningTree, Svi, SwitchState, User, Vlan

# Which parts of a configuration a section comes from: what a group may hand down to it is not judged.
SOURCES = {
    "hostname": {"system"},
    "vlans": {"vlans"},
    "ports": {"interfaces", "vlans", "poe", "protocols", "switch-options", "forwarding-options"},
    "interfaces": {"interfaces", "vlans"},
    "gateway": {"routing-options"},
    "access_from": {"system", "interfaces", "firewall", "policy-options"},
    "ntp_servers": {"system"},
    "syslog_hosts": {"system"},
    "lldp": {"protocols"},
    "communities": {"snmp"},
    "snmp_views": {"snmp"},
    "snmp_users": {"snmp"},
    "users": {"system"},
    "logins": {"system"},
    "spanning_tree": {"protocols"},
}
PORT_PARTS = ("vlans", "poe", "protocols", "switch-options", "forwarding-options")


class JunosModel(Model):
    """The candidate: all statements as they were given, also those that iccc knows nothing of."""

    def __init__(self) -> None:
        self._whole: Tree = EMPTY
        self._inactive: frozenset[Path] = frozenset()
        self._active: Tree | None = EMPTY  # None: to be made again
        self._unbound: Mapping[int, str] = {}  # VLANs that went while the model watched, and the irb units they had

        self._made: dict[str, tuple[tuple[Tree, ...], Port]] = {}  # ports, and the parts of the tree they come from

    def copy(self) -> JunosModel:
        """The same settings. Trees are never changed in place, so both may have the same one."""
        return copy(self)

    @property
    def tree(self) -> Tree:
        """What is in force after a commit: all statements that are not deactivated."""
        if self._active is None:
            self._active = self._whole
            for path in self._inactive:
                self._active = take(self._active, path, None)
        return self._active

    def line(self, text: str) -> bool:
        """Take one line. False if it means nothing to this model, or nothing to the switch: a deactivated statement."""
        try:
            verb, *words = tokens(text)
            understood = [self._one(verb, path) for path in spread(words)]
        except ValueError:  # an open quote, or no word at all
            return False
        return all(understood)

    def _one(self, verb: str, path: Path) -> bool:
        if not path or verb not in ("set", "delete", "deactivate", "activate"):
            return False
        dead = any(path[: len(one)] == one for one in self._inactive)
        if verb == "set":
            self._whole = put(self._whole, path)
        elif verb == "delete":
            self._delete(path)
        elif verb == "deactivate":
            self._inactive |= {path}
        else:
            self._inactive -= {path}
        self._active = None
        return known(path) and not (verb == "set" and dead)

    def _delete(self, path: Path) -> None:
        before = self.units() if path[0] == "vlans" else {}
        self._whole = take(self._whole, path)
        self._inactive = frozenset(one for one in self._inactive if one[: len(path)] != path)
        self._active = None
        after = self.units() if before else {}
        self._unbound = {**self._unbound, **{vlan: unit for vlan, unit in before.items() if vlan not in after}}

    def units(self) -> dict[int, str]:
        """The irb unit of each VLAN that has one."""
        ids = ports.vlan_ids(self.tree)
        linked = {
            ids[name]: value(inside, "l3-interface") for name, inside in at(self.tree, "vlans").items() if name in ids
        }
        return {vlan: unit.removeprefix("irb.") for vlan, unit in linked.items() if unit}

    def parted(self) -> dict[int, str]:
        """irb units that VLANs lost while the model watched: what is taken back gives them to these VLANs again."""
        taken = self.units()
        return {vlan: unit for vlan, unit in self._unbound.items() if vlan not in taken and unit not in taken.values()}

    def state(self) -> SwitchState:
        tree = self.tree
        ids = ports.vlan_ids(tree)
        system, snmp = at(tree, "system"), at(tree, "snmp")
        seen = SwitchState(
            hostname=value(system, "host-name"),
            vlans={number: Vlan(name) for name, number in ids.items()},
            ports=self._ports(ids),
            interfaces=self._interfaces(),
            gateway=_gateway(tree),
            access_from=access.access_from(tree),
            ntp_servers=frozenset(at(system, "ntp", "server")),
            syslog_hosts=frozenset(host for host, what in at(system, "syslog", "host").items() if what),
            lldp=_lldp(at(tree, "protocols", "lldp")),
            communities={
                Secret(name): "rw" if value(inside, "authorization") == "read-write" else "ro"
                for name, inside in at(snmp, "community").items()
            },
            snmp_views={view: _included(inside) for view, inside in at(snmp, "view").items()},
            snmp_users={user: SnmpUser(_view_of(snmp, user)) for user in at(snmp, "v3", "usm", "local-engine", "user")},
            users={
                name: _user(inside)
                for name, inside in at(system, "login", "user").items()
                if at(inside, "authentication")  # without it nobody logs in by that name: it is a template
            },
            logins=_logins(system),
            spanning_tree=_spanning_tree(at(tree, "protocols")),
        )
        return _judged(seen, tree)

    def _ports(self, ids: dict[str, int]) -> dict[str, Port]:
        """A plan asks for all ports after every step: those whose parts of the tree are the same are not made again."""
        shared = [self.tree.get(word, EMPTY) for word in PORT_PARTS]
        found: dict[str, Port] = {}
        for name in ports.ports(self.tree):
            parts = (at(self.tree, "interfaces", name), *shared)
            before, port = self._made.get(name, ((), None))
            if port is None or any(one is not other for one, other in zip(before, parts, strict=True)):
                port = ports.port_state(self.tree, name, ids)
                self._made[name] = parts, port
            found[name] = port
        return found

    def _interfaces(self) -> dict[int, Svi]:
        irb = at(self.tree, "interfaces", "irb")
        found: dict[int, Svi] = {}
        for vlan, number in self.units().items():
            unit = at(irb, "unit", number)
            found[vlan] = Svi(addresses(unit), "disable" in irb or "disable" in unit)
        for vlan, number in self.parted().items():
            if there(irb, "unit", number):  # without a VLAN it is down
                found[vlan] = Svi(addresses(at(irb, "unit", number)), shutdown=True)
        return found


def addresses(unit: Tree) -> str:
    """The address of an irb unit; several are parted by blanks."""
    family = at(unit, "family", "inet")
    return " ".join([*at(family, "address"), *(["dhcp"] if "dhcp" in family else [])])


def _gateway(tree: Tree) -> str | Unread:
    route = at(tree, "routing-options", "static", "route", "0.0.0.0/0")
    other = sorted({"discard", "reject", "receive", "next-table", "qualified-next-hop"} & set(route))
    if other:
        return Unread(Reason.UNSUPPORTED, f"the default route says {other[0]}, which iccc does not judge")
    return " ".join(at(route, "next-hop"))


def _lldp(lldp: Tree) -> bool:
    everyone = at(lldp, "interface").get("all")
    return "disable" not in lldp and everyone is not None and "disable" not in everyone


def _included(view: Tree) -> frozenset[str]:
    return frozenset(oid for oid, sense in at(view, "oid").items() if "exclude" not in sense)


def group_of(snmp: Tree, user: str) -> str:
    """The VACM group of an SNMPv3 user."""
    return value(snmp, "v3", "vacm", "security-to-group", "security-model", "usm", "security-name", user, "group")


def _view_of(snmp: Tree, user: str) -> str:
    where = ("access", "group", group_of(snmp, user), "default-context-prefix", "security-model", "usm")
    levels = at(snmp, "v3", "vacm", *where, "security-level")
    return next((value(level, "read-view") for level in levels.values() if "read-view" in level), "")


def _user(inside: Tree) -> User:
    digest = value(inside, "authentication", "encrypted-password")
    return User(LEVELS.get(value(inside, "class"), 1), digest=Secret(digest) if digest else None)


def _logins(system: Tree) -> tuple[str, ...]:
    """Methods in turn. The local password is the last resort when no server answers, also where it is not listed."""
    listed = tuple(METHODS.get(method, method) for method in at(system, "authentication-order"))
    return listed if "local" in listed else (*listed, "local")


def _spanning_tree(protocols: Tree) -> SpanningTree | Unread:
    for other in ("mstp", "vstp"):
        if other in protocols:
            return Unread(Reason.UNSUPPORTED, f"{other} runs, which iccc does not judge")
    rstp = protocols.get("rstp")
    priority = value(rstp or EMPTY, "bridge-priority") or str(DEFAULT_STP_PRIORITY)
    number = int(priority[:-1]) * 1024 if priority.endswith("k") else int(priority)
    return SpanningTree("rstp" if rstp is not None and "disable" not in rstp else "", number)


def _judged(seen: SwitchState, tree: Tree) -> SwitchState:
    """Without the sections that may come from what iccc does not judge: groups, ranges of ports, lists of VLANs."""
    hidden: dict[str, Unread] = {}
    lists = [name for name, inside in at(tree, "vlans").items() if "vlan-id-list" in inside]
    if lists:
        told = Unread(Reason.UNSUPPORTED, f"VLAN {lists[0]} is a list of VLANs, which iccc does not judge")
        hidden |= {"vlans": told, "ports": told}
    if there(tree, "interfaces", "interface-range"):
        hidden["ports"] = Unread(
            Reason.UNSUPPORTED, "interface-range hands settings to ports, which iccc does not judge"
        )
    if "groups" in tree and any("apply-groups" in path for path in statements(tree)):
        handed = {part for group in at(tree, "groups").values() for part in group}
        told = Unread(Reason.UNSUPPORTED, "apply-groups hands settings down, which iccc does not judge")
        hidden |= {section: told for section, parts in SOURCES.items() if parts & handed or "<*>" in handed}
    values: dict[str, Any] = hidden
    return replace(seen, **values)
