"""An industrial switch of Allied Telesis (IE series) under AlliedWare Plus: each line is in force at once.

What each command does, and which document says so: docs/platforms/alliedware_plus.md.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address

from tests.switch.sims.acl import let_in, network, wildcard
from tests.switch.sims.alliedware_plus_ports import AwplusPorts
from tests.switch.sims.alliedware_plus_words import WRONG, shown_port, shown_ports, shown_svi, shown_vlans
from tests.switch.sims.shell import Complaint, blocks, command
from tests.switch.sims.truth import Truth

ANYWHERE = frozenset({"0.0.0.0/0"})
METHODS = ("tacacs+", "radius", "local", "none")
ABSENT = "% No such entry"


class AwplusSim(AwplusPorts):
    """``truth`` is brought to what the platform can hold: no negotiated ports, no member of a missing VLAN."""

    def __init__(self, truth: Truth) -> None:
        super().__init__(truth)
        truth.stp_mode = truth.stp_mode or "rstp"
        self._gateways = [truth.gateway] if truth.gateway else []
        self._acls: dict[int, list[tuple[bool, str]]] = {}
        self._bound: int | None = None
        if truth.access_from != ANYWHERE:
            self._bound = 10
            self._acls[10] = [(True, prefix) for prefix in sorted(truth.access_from)] or [(False, "0.0.0.0/0")]
        self._groups = {f"g-{view}": view for view in truth.snmp_users.values() if view}
        self._members = {user: f"g-{view}" for user, view in truth.snmp_users.items()}

    # -- the prompt

    def type(self, line: str) -> str:
        self.flapped = set()
        text = line.strip()
        if not re.match("description ", text, re.IGNORECASE):
            text = " ".join(text.split())
        if line[:1] != " ":
            self._view = "global"
        if not text or text.startswith("!") or text.lower() in ("exit", "end"):
            self._view = "global"
            return ""
        try:
            out = self.obey(self._view, text)
        except Complaint as complaint:
            return str(complaint)
        except ValueError:  # no address, no prefix
            out = None
        return f"{'^':>{len(line)}}\n{WRONG}" if out is None else out

    def commit(self) -> str:
        return ""

    # -- the switch itself

    @command("global", r"hostname (\S{1,63})", r"no hostname()")
    def _hostname(self, name: str) -> None:
        self.truth.hostname = name or "awplus"

    @command("global", r"ip route (?:0\.0\.0\.0/0|0\.0\.0\.0 0\.0\.0\.0) (\S+)")
    def _route(self, gateway: str) -> None:
        IPv4Address(gateway)
        if gateway not in self._gateways:  # a second one shares the load with the first, it does not replace it
            self._gateways.append(gateway)
        self.truth.gateway = self._gateways[0]

    @command("global", r"no ip route (?:0\.0\.0\.0/0|0\.0\.0\.0 0\.0\.0\.0)(?: (\S+))?")
    def _no_route(self, gateway: str | None) -> None:
        left = [each for each in self._gateways if gateway and each != gateway]
        if left == self._gateways:
            raise Complaint(ABSENT)
        self._gateways = left
        self.truth.gateway = left[0] if left else ""

    @command("global", r"(no )?ntp server (\S+)")
    def _ntp(self, no: str | None, server: str) -> None:
        _keep(self.truth.ntp, server, no)

    @command("global", r"(no )?log host (\d\S+)(?: level \S+)?")
    def _log_host(self, no: str | None, host: str) -> None:
        _keep(self.truth.syslog, host, no)

    @command(
        "global", r"service (?:password-encryption|ssh|power-inline)", r"no service telnet", r"line (?:con|vty) .+"
    )
    @command("global", r"snmp-server", r"aaa authentication enable default local", r"no ip domain-lookup")
    def _accepted(self) -> None:
        """Part of a running configuration, not of the truth."""

    # -- who may log in

    @command("global", r"access-list (\d{1,4}) (permit|deny) (any|host \S+|\S+ \S+)")
    def _acl(self, number: str, verdict: str, source: str) -> None:
        rule = (verdict.lower() == "permit", _prefix(source))
        rules = self._acls.setdefault(_standard(number), [])
        if rule not in rules:
            rules.append(rule)
        self._guard_lines()

    @command("global", r"no access-list (\d{1,4})(?: (permit|deny) (any|host \S+|\S+ \S+))?")
    def _no_acl(self, number: str, verdict: str | None, source: str | None) -> None:
        rules = self._acls.get(_standard(number))
        rule = (verdict.lower() == "permit", _prefix(source)) if verdict and source else None
        if rules is None or (rule and rule not in rules):
            raise Complaint(ABSENT)
        if rule:
            rules.remove(rule)
        if not rule or not rules:
            del self._acls[int(number)]
        self._guard_lines()

    @command("global", r"vty access-class (\d{1,4})", r"no vty access-class()(?: \d+)?")
    def _access_class(self, number: str) -> None:
        if number and _standard(number) not in self._acls:
            raise Complaint("% Access-list does not exist")
        self._bound = int(number) if number else None
        self._guard_lines()

    def _guard_lines(self) -> None:
        """A list that is bound and gone, or that has no permit, keeps everybody out: the worse reading."""
        self.truth.access_from = let_in(self._acls.get(self._bound, [])) if self._bound else ANYWHERE

    @command("global", r"username (\S+) privilege (\d{1,2})(?: password (?:8 )?\S+)?")
    def _user(self, name: str, level: str) -> None:
        if not 1 <= int(level) <= 15:
            raise Complaint(WRONG)
        self.truth.users[name] = 15 if int(level) == 15 else 1

    @command("global", r"username (\S+) password (?:8 )?\S+")
    def _user_password(self, name: str) -> None:
        self.truth.users.setdefault(name, 1)

    @command("global", r"no username (\S+)")
    def _no_user(self, name: str) -> None:
        if self.truth.users.pop(name, None) is None:
            raise Complaint(ABSENT)

    @command("global", r"aaa authentication login default (.+)", r"no aaa authentication login default()")
    def _logins(self, text: str) -> None:
        words = text.lower().replace("group ", "").split() or ["local"]
        if not set(words) <= set(METHODS) or len(set(words)) < len(words):
            raise Complaint(WRONG)
        self.truth.logins = tuple(words)

    # -- SNMP

    @command("global", r"snmp-server community (\S+)(?: view \S+)?(?: (ro|rw))?(?: \d+)?")
    def _community(self, name: str, right: str | None) -> None:
        self.truth.communities[name] = (right or "ro").lower()

    @command("global", r"no snmp-server community (\S+)")
    def _no_community(self, name: str) -> None:
        if self.truth.communities.pop(name, None) is None:
            raise Complaint(ABSENT)

    @command("global", r"snmp-server view (\S+) (\S+) included")
    def _snmp_view(self, name: str, tree: str) -> None:
        self.truth.views[name] = self.truth.views.get(name, frozenset()) | {tree}

    @command("global", r"no snmp-server view (\S+)")
    def _no_snmp_view(self, name: str) -> None:
        if self.truth.views.pop(name, None) is None:
            raise Complaint(ABSENT)

    @command("global", r"snmp-server group (\S+) priv(?: read (\S+))?", r"no snmp-server group (\S+) priv()")
    def _group(self, name: str, view: str | None) -> None:
        if view == "" and self._groups.pop(name, None) is None:
            raise Complaint(ABSENT)
        if view != "":
            self._groups[name] = view or "default"
        self._join()

    @command("global", r"snmp-server user (\S+) (\S+)(?: encrypted)? auth \S+ \S+ priv \S+ \S+")
    def _snmp_user(self, name: str, group: str) -> None:
        self._members[name] = group
        self._join()

    @command("global", r"no snmp-server user (\S+)")
    def _no_snmp_user(self, name: str) -> None:
        if self._members.pop(name, None) is None:
            raise Complaint(ABSENT)
        self._join()

    def _join(self) -> None:
        self.truth.snmp_users = {user: self._groups.get(group, "") for user, group in self._members.items()}

    # -- what it shows

    def running(self) -> str:
        truth = self.truth
        bodies = {
            name: shown_port(port, self._barred.get(name), self._secure[name]) for name, port in truth.ports.items()
        }
        parts = [
            ["service password-encryption"],
            [f"hostname {truth.hostname}"],
            [f"username {name} privilege {level} password 8 $1$hash" for name, level in sorted(truth.users.items())],
            ["service ssh"],
            ["no service telnet"],
            self._shown_acls(),
            [f"log host {host}" for host in sorted(truth.syslog)],
            self._shown_snmp(),
            ["aaa authentication enable default local", f"aaa authentication login default {_shown(truth.logins)}"],
            [f"ntp server {server}" for server in sorted(truth.ntp)],
            ["lldp run"] if truth.lldp else [],
            self._shown_tree(),
            ["service power-inline"],
            self._shown_vlans(),
            *shown_ports(bodies),
            *(shown_svi(number, svi) for number, svi in sorted(truth.interfaces.items())),
            [f"ip route 0.0.0.0/0 {gateway}" for gateway in self._gateways],
            ["line con 0", "line vty 0 4"],
        ]
        return "!\n" + blocks(parts, "!") + "end\n"

    def _shown_acls(self) -> list[str]:
        lines = []
        for number, rules in sorted(self._acls.items()):
            for permit, prefix in rules:
                source = "any" if prefix == "0.0.0.0/0" else wildcard(prefix)
                lines.append(f"access-list {number} {'permit' if permit else 'deny'} {source}")
        return [*lines, f"vty access-class {self._bound}"] if self._bound else lines

    def _shown_snmp(self) -> list[str]:
        lines = [f"snmp-server community {name} {right}" for name, right in self.truth.communities.items()]
        for name, trees in sorted(self.truth.views.items()):
            lines += [f"snmp-server view {name} {tree} included" for tree in sorted(trees)]
        lines += [f"snmp-server group {name} priv read {view}" for name, view in sorted(self._groups.items())]
        for name, group in sorted(self._members.items()):
            lines.append(f"snmp-server user {name} {group} encrypted auth sha 0xhash priv aes 0xhash")
        return ["snmp-server", *lines]

    def _shown_tree(self) -> list[str]:
        lines = [f"spanning-tree mode {self.truth.stp_mode}"]
        changed = self.truth.stp_priority != 32768
        return [*lines, f"spanning-tree priority {self.truth.stp_priority}"] if changed else lines

    def _shown_vlans(self) -> list[str]:
        vlans = {number: name for number, name in sorted(self.truth.vlans.items()) if number != 1}
        if not vlans:
            return []
        named = [f" vlan {number} name {name}" for number, name in vlans.items() if name]
        return ["vlan database", *named, f" vlan {shown_vlans(vlans)} state enable"]


def _standard(number: str) -> int:
    """The number of a standard list."""
    if not (1 <= int(number) <= 99 or 1300 <= int(number) <= 1999):
        raise Complaint(WRONG)
    return int(number)


def _prefix(source: str) -> str:
    words = source.split()
    if words[0].lower() == "any":
        return "0.0.0.0/0"
    return network(words[1], "0.0.0.0") if words[0].lower() == "host" else network(*words)


def _keep(names: set[str], address: str, no: str | None) -> None:
    IPv4Address(address)
    if not no:
        names.add(address)
    elif address in names:
        names.remove(address)
    else:
        raise Complaint(ABSENT)


def _shown(logins: tuple[str, ...]) -> str:
    return " ".join(f"group {each}" if each in ("tacacs+", "radius") else each for each in logins)
