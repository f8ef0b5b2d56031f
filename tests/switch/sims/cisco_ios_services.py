"""What a Cisco switch serves and uses: SNMP, NTP, syslog, LLDP and spanning tree of the whole switch."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.switch.sims.cisco_ios_words import INCOMPLETE, INVALID, as_list, vlan_list
from tests.switch.sims.truth import Truth

STEP = "% Bridge Priority must be in increments of 4096.\n"
DEFAULT_PRIORITY = 32768
MODES = ("pvst", "rapid-pvst", "mst")


@dataclass
class SnmpUser:
    group: str
    auth: str = ""
    priv: str = ""


@dataclass
class Services:
    truth: Truth
    views: dict[str, dict[str, bool]] = field(default_factory=dict)  # name: subtree: included
    groups: dict[str, tuple[str, str]] = field(default_factory=dict)  # name: (security level, view that it reads)
    users: dict[str, SnmpUser] = field(default_factory=dict)
    priorities: dict[int, int] = field(default_factory=dict)  # by VLAN; 0 is MST instance 0
    mode: str = ""
    flapped: bool = False  # spanning tree began anew: no port forwards for a while

    @classmethod
    def of(cls, truth: Truth) -> Services:
        made = cls(truth, mode=truth.stp_mode)
        made.views = {name: dict.fromkeys(sorted(trees), True) for name, trees in truth.views.items()}
        made.groups = {f"read-{view}": ("priv", view) for view in sorted({*truth.snmp_users.values()} - {""})}
        made.users = {name: SnmpUser(f"read-{view}", "SHA", "AES128") for name, view in truth.snmp_users.items()}
        if truth.stp_priority != DEFAULT_PRIORITY:
            made.priorities = dict.fromkeys(range(4095), truth.stp_priority)
            if truth.stp_mode != "mst":
                del made.priorities[0]
        return made

    def settle(self, truth: Truth) -> None:
        """Say what is in force now."""
        truth.views = {
            name: frozenset(tree for tree, there in trees.items() if there) for name, trees in self.views.items()
        }
        truth.snmp_users = {name: self.groups.get(one.group, ("", ""))[1] for name, one in self.users.items()}
        truth.stp_mode = self.mode
        which = {0} if self.mode == "mst" else set(truth.vlans)
        there = {self.priorities.get(vlan, DEFAULT_PRIORITY) for vlan in which}
        truth.stp_priority = there.pop() if len(there) == 1 else DEFAULT_PRIORITY

    def type(self, no: bool, text: str) -> str | None:
        """One global line; None when it is about something else."""
        self.flapped = False
        for pattern, handler in COMMANDS:
            if match := re.fullmatch(pattern, text, re.IGNORECASE if text.startswith("snmp-server comm") else 0):
                return handler(self, no, *match.groups())
        return None

    def community(self, no: bool, name: str, right: str | None) -> str:
        if no:
            self.truth.communities.pop(name, None)
        else:
            self.truth.communities[name] = (right or "RO").lower()
        return ""

    def view(self, no: bool, name: str, tree: str | None, how: str | None) -> str:
        if no:
            if tree is None:
                self.views.pop(name, None)
            elif name in self.views:
                self.views[name].pop(tree, None)
                if not self.views[name]:
                    del self.views[name]
            return ""
        if tree is None or how is None:
            return INCOMPLETE
        self.views.setdefault(name, {})[tree] = how == "included"
        return ""

    def group(self, no: bool, name: str, level: str, view: str | None) -> str:
        if no:
            self.groups.pop(name, None)
        else:
            self.groups[name] = (level, view or "v1default")
        return ""

    def user(self, no: bool, name: str, group: str, auth: str | None, priv: str | None) -> str:
        if no:
            if name in self.users and self.users[name].group == group:
                del self.users[name]
            return ""
        words = (priv or "").upper().replace(" ", "")
        self.users[name] = SnmpUser(group, (auth or "").upper(), words)
        return ""

    def ntp(self, no: bool, host: str) -> str:
        (self.truth.ntp.discard if no else self.truth.ntp.add)(host)
        return ""

    def syslog(self, no: bool, host: str) -> str:
        (self.truth.syslog.discard if no else self.truth.syslog.add)(host)
        return ""

    def lldp(self, no: bool) -> str:
        self.truth.lldp = not no
        return ""

    def stp_mode(self, no: bool, mode: str | None) -> str:
        """Another mode starts spanning tree anew on every port."""
        if not no and mode is None:
            return INCOMPLETE
        wanted = "" if no else mode or ""
        if wanted not in ("", *MODES):
            return INVALID
        self.flapped = wanted != self.mode
        self.mode = wanted
        return ""

    def stp_priority(self, no: bool, which: str, number: str | None) -> str:
        vlans = vlan_list(which)
        if vlans is None:
            return "Command rejected: Bad instance list.\n"
        return self._priority(no, vlans, number)

    def mst_priority(self, no: bool, number: str | None) -> str:
        return self._priority(no, {0}, number)

    def _priority(self, no: bool, which: set[int], number: str | None) -> str:
        if not no and number is None:
            return INCOMPLETE
        value = DEFAULT_PRIORITY if no else int(number or 0)
        if value > 61440:
            return INVALID
        if value % 4096:
            return STEP
        for vlan in which:
            self.priorities[vlan] = value
            if value == DEFAULT_PRIORITY:
                del self.priorities[vlan]
        return ""

    def snmp_lines(self) -> list[str]:
        """What the running configuration shows of SNMP: no users, they are in :meth:`users_table` only."""
        body = [f"snmp-server group {name} v3 {level} read {view}" for name, (level, view) in self.groups.items()]
        body = [line.removesuffix(" read v1default") for line in body]
        for name, trees in self.views.items():
            body += [f"snmp-server view {name} {tree} {'in' if there else 'ex'}cluded" for tree, there in trees.items()]
        return body + [
            f"snmp-server community {name} {right.upper()}" for name, right in self.truth.communities.items()
        ]

    def stp_lines(self) -> list[str]:
        body = [f"spanning-tree mode {self.mode}"] if self.mode else []
        body.append("spanning-tree extend system-id")
        for value in sorted(set(self.priorities.values())):
            vlans = [vlan for vlan, there in self.priorities.items() if there == value]
            body += [f"spanning-tree mst 0 priority {value}"] if 0 in vlans else []
            if any(vlans):
                body.append(f"spanning-tree vlan {','.join(as_list(set(vlans) - {0}))} priority {value}")
        return body

    def users_table(self) -> str:
        """``show snmp user``."""
        blocks = []
        for name, user in sorted(self.users.items()):
            lines = [f"User name: {name}", "Engine ID: 800000090300020000000001", "storage-type: nonvolatile\t active"]
            lines += [f"Authentication Protocol: {user.auth or 'None'}", f"Privacy Protocol: {user.priv or 'None'}"]
            blocks.append("\n".join([*lines, f"Group-name: {user.group}", ""]))
        return "\n".join(blocks)


COMMANDS: list[tuple[str, Callable[..., str]]] = [
    (r"snmp-server community (\S+)(?: (RO|RW))?(?: \d+| [A-Z]\S*)?", Services.community),
    (r"snmp-server view (\S+)(?: (\S+))?(?: (included|excluded))?", Services.view),
    (r"snmp-server group (\S+) v3 (priv|auth|noauth)(?: read (\S+))?", Services.group),
    (
        r"snmp-server user (\S+) (\S+) v3(?: auth (sha|md5) \S+)?(?: priv (aes (?:128|192|256)|des|3des) \S+)?",
        Services.user,
    ),
    (r"ntp server (\S+)(?: (?:prefer|source \S+|key \d+|version \d|iburst))*", Services.ntp),
    (r"logging (?:host )?(\d+\.\d+\.\d+\.\d+)(?: transport udp port \d+)?", Services.syslog),
    (r"lldp run", Services.lldp),
    (r"spanning-tree mode(?: (\S+))?", Services.stp_mode),
    (r"spanning-tree vlan ([\d,-]+)(?: priority(?: (\d+))?)?", Services.stp_priority),
    (r"spanning-tree mst 0(?: priority(?: (\d+))?)?", Services.mst_priority),
]
