"""A Huawei campus switch (S5700, S5720) under VRP V200R: each line is in force at once, no candidate, no revert.

What each command does, and which document says so: docs/platforms/huawei_vrp.md.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address

from tests.switch.sims.acl import let_in, network
from tests.switch.sims.huawei_vrp_ports import VrpPorts
from tests.switch.sims.huawei_vrp_words import (
    ABSENT,
    UNKNOWN,
    WRONG,
    shown_port,
    shown_rule,
    shown_svi,
    vlan_lists,
)
from tests.switch.sims.shell import Complaint, blocks, command
from tests.switch.sims.truth import Truth

ANYWHERE = frozenset({"0.0.0.0/0"})
METHODS = {"hwtacacs": "tacacs+", "radius": "radius", "local": "local", "none": "none"}


class VrpSim(VrpPorts):
    """``truth`` is brought to what the platform can hold: a trunk has no access VLAN, an access port no trunk list.

    ``asks``: a link type that would lose VLAN settings is changed after a "y" (V200R005 and later) instead of refused.
    """

    def __init__(self, truth: Truth, asks: bool = False) -> None:
        super().__init__(truth, asks)
        truth.stp_mode = truth.stp_mode or "mstp"
        self._gateways = [truth.gateway] if truth.gateway else []
        self._acls: dict[int, dict[int, tuple[bool, str]]] = {}
        self._bound: int | None = None
        if truth.access_from != ANYWHERE:
            self._bound = 2000
            rules = enumerate(sorted(truth.access_from), start=1)
            self._acls[2000] = {5 * number: (True, prefix) for number, prefix in rules} or {5: (False, "0.0.0.0/0")}
        self._groups = {f"g-{view}": view for view in truth.snmp_users.values() if view}
        self._members = {user: f"g-{view}" for user, view in truth.snmp_users.items()}
        self._protocol = "ssh"

    # -- the prompt

    def type(self, line: str) -> str:
        self.flapped = set()
        text = line.strip()
        if not re.match("description ", text, re.IGNORECASE):
            text = " ".join(text.split())
        if self._pending:
            return self._answer(text)
        depth = len(line) - len(line.lstrip())
        if depth == 0:
            self._view = "system"
        elif depth == 1 and self._view == "scheme":
            self._view = "aaa"
        if not text or text[0] in "#!" or text.lower() in ("quit", "return"):
            self._view = "aaa" if self._view == "scheme" and text.lower() == "quit" else "system"
            return ""
        try:
            out = self.obey(self._view, text)
        except Complaint as complaint:
            return str(complaint)
        except ValueError:  # no address, no prefix
            return f"{'^':>{len(line)}}\n{WRONG}"
        return f"{'^':>{len(line)}}\n{UNKNOWN}" if out is None else out

    def commit(self) -> str:
        return ""

    def _answer(self, text: str) -> str:
        """Whatever comes next is taken as the answer: a command that was sent without waiting is eaten."""
        act, self._pending = self._pending, None
        if text.lower() in ("y", "yes") and act:
            act()
            return "Info: This operation may take a few seconds. Please wait for a moment...done."
        return (
            "" if text.lower() in ("n", "no") else "Error: Please choose 'YES' or 'NO' first before pressing 'Enter'."
        )

    # -- the switch itself

    @command("system", r"sysname (\S{1,246})")
    def _sysname(self, name: str) -> None:
        self.truth.hostname = name

    @command("system", r"undo sysname")
    def _no_sysname(self) -> None:
        self.truth.hostname = "HUAWEI"

    @command("system", r"ip route-static 0\.0\.0\.0 (?:0\.0\.0\.0|0) (\S+)")
    def _route(self, gateway: str) -> None:
        IPv4Address(gateway)
        if gateway not in self._gateways:  # a second one shares the load with the first, it does not replace it
            self._gateways.append(gateway)
        self.truth.gateway = self._gateways[0]

    @command("system", r"undo ip route-static 0\.0\.0\.0 (?:0\.0\.0\.0|0)(?: (\S+))?")
    def _no_route(self, gateway: str | None) -> None:
        left = [each for each in self._gateways if gateway and each != gateway]
        if left == self._gateways:
            raise Complaint(ABSENT)
        self._gateways = left
        self.truth.gateway = left[0] if left else ""

    @command("system", r"(undo )?ntp-service unicast-server (\S+)")
    def _ntp(self, undo: str | None, server: str) -> None:
        _keep(self.truth.ntp, server, undo)

    @command("system", r"(undo )?info-center loghost (\S+)")
    def _loghost(self, undo: str | None, host: str) -> None:
        _keep(self.truth.syslog, host, undo)

    # -- who may log in

    @command("system", r"acl (?:number )?(2\d{3})")
    def _acl(self, number: str) -> None:
        self._acls.setdefault(int(number), {})
        self._view, self._at = "acl", number

    @command("system", r"undo acl (?:number )?(2\d{3})")
    def _no_acl(self, number: str) -> None:
        if self._acls.pop(int(number), None) is None:
            raise Complaint(ABSENT)
        self._guard_lines()

    @command("acl", r"rule (?:(\d{1,9}) )?(permit|deny)(?: source (any|\S+ \S+))?")
    def _rule(self, number: str | None, verdict: str, source: str | None) -> None:
        rules = self._acls[int(self._at)]
        words = (source or "any").split()
        address, mask = words if len(words) == 2 else ("0.0.0.0", "255.255.255.255")
        prefix = network(address, "0.0.0.0" if mask == "0" else mask)
        where = int(number) if number else (max(rules, default=0) // 5 + 1) * 5
        rules[where] = (verdict.lower() == "permit", prefix)
        self._guard_lines()

    @command("acl", r"undo rule (\d{1,9})")
    def _no_rule(self, number: str) -> None:
        if self._acls[int(self._at)].pop(int(number), None) is None:
            raise Complaint(ABSENT)
        self._guard_lines()

    @command("system", r"user-interface (vty|con) .+")
    def _lines(self, kind: str) -> None:
        self._view = kind.lower()

    @command("vty", r"acl (2\d{3}) inbound", r"undo acl(?: 2\d{3})? inbound()")
    def _lines_acl(self, number: str) -> None:
        self._bound = int(number) if number else None
        self._guard_lines()

    @command("vty", r"protocol inbound (ssh|telnet|all)")
    def _lines_protocol(self, protocol: str) -> None:
        self._protocol = protocol.lower()

    @command("vty", r"authentication-mode aaa")
    @command("con", r"authentication-mode (?:aaa|password)")
    def _lines_mode(self) -> None:
        """The only one that is supported here, and the default."""

    def _guard_lines(self) -> None:
        """A list that is missing or has no rules keeps nobody out."""
        rules = self._acls.get(self._bound or 0)
        self.truth.access_from = let_in(each for _, each in sorted(rules.items())) if rules else ANYWHERE

    @command("system", r"aaa")
    def _aaa(self) -> None:
        self._view = "aaa"

    @command("aaa", r"authentication-scheme default")
    def _scheme(self) -> None:
        self._view = "scheme"

    @command("scheme", r"authentication-mode (\S+(?: \S+)*)", r"(undo) authentication-mode")
    def _scheme_mode(self, text: str) -> None:
        words = ["local"] if text.lower() == "undo" else text.lower().split()
        if not set(words) <= set(METHODS) or len(set(words)) < len(words):
            raise Complaint(WRONG)
        self.truth.logins = tuple(METHODS[word] for word in words)

    @command("aaa", r"local-user (\S+) password (?:irreversible-cipher|cipher) \S+")
    def _user(self, name: str) -> None:
        self.truth.users.setdefault(name, 1)

    @command("aaa", r"local-user (\S+) privilege level (\d{1,2})")
    def _user_level(self, name: str, level: str) -> None:
        if name not in self.truth.users:
            raise Complaint(ABSENT)
        if int(level) > 15:
            raise Complaint(WRONG)
        self.truth.users[name] = 15 if int(level) >= 3 else 1

    @command("aaa", r"local-user (\S+) service-type \S+(?: \S+)*")
    def _user_service(self, name: str) -> None:
        if name not in self.truth.users:
            raise Complaint(ABSENT)

    @command("aaa", r"undo local-user (\S+)")
    def _no_user(self, name: str) -> None:
        if self.truth.users.pop(name, None) is None:
            raise Complaint(ABSENT)

    # -- SNMP

    @command("system", r"snmp-agent", r"snmp-agent sys-info version \S+(?: \S+)*")
    def _snmp(self) -> None:
        """Answers; who may ask is said by the commands below."""

    @command("system", r"snmp-agent community (read|write) (?:cipher )?(\S+)(?: mib-view \S+)?(?: acl \d+)?")
    def _community(self, right: str, name: str) -> None:
        self.truth.communities[name] = "ro" if right.lower() == "read" else "rw"

    @command("system", r"undo snmp-agent community (?:(?:read|write) )?(?:cipher )?(\S+)")
    def _no_community(self, name: str) -> None:
        if self.truth.communities.pop(name, None) is None:
            raise Complaint(ABSENT)

    @command("system", r"snmp-agent mib-view included (\S+) (\S+)")
    def _mib_view(self, name: str, tree: str) -> None:
        self.truth.views[name] = self.truth.views.get(name, frozenset()) | {tree}

    @command("system", r"undo snmp-agent mib-view (?:included )?(\S+)(?: (\S+))?")
    def _no_mib_view(self, name: str, tree: str | None) -> None:
        left = self.truth.views.get(name, frozenset()) - {tree} if tree else frozenset()
        if left == self.truth.views.get(name, frozenset()):
            raise Complaint(ABSENT)
        self.truth.views[name] = left
        if not left:
            del self.truth.views[name]

    @command("system", r"snmp-agent group v3 (\S+) privacy(?: read-view (\S+))?")
    def _group(self, name: str, view: str | None) -> None:
        self._groups[name] = view or "ViewDefault"
        self._join()

    @command("system", r"undo snmp-agent group v3 (\S+) privacy")
    def _no_group(self, name: str) -> None:
        if self._groups.pop(name, None) is None:
            raise Complaint(ABSENT)
        self._join()

    @command("system", r"snmp-agent usm-user v3 (\S+) group (\S+)")
    def _usm_user(self, name: str, group: str) -> None:
        self._members[name] = group
        self._join()

    @command("system", r"snmp-agent usm-user v3 (\S+) (?:authentication|privacy)-mode \S+ cipher \S+")
    def _usm_secret(self, name: str) -> None:
        if name not in self._members:
            raise Complaint(ABSENT)

    @command("system", r"undo snmp-agent usm-user v3 (\S+)")
    def _no_usm_user(self, name: str) -> None:
        if self._members.pop(name, None) is None:
            raise Complaint(ABSENT)
        self._join()

    def _join(self) -> None:
        self.truth.snmp_users = {user: self._groups.get(group, "") for user, group in self._members.items()}

    # -- what it shows

    def running(self) -> str:
        truth = self.truth
        ports = [shown_port(name, port) for name, port in truth.ports.items()]
        tree = [f"stp mode {truth.stp_mode}"] if truth.stp_mode != "mstp" else []
        tree += [f"stp instance 0 priority {truth.stp_priority}"] if truth.stp_priority != 32768 else []
        tree += ["stp bpdu-protection"] if self._guard else []
        parts = [
            ["!Software Version V200R019C10SPC500"],
            [f"sysname {truth.hostname}"],
            [f"vlan batch {text}" for text in vlan_lists(set(truth.vlans) - {1})],
            tree,
            ["lldp enable"] if truth.lldp else [],
            *(self._shown_acl(number) for number in sorted(self._acls)),
            *(self._shown_vlan(number) for number in sorted(truth.vlans)),
            self._shown_aaa(),
            *(shown_svi(number, svi) for number, svi in sorted(truth.interfaces.items())),
            *ports,
            [f"info-center loghost {host}" for host in sorted(truth.syslog)],
            [f"ntp-service unicast-server {server}" for server in sorted(truth.ntp)],
            [f"ip route-static 0.0.0.0 0.0.0.0 {gateway}" for gateway in self._gateways],
            self._shown_snmp(),
            ["user-interface con 0", " authentication-mode aaa", *self._shown_lines()],
        ]
        return blocks(parts, "#") + "return\n"

    def _shown_acl(self, number: int) -> list[str]:
        rules = sorted(self._acls[number].items())
        verdict = {True: "permit", False: "deny"}
        return [f"acl number {number}", *(shown_rule(at, verdict[ok], prefix) for at, (ok, prefix) in rules)]

    def _shown_vlan(self, number: int) -> list[str]:
        name = self.truth.vlans[number] if (number, self.truth.vlans[number]) != (1, "default") else ""
        lines = [f" name {name}"] if name else []
        lines += [f" description {self._notes[number]}"] if number in self._notes else []
        return [f"vlan {number}", *lines] if lines else []

    def _shown_aaa(self) -> list[str]:
        words = {neutral: word for word, neutral in METHODS.items()}
        lines = ["aaa", " authentication-scheme default"]
        if self.truth.logins != ("local",):
            lines.append(f"  authentication-mode {' '.join(words[each] for each in self.truth.logins)}")
        for name, level in sorted(self.truth.users.items()):
            lines.append(f" local-user {name} password irreversible-cipher $1c$hash$")
            lines.append(f" local-user {name} privilege level {level}")
            lines.append(f" local-user {name} service-type terminal ssh")
        return lines

    def _shown_snmp(self) -> list[str]:
        truth, rights = self.truth, {"ro": "read", "rw": "write"}
        lines = [f"snmp-agent community {rights[kind]} cipher {name}" for name, kind in truth.communities.items()]
        for name, trees in sorted(truth.views.items()):
            lines += [f"snmp-agent mib-view included {name} {tree}" for tree in sorted(trees)]
        lines += [f"snmp-agent group v3 {name} privacy read-view {view}" for name, view in sorted(self._groups.items())]
        for name, group in sorted(self._members.items()):
            lines.append(f"snmp-agent usm-user v3 {name} group {group}")
            lines.append(f"snmp-agent usm-user v3 {name} authentication-mode sha cipher %^%#hash%^%#")
            lines.append(f"snmp-agent usm-user v3 {name} privacy-mode aes128 cipher %^%#hash%^%#")
        return ["snmp-agent", *lines] if lines else []

    def _shown_lines(self) -> list[str]:
        bound = [f" acl {self._bound} inbound"] if self._bound else []
        return ["user-interface vty 0 4", *bound, " authentication-mode aaa", f" protocol inbound {self._protocol}"]


def _keep(names: set[str], address: str, undo: str | None) -> None:
    IPv4Address(address)
    if not undo:
        names.add(address)
    elif address in names:
        names.remove(address)
    else:
        raise Complaint(ABSENT)
